"""The pages, in the browser a person uses: sign in, today's registers, a pupil, and an earlier entry."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from playwright.sync_api import Page, expect, sync_playwright
from support.school import SCOPES, School, Site, new_id

from services.settings import Settings
from services.web import create_app

CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("CI"),
        reason="install the Debian packages chromium and fonts-liberation to run the browser tests",
    ),
]


@pytest.fixture(scope="module")
def address(running: Site) -> Iterator[str]:
    """Serve the stories' installation from a second server, on a free port of the loopback."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    app = create_app(Settings(home=running.settings.home))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(30)


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """Give a browser's page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM or "chromium", args=FLAGS.split())
        yield browser.new_page(viewport={"width": 1280, "height": 900})
        browser.close()


def sign_in(page: Page, address: str, school: School, who: str) -> None:
    """Sign in as one of the school's people, with a token."""
    page.goto(f"{address}/sign-in")
    page.get_by_label("Token").fill(school.token(who, SCOPES))
    page.get_by_role("button", name="Sign in with a token").click()


def test_from_signing_in_to_what_was_known_before(page: Page, address: str, school: School) -> None:
    ada = school.pupil(1, "Lark", "Ada")
    taken = school.take("teacher", {ada: "N"}, "2026-09-15").json()["index"]
    school.command(
        "office", "records/amend-mark", pupil=ada, date="2026-09-15", session="AM", code="I", reason="the parent rang"
    )
    school.caught_up()

    sign_in(page, address, school, "dpo")
    page.goto(f"{address}/schools/{school.organisation}/registers?date=2026-09-15")
    expect(page.get_by_role("heading", level=1)).to_have_text("Registers of 15 September 2026")
    expect(page.get_by_role("row").filter(has_text="AM")).to_contain_text("taken")
    expect(page.get_by_role("row").filter(has_text="PM")).to_contain_text("missing")

    page.get_by_role("link", name="Pupils").click()
    page.get_by_role("link", name="Lark, Ada").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada Lark")
    expect(page.locator("svg.calendar")).to_contain_text("I")
    expect(page.locator("main")).to_contain_text("N became I, the parent rang")

    page.goto(f"{address}/schools/{school.organisation}/pupils/{ada}?known_at={taken}&case=C-1")
    expect(page.locator(".note")).to_contain_text("This is not the current record")
    expect(page.locator("svg.calendar")).to_contain_text("N")
    assert page.locator("svg.calendar .on-authorised").count() == 0
    page.get_by_role("link", name="Go to the current record").click()
    expect(page.locator("svg.calendar .on-authorised")).to_have_text("I")


def test_a_narrow_screen_is_not_scrolled_sideways(page: Page, address: str, school: School) -> None:
    ada = school.pupil(1)
    sign_in(page, address, school, "head")
    page.set_viewport_size({"width": 320, "height": 800})
    for path in ("registers", "roll", f"pupils/{ada}"):
        page.goto(f"{address}/schools/{school.organisation}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    page.set_viewport_size({"width": 1280, "height": 900})


def test_whoever_may_not_look_is_told_why(page: Page, address: str, school: School) -> None:
    bea = school.pupil(2, "Wren", "Bea", join=False)
    sign_in(page, address, school, "teacher")
    page.goto(f"{address}/schools/{school.organisation}/pupils/{bea}")
    expect(page.locator("main")).to_contain_text("only for pupils and groups that you teach")
    page.goto(f"{address}/schools/{school.organisation}/pupils/{new_id()}x")
    expect(page.get_by_role("heading", level=1)).to_have_text("Not found")


def test_a_stranger_is_sent_to_sign_in(running: Site, school: School) -> None:
    answer = running.client.get(f"/schools/{school.organisation}/roll", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")

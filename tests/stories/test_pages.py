"""The pages, in the browser a person uses: sign in, today's registers, a pupil, and an earlier moment of theirs."""

import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect
from support.browser import CHROMIUM, axe, chromium, new_page, refused, tab_to, too_wide
from support.school import HOURS, SCOPES, School, Site, new_id

from events.identifiers import parse_id
from services.settings import Settings
from services.web import create_app

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
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give a page of a browser with JavaScript on; what its policy refuses fails the test."""
    page = new_page(browser)
    yield page
    assert refused(page) == []
    page.context.close()


@dataclass(frozen=True)
class Scene:
    """A school with one pupil of whom everything is known that a page can show. ``first`` is what N was taken in."""

    school: School
    other: School
    pupil: str
    first: int

    def paths(self) -> list[str]:
        """Give the address of every page, as whoever may see most of them."""
        here = f"/schools/{self.school.organisation}"
        pupil = f"{here}/pupils/{self.pupil}"
        return [
            "/", f"{here}/registers?date=2026-09-15", f"{here}/registers?date=2026-09-19", f"{here}/roll", pupil,
            f"{here}/register-print?group={self.school.group}&first=2026-09-01&last=2026-09-30",
            f"{pupil}?known_at={self.first}&case=DP/1", f"{pupil}?known_at={self.first}",
            f"{pupil}?known_at={self.first}&case=who%20is%20it", f"{here}/pupils/{new_id()}",
        ]  # fmt: skip

    def token(self) -> str:
        """Give a token of the data protection officer for two schools, who is shown the list of both."""
        both = [parse_id(self.school.organisation), parse_id(self.other.organisation)]
        return self.school.site.signer.token(parse_id(self.school.people["dpo"]), both, SCOPES, HOURS)


@pytest.fixture(scope="module")
def scene(running: Site) -> Scene:
    school, other, dana = running.school(), running.school("Fen Road Junior School"), new_id()
    ada = school.pupil(1, "Lark", "Ada")
    school.command("office", "records/record-contact", person=dana, valid_on="2026-09-03", title="Ms",
                   full_name={"surname": "Lark", "forename": "Dana"})  # fmt: skip
    school.command("office", "records/link-contact", person=ada, contact=dana, valid_on="2026-09-03",
                   relationship="PAM", parental_responsibility=True, priority=1)  # fmt: skip
    school.command("office", "records/change-phone", person=dana, valid_on="2026-09-03", phone_type="M",
                   number="07700 900123")  # fmt: skip
    school.command("office", "records/change-address", person=ada, valid_on="2026-09-03",
                   address={"lines": ["1 Reed Lane", "Marsh <End>"], "postcode": "NR1 1AA"})  # fmt: skip
    first = school.take("teacher", {ada: "N"}).json()["index"]
    school.take("teacher", {ada: "N"}, "2026-09-16")
    school.take("teacher", {ada: "L"}, "2026-09-16", "PM")
    school.command("office", "records/amend-mark", pupil=ada, date="2026-09-15", session="AM", code="I",
                   reason="the parent rang")  # fmt: skip
    school.command("office", "records/correct-date-of-birth", pupil=ada, valid_on="2026-09-03",
                   date_of_birth="2020-06-05", reason="the birth certificate was seen")  # fmt: skip
    school.caught_up()
    return Scene(school, other, ada, first)


def sign_in(page: Page, address: str, school: School, who: str) -> None:
    """Sign in as one of the school's people, with a token."""
    sign_in_with(page, address, school.token(who, SCOPES))


def sign_in_with(page: Page, address: str, token: str) -> None:
    page.goto(f"{address}/sign-in")
    page.get_by_label("Token").fill(token)
    page.get_by_role("button", name="Sign in with a token").click()


def test_from_signing_in_to_what_was_known_before(page: Page, address: str, scene: Scene) -> None:
    sign_in(page, address, scene.school, "dpo")
    page.goto(f"{address}/schools/{scene.school.organisation}/registers?date=2026-09-15")
    expect(page.get_by_role("heading", level=1)).to_have_text("Registers of 15 September 2026")
    registers = page.get_by_role("region", name="Registers").get_by_role("row")
    # The session's own cell, word for word: a time of day in another cell ends in am or pm too.
    for session, state in (("AM", "Taken"), ("PM", "Missing")):
        cell = page.get_by_role("cell", name=session, exact=True)
        expect(registers.filter(has=cell)).to_contain_text(state)

    page.get_by_role("link", name="Pupils").click()
    page.get_by_role("link", name="Lark, Ada").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada Lark")
    expect(page.locator("svg .app-on-authorised")).to_have_text("I")
    expect(page.get_by_text("This is not the current record")).to_have_count(0)

    page.get_by_label("Case number").fill("DP/2026-14")
    page.get_by_label("Known at event").fill("7")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("This is not the current record")).to_be_visible()
    assert parse_qs(urlsplit(page.url).query)["known_at"] == [str(scene.first)]
    expect(page.locator("svg .app-on-unauthorised")).to_have_text("N")
    expect(page.locator("svg .app-on-authorised")).to_have_count(0)
    expect(page.locator("#main-content")).not_to_contain_text("the parent rang")
    page.get_by_role("link", name="Go to the current record").click()
    expect(page.locator("svg .app-on-authorised")).to_have_text("I")


def test_a_line_of_the_history_leads_to_its_moment_once_the_case_is_named(
    page: Page, address: str, scene: Scene
) -> None:
    sign_in(page, address, scene.school, "head")
    page.goto(f"{address}/schools/{scene.school.organisation}/pupils/{scene.pupil}")
    page.get_by_role("link", name=f"Register taken at entry {scene.first}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Which case is this for?")
    page.get_by_label("Case number").fill("is it Ada?")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter the case number in letters, digits")
    page.get_by_label("Case number").fill("DP/2026-14")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("This is not the current record")).to_be_visible()
    expect(page.locator(".app-timeline .app-changed")).to_contain_text(f"Entry {scene.first}")
    # From here on every line carries the case.
    page.get_by_role("link", name=re.compile("^Pupil registered")).click()
    expect(page.locator(".govuk-summary-list .app-changed").first).to_contain_text("Changed here")
    expect(page.get_by_label("Case number")).to_have_value("DP/2026-14")


def test_every_value_says_where_it_comes_from_and_what_it_replaced(page: Page, address: str, scene: Scene) -> None:
    sign_in(page, address, scene.school, "dpo")
    page.goto(f"{address}/schools/{scene.school.organisation}/pupils/{scene.pupil}")
    values = page.locator(".govuk-summary-list__value")
    assert values.count() >= 8
    for value in values.all():
        expect(value).to_contain_text(
            re.compile(r"True from \d+ \w+ \d{4}\. Entry \d+, recorded .+ by Synthetic Office")
        )
    expect(values.filter(has_text="1 Reed Lane, Marsh <End>")).to_have_count(1)
    history = page.locator(".app-timeline > li")
    corrected = history.filter(has_text="Date of birth corrected")
    expect(corrected.locator("del")).to_contain_text("6 May 2020")
    expect(corrected).to_contain_text("5 June 2020")
    expect(corrected).to_contain_text(re.compile(r"Applies from 3 September 2026, recorded \d+ days later"))
    expect(corrected.get_by_role("link", name=re.compile(r"^entry \d+$"))).to_have_count(1)
    expect(history.filter(has_text="the parent rang").locator("del")).to_contain_text("N ")
    page.get_by_text("Marks as a table").click()
    expect(page.get_by_role("row").filter(has_text="15 September 2026")).to_contain_text("the parent rang")
    expect(page.get_by_role("row").filter(has_text="16 September 2026")).to_contain_text("by Synthetic Teacher")


def test_the_slider_says_in_words_where_it_stands(page: Page, address: str, scene: Scene) -> None:
    sign_in(page, address, scene.school, "dpo")
    page.goto(f"{address}/schools/{scene.school.organisation}/pupils/{scene.pupil}")
    slider = page.get_by_label("Known at event")
    count = slider.get_attribute("max")
    expect(slider).to_have_attribute(
        "aria-valuetext", re.compile(rf"^Event {count} of {count}, recorded .+ 20\d\d at ")
    )
    slider.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", re.compile(rf"^Event 1 of {count}, recorded "))
    expect(page.locator("#event-said")).to_have_text(re.compile(rf"^Event 1 of {count}, recorded "))
    assert page.locator(".app-timeline > li").count() == int(count or 0)


def test_whoever_may_not_replay_is_offered_no_moments(page: Page, address: str, scene: Scene) -> None:
    sign_in(page, address, scene.school, "office")
    page.goto(f"{address}/schools/{scene.school.organisation}/pupils/{scene.pupil}")
    expect(page.get_by_label("Known at event")).to_have_count(0)
    expect(page.locator(".app-timeline h3 a")).to_have_count(0)
    page.goto(f"{address}/schools/{scene.school.organisation}/pupils/{scene.pupil}?event=1&case=DP/1")
    expect(page.get_by_role("heading", level=1)).to_have_text("Not allowed")


@pytest.mark.parametrize("width", [1280, 768, 390, 320])
def test_axe_finds_nothing_and_no_page_is_scrolled_sideways(width: int, page: Page, address: str, scene: Scene) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    found, passes = list[str](), list[int]()

    def look(name: str) -> None:
        result = axe(page)
        passes.append(result["passes"])
        found.extend(f"{name}: {one}" for one in (*result["violations"], *refused(page)))
        if over := too_wide(page):
            found.append(f"{name}: {over} pixels too wide")

    sign_in_with(page, address, "no token")
    look("sign-in refused")
    page.goto(f"{address}/sign-in")
    look("sign-in")
    sign_in_with(page, address, scene.token())
    for path in scene.paths():
        page.goto(address + path)
        look(path.split(scene.school.organisation)[-1])
    assert found == []
    assert min(passes) > 15


def test_everything_works_without_javascript(browser: Browser, address: str, scene: Scene) -> None:
    page = new_page(browser, java_script_enabled=False)
    sign_in(page, address, scene.school, "dpo")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Registers of ")
    page.get_by_label("Day").fill("2026-09-15")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Registers of 15 September 2026")
    page.get_by_role("link", name="Pupils").click()
    page.get_by_role("link", name="Lark, Ada").click()
    page.get_by_text("Marks as a table").click()
    expect(page.get_by_role("cell").filter(has_text="the parent rang")).to_be_visible()
    slider = page.get_by_label("Known at event")
    assert slider.get_attribute("aria-valuetext") is None  # Words of the server would not move with the slider.
    slider.press("Home")
    page.get_by_label("Case number").fill("DP/2026-14")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("This is not the current record")).to_be_visible()
    expect(page.locator("#main-content")).to_contain_text(re.compile(r"Showing event 1 of \d+"))
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.context.close()


def test_the_keyboard_is_enough(page: Page, address: str, scene: Scene) -> None:
    page.goto(f"{address}/sign-in")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main-content")).to_be_focused()
    tab_to(page, "Token")
    page.keyboard.insert_text(scene.school.token("dpo", SCOPES))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Registers of ")
    tab_to(page, "Pupils")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Pupils")
    tab_to(page, "Lark, Ada")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada Lark")
    tab_to(page, "Case number")
    page.keyboard.type("DP/1")
    page.keyboard.press("Shift+Tab")  # the day, month and year of "True on", then the slider
    while not page.get_by_label("Known at event").evaluate("one => one === document.activeElement"):
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.get_by_text("This is not the current record")).to_be_visible()


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


@pytest.fixture(scope="module")
def whole(running: Site) -> tuple[School, str, str]:
    """Give a school with a pupil of whom something is known in most sections, and a record that was merged into it."""
    school, order, now = running.school(), new_id(), {"valid_on": "2026-09-03"}
    ada, again = school.pupil(1, "Lark", "Ada"), school.pupil(2, "Lark", "Ada")
    of: dict[str, Any] = {"pupil": ada, **now}
    allergy = {"called": "Nuts", "severity": "severe", "what_to_do": "Use the pen"}
    progress = {"school_year": 2026, "comment": "A calm start."}
    school.command("head", "records/record-allergy", **of, allergy=allergy)
    school.command("head", "records/start-sen-provision", **of, provision="K")
    school.command("head", "records/change-characteristic", **of, kind="religion", codes=["CH"])
    school.command("head", "records/record-court-order", **of, order=order, order_kind="care")
    school.command("head", "records/record-progress-report", **of, report=order, progress=progress)
    school.command("head", "records/record-last-school", **of, school="Fen Road")
    school.command("head", "records/record-former-name", **of, surname="Rook")
    school.command("head", "records/record-pastoral-note", **of, note=order, text="A hard week.")
    school.command("head", "records/merge-pupils", survivor=ada, merged=again, reason="one child, entered twice")
    school.caught_up()
    return school, ada, again


RESTRICTED: Final = {"Characteristics", "Pastoral notes", "Court orders and non-disclosure"}
HEADINGS: Final = RESTRICTED | {"Special educational needs", "Health", "Progress reports", "Admission register"}


@pytest.mark.parametrize("width", [1280, 320])
def test_a_page_of_every_section_has_none_that_the_reader_may_not_know(
    width: int, page: Page, address: str, whole: tuple[School, str, str]
) -> None:
    school, ada, again = whole
    page.set_viewport_size({"width": width, "height": 900})
    for who, seen, tags in (
        ("head", HEADINGS, ["Allergy", "SEN", "Court order"]), ("teacher", HEADINGS - RESTRICTED, ["Allergy", "SEN"]),
    ):  # fmt: skip
        sign_in(page, address, school, who)
        page.goto(f"{address}/schools/{school.organisation}/pupils/{ada}")
        assert HEADINGS & set(page.locator("h3").all_inner_texts()) == seen
        assert page.locator("h1 + p .govuk-tag").all_inner_texts() == tags
        assert (axe(page)["violations"], too_wide(page)) == ([], 0)
        page.context.clear_cookies()
    sign_in(page, address, school, "head")
    page.goto(f"{address}/schools/{school.organisation}/pupils/{again}")
    page.get_by_role("link", name="Open the record that this one became").click(timeout=5_000)
    expect(page).to_have_url(f"{address}/schools/{school.organisation}/pupils/{ada}")

"""Sharing in the browser that a person uses: the gate is asked, something is given, the register shows it; axe is run."""

import pytest
from playwright.sync_api import Page, expect
from stories.test_intake_browser import is_clean
from stories.test_leavers import left, transfer
from stories.test_pages import address, browser, page, pytestmark, sign_in
from stories.test_ripple import lives, notices
from support.school import School
from support.sharing import asked, recipient, send, sent

__all__ = ["address", "browser", "page", "pytestmark"]


@pytest.mark.parametrize("width", [1280, 320])
def test_something_is_shared_and_everybody_can_read_the_register(
    width: int, page: Page, address: str, school: School
) -> None:
    ada = school.pupil(1)
    authority = recipient(school, "authority", "Norfolk")
    crew = recipient(school, "ambulance", "East of England Ambulance Service")
    sent(school, "office", asked(crew, "emergency", ["full_name"], pupils=[ada], channel="by-word"))
    send(school, "head", asked(authority, "school-census", ["country_of_birth"], pupils=[ada]))
    page.set_viewport_size({"width": width, "height": 900})
    here, main = f"{address}/schools/{school.organisation}", page.locator("#main-content")
    sign_in(page, address, school, "head")

    page.goto(f"{here}/pupils/{ada}")
    page.get_by_role("link", name="Who was given this").click()
    expect(page.get_by_role("region", name="Who was given what")).to_contain_text("Ambulance")
    is_clean(page)
    page.get_by_role("link", name="Share something of this pupil").click()
    is_clean(page)
    page.get_by_label("With whom?").select_option("Norfolk")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("Lark, Ada")).to_be_checked()
    is_clean(page)
    page.get_by_label("What is it for?").select_option("new-pupil-return")
    page.get_by_label("Full name", exact=True).check()
    page.get_by_role("button", name="Ask what the law says").click()
    expect(page.get_by_role("region", name="What the law says")).to_contain_text("Norfolk may be given this.")
    is_clean(page)
    page.get_by_role("button", name="See what they will see").click()
    expect(page.get_by_role("region", name="What they will see", exact=True)).to_contain_text("Lark, Ada")
    is_clean(page)
    page.get_by_role("button", name="Give it now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Given to Norfolk")
    is_clean(page)
    page.get_by_role("link", name="They have received it").click()
    is_clean(page)
    page.get_by_role("button", name="Record it").click()
    expect(main).to_contain_text("Received")

    page.goto(f"{here}/disclosures")
    expect(page.get_by_role("region", name="What flows", exact=True)).to_contain_text("Norfolk")
    expect(page.get_by_role("img", name="Category of data, recipient and law")).to_be_visible()
    expect(page.get_by_role("region", name="Emergencies to review")).to_contain_text("Due")
    expect(page.get_by_role("region", name="What was not shared")).to_contain_text("Country of birth")
    is_clean(page)
    page.get_by_role("link", name="Article 30").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Record of processing")
    is_clean(page)
    page.goto(f"{here}/pupils/{ada}/disclosures?for=family")
    expect(main).to_contain_text("Norfolk")
    is_clean(page)


@pytest.mark.parametrize("width", [1280, 320])
def test_everybody_can_read_the_leavers_board_and_the_notices_owed(
    width: int, page: Page, address: str, school: School
) -> None:
    ada = left(school, 1)
    transfer(school, ada)
    lives(school, ada, "1 Mill Lane")
    authority = recipient(school, "authority", "Norfolk")
    sent(school, "office", asked(authority, "new-pupil-return", ["address"], pupils=[ada]))
    lives(school, ada, "2 Mill Lane", "correct-address")
    assert notices(school)
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, address, school, "head")
    page.goto(f"{address}/schools/{school.organisation}/disclosures")
    page.get_by_role("link", name="Leavers and their files").click()
    page.get_by_label("First day").fill("2026-09-01")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("region", name="Leavers")).to_contain_text("No receipt yet")
    is_clean(page)
    page.goto(f"{address}/schools/{school.organisation}/disclosures")
    page.get_by_role("link", name="Notices owed").click()
    expect(page.get_by_role("region", name="Notices")).to_contain_text("Norfolk")
    is_clean(page)

"""Consents in the browser a person uses: who consents, whom to ask, every answer of a pupil, and axe finds nothing."""

import pytest
from playwright.sync_api import Page, expect
from stories.test_consents import ANSWERED_ON, LATER, define, parent, says
from stories.test_intake_browser import is_clean
from stories.test_pages import address, browser, page, pytestmark, sign_in
from support.school import School

__all__ = ["address", "browser", "page", "pytestmark"]


@pytest.mark.parametrize("width", [1280, 320])
def test_the_office_reads_who_consents_and_why_others_must_be_asked(
    width: int, page: Page, address: str, school: School
) -> None:
    ada, ben = school.pupil(1), school.pupil(2, "Reed", "Ben")
    shown = define(school, valid_months=12)
    dana, evan = parent(school, ada, "Dana"), parent(school, ada, "Evan")
    wrong = says(school, "give-consent", ada, evan, shown)["index"]
    says(school, "correct-consent-answer", ada, evan, shown, answer="refused", corrects=wrong,
         reason="The no is ticked.", purpose_version=1, wording=shown["wording"])  # fmt: skip
    says(school, "give-consent", ada, dana, shown, LATER)
    school.caught_up()
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, address, school, "office")
    page.goto(f"{address}/schools/{school.organisation}/roll")
    page.get_by_role("link", name="consents").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Consents: Photographs")
    expect(page.get_by_text("the school’s own rule")).to_be_visible()
    rows = page.get_by_role("region", name="Pupils and their consents").get_by_role("row")
    expect(rows.filter(has_text="Reed")).to_contain_text("Nobody has been asked")
    expect(rows.filter(has_text="Lark")).to_contain_text("Refused")
    is_clean(page)
    page.get_by_role("link", name="Lark").click()
    expect(page.get_by_role("heading", level=2)).to_contain_text("Refused")
    said = page.get_by_role("region", name="What was asked and answered").get_by_role("row")
    expect(said.filter(has_text="Evan Lark, a parent")).to_contain_text(f"entry {wrong} had said “consented”")
    expect(said.filter(has_text="Dana Lark, a parent")).to_contain_text("Consented on paper")
    is_clean(page)
    page.goto(f"{address}/schools/{school.organisation}/pupils/{ben}/consents?valid_on={ANSWERED_ON}")
    expect(page.get_by_text("Nobody has been asked")).to_be_visible()


def test_before_anything_is_defined_the_page_says_what_to_do(page: Page, address: str, school: School) -> None:
    sign_in(page, address, school, "head")
    page.goto(f"{address}/schools/{school.organisation}/consents")
    expect(page.get_by_text("Its head defines each purpose")).to_be_visible()
    is_clean(page)

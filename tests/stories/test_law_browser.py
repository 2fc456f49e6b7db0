"""The law in the browser a person uses: a day is chosen, what changes next stands first, and axe finds nothing."""

import pytest
from playwright.sync_api import Page, expect
from stories.test_intake_browser import is_clean
from stories.test_pages import address, browser, page, pytestmark, sign_in
from support.school import School

__all__ = ["address", "browser", "page", "pytestmark"]


@pytest.mark.parametrize("width", [1280, 320])
def test_everybody_can_read_the_law_of_a_day(width: int, page: Page, address: str, school: School) -> None:
    school.command("head", "governance/adopt-policy", rule="no-photographs", rule_version=1, digest="4" * 64,
                   title="Photographs", reason="Governors, 4 May.", in_force_from="2026-05-04",
                   fields=["photograph"])  # fmt: skip
    school.caught_up()
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, address, school, "head")
    page.goto(f"{address}/schools/{school.organisation}/law")
    page.get_by_label("Day").fill("2024-08-18")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The law on 18 August 2024")
    soon = page.get_by_role("region", name="What changes next").get_by_role("row")
    expect(soon.filter(has_text="Daily attendance, to the Department")).to_contain_text("19 August 2024")
    expect(page.get_by_role("region", name="Our own rules")).to_contain_text("Photographs")
    given = page.get_by_role("region", name="By which law data may be given").get_by_role("row")
    expect(given.filter(has_text="Education Act 1996 section 537A")).to_contain_text("No policy document")
    is_clean(page)

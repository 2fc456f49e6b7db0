"""The admission register and the patterns of absence in the browser a person uses: axe finds nothing in them."""

import pytest
from playwright.sync_api import Page, expect
from stories.test_absence_patterns import siblings
from stories.test_admission_register import leaver
from stories.test_families import family
from stories.test_intake_browser import is_clean
from stories.test_pages import address, browser, page, pytestmark, sign_in
from support.school import School, new_id

__all__ = ["address", "browser", "page", "pytestmark"]


@pytest.mark.parametrize("width", [1280, 320])
def test_everybody_can_read_the_admission_register(width: int, page: Page, address: str, school: School) -> None:
    leaver(school)
    _, dana, evan = family(school)
    school.command("office", "records/mark-non-disclosure", person=dana, valid_on="2026-09-03", marker=new_id(),
                   withholds="address", against=evan, reason="a refuge")  # fmt: skip
    school.caught_up()
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, address, school, "office")
    page.goto(f"{address}/schools/{school.organisation}/roll")
    page.get_by_role("link", name="admission register").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Admission register")
    page.get_by_label("First day").fill("2026-09-01")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("main")).to_contain_text("Fen Road Junior School")
    is_clean(page)


@pytest.mark.parametrize("width", [1280, 320])
def test_everybody_can_read_the_patterns(width: int, page: Page, address: str, school: School) -> None:
    ada, _ = siblings(school)
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, address, school, "office")
    here = f"{address}/schools/{school.organisation}"
    page.goto(f"{here}/absence-patterns?group={school.group}&first=2026-09-01&last=2026-09-30")
    expect(page.get_by_role("heading", level=1)).to_have_text("Absences of Wren")
    is_clean(page)
    page.get_by_role("region", name="By pupil").get_by_role("link", name="Lark, Ada").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Absences of Lark, Ada")
    expect(page.get_by_role("region", name="Beside siblings")).to_contain_text("Same parent")
    is_clean(page)
    page.goto(f"{here}/pupils/{ada}")
    expect(page.get_by_role("link", name="Patterns of absence")).to_have_count(1)

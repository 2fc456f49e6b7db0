"""The intake desk in the browser a person uses: a dirty file goes in, is mended, and is undone; axe finds nothing."""

import pytest
from playwright.sync_api import Page, expect
from stories.test_intake_pages import BAD, ctf
from stories.test_pages import address, browser, page, pytestmark, sign_in
from support.browser import axe, too_wide
from support.school import School, upn

__all__ = ["address", "browser", "page", "pytestmark"]


def is_clean(page: Page) -> None:
    """Demand that a page is what everybody can use."""
    found = axe(page)
    assert found["passes"] > 10
    assert found["violations"] == []
    assert too_wide(page) == 0


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_dirty_file_goes_in_is_mended_and_undone(
    page: Page,
    address: str,
    school: School,
    scripts: bool,  # the pages' own fixtures
) -> None:
    if not scripts:
        page.route("**/*.js", lambda route: route.abort())
    sign_in(page, address, school, "office")
    page.goto(f"{address}/schools/{school.organisation}/registers")
    page.get_by_role("link", name="Files").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Files")
    is_clean(page)
    file = {"name": "a(1).xml", "mimeType": "text/xml", "buffer": ctf((1, "Ada", "2020-05-06"), (2, "Bea", BAD))}
    page.get_by_label("A Common Transfer File").set_input_files(file)  # type: ignore[arg-type]  # its own dictionary
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What the file would do")
    expect(page.get_by_role("region", name="What each row would do")).to_contain_text("1 Reed Lane")
    is_clean(page)
    page.get_by_role("button", name="Bring the file in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 row is set aside")
    is_clean(page)
    page.get_by_role("link", name="Mend row 2").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Row 2")
    is_clean(page)
    page.get_by_label("Date of birth").fill("2020-02-29")
    page.get_by_label("Sex").fill("?")
    page.get_by_role("button", name="Take this row").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    is_clean(page)
    page.get_by_label("Date of birth").fill("2020-02-29")
    page.get_by_label("Sex").fill("F")
    page.get_by_role("button", name="Take this row").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing is set aside")
    page.get_by_role("link", name="Which families").click()
    expect(page.get_by_role("region", name="Families")).to_contain_text("Bea Lark")
    is_clean(page)
    page.go_back()
    page.get_by_role("link", name="Undo this file").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Undo this file")
    is_clean(page)
    page.get_by_label("Why is it undone?").fill("another school's file")
    page.get_by_role("button", name="Undo this file").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing to undo")
    page.get_by_role("link", name="Pupils").click()
    expect(page.locator("#main-content")).to_contain_text("0 on the roll")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_file_is_said_to_be_the_whole_roll(
    page: Page,
    address: str,
    school: School,
    scripts: bool,  # the pages' own fixtures
) -> None:
    if not scripts:
        page.route("**/*.js", lambda route: route.abort())
    for serial in range(1, 4):
        school.pupil(serial, join=False)
    school.caught_up()
    sign_in(page, address, school, "office")
    page.goto(f"{address}/schools/{school.organisation}/intake")
    box = page.get_by_label("This file is the whole roll")
    expect(box).not_to_be_checked()
    few = {"name": "p.csv", "mimeType": "text/csv", "buffer": f"UPN,Email\n{upn(1)},a@example.org\n".encode()}
    page.get_by_label("A Common Transfer File").set_input_files(few)  # type: ignore[arg-type]  # its own dictionary
    box.check()
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("alert")).to_contain_text("lacks too many of the pupils on it")
    is_clean(page)
    rows = "".join(f"{upn(serial)},a{serial}@example.org\n" for serial in range(1, 4))
    file = {"name": "p.csv", "mimeType": "text/csv", "buffer": f"UPN,Email\n{rows}".encode()}
    page.get_by_label("A Common Transfer File").set_input_files(file)  # type: ignore[arg-type]  # its own dictionary
    page.get_by_label("This file is the whole roll").check()
    page.get_by_role("button", name="Check the file").click()
    expect(page.locator("#main-content")).to_contain_text("It is the whole roll, and lacks 0 of the pupils on it")
    is_clean(page)
    page.get_by_role("button", name="Bring the file in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing is set aside")

"""Recipients in the browser that a person uses: registered, asked, decided, agreed; axe finds nothing on any page."""

import pytest
from playwright.sync_api import Page, expect
from stories.test_intake_browser import is_clean
from stories.test_onward import collected, take_in
from stories.test_pages import address, browser, page, pytestmark, sign_in
from support.school import School

__all__ = ["address", "browser", "page", "pytestmark"]


def follow(page: Page, link: str, heading: str) -> None:
    """Follow a link, and demand that where it leads is what everybody can use."""
    page.get_by_role("link", name=link).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    is_clean(page)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_processor_is_registered_asked_about_decided_and_agreed_with(
    page: Page, address: str, school: School, scripts: bool
) -> None:
    if not scripts:
        page.route("**/*.js", lambda route: route.abort())
    heading = page.get_by_role("heading", level=1)
    sign_in(page, address, school, "office")
    page.goto(f"{address}/schools/{school.organisation}/registers")
    follow(page, "Recipients", "Recipients")
    page.get_by_role("button", name="Register it").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter the name")
    is_clean(page)
    page.get_by_label("Name of the organisation").fill("Reed Systems")
    page.get_by_label("Kind", exact=True).select_option("processor")
    page.get_by_role("button", name="Register it").click()
    expect(heading).to_have_text("Reed Systems")
    expect(page.locator("#main-content")).to_contain_text("Nothing may be given")
    is_clean(page)
    follow(page, "Record how you made sure", "How did you make sure of it?")
    page.get_by_label("What did you look at?").fill("The contract")
    page.get_by_role("button", name="Record it").click()
    expect(page.locator("#main-content")).to_contain_text("Verified")
    follow(page, "Answer the four questions", "Four questions before anything new is shared")
    page.get_by_label("Work that a processor does for the school", exact=True).check()
    page.get_by_label("Full name", exact=True).check()
    for question in ("Who asks?", "For what purpose?", "How sensitive", "How will they"):
        page.get_by_label(question).fill("As the contract says")
    page.get_by_role("button", name="Record it").click()
    expect(page.locator("#main-content")).to_contain_text("somebody else decides")
    is_clean(page)
    _agree(page, address, school, page.url)


def _agree(page: Page, address: str, school: School, where: str) -> None:
    """Let the head, who did not ask, decide and sign."""
    sign_in(page, address, school, "head")
    page.goto(where)
    follow(page, "Decide this request", "Decide this request")
    page.get_by_label("Why?").fill("We need it")
    page.get_by_role("button", name="Record it").click()
    follow(page, "Sign an agreement", "Sign an agreement")
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter who may see it")
    for question in ("Who may see it?", "How is it kept safe?", "How long is it kept?", "What may it be used for?",
                     "May it be passed on?", "Where is the signed text kept?"):  # fmt: skip
        page.get_by_label(question).fill("As the contract says")
    page.get_by_label("To, the last day").fill("2099-08-31")
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_role("region", name="Agreements")).to_contain_text("days left")
    is_clean(page)
    page.locator(".govuk-breadcrumbs").get_by_role("link", name="Recipients").click()
    expect(page.get_by_role("region", name="Recipients")).to_contain_text("Live agreement")
    is_clean(page)


def test_what_the_department_gives_on_is_read_by_everybody(page: Page, address: str, school: School) -> None:
    ada = collected(school)
    take_in(school)
    sign_in(page, address, school, "dpo")
    page.goto(f"{address}/schools/{school.organisation}/recipients")
    page.get_by_role("link", name="To whom the Department").click()
    page.get_by_label("Words that a row must hold").fill("census")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("region", name="Shares")).to_contain_text("Reed University")
    is_clean(page)
    page.goto(f"{address}/schools/{school.organisation}/pupils/{ada}")
    page.get_by_role("link", name="To whom the Department").click()
    expect(page.get_by_role("region", name="Possible onward sharing")).to_contain_text("possible, not certain")
    is_clean(page)

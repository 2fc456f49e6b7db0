"""The forms of with whom a pupil lives, of a future address and of the first day expected: recorded, and corrected."""

from html import unescape

import pytest
from playwright.sync_api import Page, expect
from stories.test_arrangement_pages import Forms
from stories.test_arrangements import MONDAY, facts
from stories.test_families import SINCE
from stories.test_intake_browser import is_clean
from stories.test_pages import address, browser, page, sign_in
from support.browser import CHROMIUM
from support.school import School, new_id

__all__ = ["address", "browser", "page"]

ALL = ("residence", "future-address", "expected-first-day", "future-school")
MOVE = {"day": MONDAY, "line1": "4 Mill Row", "postcode": "CB1 1AA", "expected_on": "2026-10-01"}


def with_a_contact(school: School) -> tuple[str, str]:
    """Give a pupil and a contact of theirs."""
    ada, dana = school.pupil(1), new_id()
    school.command("office", "records/record-contact", person=dana, **SINCE,
                   full_name={"surname": "Lark", "forename": "Dana"})  # fmt: skip
    school.command("office", "records/link-contact", person=ada, **SINCE, contact=dana, relationship="PAM", priority=1)
    school.caught_up()
    return ada, dana


def test_with_whom_a_pupil_lives_is_recorded_and_corrected_from_the_page(school: School) -> None:
    ada, dana = with_a_contact(school)
    forms = Forms(school, ada)
    assert forms.get() == 200
    assert "Record or correct with whom the pupil lives" in forms.page
    assert forms.get("/residence") == 200
    assert "It was recorded wrongly" not in forms.page, "there is nothing to correct yet"
    assert forms.send("/residence", act="say", day=MONDAY, **{f"with-{dana}": "1"}) == 200
    assert forms.path == ""
    assert [one["text"] for one in facts(school, ada, "residence")] == ["Dana Lark"]
    forms.get("/residence")
    assert forms.page.count(" checked") == 1
    assert forms.send("/residence", act="correct", day=MONDAY, reason="the mother rang") == 200
    (fact,) = facts(school, ada, "residence")
    assert (fact["text"], fact["was"]) == ("none of the contacts", "Dana Lark")


def test_a_future_address_is_recorded_corrected_and_taken_back_from_the_page(school: School) -> None:
    ada, dana = with_a_contact(school)
    forms = Forms(school, ada)
    forms.get("/future-address")
    assert forms.send("/future-address", act="say", **MOVE, **{f"with-{dana}": "1"}) == 200
    (fact,) = facts(school, ada, "residence")
    assert fact["text"].startswith("4 Mill Row, CB1 1AA. Expected from 1 October 2026, with Dana Lark.")
    forms.get("/future-address")
    assert 'value="4 Mill Row"' in forms.page
    right = {**MOVE, "line1": "5 Mill Row", "in_addition": "1", "reason": "misheard", "evidence": "letter"}
    assert forms.send("/future-address", act="correct", **right) == 200
    (fact,) = facts(school, ada, "residence")
    assert "5 Mill Row, CB1 1AA. Expected from 1 October 2026. In addition" in fact["text"]
    assert "4 Mill Row" in fact["was"]
    forms.get("/future-address")
    assert forms.send("/future-address", act="say", day="2026-09-22", none="1") == 200
    (fact,) = facts(school, ada, "residence")
    assert fact["text"] == "none any more"


def test_the_expected_first_day_is_recorded_and_corrected_from_the_page(school: School) -> None:
    ada, _ = with_a_contact(school)
    forms = Forms(school, ada)
    forms.get("/expected-first-day")
    assert forms.send("/expected-first-day", act="say", day=MONDAY, first_day="2026-09-28") == 200
    forms.get("/expected-first-day")
    assert 'value="2026-09-28"' in forms.page
    assert (
        forms.send("/expected-first-day", act="correct", day=MONDAY, first_day="2026-09-29", reason="letter seen")
        == 200
    )
    (fact,) = facts(school, ada, "admission")
    assert (fact["text"], fact["was"]) == ("29 September 2026", "28 September 2026")


def test_the_school_to_which_a_pupil_is_to_go_is_recorded_and_corrected_and_stands_in_the_register(
    school: School,
) -> None:
    ada, _ = with_a_contact(school)
    forms = Forms(school, ada)
    forms.get("/future-school")
    assert forms.send("/future-school", act="say", day=MONDAY) == 422
    assert "Write the name of the school" in forms.page
    typed = {"day": MONDAY, "school": "Fen Road", "laestab": "926/2001"}
    assert forms.send("/future-school", act="say", **typed) == 200
    forms.get("/future-school")
    assert 'value="Fen Road"' in forms.page
    right = {**typed, "first_day": "2026-10-01", "reason": "the new school rang"}
    assert forms.send("/future-school", act="correct", **right) == 200
    (fact,) = facts(school, ada, "admission")
    assert (fact["text"], fact["was"]) == (
        "Fen Road (LAESTAB 9262001), from 1 October 2026", "Fen Road (LAESTAB 9262001), from a day not told yet",
    )  # fmt: skip
    register = school.site.client.get(
        f"/schools/{school.organisation}/admission-register?last=2026-09-30", headers=school.headers("office")
    )
    for words in ("School to which the pupil is to go", "from 1 October 2026", "the new school rang"):
        assert words in unescape(register.text)
    forms.get("/future-school")
    assert forms.send("/future-school", act="say", day="2026-09-25", none="1") == 200
    assert facts(school, ada, "admission")[0]["text"] == "none any more"


@pytest.mark.parametrize(
    ("path", "typed", "says"),
    [
        ("/future-address", {"expected_on": ""}, "Expected to live there from: write the day"),
        ("/future-address", {"line1": ""}, "Write at least the first line of the address"),
        ("/future-address", {"day": ""}, "On which day the school was told: write the day"),
        ("/future-address", {"expected_on": "2026-09-01"}, "before the day on which the school was told"),
        ("/future-address", {"act": "burn"}, "This could not be read"),
        ("/residence", {"act": "correct", "reason": ""}, "Write why it is corrected"),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_is_written(
    school: School, path: str, typed: dict[str, str], says: str
) -> None:
    ada, _ = with_a_contact(school)
    forms = Forms(school, ada)
    forms.get(path)
    assert forms.send(path, **({"act": "say"} | MOVE | typed)) == 422
    assert says in unescape(forms.page)
    assert facts(school, ada, "residence") == []
    if typed.get("act") is None and "line1" not in typed:
        assert 'value="4 Mill Row"' in forms.page, "what was typed is there still"


def test_only_whoever_may_write_is_given_the_forms(school: School) -> None:
    ada, _ = with_a_contact(school)
    for who, expected in (("office", ALL), ("head", ALL), ("teacher", ()), ("dpo", ())):
        forms = Forms(school, ada, who)
        forms.get()
        assert tuple(one for one in ALL if f'/{one}"' in forms.page) == expected, who
        for one in ALL:
            assert forms.get(f"/{one}") == (200 if one in expected else 403), who


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="install the Debian packages chromium and fonts-liberation")
def test_a_future_address_is_typed_in_a_browser(school: School, page: Page, address: str) -> None:
    ada, _ = with_a_contact(school)
    sign_in(page, address, school, "office")
    page.goto(f"{address}/schools/{school.organisation}/pupils/{ada}/future-address")
    is_clean(page)
    page.get_by_label("On which day the school was told").fill(MONDAY)
    page.get_by_label("Address line 1").fill("4 Mill Row")
    page.get_by_label("Expected to live there from").fill("2026-10-01")
    page.get_by_label("Dana Lark").check()
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("4 Mill Row. Expected from 1 October 2026, with Dana Lark.").first).to_be_visible()
    page.goto(f"{address}/schools/{school.organisation}/pupils/{ada}/future-address")
    is_clean(page)

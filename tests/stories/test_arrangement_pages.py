"""The forms of part-time timetables and of registration at another school: recorded, ended, corrected, withdrawn."""

from html import unescape
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from stories.test_arrangements import FEN, MONDAY, TUESDAY, agree, facts, offered
from stories.test_intake_browser import is_clean
from stories.test_intake_pages import Desk
from stories.test_pages import address, browser, page, sign_in
from support.browser import CHROMIUM
from support.school import School

__all__ = ["address", "browser", "page"]

TYPED = {"first": MONDAY, "until": "2026-10-16", "review_on": "2026-09-28", "agreed_with": "the mother",
         "attends0": "1", "attends2": "1"}  # fmt: skip
BOTH = ("part-time", "dual-registration")


class Forms(Desk):
    """Somebody at a pupil's forms."""

    def __init__(self, school: School, pupil: str, who: str = "office") -> None:
        super().__init__(school, who)
        self.base = f"/schools/{school.organisation}/pupils/{pupil}"


def test_a_timetable_is_recorded_corrected_ended_and_withdrawn_from_the_page(school: School) -> None:
    ada = school.pupil(1)
    forms = Forms(school, ada)
    school.caught_up()
    assert forms.get() == 200
    assert "Record, change or end a part-time timetable" in forms.page
    assert forms.get("/part-time") == 200
    assert forms.send("/part-time", act="begin", **TYPED) == 200
    assert forms.path == ""
    assert "Attends MON AM, TUE AM. Agreed with the mother." in forms.page
    assert [offered(school, MONDAY, session) for session in ("AM", "PM")] == [{}, {ada: "C2"}]

    assert forms.get(f"/part-time?started={MONDAY}") == 200
    assert 'value="the mother"' in forms.page
    right = {**TYPED, "started": MONDAY, "attends4": "1", "reason": "the letter says so", "evidence": "letter 9"}
    assert forms.send("/part-time", act="correct", **right) == 200
    assert "Corrected: the letter says so Evidence: letter 9" in forms.page
    (fact,) = facts(school, ada, "part-time")
    assert ("WED AM" in fact["text"], "WED AM" in fact["was"]) == (True, False)
    forms.get(f"/part-time?started={MONDAY}")
    assert forms.send("/part-time", act="end", started=MONDAY, last="2026-09-25") == 200
    assert facts(school, ada, "part-time")[0]["until"] == "2026-09-25"
    forms.get(f"/part-time?started={MONDAY}")
    why = {"reason": "the wrong child", "evidence": "the mother rang"}
    assert forms.send("/part-time", act="withdraw", started=MONDAY, **why) == 200
    assert facts(school, ada, "part-time") == []
    said = [one["said"] for one in school.read("office", f"pupils/{ada}/timeline")["entries"]]
    assert said[-1]["evidence"] == "the mother rang"


def test_another_school_is_recorded_and_ended_from_the_page(school: School) -> None:
    ada = school.pupil(1)
    forms = Forms(school, ada)
    school.caught_up()
    forms.get("/dual-registration")
    typed = {"first": MONDAY, "school": "Fen Road Junior School", "laestab": "926/2001", "attends1": "1"}
    assert forms.send("/dual-registration", act="begin", **typed) == 200
    (fact,) = facts(school, ada, "admission")
    assert fact["text"] == "Fen Road Junior School (LAESTAB 9262001). Attends there: MON PM"
    forms.get(f"/dual-registration?started={MONDAY}")
    assert forms.send("/dual-registration", act="end", started=MONDAY, last=TUESDAY) == 200
    assert facts(school, ada, "admission")[0]["until"] == TUESDAY


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"until": "2026-09-01"}, "The last day should not be before the first"),
        ({"first": ""}, "First day: write the day"),
        ({"review_on": "soon"}, "To be reviewed on should be a date"),
        ({"agreed_with": ""}, "Write with whom it was agreed"),
        ({"act": "burn"}, "This could not be read"),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_is_written(school: School, wrong: dict[str, str], says: str) -> None:
    ada = school.pupil(1)
    forms = Forms(school, ada)
    school.caught_up()
    forms.get("/part-time")
    assert forms.send("/part-time", **({"act": "begin"} | TYPED | wrong)) == 422
    assert "There is a problem" in forms.page
    assert says in unescape(forms.page)
    assert forms.page.count(" checked") == (0 if "act" in wrong else 2), "what was typed is there still"
    assert facts(school, ada, "part-time") == []


def test_a_correction_that_cannot_be_taken_keeps_what_was_typed(school: School) -> None:
    ada = school.pupil(1)
    agree(school, ada, "MON AM")
    forms = Forms(school, ada)
    school.caught_up()
    forms.get(f"/part-time?started={MONDAY}")
    shown = forms.page
    assert forms.send("/part-time", act="correct", started=MONDAY, **TYPED, reason="") == 422
    assert "Write why" in forms.page
    assert forms.page.count(" checked") == 2
    forms.page = shown
    assert forms.send("/part-time", act="withdraw", started="2026-09-01", reason="no") == 409
    assert forms.get("/part-time?started=2026-09-01") == 409


def test_only_whoever_may_write_is_given_the_forms(school: School) -> None:
    ada = school.pupil(1)
    agree(school, ada, "MON AM")
    for who, expected in (("office", BOTH), ("head", BOTH), ("teacher", ()), ("dpo", ()), ("senco", ())):
        forms = Forms(school, ada, who)
        school.caught_up()
        assert forms.get() == 200
        assert tuple(one for one in BOTH if f'/{one}"' in forms.page) == expected, who
        for one in BOTH:
            assert forms.get(f"/{one}") == (200 if one in expected else 403), who


def test_a_form_that_is_not_ours_changes_nothing(school: School) -> None:
    ada = school.pupil(1)
    forms = Forms(school, ada)
    school.caught_up()
    forms.get("/part-time")
    for field, headers in (("", {}), ("0" * 64, {}), (None, {"Sec-Fetch-Site": "cross-site"})):
        said: dict[str, Any] = {**TYPED, "act": "begin"} | ({} if field is None else {"form": field})
        assert forms.send("/part-time", headers, **said) == 403
        forms.get("/part-time")
    teacher = Forms(school, ada, "teacher")
    teacher.page = forms.page
    assert teacher.send("/part-time", act="begin", **TYPED) == 403
    assert facts(school, ada, "part-time") == []


def test_opening_the_forms_is_written_down_and_a_button_pressed_twice_is_one_change(school: School) -> None:
    ada = school.pupil(1)
    forms = Forms(school, ada)
    school.caught_up()
    forms.get("/part-time")
    shown = forms.page
    with school.site.owner("log") as connection:
        viewed = connection.execute(
            "SELECT count(*) FROM ledger.event WHERE organisation = %s AND name = 'record-viewed'"
            " AND %s = ANY(subjects)", [school.organisation, ada],
        ).fetchone()  # fmt: skip
    assert viewed == (1,)
    for _ in range(2):
        forms.page = shown
        assert forms.send("/part-time", act="begin", **TYPED) == 200
    assert len(facts(school, ada, "part-time")) == 1


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="install the Debian packages chromium and fonts-liberation")
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_the_office_keeps_both_in_the_browser(page: Page, address: str, school: School, scripts: bool) -> None:
    ada = school.pupil(1)
    school.command("office", "records/record-dual-registration", pupil=ada, valid_on=MONDAY, other=FEN)
    school.caught_up()
    if not scripts:
        page.route("**/*.js", lambda route: route.abort())
    page.set_viewport_size({"width": 320, "height": 900})
    sign_in(page, address, school, "office")
    page.goto(f"{address}/schools/{school.organisation}/pupils/{ada}?valid_on={MONDAY}")
    is_clean(page)
    page.get_by_role("link", name="part-time timetable").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Part-time timetable")
    is_clean(page)
    page.get_by_label("First day").fill(MONDAY)
    page.get_by_label("Monday morning").check()
    page.get_by_label("Last day").fill("2026-09-01")
    page.get_by_label("To be reviewed on").fill("2026-09-28")
    page.get_by_label("Agreed with").fill("the mother")
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    expect(page.get_by_label("Monday morning")).to_be_checked()
    is_clean(page)
    page.get_by_label("Last day").fill("2026-10-16")
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_role("main")).to_contain_text("Agreed with the mother")
    page.get_by_role("link", name="registration at another school").click()
    expect(page.get_by_role("main")).to_contain_text("Fen Road Junior School")
    is_clean(page)
    page.get_by_role("link", name="End or correct").click()
    is_clean(page)
    page.get_by_label("Its last day").fill("2026-09-25")
    page.get_by_role("button", name="Record the last day").click()
    expect(page.get_by_role("main")).to_contain_text("to 25 September 2026")

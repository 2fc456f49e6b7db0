"""Part-time timetables and dual registration over HTTP: what a register is offered, and what the record then says."""

from typing import Any

from stories.test_admission_register import entries, look
from support.school import School

MONDAY, TUESDAY = "2026-09-14", "2026-09-15"
FEN: dict[str, Any] = {"school": "Fen Road Junior School", "laestab": "926/2001", "attends": ["MON PM", "TUE AM"]}


def offered(school: School, day: str, session: str, who: str = "teacher") -> dict[str, str]:
    found = school.read(who, "proposals", group=school.group, date=day, session=session)["proposals"]
    return {one["pupil"]: one["code"] for one in found}


def agree(school: School, pupil: str, *attends: str, since: str = MONDAY) -> Any:
    return school.command("office", "records/agree-part-time", pupil=pupil, valid_on=since, until="2026-10-16",
                          timetable={"attends": attends, "review_on": "2026-09-28", "agreed_with": "the mother"})  # fmt: skip


def facts(school: School, pupil: str, section: str) -> list[dict[str, Any]]:
    record = school.read("office", f"pupils/{pupil}", valid_on="2026-10-01")["pupil"]
    return next((one["facts"] for one in record["sections"] if one["name"] == section), [])


def test_a_part_time_timetable_offers_c2_and_marks_nothing(school: School) -> None:
    ada, bea = school.pupil(1), school.pupil(2, "Wren", "Bea")
    agree(school, ada, "MON AM", "TUE AM", "TUE PM")
    assert [offered(school, MONDAY, session) for session in ("AM", "PM")] == [{}, {ada: "C2"}]
    assert offered(school, "2026-09-11", "PM") == {}
    assert school.read("office", f"pupils/{ada}/attendance")["marks"] == []
    school.command("office", "records/plan-absence", pupil=ada, valid_on=MONDAY, until=MONDAY, sessions="PM", code="M",
                   reason="the hospital")  # fmt: skip
    assert offered(school, MONDAY, "PM") == {ada: "M"}
    agree(school, ada, "TUE AM", since="2026-09-21")
    assert offered(school, "2026-09-21", "AM") == {ada: "C2"}
    (first, anew) = facts(school, ada, "part-time")
    assert (first["until"], anew["until"]) == ("2026-09-20", "2026-10-16")
    assert "the mother" in anew["text"]
    school.command("office", "records/end-part-time", pupil=ada, valid_on="2026-09-25")
    assert offered(school, "2026-09-28", "AM") == {}
    taken = school.take("teacher", {ada: "C2", bea: "\\"}, "2026-09-22", "PM")
    assert taken.status_code == 200, taken.text
    school.written = taken.json()["index"]
    assert offered(school, "2026-09-22", "PM") == {}
    school.command("office", "records/withdraw-part-time", pupil=ada, valid_on="2026-09-21", reason="the wrong child")
    assert [one["since"] for one in facts(school, ada, "part-time")] == [MONDAY]


def test_a_timetable_is_corrected_and_only_the_register_keepers_may(school: School) -> None:
    ada = school.pupil(1)
    agree(school, ada, "MON AM")
    said: dict[str, Any] = {"pupil": ada, "valid_on": MONDAY, "started": MONDAY, "until": "2026-10-16", "reason": "the letter says so",
            "timetable": {"attends": ["MON PM"], "review_on": "2026-09-28", "agreed_with": "the mother"}}  # fmt: skip
    assert school.post("teacher", "records/correct-part-time", said).status_code == 403
    school.command("office", "records/correct-part-time", **said)
    assert [offered(school, MONDAY, session) for session in ("AM", "PM")] == [{ada: "C2"}, {}]
    (fact,) = facts(school, ada, "part-time")
    assert "MON AM" in fact["was"]


def test_a_dual_registration_offers_d_and_stands_in_the_register(school: School) -> None:
    ada = school.pupil(1)
    school.command("office", "records/record-dual-registration", pupil=ada, valid_on=MONDAY, other=FEN)
    assert [offered(school, MONDAY, session) for session in ("AM", "PM")] == [{}, {ada: "D"}]
    assert "which of the two schools is the main one" in entries(school, valid_on=TUESDAY)[ada]["gaps"]
    school.command("office", "records/enrol", pupil=ada, valid_on=MONDAY, status="S", year_group="1")
    entry = entries(school, valid_on=TUESDAY)[ada]
    assert "which of the two schools is the main one" not in entry["gaps"]
    assert [(one["status"], one["starting_day"]) for one in entry["times"]] == [("S", "2026-09-03")]
    assert [one["value"]["laestab"] for one in entry["others"]] == ["9262001"]
    (fact,) = facts(school, ada, "admission")
    assert fact["text"] == "Fen Road Junior School (LAESTAB 9262001). Attends there: MON PM, TUE AM"
    html = look(school, "office", valid_on=TUESDAY).text
    for words in ("Fen Road Junior School (LAESTAB 9262001)", "current subsidiary (dual registration)"):
        assert words in html
    school.command("office", "records/end-dual-registration", pupil=ada, valid_on=TUESDAY)
    assert offered(school, "2026-09-21", "PM") == {}
    assert "the other school of the dual registration" in entries(school, valid_on="2026-09-21")[ada]["gaps"]


def test_a_session_at_the_other_school_is_no_absence_of_a_part_time_timetable(school: School) -> None:
    ada = school.pupil(1)
    agree(school, ada, "MON AM")
    school.command("office", "records/record-dual-registration", pupil=ada, valid_on=MONDAY, other=FEN)
    assert offered(school, MONDAY, "PM") == {ada: "D"}
    assert offered(school, TUESDAY, "PM") == {ada: "C2"}


def test_days_apart_without_leave_are_irregular_attendance(school: School) -> None:
    ada, bea = school.pupil(1), school.pupil(2, "Wren", "Bea")
    days = [f"2026-09-{day:02}" for day in (7, 9, 11, 14, 16, 18, 21, 23, 25, 28)]
    for day in days:
        code = "/" if day == days[-1] else "O"
        school.written = school.take("teacher", {ada: "O", bea: code}, day).json()["index"]
    found = [one["return"] for one in school.read("office", "returns", valid_on="2026-09-30")["returns"]]
    irregular = [one for one in found if one["rule"] == "irregular-attendance-return"]
    assert [(one["subject"], one["first"], one["last"], one["days"]) for one in irregular] == [
        (ada, days[0], days[-1], 10)
    ]  # fmt: skip
    assert "unauthorised-absence-return" not in {one["rule"] for one in found}

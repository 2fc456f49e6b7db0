"""One child with two records, twins taken for one, numbers of before, and a child who comes back."""

from datetime import date
from typing import Any

from stories.test_intake import intake, row
from support.school import School, new_id, upn
from support.wire import Wire

from services.connectors.ctf.load import load_ctf
from services.records.registers.attendance import Outcome

BORN = "2020-05-06"
TEMPORARY = "P92620002401A"


def twin(school: School, forename: str, number: str | None = None) -> str:
    """Register and enrol another child of the family; gives their id."""
    who = new_id()
    school.command("office", "records/register-pupil", pupil=who, valid_on="2026-09-03",
                   full_name={"surname": "Lark", "forename": forename}, date_of_birth=BORN, sex="F")  # fmt: skip
    if number:
        school.command("office", "records/record-upn", pupil=who, valid_on="2026-09-03", upn=number)
    school.command("office", "records/enrol", pupil=who, valid_on="2026-09-03", status="C", year_group="1")
    school.caught_up()
    return who


def everything(school: School, pupil: str) -> dict[str, Any]:
    """Give all that is shown of a pupil, but for the moment it is of."""
    return {
        path: {**school.read("office", f"pupils/{pupil}{path}"), "at": None} for path in ("", "/attendance")
    }  # fmt: skip


def together(school: School, survivor: str, merged: str, what: str = "merge") -> Any:
    body = {"survivor": survivor, "merged": merged, "reason": "one birth certificate"}
    answer = school.post("office", f"records/{what}-pupils", body)
    if answer.status_code == 200:
        school.written = max(school.written, answer.json()["index"])
    return answer


def test_a_duplicate_is_found_merged_and_one_child_from_then_on(school: School) -> None:
    ada = twin(school, "Ada")  # a connector knew no UPN
    other = school.pupil(1)
    school.take("teacher", {other: "/"})
    found = school.read("office", f"pupils/{ada}/candidates")["candidates"]
    assert [(one["subject"], one["verdict"], one["propose_merge"]) for one in found] == [
        (other, "likely the same child", True)
    ]
    assert together(school, ada, other).status_code == 200
    assert [one["subject"] for one in school.read("office", "roll")["pupils"]] == [ada]
    assert school.read("office", f"pupils/{ada}")["pupil"]["upn"]["value"] == upn(1)
    assert [mark["code"] for mark in school.read("office", f"pupils/{ada}/attendance")["marks"]] == ["/"]
    school.caught_up()
    (hit,) = school.post("office", "search", {"upn": upn(1)}).json()["pupils"]
    assert hit["subject"] == ada
    assert intake(school, [row(1, full_name={"surname": "Lark", "forename": "Ada"})])[0]["pupil"] == ada
    assert intake(school, [row(1, full_name={"surname": "Lark", "forename": "Ada"})])[0]["outcome"] == "unchanged"
    names = [line["name"] for line in school.read("office", f"pupils/{ada}/timeline")["entries"]]
    assert names.count("pupil-registered") == 2
    assert names[-1] == "pupils-merged"


def test_a_merged_record_is_closed_and_says_which_one_to_open(school: School) -> None:
    ada, other = twin(school, "Ada"), school.pupil(1)
    together(school, ada, other)
    for path in ("", "/attendance", "/timeline", "/candidates"):
        answer = school.get("office", f"pupils/{other}{path}")
        assert (answer.status_code, answer.json()["fields"]) == (409, {"pupil": ada}), path
    said = {"pupil": other, "valid_on": "2026-10-01", "full_name": {"surname": "Lark", "forename": "Adah"}}
    answer = school.post("office", "records/change-name", said)
    assert (answer.status_code, answer.json()["fields"]) == (409, {"pupil": ada})
    assert school.take("office", {other: "/"}).status_code == 409


def test_a_wrong_merge_of_twins_is_undone_and_nothing_is_left_of_it(school: School) -> None:
    ada, ida = school.pupil(1), twin(school, "Ida", upn(2))
    school.take("teacher", {ada: "/"})
    school.take("office", {ida: "L"}, session="PM")
    (found,) = school.read("office", f"pupils/{ada}/candidates")["candidates"]
    assert (found["subject"], found["verdict"], found["propose_merge"]) == (ida, "likely twins", False)
    before = everything(school, ada), everything(school, ida)
    merged = together(school, ada, ida).json()["index"]
    (former,) = [
        fact["value"]
        for section in school.read("office", f"pupils/{ada}")["pupil"]["sections"]
        for fact in section["facts"]
        if fact["label"] == "Former UPN"
    ]
    assert former == upn(2)
    assert together(school, ada, ida, "unmerge").status_code == 200
    assert (everything(school, ada), everything(school, ida)) == before
    then = {"known_at": merged, "case": "CASE-7"}
    assert school.get("dpo", f"pupils/{ida}", **then).status_code == 409
    assert len(school.read("dpo", f"pupils/{ada}/attendance", **then)["marks"]) == 2
    assert [one["subject"] for one in school.read("dpo", "roll", **then)["pupils"]] == [ada]
    assert school.read("dpo", f"pupils/{ida}", known_at=merged - 1, case="CASE-7")["pupil"]["upn"]["value"] == upn(2)


def test_what_was_recorded_under_either_record_is_changed_in_the_surviving_one(school: School) -> None:
    ada, other = twin(school, "Ada"), school.pupil(1)
    school.take("teacher", {other: "N"})
    together(school, ada, other)
    school.caught_up()
    school.command("office", "records/amend-mark", pupil=ada, date="2026-09-15", session="AM", code="I",
                   reason="rang")  # fmt: skip
    assert [mark["code"] for mark in school.read("office", f"pupils/{ada}/attendance")["marks"]] == ["I"]
    assert school.take("teacher", {ada: "/"}).json()["outcomes"] == {ada: Outcome.SEND_AN_AMENDMENT}
    left = school.command("office", "records/leave-group", group=school.group, pupils=[ada], date="2026-09-16")
    assert left["changed"]
    assert school.read("office", f"pupils/{ada}")["pupil"]["groups"] == []


def test_marks_that_differ_are_shown_before_a_merge(school: School) -> None:
    ada, other = school.pupil(1), school.pupil(2)
    school.take("teacher", {ada: "/", other: "N"})
    answer = together(school, ada, other)
    assert answer.status_code == 409
    assert answer.json()["fields"] == {"sessions": [{"date": "2026-09-15", "session": "AM"}], "count": 1}
    school.command("office", "records/amend-mark", pupil=other, date="2026-09-15", session="AM", code="/",
                   reason="the same child")  # fmt: skip
    assert together(school, ada, other).status_code == 200


def test_a_row_is_matched_by_a_former_upn_and_a_temporary_one_becomes_permanent(school: School) -> None:
    (first,) = intake(school, [row(1, upn=TEMPORARY)])
    school.caught_up()
    said = row(1, upn=upn(7), sections={"numbers": {"former_upns": [TEMPORARY, upn(8)], "uln": "1000000019"}})
    (again,) = intake(school, [said], day="2026-10-01")
    assert (again["pupil"], again["outcome"]) == (first["pupil"], "accepted")
    school.caught_up()
    assert intake(school, [said], day="2026-10-01")[0]["outcome"] == "unchanged"
    record = school.read("office", f"pupils/{first['pupil']}", valid_on="2026-10-01")["pupil"]
    assert record["upn"]["value"] == upn(7)
    assert {(fact["label"], fact["value"]) for fact in record["sections"][0]["facts"]} == {
        ("Former UPN", TEMPORARY), ("Former UPN", upn(8)), ("Unique learner number", "1000000019"),
    }  # fmt: skip
    (other,) = intake(school, [row(2, upn=upn(8))], day="2026-10-01")
    assert other["pupil"] == first["pupil"], "a former number finds its pupil"


def test_numbers_of_two_records_are_for_a_person_to_compare(school: School) -> None:
    intake(school, [row(1), row(2)])
    school.caught_up()
    (answer,) = intake(school, [row(1, sections={"numbers": {"former_upns": [upn(2)]}})], day="2026-10-01")
    assert answer["outcome"] == "quarantined"
    assert "two records" in answer["reasons"][0]


def test_a_child_without_upn_is_looked_for_by_what_a_file_says(school: School) -> None:
    ada = school.pupil(1)
    said = {"surname": "LARK", "forename": "Ada", "date_of_birth": BORN, "sex": "F"}
    (found,) = school.post("office", "candidates", said).json()["candidates"]
    assert (found["subject"], found["same"]) == (ada, ["surname", "forename", "date of birth", "sex"])
    assert school.post("teacher", "candidates", said).status_code == 403


CTF = """<?xml version="1.0" encoding="UTF-8"?><CTfile><Header><DocumentName>Common Transfer File</DocumentName>
<CTFversion>25.0</CTFversion><DateTime>{written}T08:30:00</DateTime><DocumentQualifier>full</DocumentQualifier>
<DestSchool><LEA>926</LEA><Estab>2000</Estab></DestSchool></Header>
<CTFpupilData><Pupil><UPN>{upn}</UPN><Surname>Lark</Surname><Forename>Ada</Forename><DOB>2020-05-06</DOB><Sex>F</Sex>
<UniqueLearnerNumber>1000000019</UniqueLearnerNumber>
<BasicDetails><FormerUPN>{former}</FormerUPN><FormerSurname>Rook</FormerSurname><NCyearActual>1</NCyearActual>
<EnrolStatus>C</EnrolStatus></BasicDetails>
<SchoolHistory><School><LEA>926</LEA><Estab>2000</Estab><EntryDate>{entry}</EntryDate></School></SchoolHistory>
</Pupil></CTFpupilData></CTfile>"""


def test_a_child_who_comes_back_by_a_transfer_file_keeps_their_record(school: School) -> None:
    client = Wire(school)
    here = CTF.format(written="2026-09-02", upn=upn(1), former=TEMPORARY, entry="2026-09-03")
    first = load_ctf(client, here.encode(), "9269901_CTF_9262000_001.xml", today=date(2026, 11, 24))
    assert first.count("accepted") == 1, first
    school.caught_up()
    (ada,) = school.post("office", "search", {"upn": upn(1)}).json()["pupils"]
    school.take("office", {ada["subject"]: "/"})
    school.command("office", "records/leave", pupil=ada["subject"], valid_on="2026-09-18", ground="another-school")
    school.caught_up()
    back = CTF.format(written="2026-11-02", upn=upn(1), former=TEMPORARY, entry="2026-11-03")
    again = load_ctf(client, back.encode(), "9269901_CTF_9262000_002.xml", today=date(2026, 11, 24))
    assert again.count("accepted") == 1, again
    school.caught_up()
    (hit,) = school.post("office", "search", {"upn": TEMPORARY}).json()["pupils"]
    assert hit["subject"] == ada["subject"], "a former number finds the same record"
    record = school.read("office", f"pupils/{ada['subject']}", valid_on="2026-11-10")["pupil"]
    assert record["enrolment"]["since"] == "2026-11-03"
    assert [fact["text"] for fact in record["sections"][0]["facts"]] == ["1000000019", TEMPORARY, "Rook"]
    gone = school.read("office", f"pupils/{ada['subject']}", valid_on="2026-10-10")["pupil"]
    assert gone["enrolment"] is None
    marks = school.read("office", f"pupils/{ada['subject']}/attendance", valid_on="2026-11-10")["marks"]
    assert [mark["code"] for mark in marks] == ["/"]


def test_a_candidates_number_finds_its_pupil_and_is_evidence(school: School) -> None:
    ada = school.pupil(1)
    school.command("office", "records/record-uci", pupil=ada, valid_on="2026-09-03", uci="689990980001D")
    school.caught_up()
    known = school.read("office", f"pupils/{ada}")["at"]["index"]
    for typed in ("689990980001D", "68999 0 98 0001 d"):
        (hit,) = school.post("office", "search", {"uci": typed}).json()["pupils"]
        assert hit["subject"] == ada
    row = {"surname": "Wren", "forename": "Ida", "uci": "689990980001D"}
    (found,) = school.post("office", "candidates", row).json()["candidates"]
    assert (found["subject"], found["same"]) == (ada, ["UCI"])
    school.command(
        "office", "records/correct-uci", pupil=ada, valid_on="2026-09-03", uci="681990012058G", reason="seen"
    )
    school.caught_up()
    assert school.post("office", "search", {"uci": "689990980001D"}).json()["pupils"] == []
    then = {"uci": "689990980001D", "known_at": str(known), "case": "C-1"}
    assert [one["subject"] for one in school.post("head", "search", then).json()["pupils"]] == [ada]

"""A pupil leaves one school for another: the file goes out of the first, into the second, and there is the same."""

from datetime import date
from typing import Any

from stories.test_round_trip import IN, OUT, PUPIL, as_row, brought_in, whole
from support.school import School, Site
from support.sharing import asked, recipient, send, sent, sentences
from support.wire import Wire

from services.connectors.ctf.load import load_ctf
from services.sharing.exporters.ctf_2 import FIELDS, SECTIONS

TODAY = date(2026, 11, 24)
LEFT = "2026-10-09"
BEFORE = """<Attendance><YearData><Year>2026</Year><LEA>926</LEA><Estab>9901</Estab><SchoolName>Heronmere</SchoolName>
<SessionsPossible>380</SessionsPossible><SessionsAuthorised>12</SessionsAuthorised><SessionsAttended>364</SessionsAttended>
<SessionsUnauthorised>4</SessionsUnauthorised><AttendSessions><AttendanceStartDate>2026-07-20</AttendanceStartDate>
<AttendanceMarks>/\\I/</AttendanceMarks></AttendSessions></YearData></Attendance>"""
SCHOOLS = """<SchoolHistory>
<School><LEA>926</LEA><Estab>9903</Estab><SchoolName>Fenside</SchoolName><EntryDate>2022-09-05</EntryDate>
<LeavingDate>2023-07-20</LeavingDate><LeavingReason>MOV</LeavingReason></School>
<School><LEA>926</LEA><Estab>9901</Estab><SchoolName>Heronmere</SchoolName><EntryDate>2023-09-05</EntryDate>
<LeavingDate>2026-07-21</LeavingDate><LastSchool>true</LastSchool></School>"""
DATED = {"earlier-schools", "earlier-attendance", "free-school-meals", "assessment"}
"""Sections whose facts say of themselves when they were so; of the others the next school knows since it was told."""
SAME = (*DATED, "numbers", "characteristics", "sen")


def moving(school: School) -> str:
    """Give a pupil who came in by a file, was marked, and left."""
    said = PUPIL.replace("<SchoolHistory>", SCHOOLS, 1).replace("<StageAssessments>", BEFORE + "<StageAssessments>", 1)
    who = brought_in(school, as_row(whole(said), IN))
    school.command("office", "records/join-group", group=school.group, pupils=[who], date="2026-09-03")
    school.caught_up()
    for day, code in (("2026-09-15", "/"), ("2026-09-16", "I"), ("2026-09-17", "/"), ("2026-09-18", "O")):
        school.written = max(school.written, school.take("teacher", {who: code}, day).json()["index"])
    school.command("office", "records/leave", pupil=who, valid_on=LEFT, ground="another-school",
                   destination="Hickling Junior School")  # fmt: skip
    school.caught_up()
    return who


def sections(school: School, pupil: str, **query: str) -> dict[str, list[tuple[Any, ...]]]:
    shown = school.read("head", f"pupils/{pupil}", **query)["pupil"]["sections"]
    found = {}
    for one in shown:
        dated = one["name"] in DATED
        found[one["name"]] = [
            (it["label"], it["text"], it["until"], it["since"] if dated else None) for it in one["facts"]
        ]
    return found


def head(school: School, pupil: str, **query: str) -> dict[str, Any]:
    said = school.read("head", f"pupils/{pupil}", **query)["pupil"]
    people = [
        (one["name"], one["relationship"], one["priority"], one["parental_responsibility"],
         one["address"]["value"], [it["value"] for it in one["phones"]], [it["value"] for it in one["emails"]])
        for one in said["contacts"]
    ]  # fmt: skip
    values = {name: said[name]["value"] for name in ("name", "date_of_birth", "sex", "upn", "address")}
    return {**values, "phones": [it["value"] for it in said["phones"]], "contacts": people}


def test_what_the_next_school_holds_is_what_the_last_one_held(school: School, running: Site) -> None:
    ada, theirs = moving(school), running.school("Hickling Junior School")
    hickling = recipient(school, "school", theirs.title, laestab="926/2001")
    body = asked(hickling, "transfer", sorted(FIELDS), pupils=[ada], exporter="ctf", file_number=1)
    content = school.get("head", f"disclosures/{sent(school, 'head', body)}/file").content
    report = load_ctf(Wire(theirs), content, OUT, today=TODAY)
    theirs.written = max(theirs.written, report.index)
    theirs.caught_up()
    (row,) = report.rows
    held, holds = sections(school, ada, valid_on=LEFT), sections(theirs, row["pupil"])
    # Of themselves the last school says, to the next, what it says of every other: when, why, and how many sessions.
    here = f"{school.title} (LAESTAB 9262000)"
    held["earlier-schools"].append((
        here, "from 3 September 2026 to 9 October 2026; ground of removal as its sender wrote it: another-school", None,
        "2026-09-03",
    ))  # fmt: skip
    counted = "4 sessions possible, 2 attended, 1 authorised absences, 1 unauthorised absences"
    (mine,) = [one for one in holds["earlier-attendance"] if one[0] == f"2026/27 at {here}"]
    assert mine[1] == counted
    holds["earlier-attendance"].remove(mine)
    for one in held["earlier-attendance"]:
        assert one[:3] in [it[:3] for it in holds["earlier-attendance"]]
    for name in SAME:
        if name != "earlier-attendance":
            assert holds[name] == held[name], name
    assert head(theirs, row["pupil"]) == head(school, ada, valid_on=LEFT)
    assert [one[1] for one in holds["admission"] if one[0] == "Last school attended"] == [school.title]


def test_a_leavers_file_is_of_their_last_day_and_the_decision_says_so(school: School) -> None:
    ada = moving(school)
    hickling = recipient(school, "school", "Hickling Junior School", laestab="926/2001")
    answer = send(school, "head", asked(hickling, "transfer", ["upn", "enrolment", "leaving"], pupils=[ada],
                                        exporter="ctf")).json()  # fmt: skip
    assert answer["sent"] is True
    said = "The pupil's last day on the roll was 9 October 2026, so the file is as of that day."
    assert said in sentences(answer["decision"])
    content = school.get("head", f"disclosures/{answer['disclosure']}/file").content
    assert b"<NCyearActual>2</NCyearActual>" in content
    assert b"<LeavingDate>2026-10-09</LeavingDate>" in content
    named = send(school, "head", asked(hickling, "transfer", ["upn"], pupils=[ada], exporter="ctf", on="2026-10-01"))
    assert said not in sentences(named.json()["decision"])


def test_leavers_of_several_days_are_asked_for_one_by_one(school: School) -> None:
    ada, bea = moving(school), school.pupil(3, "Wren", "Bea")
    hickling = recipient(school, "school", "Hickling Junior School", laestab="926/2001")
    answer = send(school, "head", asked(hickling, "transfer", ["upn"], pupils=[ada, bea], exporter="ctf"))
    assert answer.status_code == 409
    assert "Send a file for each of them, or say the day" in answer.json()["detail"]


def test_a_partial_file_is_of_the_sections_chosen_and_names_each_other_one(school: School) -> None:
    ada = moving(school)
    hickling = recipient(school, "school", "Hickling Junior School", laestab="926/2001")
    body = {**asked(hickling, "transfer", [], pupils=[ada], exporter="ctf"), "sections": ["identity", "results"]}
    answer = send(school, "head", body).json()
    others = [one for one in SECTIONS if one not in ("identity", "results")]
    assert answer["sections_left_out"] == others
    content = school.get("head", f"disclosures/{answer['disclosure']}/file").content.decode()
    assert f"<DataDescriptor>Without: {', '.join(others)}</DataDescriptor>" in content
    assert "<DocumentQualifier>partial</DocumentQualifier>" in content
    assert "StageAssessment" in content
    for word in ("SchoolHistory", "Mill Lane", "SENhistory", "YearData", "FSMhistory"):
        assert word not in content
    wrong = send(school, "head", {**body, "sections": ["identity", "shoe-size"]})
    assert (wrong.status_code, "no such section: shoe-size" in wrong.json()["detail"]) == (409, True)
    both = send(school, "head", {**body, "fields": ["upn"]})
    assert (both.status_code, "either fields or sections" in both.json()["detail"]) == (409, True)
    table = send(school, "head", {**body, "exporter": "spreadsheet"})
    assert (table.status_code, "no sections" in table.json()["detail"]) == (409, True)

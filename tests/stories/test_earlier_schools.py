"""Earlier schools from a transfer file to the record, corrected by hand, kept out of it, and undone with their file."""

from datetime import date
from typing import Any

from stories.test_undo import held, undo
from support.ctf_files import CANARY, NAME, UPN, ctf
from support.school import School
from support.wire import Wire

from services.connectors.ctf.load import load_ctf
from services.connectors.report import Report

TODAY = date(2026, 11, 24)
BASIC = "<BasicDetails><NCyearActual>2</NCyearActual><EnrolStatus>C</EnrolStatus></BasicDetails>"
WHO = f"<UPN>{UPN}</UPN><UCI>689990980001D</UCI><Surname>Ashmere</Surname><Forename>Zoë</Forename><DOB>2019-03-02</DOB><Sex>F</Sex>{BASIC}"
HISTORY = (
    "<SchoolHistory><School><LEA>926</LEA><Estab>9901</Estab><SchoolName>Heronmere</SchoolName>"
    "<EntryDate>2023-09-05</EntryDate><LeavingDate>2026-07-21</LeavingDate><LeavingReason>END</LeavingReason></School>"
    "<School><LEA>926</LEA><Estab>9902</Estab><EntryDate>2026-09-03</EntryDate></School></SchoolHistory>"
)
COUNT = (
    "<Attendance><YearData><Year>2026</Year><LEA>926</LEA><Estab>9901</Estab><SchoolName>Heronmere</SchoolName>"
    "<SessionsPossible>380</SessionsPossible><SessionsAuthorised>12</SessionsAuthorised>"
    "<SessionsAttended>364</SessionsAttended><SessionsUnauthorised>4</SessionsUnauthorised></YearData></Attendance>"
)
NOT_TAKEN = (
    f"<NAWdetails><HomeWelsh>{CANARY}</HomeWelsh></NAWdetails><ApplicationReference>{CANARY}</ApplicationReference>"
    f"<Address><Easting>{CANARY}</Easting></Address>"
)
WHICH = {"school": "Heronmere", "laestab": "9269901", "entered": "2023-09-05"}
YEAR = {"year": 2026, "school": "Heronmere", "laestab": "9269901"}


def load(school: School, *parts: str) -> Report:
    report = load_ctf(Wire(school), ctf(WHO + "".join(parts)).encode(), NAME, today=TODAY)
    school.written = max(school.written, report.index)
    school.caught_up()
    return report


def facts(school: School, who: str, pupil: str, section: str) -> list[dict[str, Any]]:
    shown = school.read(who, f"pupils/{pupil}")["pupil"]["sections"]
    return [fact for one in shown if one["name"] == section for fact in one["facts"]]


def test_a_file_lands_in_the_record_with_whence_and_comes_in_once(school: School) -> None:
    pupil = load(school, HISTORY, COUNT).rows[0]["pupil"]
    (stay,) = facts(school, "office", pupil, "earlier-schools")
    assert (stay["label"], stay["at"]["connector"], stay["at"]["row"]) == ("Heronmere (LAESTAB 9269901)", "ctf", 1)
    assert stay["text"] == "from 5 September 2023 to 21 July 2026; reason as its sender wrote it: END"
    (year,) = facts(school, "dsl", pupil, "earlier-attendance")
    assert year["label"] == "2025/26 at Heronmere (LAESTAB 9269901)"
    assert year["text"] == "380 sessions possible, 364 attended, 12 authorised absences, 4 unauthorised absences"
    number = [one["text"] for one in facts(school, "office", pupil, "numbers")]
    assert number == ["689990980001D"]
    assert load(school, HISTORY, COUNT).count("unchanged") == 1


def test_what_is_wrong_is_corrected_by_hand_and_no_file_puts_it_back(school: School) -> None:
    pupil = load(school, HISTORY, COUNT).rows[0]["pupil"]
    about: dict[str, Any] = {"pupil": pupil, "valid_on": "2026-09-07", "which": YEAR}
    count = {"possible": 380, "attended": 366, "authorised": 10, "unauthorised": 4}
    school.command("office", "records/correct-earlier-attendance", **about, said=count, reason="letter seen",
                   evidence="Letter of 9 September")  # fmt: skip
    (year,) = facts(school, "office", pupil, "earlier-attendance")
    assert "366 attended" in year["text"]
    assert "364 attended" in year["was"]
    school.command("office", "records/withdraw-earlier-school", pupil=pupil, valid_on="2023-09-05", which=WHICH,
                   reason="another child's")  # fmt: skip
    assert facts(school, "office", pupil, "earlier-schools") == []
    (row,) = load(school, COUNT).rows
    assert row["outcome"] == "quarantined"
    assert "same day" in row["reasons"][0]


def test_undoing_the_file_takes_all_of_it_back(school: School) -> None:
    before = held(school)
    report = load(school, HISTORY, COUNT, NOT_TAKEN)
    pupil = report.rows[0]["pupil"]
    refused = {one["label"] for one in facts(school, "office", pupil, "refused-fields")}
    assert refused == {"Welsh details", "Application reference", "Map reference"}
    assert CANARY not in str(school.read("office", f"pupils/{pupil}"))
    (batch,) = {one["at"]["batch"] for one in facts(school, "office", pupil, "earlier-attendance")}
    found = undo(school, batch)
    assert found["kept"] == []
    assert {"earlier-school-recorded", "earlier-attendance-recorded", "uci-recorded", "field-refused"} <= {
        one["event"] for one in found["withdrawn"]
    }
    assert held(school) == before
    assert load(school, HISTORY, COUNT).rows[0]["outcome"] == "accepted", "the candidate's number is free again"


def test_a_count_that_was_corrected_since_stays_and_is_listed(school: School) -> None:
    pupil = load(school, HISTORY, COUNT).rows[0]["pupil"]
    (year,) = facts(school, "office", pupil, "earlier-attendance")
    school.command("office", "records/correct-earlier-attendance", pupil=pupil, valid_on="2026-09-07", which=YEAR,
                   said={"possible": 378}, reason="letter seen")  # fmt: skip
    found = undo(school, year["at"]["batch"])
    assert "earlier-attendance-recorded" in {one["event"] for one in found["kept"]}
    assert "earlier-school-recorded" in {one["event"] for one in found["withdrawn"]}

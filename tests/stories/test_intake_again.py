"""Files compared, brought in again, set aside and mended: what a reviewer once found wrong, told as stories."""

from datetime import date
from typing import Any

from support.school import School, new_id, upn
from support.wire import Wire

from services.connectors.ctf.load import load_ctf

ADDRESS = {"lines": ["1 Reed Lane"]}


def written(school: School, subject: str, name: str) -> list[tuple[str, str]]:
    """Give role and category of the reads of that name about somebody, in order."""
    with school.site.owner("log") as connection:
        return connection.execute(
            "SELECT role, category FROM ledger.event WHERE subjects @> ARRAY[%s::uuid] AND name = %s ORDER BY index",
            [subject, name],
        ).fetchall()


def rows_of(*numbers: int, **said: Any) -> list[dict[str, Any]]:
    """Give rows as a connector sends them."""
    return [
        {"row": one, "upn": upn(one), "full_name": {"surname": "Lark", "forename": f"Child{one}"},
         "date_of_birth": "2020-05-06", "sex": "F", **said}
        for one in numbers
    ]  # fmt: skip


def intake(school: School, rows: list[dict[str, Any]], *, dry_run: bool = False) -> list[dict[str, Any]]:
    """Send rows as a connector does; gives the answers."""
    body = {"batch": new_id(), "connector": "ctf", "dry_run": dry_run, "valid_on": "2026-09-03", "rows": rows}
    answer = school.post("connector", "intake/pupils", body)
    assert answer.status_code == 200, answer.text
    school.written = max(school.written, answer.json()["index"])
    found: list[dict[str, Any]] = answer.json()["rows"]
    return found


def test_comparing_a_file_with_a_record_is_a_read_and_a_real_run_shows_no_old_value(school: School) -> None:
    (first,) = intake(school, rows_of(1, address=ADDRESS))
    school.caught_up()
    changed = rows_of(1, address={"lines": ["4 Mill Row"]})
    (dry,) = intake(school, changed, dry_run=True)
    assert dry["effects"][1]["old"]["lines"] == ["1 Reed Lane"]
    assert written(school, first["pupil"], "records-searched") == [("connector", "access")]
    (other,) = intake(school, rows_of(1, date_of_birth="2020-01-01"), dry_run=True)
    assert (other["outcome"], other["effects"]) == ("quarantined", [])
    (real,) = intake(school, changed)
    assert real["effects"] == []
    assert "Reed" not in str(real)


def test_rows_that_were_set_aside_are_shown_only_once_that_is_written_down(school: School) -> None:
    batch = new_id()
    body = {"batch": batch, "connector": "ctf", "rows": [{"row": 1, "fields": {}, "reasons": ["Damaged."]}]}
    assert school.post("connector", "intake/quarantine", body).status_code == 200
    assert school.get("office", f"intake/batches/{batch}/quarantine").status_code == 200
    assert written(school, batch, "record-viewed") == [("office", "access")]


def test_a_number_too_large_never_gets_into_the_quarantine(school: School) -> None:
    content = b'{"batch": "%s", "connector": "x", "valid_on": "2026-09-03", "rows": [{"row": 1, "upn": 1e999}]}'
    answer = school.send("connector", "intake/pupils", content % new_id().encode())
    assert answer.status_code == 400


def test_each_entry_of_an_append_has_its_own_purpose(school: School) -> None:
    (answer,) = intake(school, rows_of(1, address=ADDRESS))
    with school.site.owner("log") as connection:
        found = connection.execute(
            "SELECT name, purpose FROM ledger.event WHERE subjects @> ARRAY[%s::uuid] AND service = 'records'",
            [answer["pupil"]],
        ).fetchall()
    assert ("address-changed", "contact-families") in found
    assert ("pupil-registered", "pupil-record") in found


def test_six_connectors_with_one_new_pupil_agree_on_one(school: School) -> None:
    answers = intake(school, [*rows_of(1), *[{**rows_of(1)[0], "row": number} for number in range(2, 7)]])
    outcomes = sorted(one["outcome"] for one in answers)
    assert outcomes == ["accepted", *["unchanged"] * 5]
    assert len({one["pupil"] for one in answers}) == 1


def test_a_changed_relationship_is_the_same_person(school: School) -> None:
    person = {"full_name": {"surname": "Lark", "forename": "Dana"}, "relationship": "OTH", "priority": 1}
    (first,) = intake(school, rows_of(1, contacts=[person]))
    school.caught_up()
    intake(school, rows_of(1, contacts=[{**person, "relationship": "PAM"}]))
    school.caught_up()
    (contact,) = school.read("office", f"pupils/{first['pupil']}")["pupil"]["contacts"]
    assert contact["relationship"] in ("PAM", "mother")
    father = {**person, "relationship": "PAF"}
    grandfather = {**person, "relationship": "REL", "priority": 2}
    (two,) = intake(school, rows_of(2, contacts=[father, grandfather]))
    school.caught_up()
    assert [one["outcome"] for one in intake(school, rows_of(2, contacts=[father, grandfather]))] == ["unchanged"]
    assert len(school.read("office", f"pupils/{two['pupil']}")["pupil"]["contacts"]) == 2


def test_a_row_may_leave_out_what_is_known_of_a_pupil_and_not_of_a_new_one(school: School) -> None:
    intake(school, rows_of(1))
    school.caught_up()
    bare = {"row": 1, "upn": upn(1), "email": "lark@example.org"}
    assert [one["outcome"] for one in intake(school, [bare])] == ["accepted"]
    (new,) = intake(school, [{**bare, "upn": upn(2)}])
    assert (new["outcome"], "new here" in new["reasons"][0]) == ("quarantined", True)


def test_a_dry_run_refuses_what_the_real_run_would(school: School) -> None:
    here = {"since": "2026-09-03", "status": "C", "year_group": "1"}
    (first,) = intake(school, rows_of(1, enrolment=here))
    school.command("office", "records/leave", pupil=first["pupil"], valid_on="2026-09-10", reason="moved")
    school.caught_up()
    assert [one["outcome"] for one in intake(school, rows_of(1, enrolment=here), dry_run=True)] == ["quarantined"]


FILE = """<?xml version="1.0" encoding="UTF-8"?><CTfile><Header><DocumentName>Common Transfer File</DocumentName>
<CTFversion>25.0</CTFversion><DateTime>2026-09-07T08:30:00</DateTime><DocumentQualifier>partial</DocumentQualifier></Header>
<CTFpupilData><Pupil><UPN>{upn}</UPN><Surname>Lark</Surname><Forename>Ada</Forename><DOB>2020-05-06</DOB><Sex>F</Sex>
<UniqueLearnerNumber>1000000019</UniqueLearnerNumber><Address><PostCode>NR12 9AA</PostCode></Address>
<BasicDetails><NCyearActual>99</NCyearActual></BasicDetails></Pupil></CTFpupilData></CTfile>"""


def test_the_same_file_is_looked_at_anew_and_says_what_it_left_out(school: School) -> None:
    data = FILE.format(upn=upn(1)).encode()
    client = Wire(school)
    first = load_ctf(client, data, "a.xml", today=date(2026, 11, 24))
    assert (first.count("accepted"), first.count("unchanged")) == (1, 0)
    said = " ".join(first.notes)
    for words in ("not put on the roll", "postcode and no lines", "year is not a code"):
        assert words in said, words
    school.written = first.index
    school.caught_up()
    ada = first.rows[0]["pupil"]
    school.command("office", "records/change-name", pupil=ada, valid_on="2026-09-07",
                   full_name={"surname": "Swift", "forename": "Ada"})  # fmt: skip
    school.caught_up()
    again = load_ctf(client, data, "a.xml", today=date(2026, 11, 24))
    assert (again.count("accepted"), again.count("quarantined")) == (1, 0)
    school.written = again.index
    school.caught_up()
    third = load_ctf(client, data, "a.xml", today=date(2026, 11, 24))
    assert third.count("unchanged") == 1

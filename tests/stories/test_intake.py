"""Files, row by row: dry run, apply, the same again, and what is set aside."""

from typing import Any

from support.school import School, new_id, upn

DANA = {"surname": "Lark", "forename": "Dana"}


def row(number: int, **said: Any) -> dict[str, Any]:
    """Give a pupil's row, with what else the file says."""
    name = {"surname": "Lark", "forename": f"Child{number}"}
    return {"row": number, "upn": upn(number), "full_name": name, "date_of_birth": "2020-05-06", "sex": "F"} | said


def contact(number: str) -> dict[str, Any]:
    """Give a contact named Dana Lark with this telephone number."""
    phones = [{"phone_type": "M", "number": number}]
    return {"full_name": DANA, "relationship": "PAM", "priority": 1, "phones": phones}


def intake(school: School, rows: list[dict[str, Any]], *, dry_run: bool = False, day: str = "2026-09-03") -> Any:
    """Send rows as a connector does."""
    body = {"batch": new_id(), "connector": "ctf", "dry_run": dry_run, "valid_on": day, "rows": rows}
    answer = school.post("connector", "intake/pupils", body)
    assert answer.status_code == 200, answer.text
    school.written = max(school.written, answer.json()["index"])
    return answer.json()["rows"]


def test_a_dry_run_says_everything_and_writes_nothing(school: School) -> None:
    (answer,) = intake(school, [row(1, address={"lines": ["1 Reed Lane"]})], dry_run=True)
    assert answer["outcome"] == "accepted"
    assert {effect["field"] for effect in answer["effects"]} == {"name", "date_of_birth", "sex", "upn", "address"}
    assert school.post("office", "search", {"upn": upn(1)}).json()["pupils"] == []


def test_the_same_rows_again_change_nothing(school: School) -> None:
    rows = [row(1, contacts=[contact("07700 900001")], address={"lines": ["1 Reed Lane"]})]
    assert [one["outcome"] for one in intake(school, rows)] == ["accepted"]
    assert [one["outcome"] for one in intake(school, rows)] == ["unchanged"]


def test_what_a_file_does_not_say_is_never_blanked(school: School) -> None:
    (first,) = intake(school, [row(1, address={"lines": ["1 Reed Lane"]}, email="a@example.org")])
    intake(school, [row(1)], day="2026-10-01")
    record = school.read("office", f"pupils/{first['pupil']}")["pupil"]
    assert record["address"]["value"]["lines"] == ["1 Reed Lane"]
    assert record["emails"][0]["value"] == "a@example.org"


def test_a_change_shows_the_age_and_source_of_what_it_replaces(school: School) -> None:
    intake(school, [row(1, address={"lines": ["1 Reed Lane"]})])
    school.caught_up()
    (answer,) = intake(school, [row(1, address={"lines": ["4 Mill Row"]})], dry_run=True, day="2026-10-01")
    (effect,) = [one for one in answer["effects"] if one["effect"] == "changed"]
    assert (effect["old"]["lines"], effect["new"]["lines"]) == (["1 Reed Lane"], ["4 Mill Row"])
    assert (effect["at"]["connector"], effect["at"]["row"]) == ("ctf", 1)


def test_contacts_of_two_families_with_one_name_stay_two_people(school: School) -> None:
    one, two = intake(school, [row(1, contacts=[contact("07700 900001")]), row(2, contacts=[contact("07700 900002")])])
    school.caught_up()
    intake(school, [row(2, contacts=[contact("07700 900003")])], day="2026-10-01")
    school.caught_up()
    numbers = []
    people = set()
    for answer in (one, two):
        (found,) = school.read("office", f"pupils/{answer['pupil']}")["pupil"]["contacts"]
        people.add(found["contact"])
        numbers.append([phone["value"]["number"] for phone in found["phones"]])
    assert len(people) == 2
    assert numbers == [["07700 900001"], ["07700 900003"]]


def test_a_bad_row_stops_no_other_and_is_kept_with_its_reasons(school: School) -> None:
    batch = new_id()
    rows = [row(1), row(2, upn="X" + upn(2)[1:]), row(3, date_of_birth="2020-02-30"), row(4, upn=None)]
    body = {"batch": batch, "connector": "ctf", "dry_run": False, "valid_on": "2026-09-03", "rows": rows}
    answer = school.post("connector", "intake/pupils", body).json()
    assert [one["outcome"] for one in answer["rows"]] == ["accepted", *["quarantined"] * 3]
    kept = school.get("office", f"intake/batches/{batch}/quarantine").json()["rows"]
    assert [one["row"] for one in kept] == [2, 3, 4]
    assert kept[1]["fields"]["date_of_birth"] == "2020-02-30"
    assert all(reason.endswith(".") for one in kept for reason in one["reasons"])


def test_a_birth_date_that_differs_is_a_persons_to_decide(school: School) -> None:
    intake(school, [row(1)])
    school.caught_up()
    (answer,) = intake(school, [row(1, date_of_birth="2020-06-05")])
    assert answer["outcome"] == "quarantined"
    assert "differs from the one recorded" in answer["reasons"][0]


def test_registers_of_a_file_find_group_and_pupil_or_say_why_not(school: School) -> None:
    school.pupil(1)
    marks = [
        {"row": 1, "upn": upn(1), "code": "I"},
        {"row": 2, "upn": upn(9), "code": "/"},
        {"row": 3, "upn": upn(1), "code": "/"},
    ]
    registers = [
        {"date": "2026-09-15", "session": "AM", "group": group, "marks": marks} for group in ("Wren", "Nobody")
    ]
    registers[1]["marks"] = [{"row": 4, "upn": upn(1), "code": "/"}]
    answer = school.post("connector", "intake/registers", {
        "batch": new_id(), "connector": "csv", "registers": registers,
    }).json()  # fmt: skip
    said = {one["row"]: (one["outcome"], " ".join(one["reasons"])) for one in answer["rows"]}
    assert said[1] == ("accepted", "")
    assert [said[number][0] for number in (2, 3, 4)] == ["quarantined"] * 3
    assert "No pupil of this school" in said[2][1]
    assert "marked twice" in said[3][1]
    assert "no group of this name" in said[4][1]


def test_a_mark_may_name_a_pupil_by_their_id_here(school: School) -> None:
    ada = school.pupil(1)
    marks = [
        {"row": 1, "pupil": ada, "code": "I"},
        {"row": 2, "pupil": "12345", "code": "/"},
        {"row": 3, "pupil": new_id(), "code": "/"},
    ]
    registers = [{"date": "2026-09-15", "session": "AM", "group": "Wren", "marks": marks}]
    body = {"batch": new_id(), "connector": "csv", "registers": registers}
    answer = school.post("connector", "intake/registers", body).json()
    assert [one["outcome"] for one in answer["rows"]] == ["accepted", "quarantined", "quarantined"]
    assert "UPN or id" in answer["rows"][1]["reasons"][0]
    assert "not on the roll" in answer["rows"][2]["reasons"][0]

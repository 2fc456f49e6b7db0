"""Results: from a file and by hand, in the pupil's record, each saying where it comes from and what it replaced."""

from typing import Any

from support.school import School, upn

CHECK = {"stage": "KS1", "year": 2026, "subject": "PHON", "method": "TT"}


def send(school: School, mark: str, day: str | None) -> dict[str, Any]:
    result = {"assessed": CHECK, "outcome": {"qualifier": "NM", "result": mark}, "on": day}
    row = {"row": 1, "upn": upn(1), "sections": {"assessment": {"results": [result]}}}
    answer = school.post("office", "intake/pupils", {
        "connector": "test", "batch": school.group, "valid_on": "2026-09-20", "rows": [row],
    })  # fmt: skip
    assert answer.status_code == 200, answer.text
    school.written = max([school.written, *(one["index"] or 0 for one in answer.json()["rows"])])
    school.caught_up()  # A plan is compared with the views; what they do not have yet, the decider refuses.
    found: dict[str, Any] = answer.json()["rows"][0]
    return found


def shown(school: School, who: str, pupil: str) -> list[dict[str, Any]]:
    sections = school.read(who, f"pupils/{pupil}")["pupil"]["sections"]
    return [fact for one in sections if one["name"] == "assessment" for fact in one["facts"]]


def test_a_teacher_records_and_corrects_a_result(school: School) -> None:
    ada = school.pupil(1)
    result: dict[str, Any] = {"pupil": ada, "valid_on": "2026-09-15", "assessed": CHECK}
    school.command("teacher", "records/record-result", **result, outcome={"qualifier": "NM", "result": "31"})
    school.command("teacher", "records/correct-result", **result, outcome={"qualifier": "NM", "result": "32"},
                   reason="Counted again")  # fmt: skip
    (fact,) = shown(school, "teacher", ada)
    assert (fact["label"], fact["text"]) == ("KS1 PHON, test or task, 2026", "32 (mark)")
    assert shown(school, "dsl", ada) == []
    school.command("office", "records/withdraw-result", **result, reason="Another child's")
    assert shown(school, "teacher", ada) == []


def test_a_files_result_is_taken_once_and_never_corrects(school: School) -> None:
    ada = school.pupil(1)
    assert send(school, "31", "2026-06-12")["outcome"] == "accepted"
    assert send(school, "31", "2026-06-12")["outcome"] == "unchanged"
    refused = send(school, "33", "2026-06-12")
    assert refused["outcome"] == "quarantined"
    assert "another result than the one recorded" in refused["reasons"][0]
    assert send(school, "33", "2026-07-03")["outcome"] == "accepted"
    (fact,) = shown(school, "head", ada)
    assert (fact["text"], fact["was"]) == ("33 (mark)", "31 (mark)")
    assert fact["at"]["connector"] == "test"

"""What a teacher must know of a child, what only some may see, and a transfer file that says of it what it says."""

from typing import Any

from support.school import School, new_id, upn

NUTS = {"called": "Nuts", "severity": "life-threatening", "what_to_do": "Pen in the office, then 999"}


def sections(school: School, who: str, pupil: str) -> dict[str, list[dict[str, Any]]]:
    record = school.read(who, f"pupils/{pupil}")["pupil"]
    return {one["name"]: one["facts"] for one in record["sections"]}


def test_a_teacher_sees_the_allergy_of_a_child_they_teach_and_the_correction_that_made_it_right(school: School) -> None:
    ada = school.pupil(1)
    school.command("office", "records/record-allergy", pupil=ada, valid_on="2026-09-03",
                   allergy={**NUTS, "severity": "mild"})  # fmt: skip
    school.command("office", "records/correct-allergy", pupil=ada, valid_on="2026-09-03", called="nuts",
                   started="2026-09-03", allergy=NUTS, reason="the parents' letter", evidence="letter of 4 September")  # fmt: skip
    school.caught_up()
    (allergy,) = sections(school, "teacher", ada)["health"]
    assert allergy["text"] == "Nuts, life-threatening. Pen in the office, then 999"
    assert "mild" in allergy["was"]


def test_sen_is_changed_by_who_may_and_shown_with_its_days(school: School) -> None:
    ada = school.pupil(1)
    start = {"pupil": ada, "valid_on": "2026-09-03", "provision": "K", "until": None}
    assert school.post("office", "records/start-sen-provision", start).status_code == 403
    school.command("head", "records/start-sen-provision", **start)
    school.command("head", "records/record-sen-needs", pupil=ada, valid_on="2026-09-03", needs=["DS", "SLCN"])
    school.command("head", "records/issue-ehc-plan", pupil=ada, valid_on="2026-10-01", plan={"authority": "Fenshire"})
    school.command("head", "records/start-sen-provision", pupil=ada, valid_on="2026-10-01", provision="E")
    school.caught_up()
    shown = [(one["label"], one["since"], one["until"]) for one in sections(school, "teacher", ada)["sen"]]
    assert ("SEN provision", "2026-09-03", "2026-09-30") in shown
    assert ("SEN provision", "2026-10-01", None) in shown
    assert "sen" not in sections(school, "office", ada)


def test_a_files_row_brings_its_sections_and_blanks_nothing(school: School) -> None:
    ada = school.pupil(1)
    said = {"sen": {"provision": [{"since": "2025-09-03", "until": None, "provision": "K"}], "needs": ["ASD"]},
            "health": {"medical_flag": True}}  # fmt: skip
    assert send(school, said)["outcome"] == "accepted"
    assert send(school, said)["outcome"] == "unchanged"
    assert send(school, {})["outcome"] == "unchanged"
    found = sections(school, "head", ada)
    assert [one["label"] for one in found["sen"]] == ["SEN provision", "Needs, the primary one first"]
    assert [one["label"] for one in found["health"]] == ["Flag of the previous school"]


def send(school: School, said: dict[str, Any]) -> dict[str, Any]:
    """Send one pupil's row as a connector does."""
    name = {"surname": "Lark", "forename": "Ada"}
    row = {"row": 1, "upn": upn(1), "full_name": name, "date_of_birth": "2020-05-06", "sex": "F", "sections": said}
    body = {"batch": new_id(), "connector": "ctf", "dry_run": False, "valid_on": "2026-09-03", "rows": [row]}
    answer = school.post("connector", "intake/pupils", body)
    assert answer.status_code == 200, answer.text
    school.written = max(school.written, answer.json()["index"])
    (found,) = answer.json()["rows"]
    return dict(found)

"""Pastoral notes and suspensions: shown to those who may see them, with their review and the day of return."""

from typing import Any

from support.school import School, new_id


def section(school: School, who: str, pupil: str, name: str, valid_on: str) -> list[dict[str, Any]]:
    sections = school.read(who, f"pupils/{pupil}", valid_on=valid_on)["pupil"]["sections"]
    return [fact for one in sections if one["name"] == name for fact in one["facts"]]


def test_a_note_is_seen_by_those_who_care_and_not_by_the_office(school: School) -> None:
    ada, note = school.pupil(1), new_id()
    said = {"pupil": ada, "note": note, "valid_on": "2026-09-15"}
    school.command("senco", "records/record-pastoral-note", text="Tired.\nCame without breakfast.", **said)
    school.command("dsl", "records/correct-pastoral-note", text="Hungry.", reason="He said so", **said)
    for who in ("senco", "dsl", "head"):
        (fact,) = section(school, who, ada, "pastoral", "2026-09-16")
        assert (fact["text"], fact["was"]) == ("Hungry.", "Tired.\nCame without breakfast.")
    assert section(school, "office", ada, "pastoral", "2026-09-16") == []
    refused = school.post("office", "records/record-pastoral-note", {**said, "note": new_id(), "text": "Late."})
    assert refused.status_code == 403


def test_a_suspension_its_review_and_the_return(school: School) -> None:
    ada, exclusion = school.pupil(1), new_id()
    episode = {"exclusion_kind": "SUSP", "exclusion_reasons": ["PP", "DB"], "last": "2026-09-18", "sessions": 8}
    school.command("head", "records/record-exclusion", pupil=ada, exclusion=exclusion, valid_on="2026-09-15",
                   episode=episode)  # fmt: skip
    school.command("head", "records/review-exclusion", pupil=ada, exclusion=exclusion, valid_on="2026-09-16",
                   review="GB", outcome="Ended early")  # fmt: skip
    school.command("head", "records/reinstate-pupil", pupil=ada, exclusion=exclusion, valid_on="2026-09-17")
    facts = section(school, "head", ada, "exclusions", "2026-09-20")
    assert [fact["label"] for fact in facts] == ["Suspension", "Governing board", "Reinstated"]
    assert facts[0]["until"] == "2026-09-16"
    assert [fact["label"] for fact in section(school, "senco", ada, "exclusions", "2026-09-15")] == ["Suspension"]
    assert section(school, "teacher", ada, "exclusions", "2026-09-20") == []
    assert "exclusion" not in school.site.log_columns(school.organisation)

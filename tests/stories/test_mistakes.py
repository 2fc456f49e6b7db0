"""What was told by mistake is put right over HTTP by its entry, and the record says what was told and why it was wrong."""

from typing import Any

from support.school import School, new_id

WHY = {"reason": "The parent rang.", "evidence": "Note of the call."}


def facts(school: School, pupil: str, section: str) -> list[dict[str, Any]]:
    sections = school.read("office", f"pupils/{pupil}")["pupil"]["sections"]
    found: list[dict[str, Any]] = next(one["facts"] for one in sections if one["name"] == section)
    return found


def test_a_contact_unlinked_and_a_number_ended_by_mistake_are_as_they_were(school: School) -> None:
    ada, dana = school.pupil(1), new_id()
    school.command("office", "records/record-contact", person=dana, valid_on="2026-09-03",
                   full_name={"surname": "Lark", "forename": "Dana"})  # fmt: skip
    link = {"person": ada, "contact": dana}
    school.command("office", "records/link-contact", **link, valid_on="2026-09-03", relationship="PAM", priority=1)
    number = {"person": dana, "phone_type": "M"}
    school.command("office", "records/change-phone", **number, valid_on="2026-09-03", number="07700 900001")
    over = {"valid_on": "2026-09-10", "reason": "told so"}
    ended = school.command("office", "records/end-phone", **number, **over)["index"]
    gone = school.command("office", "records/unlink-contact", **link, **over)["index"]
    assert school.read("office", f"pupils/{ada}")["pupil"]["contacts"] == []

    on = {"valid_on": "2026-09-10", **WHY}
    school.command("office", "records/correct-unlink", **link, **on, wrong=gone)
    school.command("office", "records/correct-phone-end", **number, **on, wrong=ended)
    (contact,) = school.read("office", f"pupils/{ada}")["pupil"]["contacts"]
    assert [one["value"]["number"] for one in contact["phones"]] == ["07700 900001"]
    told = facts(school, ada, "contact-mistakes")
    assert [one["label"] for one in told] == [
        "Dana Lark: End of being a contact", "Dana Lark: End of a telephone number",
    ]  # fmt: skip
    assert all(one["was"].endswith("on 2026-09-10") and "The parent rang." in one["note"] for one in told)
    refused = school.post("office", "records/correct-unlink", {**link, **on, "wrong": ended})
    assert "tells nothing of the kind" in refused.json()["detail"]


def test_a_pupil_put_in_the_wrong_group_was_never_there(school: School) -> None:
    ada = school.pupil(1, join=False)
    group = {"group": school.group}
    joined = school.command("office", "records/join-group", **group, pupils=[ada], date="2026-09-07")["index"]
    moved = {**group, "pupil": ada, **WHY, "wrong": joined}
    right = school.command("office", "records/correct-group-joining", **moved, joined="2026-09-14")["index"]
    (place,) = school.read("office", f"pupils/{ada}")["pupil"]["groups"]
    assert (place["since"], place["was"]) == ("2026-09-14", "joined 2026-09-07")
    assert "The parent rang. Evidence: Note of the call." in place["note"]
    school.command("office", "records/correct-group-joining", **{**moved, "wrong": right})
    assert school.read("office", f"pupils/{ada}")["pupil"]["groups"] == []
    names = [one["name"] for one in school.read("office", f"pupils/{ada}/timeline")["entries"]]
    assert names[-2:] == ["group-joining-corrected", "group-joining-corrected"]


def test_only_who_may_say_who_teaches_corrects_it(school: School) -> None:
    said = {"group": school.group, "staff": new_id(), "wrong": 1, **WHY}
    assert school.post("teacher", "records/correct-group-teaching", said).status_code == 403


def test_what_the_form_does_not_ask_is_not_put_in_the_place_of_what_was_shown(school: School) -> None:
    ada, dana = school.pupil(1), new_id()
    read = school.read("office", "collection-form")
    asked = [
        {name: one[name] for name in ("item", "required", "rule_version")}
        for one in read["fields"] if one["item"] == "religion"
    ]  # fmt: skip
    form = {"to": dana, "channel": "paper", "wording": read["wording"], "asked": asked}
    shown = school.command("office", "records/show-fields", pupil=ada, valid_on="2026-09-04", **form)["index"]
    about = {"pupil": ada, "valid_on": "2026-09-04", "wrong": shown, **WHY}
    strange = {**form, "on": "2026-09-05", "asked": [{"item": "nationality", "required": False, "rule_version": 1}]}
    refused = school.post("office", "records/correct-showing", {**about, "showing": strange})
    assert "does not ask for one of these" in refused.json()["detail"]
    school.command("office", "records/correct-showing", **about, showing={**form, "on": "2026-09-05"})
    school.command("office", "records/decline-field", pupil=ada, valid_on="2026-09-06", item="religion",
                   shown=shown, by=dana)  # fmt: skip
    (told,) = facts(school, ada, "collection")
    assert (told["since"], told["value"]["answer"]) == ("2026-09-05", "declined")
    assert "What was shown was corrected: The parent rang." in told["note"]
    # A file or a slip may have said what was answered; what the family really said stands in its place.
    answered = told["at"]["index"]
    school.command("office", "records/correct-answer", **{**about, "wrong": answered})
    (told,) = facts(school, ada, "collection")
    assert told["value"]["answer"] is None
    assert "Not answered on 2026-09-06 (declined)" in told["note"]


def test_a_plan_put_right_is_what_the_register_is_offered(school: School) -> None:
    ada = school.pupil(1)
    plan = school.command("office", "records/plan-absence", pupil=ada, valid_on="2026-09-15", until="2026-09-16",
                          code="M", reason="hospital")["index"]  # fmt: skip
    right = {"first": "2026-09-17", "until": "2026-09-17", "sessions": "AM", "code": "M", "because": "dentist"}
    school.command(
        "office", "records/correct-absence", pupil=ada, valid_on="2026-09-15", wrong=plan, planned=right, **WHY
    )
    (shown,) = school.read("office", f"pupils/{ada}/planned-absences")["planned"]
    assert (shown["first"], shown["was"]["first"], shown["was"]["why"]) == (
        "2026-09-17", "2026-09-15", "The parent rang. Evidence: Note of the call.",
    )  # fmt: skip

"""What families are asked: each field says whether it is required; what was shown, given, declined is on the record."""

from typing import Any

from support.school import School, new_id

SHOWN_ON = "2026-09-04"


def ask(school: School, pupil: str, to: str, *items: str) -> tuple[int, dict[str, Any]]:
    form = school.read("office", "collection-form")
    fields = {one["item"]: one for one in form["fields"]}
    asked = [{name: fields[item][name] for name in ("item", "required", "rule_version")} for item in items]
    written = school.command("office", "records/show-fields", pupil=pupil, valid_on=SHOWN_ON, to=to, channel="paper",
                             wording=form["wording"], asked=asked)  # fmt: skip
    return written["index"], form


def test_the_form_says_of_every_field_whether_it_is_required_and_by_which_law(school: School) -> None:
    form = school.read("office", "collection-form")
    said = {one["item"]: (one["required"], one["citation"]) for one in form["fields"]}
    assert said["date_of_birth"][0] is True
    assert "reg 8" in said["date_of_birth"][1]
    assert said["religion"][0] is False
    assert "nationality" not in said
    assert len(form["wording"]) == 64
    html = school.site.client.get(
        f"/schools/{school.organisation}/collection-form", headers={"Authorization": f"Bearer {school.token('office')}"}
    ).text
    assert html.count("You must give this") + html.count("This is your choice") == len(form["fields"])
    assert form["wording"] in html


def test_what_was_asked_given_and_declined_stands_on_the_record(school: School) -> None:
    ada, dana = school.pupil(1), new_id()
    school.command("office", "records/record-contact", person=dana, valid_on="2026-09-03",
                   full_name={"surname": "Lark", "forename": "Dana"})  # fmt: skip
    shown, form = ask(school, ada, dana, "religion", "sex")
    said: dict[str, Any] = {"pupil": ada, "valid_on": "2026-09-05", "shown": shown, "by": dana}
    school.command("office", "records/decline-field", **said, item="religion")
    school.command("office", "records/give-field", **said, item="sex")

    digest = "3" * 64
    school.command("head", "governance/publish-privacy-notice", notice_version=1, digest=digest, valid_on="2026-09-01")
    school.caught_up()
    given: dict[str, Any] = {"pupil": ada, "valid_on": "2026-09-05", "notice_version": 1, "to": dana}
    school.command("office", "records/give-notice", **given, digest=digest)
    refused = school.post("office", "records/give-notice", {**given, "digest": "4" * 64})
    assert "has not published this version" in refused.json()["detail"]

    sections = school.read("office", f"pupils/{ada}")["pupil"]["sections"]
    (found,) = [one["facts"] for one in sections if one["name"] == "collection"]
    answers = {fact["value"]["item"]: fact["value"] for fact in found if "item" in fact["value"]}
    assert {item: one["answer"] for item, one in answers.items()} == {"religion": "declined", "sex": "given"}
    # Every voluntary answer has, for its ancestor, the entry at which its question was shown as a choice.
    entries = {one["index"]: one for one in school.read("office", f"pupils/{ada}/timeline")["entries"]}
    assert entries[answers["religion"]["shown"]]["name"] == "field-shown"
    assert answers["religion"]["required"] is False
    assert {one["wording"] for one in answers.values()} == {form["wording"]}
    assert found[-1]["value"]["notice_version"] == 1


def test_what_the_form_does_not_ask_cannot_have_been_shown(school: School) -> None:
    ada = school.pupil(1)
    for asked in (
        {"item": "nationality", "required": False, "rule_version": 1},
        {"item": "religion", "required": True, "rule_version": 1},
    ):
        refused = school.post("office", "records/show-fields", {
            "pupil": ada, "valid_on": SHOWN_ON, "to": new_id(), "channel": "spoken", "wording": "1" * 64,
            "asked": [asked],
        })  # fmt: skip
        assert refused.status_code == 409
        assert "Take the fields from the form" in refused.json()["detail"]

"""What is restricted is printed and listed nowhere; the registers that a law asks for still say that they hold it."""

from typing import Any

import pytest
from stories.test_absence_patterns import siblings
from stories.test_register_print import inflated
from stories.test_restriction import reads_of, restrict
from support.school import School
from support.sharing import recipient

from services.routes import COOKIE

SPAN = {"first": "2026-09-01", "last": "2026-09-30"}
KEPT = "Processing is restricted"


def page(school: School, who: str, path: str, **query: str) -> Any:
    school.caught_up()
    return school.site.client.get(f"/schools/{school.organisation}/{path}", params=query, headers=school.headers(who))


def test_a_printed_register_holds_the_marks_and_does_not_show_them(school: School) -> None:
    ada, bea = school.pupil(1), school.pupil(2, "Wren", "Bea")
    school.take("teacher", {ada: "I", bea: "/"})
    school.command("office", "records/amend-mark", pupil=ada, date="2026-09-15", session="AM", code="M",
                   reason="a letter came")  # fmt: skip
    restrict(school, ada, "attendance")
    printed = {one["subject"]: one for one in school.read(
        "office", "register-print", group=school.group, **SPAN)["register"]["pupils"]}  # fmt: skip
    assert (printed[ada]["marks"], printed[ada]["kept"], printed[ada]["name"]) == ([], 1, "Lark, Ada")
    assert len(printed[bea]["marks"]) == 1
    html = page(school, "office", "register-print", group=school.group, **SPAN).text
    assert "holds 1 mark of this pupil" in html
    assert "a letter came" not in html
    assert "door=public-interest" in html


def test_a_door_opens_the_printed_register_and_is_written_down_of_that_pupil_alone(school: School) -> None:
    pytest.importorskip("weasyprint")
    ada, bea = school.pupil(1), school.pupil(2, "Wren", "Bea")
    school.take("teacher", {ada: "I", bea: "/"})
    restrict(school, ada, "attendance", "identity")
    shut = page(school, "office", "register-print", group=school.group, **SPAN).text
    assert ("Lark" in shut, KEPT in shut, "Wren" in shut) == (False, True, True)
    query = {"group": school.group, **SPAN, "door": "public-interest"}
    opened = page(school, "office", "register-print", **query)
    assert "Lark, Ada" in opened.text
    assert "door=public-interest" in opened.text
    assert page(school, "office", "register-print.pdf", **query).status_code == 200
    assert inflated(page(school, "office", "register-print.pdf", group=school.group, **SPAN).content)
    told = {who: [one.what for one in listed_of(school, who)] for who in (ada, bea)}
    assert "register print (door=public-interest)" in told[ada]
    assert not [one for one in told[bea] if "door" in one]
    wrong = school.get("office", "register-print", group=school.group, **SPAN, door="curiosity")
    assert wrong.status_code == 409


def listed_of(school: School, pupil: str) -> Any:
    """Give what the log says was listed of a pupil."""
    return reads_of(school, pupil, "records-searched")


def test_the_admission_register_keeps_the_entry_and_shows_nothing_that_is_restricted(school: School) -> None:
    ada = school.pupil(1)
    school.command("office", "records/change-address", person=ada, valid_on="2026-09-03",
                   address={"lines": ["4 Mill Lane"], "postcode": "NR12 8XX"})  # fmt: skip
    assert "Mill Lane" in page(school, "office", "admission-register").text
    restrict(school, ada, "contact")
    (entry,) = school.read("office", "admission-register")["register"]["entries"]
    assert (entry["address"], entry["restricted"], entry["contacts"]) == (None, ["contact"], [])
    assert entry["gaps"] == ["the school attended last"]
    html = page(school, "office", "admission-register").text
    assert ("Mill Lane" in html, KEPT in html, "Lark" in html) == (False, True, True)
    assert "Mill Lane" in page(school, "office", "admission-register", door="public-interest").text
    restrict(school, ada)
    html = page(school, "office", "admission-register").text
    assert ("Lark" in html, "3 September 2026" in html, "1 entry" in html) == (False, False, True)


def test_a_contact_whose_own_data_is_restricted_is_not_printed_either(school: School) -> None:
    ada, _ = siblings(school)
    (contact,) = {one["contact"] for one in school.read("office", f"pupils/{ada}")["pupil"]["contacts"]}
    school.command("office", "records/change-phone", person=contact, valid_on="2026-09-03", phone_type="M",
                   number="01603 000001")  # fmt: skip
    assert "01603 000001" in page(school, "office", "admission-register").text
    restrict(school, contact, "identity", "contact")
    html = page(school, "office", "admission-register").text
    assert ("01603 000001" in html, "Dana" in html, KEPT in html) == (False, False, True)


def test_patterns_count_nothing_that_is_restricted_also_beside_siblings(school: School) -> None:
    _, bea = siblings(school)
    restrict(school, bea, "attendance")
    found = school.read("office", "absence-patterns", group=school.group, **SPAN)["patterns"]
    assert found["total"]["total"]["possible"] == 5
    assert [(one["restricted"], one["pattern"]["total"]["possible"], one["siblings"]) for one in found["pupils"]] == [
        (False, 5, []), (True, 0, []),
    ]  # fmt: skip
    assert "counted nowhere here" in page(school, "office", "absence-patterns", group=school.group, **SPAN).text
    shut = school.get("office", "absence-patterns", pupil=bea, **SPAN)
    assert (shut.status_code, "door=claims" in shut.json()["detail"]) == (403, True)
    opened = school.read("office", "absence-patterns", pupil=bea, **SPAN, door="claims")["patterns"]
    assert opened["total"]["total"]["possible"] == 3


def test_an_arrangement_is_not_shown_and_may_still_be_recorded(school: School) -> None:
    ada = school.pupil(1)
    said = {"attends": ["MON AM"], "review_on": "2026-09-28", "agreed_with": "the mother"}
    school.command("office", "records/agree-part-time", pupil=ada, valid_on="2026-09-14", until="2026-10-16",
                   timetable=said)  # fmt: skip
    assert "the mother" in page(school, "office", f"pupils/{ada}/part-time").text
    restrict(school, ada, "attendance")
    html = page(school, "office", f"pupils/{ada}/part-time").text
    assert ("the mother" in html, "Record it" in html, "door=claims" in html) == (False, True, True)
    assert page(school, "office", f"pupils/{ada}/part-time", started="2026-09-14").status_code == 403
    opened = page(school, "office", f"pupils/{ada}/part-time", started="2026-09-14", door="claims").text
    assert "the mother" in opened
    assert reads_of(school, ada)[-1].what == "Part-time timetable (door=claims)"
    assert school.read("office", "proposals", group=school.group, date="2026-09-14", session="PM")["proposals"] == []


def test_a_move_is_not_shown_and_may_still_be_recorded(school: School) -> None:
    ada = school.pupil(1)
    school.command("office", "records/notify-future-address", pupil=ada, valid_on="2026-09-14", future={
        "address": {"lines": ["9 Reed Lane"], "postcode": None}, "expected_on": "2026-10-01", "lives_with": [],
        "in_addition": False,
    })  # fmt: skip
    assert "9 Reed Lane" in page(school, "office", f"pupils/{ada}/future-address").text
    restrict(school, ada, "contact")
    html = page(school, "office", f"pupils/{ada}/future-address").text
    assert ("9 Reed Lane" in html, "2026-10-01" in html, "Record it" in html, "door=claims" in html) == (
        False, False, True, True,
    )  # fmt: skip
    opened = page(school, "office", f"pupils/{ada}/future-address", door="claims").text
    assert "9 Reed Lane" in opened
    assert "?door=claims" in opened
    assert reads_of(school, ada)[-1].what.endswith("(door=claims)")
    restrict(school, ada, "identity")
    assert "Lark" not in page(school, "office", f"pupils/{ada}/future-address").text


def test_what_is_due_stays_on_its_list_without_what_may_not_be_used(school: School) -> None:
    ada = school.pupil(1)
    school.command("office", "records/leave", pupil=ada, valid_on="2026-09-30", ground="another-school",
                   destination="Hickling Junior School")  # fmt: skip
    restrict(school, ada, "identity", "enrolment")
    (line,) = school.read("office", "leavers", first="2026-09-01", last="2026-10-31")["leavers"]
    assert (line["name"], line["destination"], line["transfer"]["state"]) == (KEPT, None, "nothing-sent")
    due = school.read("office", "returns", valid_on="2026-10-01")["returns"]
    assert {(one["name"], "first" in one["return"]) for one in due} == {(KEPT, False)}


def test_the_form_to_share_does_not_name_whoever_may_not_be_named(school: School) -> None:
    ada = school.pupil(1)
    norfolk = recipient(school, "authority", "Norfolk")
    restrict(school, ada, "identity")
    school.caught_up()
    signed_in = {"Cookie": f"{COOKIE}={school.token('office')}"}
    here = f"/schools/{school.organisation}/share"
    html = school.site.client.get(here, params={"recipient": norfolk}, headers=signed_in).text
    assert ("Lark" in html, KEPT in html) == (False, True)

"""Patterns of absence over HTTP: of a pupil, of a group, beside siblings, and to whom they are shown."""

from typing import Any

from support.school import School, new_id

SPAN = {"first": "2026-09-01", "last": "2026-09-30"}
MONDAYS, TUESDAY = ("2026-09-14", "2026-09-21"), "2026-09-15"


def siblings(school: School) -> tuple[str, str]:
    """Give two pupils of one parent, both away on two Monday mornings and one of them on a Tuesday."""
    ada, bea, dana = school.pupil(1), school.pupil(2, "Lark", "Bea"), new_id()
    since = {"valid_on": "2026-09-03"}
    school.command(
        "office", "records/record-contact", person=dana, **since, full_name={"surname": "Lark", "forename": "Dana"}
    )
    for pupil in (ada, bea):
        school.command("office", "records/link-contact", person=pupil, **since, contact=dana, relationship="PAM",
                       parental_responsibility=True, priority=1)  # fmt: skip
    for day in MONDAYS:
        school.take("teacher", {ada: "I", bea: "G"}, day)
        school.take("teacher", {ada: "\\", bea: "Y1"}, day, "PM")
    school.written = school.take("teacher", {ada: "O", bea: "/"}, TUESDAY).json()["index"]
    school.caught_up()
    return ada, bea


def patterns(school: School, who: str = "office", **query: Any) -> dict[str, Any]:
    found: dict[str, Any] = school.read(who, "absence-patterns", **SPAN, **query)["patterns"]
    return found


def test_a_pupils_absences_by_weekday_and_session_and_beside_a_sibling(school: School) -> None:
    ada, bea = siblings(school)
    (one,) = patterns(school, pupil=ada)["pupils"]
    assert one["pattern"]["each"] == {
        "Monday AM": {"possible": 2, "absent": 2, "unauthorised": 0},
        "Monday PM": {"possible": 2, "absent": 0, "unauthorised": 0},
        "Tuesday AM": {"possible": 1, "absent": 1, "unauthorised": 1},
    }
    assert one["pattern"]["total"] == {"possible": 5, "absent": 3, "unauthorised": 1}
    (beside,) = one["siblings"]
    assert (beside["subject"], beside["shares"]) == (bea, ["contact"])
    assert (beside["possible"], beside["absent"], beside["sibling_absent"], beside["both_absent"]) == (3, 3, 2, 2)
    assert beside["together"] == [[day, "AM"] for day in MONDAYS]


def test_a_group_is_the_sum_of_its_pupils_while_they_belonged_to_it(school: School) -> None:
    ada, bea = siblings(school)
    whole = patterns(school, group=school.group)
    assert [one["subject"] for one in whole["pupils"]] == [ada, bea]
    assert whole["total"]["weekdays"]["Monday"] == {"possible": 6, "absent": 4, "unauthorised": 2}
    school.command("office", "records/leave-group", group=school.group, pupils=[bea], date="2026-09-14")
    assert patterns(school, group=school.group)["total"]["weekdays"]["Monday"]["absent"] == 3


def test_one_address_makes_siblings_too(school: School) -> None:
    ada, bea = school.pupil(1), school.pupil(2, "Wren", "Bea")
    for pupil, line in ((ada, "1 Reed Lane"), (bea, "1, reed lane")):
        school.command(
            "office", "records/change-address", person=pupil, valid_on="2026-09-03", address={"lines": [line]}
        )
    (one,) = patterns(school, pupil=ada)["pupils"]
    assert [(other["subject"], other["shares"], other["possible"]) for other in one["siblings"]] == [
        (bea, ["address"], 0)
    ]


def test_a_teacher_sees_the_pattern_of_those_they_teach_and_no_family(school: School) -> None:
    ada, _ = siblings(school)
    (one,) = patterns(school, "teacher", pupil=ada)["pupils"]
    assert one["siblings"] is None
    eve = school.pupil(3, "Swift", "Eve", join=False)
    assert school.get("teacher", "absence-patterns", pupil=eve, **SPAN).status_code == 403
    assert school.get("office", "absence-patterns", **SPAN).status_code == 409
    assert school.get("office", "absence-patterns", pupil=new_id(), **SPAN).status_code == 404
    assert school.get("office", "absence-patterns", group=new_id(), **SPAN).status_code == 404


def test_a_pattern_is_written_down_with_the_siblings_it_names(school: School) -> None:
    ada, bea = siblings(school)
    patterns(school, pupil=ada)
    with school.site.owner("log") as connection:
        found = connection.execute(
            "SELECT count(*) FROM ledger.event WHERE organisation = %s AND name = 'records-searched'"
            " AND ARRAY[%s, %s]::uuid[] <@ subjects", [school.organisation, ada, bea],
        ).fetchone()  # fmt: skip
    assert found == (1,)

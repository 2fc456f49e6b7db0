"""The registers beside the marks: leaving on a ground and putting it right, absences planned, returns that are due."""

from support.school import School


def leave(school: School, pupil: str, day: str, **said: str) -> None:
    school.command("office", "records/leave", pupil=pupil, valid_on=day, **said)
    school.caught_up()


def on_roll(school: School, day: str) -> list[str]:
    return [one["subject"] for one in school.read("office", "roll", valid_on=day)["pupils"]]


def test_a_leaver_without_a_ground_is_refused_and_a_wrong_leaving_is_put_right(school: School) -> None:
    ada = school.pupil(1)
    refused = school.post("office", "records/leave", {"pupil": ada, "valid_on": "2026-10-01", "reason": "moved"})
    assert refused.status_code == 409
    assert "another-school" in refused.json()["detail"]
    leave(school, ada, "2026-10-01", ground="another-school", destination="Fen Road Junior School")
    assert on_roll(school, "2026-10-02") == []
    school.command(
        "office", "records/correct-leaving", pupil=ada, valid_on="2026-10-09", ground="moved-away", reason="letter"
    )
    school.caught_up()
    school.command("office", "records/record-last-school", pupil=ada, valid_on="2026-09-03", school="Reed End Nursery")
    section = {
        one["label"]: one
        for found in school.read("office", f"pupils/{ada}")["pupil"]["sections"]
        if found["name"] == "admission"
        for one in found["facts"]
    }
    assert section["Last school attended"]["text"] == "Reed End Nursery"
    assert (section["Last day on the roll"]["was"], section["Last day on the roll"]["note"]) == (
        ("1 October 2026. Name deleted from the register: the pupil is registered at another school; "
         "gone to Fen Road Junior School"),
        "Corrected: letter",
    )  # fmt: skip
    assert "no longer lives within" in section["Last day on the roll"]["text"]
    assert (on_roll(school, "2026-10-09"), on_roll(school, "2026-10-10")) == ([ada], [])
    school.command("office", "records/undo-leaving", pupil=ada, valid_on="2026-10-09", reason="the wrong child")
    school.command(
        "office", "records/correct-starting-day", pupil=ada, wrong="2026-09-03", valid_on="2026-09-07", reason="letter"
    )
    school.caught_up()
    assert (on_roll(school, "2026-09-06"), on_roll(school, "2026-11-10")) == ([], [ada])


def test_a_planned_absence_is_offered_and_is_no_mark(school: School) -> None:
    ada, bea = school.pupil(1), school.pupil(2, "Wren", "Bea")
    planned = school.command("office", "records/plan-absence", pupil=ada, valid_on="2026-09-14", until="2026-09-16",
                             sessions="AM", code="M", reason="the hospital")  # fmt: skip
    where = {"group": school.group, "date": "2026-09-15", "session": "AM"}
    offered = school.read("teacher", "proposals", **where)["proposals"]
    assert [(one["pupil"], one["code"], one["until"]) for one in offered] == [(ada, "M", "2026-09-16")]
    assert school.read("teacher", "proposals", **where | {"session": "PM"})["proposals"] == []
    assert school.read("office", f"pupils/{ada}/attendance")["marks"] == []
    taken = school.take("teacher", {ada: "/", bea: "/"})
    assert taken.status_code == 200, taken.text
    school.written = taken.json()["index"]
    assert school.read("teacher", "proposals", **where)["proposals"] == []
    school.command(
        "office", "records/withdraw-absence", pupil=ada, valid_on="2026-09-14", plan=planned["index"], reason="moved"
    )
    assert school.read("teacher", "proposals", **where | {"date": "2026-09-16"})["proposals"] == []
    (plan,) = school.read("office", f"pupils/{ada}/planned-absences")["planned"]
    assert plan["withdrawn"]["role"] == "office"


def test_ten_school_days_without_leave_call_for_a_return(school: School) -> None:
    ada, bea = school.pupil(1), school.pupil(2, "Wren", "Bea")
    days = [f"2026-09-{day:02}" for day in (7, 8, 9, 10, 11, 14, 15, 16, 17, 18)]
    for day in days:
        for session, here in (("AM", "/"), ("PM", "\\")):
            taken = school.take("office", {ada: "O", bea: here}, day, session)
            assert taken.status_code == 200, taken.text
            school.written = taken.json()["index"]
    said = school.read("office", "returns", valid_on="2026-09-18")
    assert said["not_adopted"] == []
    found = {(one["name"], one["return"]["rule"], one["return"]["days"]) for one in said["returns"]}
    assert ("Lark, Ada", "unauthorised-absence-return", 10) in found
    assert not any(name == "Wren, Bea" and "unauthorised" in rule for name, rule, _ in found)
    early = school.read("office", "returns", valid_on="2026-09-17")["returns"]
    assert not any("unauthorised" in one["return"]["rule"] for one in early)
    new = [one["return"] for one in early if one["return"]["rule"] == "new-pupil-return"]
    assert [one["due"] for one in new] == ["2026-09-08"] * 2


def test_fifteen_days_of_illness_are_seen_ahead(school: School) -> None:
    ada = school.pupil(1)
    school.command("office", "records/plan-absence", pupil=ada, valid_on="2026-09-14", until="2026-10-02", code="I",
                   reason="an operation")  # fmt: skip
    before = [one["return"] for one in school.read("office", "returns", valid_on="2026-09-11")["returns"]]
    assert [(one["first"], one["last"], one["days"]) for one in before if one["rule"] == "sickness-return"] == [
        ("2026-09-14", "2026-10-02", 15)
    ]
    # Days that have passed count by their marks, and there are none.
    after = [one["return"]["rule"] for one in school.read("office", "returns", valid_on="2026-09-14")["returns"]]
    assert "sickness-return" not in after

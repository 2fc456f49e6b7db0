"""The quarantine as a desk: rows are listed with their reasons, mended in place, tried again, and gone when expired."""

from support.intake import answered, fix, intake, received, row, waiting
from support.school import School, new_id, upn

from events.identifiers import parse_id
from services.installation import Installation


def test_a_row_is_mended_in_place_and_lands_under_its_own_batch_and_row(school: School) -> None:
    batch = received(school)
    intake(school, [row(1), row(2, date_of_birth="2020-02-30")], batch)
    (kept,) = waiting(school, batch)
    assert (kept["row"], kept["attempts"]) == (2, 1)
    (listed,) = [one for one in school.read("office", "intake/batches")["batches"] if one["batch"] == batch]
    assert (listed["waiting"], listed["fixed"], listed["rows"]) == (1, 0, 3)
    still = fix(school, batch, 2, row(2, sex="?"))
    assert still["outcome"] == "quarantined"
    (kept,) = waiting(school, batch)
    assert (kept["attempts"], kept["fields"]["sex"]) == (2, "?")
    assert fix(school, batch, 2, row(2), dry_run=True)["outcome"] == "accepted"
    assert len(waiting(school, batch)) == 1
    landed = fix(school, batch, 2, row(2))
    assert landed["outcome"] == "accepted"
    assert waiting(school, batch) == []
    born = school.read("office", f"pupils/{landed['pupil']}")["pupil"]["date_of_birth"]
    assert (born["at"]["batch"], born["at"]["row"]) == (batch, 2)
    again = school.post("office", f"intake/batches/{batch}/rows/2", {"fields": row(2)})
    assert again.status_code == 409
    assert "not set aside any more" in again.json()["detail"]


def test_rows_are_tried_again_once_something_else_is_right(school: School) -> None:
    batch = received(school, "csv", "registers")
    marks = [{"row": 4, "upn": upn(7), "code": "/"}, {"row": 5, "upn": upn(8), "code": "/"}]
    registers = [{"date": "2026-09-15", "session": "AM", "group": "Wren", "marks": marks}]
    body = {"batch": batch, "connector": "csv", "registers": registers}
    assert {one["outcome"] for one in answered(school, school.post("connector", "intake/registers", body))} == {
        "quarantined"
    }
    school.pupil(7)
    found = answered(school, school.post("office", f"intake/batches/{batch}/retry", {}))
    assert [(one["row"], one["outcome"]) for one in found] == [(4, "accepted"), (5, "quarantined")]
    assert [one["row"] for one in waiting(school, batch)] == [5]
    register = waiting(school, batch)[0]["fields"]
    assert fix(school, batch, 5, {**register, "code": "??"})["outcome"] == "quarantined"
    assert fix(school, batch, 5, {**register, "session": "noon"})["outcome"] == "quarantined"


def test_what_the_connector_could_not_read_is_never_tried_unchanged(school: School) -> None:
    school.pupil(1)
    batch = received(school)
    fields = row(1, date_of_birth=None) | {"as_written": {"DOB": "2020-02-30"}}
    body = {"batch": batch, "connector": "ctf", "rows": [{"row": 1, "fields": fields, "reasons": ["No such date."]}]}
    answered(school, school.post("connector", "intake/quarantine", body))
    (again,) = answered(school, school.post("office", f"intake/batches/{batch}/retry", {}))
    assert again["outcome"] == "quarantined"
    assert "Mend it first" in again["reasons"][-1]
    mended = fix(school, batch, 1, {**fields, "full_name": {}, "date_of_birth": "2020-05-06"})
    assert mended["outcome"] == "unchanged"
    assert waiting(school, batch) == []


def test_which_families_a_file_touched_is_one_question(school: School) -> None:
    contact = {"full_name": {"surname": "Lark", "forename": "Dana"}, "relationship": "PAM", "priority": 1}
    batch = received(school)
    one, two = intake(school, [row(1, contacts=[contact]), row(2)], batch)
    other = new_id()
    intake(school, [row(3)], other)
    found = school.read("office", f"intake/batches/{batch}/families")
    assert [family["pupil"]["subject"] for family in found["families"]] == [one["pupil"], two["pupil"]]
    assert [person["name"] for person in found["families"][0]["contacts"]] == ["Dana Lark"]
    assert found["others"] == []
    with school.site.owner("log") as connection:
        (count,) = connection.execute(
            "SELECT count(*) FROM ledger.event WHERE name = 'records-searched' AND subjects @> ARRAY[%s::uuid]",
            [one["pupil"]],
        ).fetchone() or (0,)
    assert count == 1


def test_the_desk_is_the_offices_and_not_a_teachers(school: School) -> None:
    batch = received(school)
    for path in ("intake/batches", f"intake/batches/{batch}/quarantine", f"intake/batches/{batch}/families"):
        assert school.get("teacher", path).status_code == 403
    for path in (f"intake/batches/{batch}/rows/1", f"intake/batches/{batch}/retry"):
        assert school.post("teacher", path, {"fields": {}}).status_code == 403
    assert school.get("office", f"intake/batches/{new_id()}/quarantine").status_code == 404


def test_a_row_whose_number_an_erased_pupil_had_stops_no_page(school: School) -> None:
    erased = school.pupil(1)
    school.caught_up()
    with Installation(school.site.settings) as installation:
        organisation, subject = parse_id(school.organisation), parse_id(erased)
        installation.vault.destroy(organisation, [subject], category="identity", request="REQ-1")
        installation.runner().refold(organisation, [subject])
    batch = received(school)
    former = row(2, sections={"numbers": {"former_upns": [upn(1)]}})
    answers = intake(school, [row(1), former, row(3)], batch)
    assert [one["outcome"] for one in answers] == ["quarantined", "quarantined", "accepted"]
    assert "not shown here any more" in answers[0]["reasons"][0]
    assert [one["row"] for one in waiting(school, batch)] == [1, 2]


def test_a_mended_row_of_an_undone_file_is_set_aside_again_when_the_file_comes_again(school: School) -> None:
    batch = received(school)
    bad, waits = row(1, upn=None), row(2, upn=None)
    intake(school, [bad, waits], batch)
    assert fix(school, batch, 1, row(1))["outcome"] == "accepted"
    school.caught_up()
    undone = school.post("office", f"intake/batches/{batch}/undo", {"reason": "another school's file"})
    assert [one["event"] for one in undone.json()["withdrawn"]] == ["pupil-registered", "upn-recorded"]
    assert [one["row"] for one in waiting(school, batch)] == [2]
    intake(school, [bad, waits], batch)
    assert [(one["row"], one["attempts"]) for one in waiting(school, batch)] == [(1, 2), (2, 1)]
    (listed,) = [one for one in school.read("office", "intake/batches")["batches"] if one["batch"] == batch]
    assert (listed["waiting"], listed["fixed"]) == (2, 0)

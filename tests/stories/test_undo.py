"""A file is undone by events: afterwards every row of every view is what it was before it, byte for byte."""

import asyncio
from typing import Any

import pytest
from support.intake import intake, received, row
from support.school import School, new_id, upn

from services.records.files import undo as undo_of
from services.records.files.undo import CHANGED, RESTS
from services.records.views import VIEWS

HOME = {"lines": ["1 Reed Lane"], "postcode": "NR12 9AA"}
CONTACT = {
    "full_name": {"surname": "Lark", "forename": "Dana"}, "relationship": "PAM", "priority": 1,
    "address": HOME, "phones": [{"phone_type": "M", "number": "07700 900001"}], "email": "dana@example.org",
}  # fmt: skip
HERE = {"since": "2026-09-03", "status": "C", "year_group": "1"}


def held(school: School) -> dict[str, Any]:
    """Give every row that the views about people hold of a school, as stored."""
    school.caught_up()
    with school.site.owner("views") as connection:
        return {
            view.table: connection.execute(
                f"SELECT row FROM views.{view.table} WHERE organisation = %s ORDER BY row", [school.organisation]  # noqa: S608  # our own tables
            ).fetchall()
            for view in VIEWS
            if view.is_personal
        }  # fmt: skip


def undo(school: School, batch: str, *, dry_run: bool = False) -> dict[str, Any]:
    """Undo a batch."""
    said = {"reason": "another school's file", "dry_run": dry_run}
    answer = school.post("office", f"intake/batches/{batch}/undo", said)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    school.written = max(school.written, found["index"])
    return found


def test_undoing_leaves_the_views_as_before_row_for_row(school: School) -> None:
    known = school.pupil(1, forename="Child1")
    school.command("office", "records/change-address", person=known, valid_on="2026-09-03", address=HOME)
    before = held(school)
    batch = received(school)
    moved = {"lines": ["4 Mill Row"]}
    rows = [
        row(
            1, address=moved, contacts=[CONTACT], full_name={"surname": "Swift"}, enrolment={**HERE, "year_group": "2"}
        ),
        row(2, address=HOME, contacts=[CONTACT], enrolment=HERE, email="b@example.org"),
    ]
    assert [one["outcome"] for one in intake(school, rows, batch)] == ["accepted", "accepted"]
    assert held(school) != before
    listed = undo(school, batch, dry_run=True)
    assert listed["kept"] == []
    assert held(school) != before
    assert undo(school, batch)["withdrawn"] == listed["withdrawn"]
    assert held(school) == before
    assert undo(school, batch) | {"index": 0} == {"index": 0, "withdrawn": [], "kept": []}
    assert school.post("office", "search", {"upn": upn(2)}).json()["pupils"] == []
    again = intake(school, rows, received(school))
    assert [one["outcome"] for one in again] == ["accepted", "accepted"], (
        "claims are released, and the file may come again"
    )


def test_what_was_changed_since_stays_and_is_listed(school: School) -> None:
    batch = received(school)
    (one, two) = intake(school, [row(1, address=HOME, email="a@example.org"), row(2, address=HOME)], batch)
    school.caught_up()
    ada = one["pupil"]
    school.command("office", "records/change-address", person=ada, valid_on="2026-10-01",
                   address={"lines": ["4 Mill Row"]})  # fmt: skip
    found = undo(school, batch)
    kept = {(line["event"], line["row"]): line["why"] for line in found["kept"]}
    assert set(kept) == {("address-changed", 1), ("pupil-registered", 1)}
    assert "changed since" in kept["address-changed", 1]
    assert {line["event"] for line in found["withdrawn"] if line["row"] == 1} == {"upn-recorded", "email-changed"}
    record = school.read("office", f"pupils/{ada}")["pupil"]
    assert record["address"]["value"]["lines"] == ["4 Mill Row"]
    assert record["emails"] == []
    assert school.get("office", f"pupils/{two['pupil']}").status_code == 404


def test_what_a_file_enrolled_somebody_as_stays_where_it_was_corrected_since(school: School) -> None:
    batch = received(school)
    (one,) = intake(school, [row(1, enrolment=HERE)], batch)
    school.caught_up()
    ada = one["pupil"]
    school.command("office", "records/correct-enrolment", pupil=ada, valid_on=HERE["since"], status="C",
                   year_group="2", reason="the class list")  # fmt: skip
    enrolment = school.read("office", f"pupils/{ada}", valid_on="2026-09-20")["pupil"]["enrolment"]
    assert (enrolment["value"]["year_group"], enrolment["was"]["value"]["year_group"]) == ("2", "1")
    kept = {line["event"]: line["why"] for line in undo(school, batch)["kept"]}
    assert kept["enrolled"] == CHANGED
    assert school.read("office", f"pupils/{ada}", valid_on="2026-09-20")["pupil"]["enrolment"] == enrolment


def test_marks_are_amended_and_never_undone(school: School) -> None:
    school.pupil(1)
    batch = received(school, "csv", "registers")
    marks = [{"row": 2, "upn": upn(1), "code": "/"}]
    registers = [{"date": "2026-09-15", "session": "AM", "group": "Wren", "marks": marks}]
    answer = school.post("connector", "intake/registers", {"batch": batch, "connector": "csv", "registers": registers})
    assert answer.json()["rows"][0]["outcome"] == "accepted"
    found = undo(school, batch)
    assert (found["withdrawn"], [line["event"] for line in found["kept"]]) == ([], ["register-taken"])


def test_only_who_brings_files_in_undoes_them(school: School) -> None:
    batch = received(school)
    said = {"reason": "another school's file"}
    assert school.post("teacher", f"intake/batches/{batch}/undo", said).status_code == 403


def contact_of(school: School, pupil: str) -> str:
    """Give the one contact of a pupil."""
    school.caught_up()
    (link,) = school.read("office", f"pupils/{pupil}")["pupil"]["contacts"]
    return str(link["contact"])


def test_a_contact_whom_a_sibling_was_linked_to_by_hand_stays_whole(school: School) -> None:
    batch = received(school)
    (one,) = intake(school, [row(1, contacts=[CONTACT], enrolment=HERE)], batch)
    mother = contact_of(school, one["pupil"])
    sibling = school.pupil(2)
    school.command("office", "records/link-contact", person=sibling, valid_on="2026-09-10", contact=mother,
                   relationship="PAM", priority=1, parental_responsibility=True)  # fmt: skip
    found = undo(school, batch)
    assert {(line["event"], line["subject"]) for line in found["kept"]} == {
        (event, mother) for event in ("contact-recorded", "address-changed", "phone-changed", "email-changed")
    }
    assert {line["why"] for line in found["kept"]} == {RESTS}
    (link,) = school.read("office", f"pupils/{sibling}")["pupil"]["contacts"]
    assert (link["contact"], link["name"], len(link["phones"])) == (mother, "Dana Lark", 1)
    assert school.get("office", f"pupils/{one['pupil']}").status_code == 404, "the other pupil was the file's alone"


def test_a_sibling_linked_while_the_file_is_being_undone_keeps_the_contact(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    sibling, batch = school.pupil(2), received(school)
    (answer,) = intake(school, [row(1, contacts=[CONTACT])], batch)
    (link,) = school.read("office", f"pupils/{answer['pupil']}")["pupil"]["contacts"]
    plan, waiting = undo_of.planned, [sibling]

    async def planned(*asked: Any) -> Any:
        found = await plan(*asked)
        while waiting:  # Just after the file's entries were listed, and before any of them is withdrawn.
            said = {"person": waiting.pop(), "contact": link["contact"], "relationship": "PAM", "priority": 1}
            await asyncio.to_thread(school.command, "office", "records/link-contact", valid_on="2026-09-10", **said)
        return found

    monkeypatch.setattr(undo_of, "planned", planned)
    said = {"reason": "another school's file", "dry_run": False}
    assert school.post("office", f"intake/batches/{batch}/undo", said).status_code == 503  # "send it again"
    school.caught_up()
    (kept,) = school.read("office", f"pupils/{sibling}")["pupil"]["contacts"]
    assert (kept["contact"], kept["name"], len(kept["phones"])) == (link["contact"], "Dana Lark", 1)
    assert "contact-recorded" in {one["event"] for one in undo(school, batch)["kept"]}
    assert school.read("office", f"pupils/{sibling}")["pupil"]["contacts"][0]["name"] == "Dana Lark"


def test_a_change_of_another_family_meanwhile_does_not_stop_an_undo(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, batch = school.pupil(2), received(school)
    intake(school, [row(1, contacts=[CONTACT])], batch)
    plan, waiting = undo_of.planned, [other]

    async def planned(*asked: Any) -> Any:
        found = await plan(*asked)
        while waiting:
            await asyncio.to_thread(
                school.command, "office", "records/change-address", person=waiting.pop(), valid_on="2026-09-10",
                address=HOME,
            )  # fmt: skip
        return found

    monkeypatch.setattr(undo_of, "planned", planned)
    assert undo(school, batch)["kept"] == []


@pytest.mark.parametrize("said", ["order", "marker", "responsibility", "telephone"])
def test_a_contact_on_whom_something_rests_keeps_the_link_and_the_pupil_they_hang_on(school: School, said: str) -> None:
    batch = received(school)
    (one,) = intake(school, [row(1, contacts=[CONTACT], enrolment=HERE)], batch)
    pupil, father = one["pupil"], contact_of(school, one["pupil"])
    about = {"valid_on": "2026-09-10"}
    match said:
        case "order":
            school.command("office", "records/record-court-order", pupil=pupil, order=new_id(), restrains=father,
                           order_kind="non-molestation", forbids=["contact"], **about)  # fmt: skip
        case "marker":
            school.command("office", "records/mark-non-disclosure", person=pupil, marker=new_id(), against=father,
                           withholds="address", reason="seen", **about)  # fmt: skip
        case "responsibility":
            school.command("office", "records/record-parental-responsibility", person=pupil, contact=father,
                           holds=True, known_from="court", **about)  # fmt: skip
        case _:
            school.command("office", "records/change-phone", person=father, phone_type="W", number="01603 900900",
                           **about)  # fmt: skip
    found = undo(school, batch)
    kept = {line["event"] for line in found["kept"]}
    assert kept >= {"contact-recorded", "contact-linked", "pupil-registered"}
    assert {line["why"] for line in found["kept"]} == {RESTS}
    (link,) = school.read("office", f"pupils/{pupil}")["pupil"]["contacts"]
    assert (link["contact"], link["name"]) == (father, "Dana Lark")


@pytest.mark.parametrize("said", ["marks", "group"])
def test_a_time_on_the_roll_stays_where_others_marked_the_pupil_or_placed_them(school: School, said: str) -> None:
    batch = received(school)
    (one, two) = intake(school, [row(1, enrolment=HERE), row(2, enrolment=HERE)], batch)
    school.caught_up()
    if said == "group":
        school.command("office", "records/join-group", group=school.group, pupils=[one["pupil"]], date="2026-09-01")
    else:
        marks = [{"row": 2, "upn": upn(1), "code": "/"}]
        registers = [{"date": "2026-09-15", "session": "AM", "group": "Wren", "marks": marks}]
        body = {"batch": received(school, "csv", "registers"), "connector": "csv", "registers": registers}
        assert school.post("connector", "intake/registers", body).json()["rows"][0]["outcome"] == "accepted"
    school.caught_up()
    found = undo(school, batch)
    assert {(line["event"], line["row"], line["why"]) for line in found["kept"]} == {
        ("pupil-registered", 1, RESTS), ("enrolled", 1, RESTS)
    }  # fmt: skip
    school.caught_up()
    assert [line["subject"] for line in school.read("office", "roll")["pupils"]] == [one["pupil"]]
    assert school.get("office", f"pupils/{two['pupil']}").status_code == 404


def test_a_time_on_the_roll_goes_where_another_bears_the_marks(school: School) -> None:
    pupil = school.pupil(1, forename="Child1")
    school.caught_up()
    batch = received(school)
    assert intake(school, [row(1, enrolment={**HERE, "year_group": "2"})], batch)[0]["outcome"] == "accepted"
    school.caught_up()
    assert school.take("teacher", {pupil: "/"}).status_code == 200
    found = undo(school, batch)
    assert (found["kept"], [line["event"] for line in found["withdrawn"]]) == ([], ["enrolled"])


def test_seeing_what_an_undo_would_do_is_written_down_as_a_read(school: School) -> None:
    batch = received(school)
    (one,) = intake(school, [row(1, email="a@example.org")], batch)
    school.caught_up()
    undo(school, batch, dry_run=True)
    school.site.client.cookies.set("rollbook", school.token("office"))
    page = school.site.client.get(f"/schools/{school.organisation}/intake/batches/{batch}/undo")
    school.site.client.cookies.clear()
    assert page.status_code == 200
    undo(school, batch)
    with school.site.owner("log") as connection:
        reads = connection.execute(
            "SELECT role FROM ledger.event WHERE subjects @> ARRAY[%s::uuid] AND name = 'records-searched'",
            [one["pupil"]],
        ).fetchall()
    assert reads == [("office",)] * 3


def test_after_an_undo_only_what_is_left_of_a_file_counts_as_touched_by_it(school: School) -> None:
    batch = received(school)
    (one, _) = intake(school, [row(1, address=HOME, contacts=[CONTACT]), row(2, contacts=[CONTACT])], batch)
    school.caught_up()
    school.command("office", "records/change-address", person=one["pupil"], valid_on="2026-10-01",
                   address={"lines": ["4 Mill Row"]})  # fmt: skip
    undo(school, batch)
    found = school.read("office", f"intake/batches/{batch}/families")
    assert [(line["pupil"]["subject"], line["pupil"]["entries"]) for line in found["families"]] == [(one["pupil"], 2)]
    assert (found["families"][0]["contacts"], found["others"]) == ([], [])


def test_why_somebody_stays_does_not_tell_of_what_the_office_may_not_see(school: School) -> None:
    batch = received(school)
    (one, two) = intake(school, [row(1), row(2)], batch)
    school.caught_up()
    school.command("dsl", "records/record-concern", pupil=one["pupil"], valid_on="2026-09-15", concern=new_id(),
                   what="seen", account="heard", noticed_by="a teacher")  # fmt: skip
    school.command("office", "records/change-phone", person=two["pupil"], phone_type="M", number="07700 900001",
                   valid_on="2026-09-15")  # fmt: skip
    found = undo(school, batch, dry_run=True)
    assert [(line["event"], line["why"]) for line in found["kept"]] == [("pupil-registered", RESTS)] * 2
    assert "Others" not in RESTS


EPISODES = {
    "sen": {"provision": [{"since": "2026-09-03", "provision": "K"}]},
    "characteristics": {"fsm": [{"start": "2026-09-03"}]},
}  # fmt: skip
ENDED = {
    "sen": {"provision": [{"since": "2026-09-03", "provision": "K", "until": "2026-10-01"}]},
    "characteristics": {"fsm": [{"start": "2026-09-03", "until": "2026-10-01"}]},
}  # fmt: skip


def test_a_file_that_only_ended_something_is_undone_unless_others_wrote_there_since(school: School) -> None:
    intake(school, [row(1, sections=EPISODES)], received(school))
    before = held(school)
    first, then = received(school), received(school)
    intake(school, [row(1, sections=ENDED)], first)
    assert held(school) != before
    found = undo(school, first)
    assert (len(found["withdrawn"]), found["kept"]) == (2, [])
    assert held(school) == before
    (one,) = intake(school, [row(1, sections=ENDED)], then)
    school.command("senco", "records/start-sen-provision", pupil=one["pupil"], valid_on="2026-10-05", provision="E")
    found = undo(school, then)
    assert [(line["event"], line["why"]) for line in found["kept"]] == [("sen-provision-ended", CHANGED)]
    assert len(found["withdrawn"]) == 1

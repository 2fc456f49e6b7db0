"""Intake: a row against a record comes to commands, effects and reasons."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from support.school import upn

from events.records.common import FullName, PostalAddress
from ledger.decider import Command
from services.facts import Dated, Provenance
from services.records.families import contacts
from services.records.families.contact_views import Called, Link, Phone, ReachRow
from services.records.files.intake import Known, Plan, PupilFacts, plan
from services.records.pupils import identity
from services.records.pupils.identity_views import PupilRow, search_key
from services.records.roll import enrolment
from services.records.roll.roll_views import RollRow, Spell

ADA, DANA = b"a" * 16, b"d" * 16
SEPTEMBER, MIDDLE, OCTOBER, NOVEMBER = date(2026, 9, 3), date(2026, 9, 15), date(2026, 10, 1), date(2026, 11, 2)
BORN = date(2020, 5, 6)
LARK = FullName(surname="Larksong", forename="Ada", middle_names="Mai")
REED, MILL = PostalAddress(lines=("1 Reed Lane",)), PostalAddress(lines=("4 Mill Row",))
PARENT = FullName(surname="Larksong", forename="Dana")
MOBILE, OTHER = "07700 900001", "07700 900002"


def facts(**said: Any) -> PupilFacts:
    name = {"surname": "Larksong", "forename": "Ada"}
    known = {"row": 1, "upn": upn(1), "full_name": name, "date_of_birth": BORN, "sex": "F"}
    return PupilFacts.model_validate(known | said)


def at(index: int) -> Provenance:
    return Provenance(index=index, recorded_at=datetime(2026, 9, 3, 8, tzinfo=UTC), actor=b"o" * 16, role="office")


def dated(value: Any, since: date = SEPTEMBER, index: int = 1) -> Any:
    return Dated[Any](value=value, since=since, at=at(index))


def spell(since: date, until: date | None = None, year_group: str = "1") -> Spell:
    return Spell(since=since, until=until, status="C", year_group=year_group, at=at(2))


def enrolled(*spells: Spell) -> Known:
    return replace(RECORD, roll=RollRow(subject=ADA, spells=spells))


def link(*, ended: bool = False, since: date = SEPTEMBER) -> Any:
    person = Link(contact=DANA, relationship="PAM", parental_responsibility=True, priority=1, ended=ended)
    return dated(person, since, 4)


RECORD = Known(
    PupilRow(
        subject=ADA, search_key=search_key(LARK), names=(dated(LARK),), born=(dated(BORN),), sex=(dated("F"),),
        upn=(dated(upn(1)),),
    )
)  # fmt: skip
HOME = ReachRow(
    subject=ADA, addresses=(dated(REED, index=3),), phones=(dated(Phone(phone_type="M", number=MOBILE), index=3),)
)
FAMILY = replace(
    RECORD, reach=HOME.model_copy(update={"links": (link(),)}),
    people={DANA: ReachRow(subject=DANA, names=(dated(Called(title=None, full_name=PARENT)),))},
)  # fmt: skip
DANA_FACT = {"full_name": PARENT, "relationship": "PAM", "priority": 1}


def planned(row: PupilFacts, known: Known, day: date = OCTOBER) -> Plan:
    return plan(row, known, ADA, day, lambda what: what.encode().ljust(16, b".")[:16])


def commands(made: Plan) -> list[Command]:
    assert not made.reasons
    return [step.command for step in made.steps]


def effects(made: Plan) -> list[tuple[str, str]]:
    return [(effect.field, effect.effect) for effect in made.effects]


def test_a_new_pupil_is_registered_with_all_that_the_row_says() -> None:
    made = planned(facts(enrolment={"since": SEPTEMBER, "status": "C", "year_group": "1"}, address=REED), Known())
    assert [type(command) for command in commands(made)] == [
        identity.RegisterPupil, identity.RecordUpn, enrolment.Enrol, contacts.ChangeAddress,
    ]  # fmt: skip
    assert {effect for _, effect in effects(made)} == {"new"}


def test_what_a_row_does_not_say_is_never_blanked() -> None:
    assert commands(planned(facts(), replace(RECORD, reach=HOME))) == []
    (changed,) = commands(planned(facts(full_name={"surname": "Swift", "forename": "Ada"}), RECORD))
    assert changed == identity.ChangeName(
        pupil=ADA, valid_on=OCTOBER, full_name=LARK.model_copy(update={"surname": "Swift"})
    )


@pytest.mark.parametrize("said", [{"date_of_birth": date(2020, 6, 5)}, {"sex": "M"}])
def test_a_fact_of_the_admission_register_is_a_persons_to_decide(said: dict[str, Any]) -> None:
    (reason,) = planned(facts(**said), RECORD).reasons
    assert "differs from the one recorded" in reason


def test_an_erased_pupil_is_not_brought_back_by_a_file() -> None:
    erased = Known(PupilRow(subject=ADA, search_key=""), roll=RollRow(subject=ADA, spells=(spell(SEPTEMBER),)))
    assert "has been erased" in planned(facts(), erased).reasons[0]


@pytest.mark.parametrize(
    ("spells", "since", "day", "wanted", "effect"),
    [
        ([], SEPTEMBER, OCTOBER, SEPTEMBER, "new"),
        ([spell(SEPTEMBER)], SEPTEMBER, OCTOBER, None, "same"),
        ([spell(SEPTEMBER)], OCTOBER, SEPTEMBER, None, "same"),
        ([spell(OCTOBER), spell(SEPTEMBER, year_group="R")], SEPTEMBER, NOVEMBER, None, "same"),
        ([spell(SEPTEMBER, year_group="R")], SEPTEMBER, OCTOBER, OCTOBER, "changed"),
        ([spell(SEPTEMBER, OCTOBER)], SEPTEMBER, MIDDLE, SEPTEMBER, "changed"),
        ([spell(SEPTEMBER, MIDDLE), spell(NOVEMBER)], NOVEMBER, NOVEMBER, None, "same"),
        ([spell(SEPTEMBER, OCTOBER)], NOVEMBER, MIDDLE, NOVEMBER, "changed"),
    ],
)
def test_an_enrolment_is_compared_with_that_of_its_day(
    spells: Sequence[Spell], since: date, day: date, wanted: date | None, effect: str
) -> None:
    row = facts(enrolment={"since": since, "status": "C", "year_group": "1"})
    made = planned(row, enrolled(*spells), day)
    assert ("enrolment", effect) in effects(made)
    expected = [enrolment.Enrol(pupil=ADA, valid_on=wanted, status="C", year_group="1")] if wanted else []
    assert commands(made) == expected


def test_a_change_shows_what_it_replaces() -> None:
    made = planned(facts(address=MILL, phones=({"phone_type": "M", "number": OTHER},)), replace(RECORD, reach=HOME))
    assert [(effect.old, effect.at) for effect in made.effects if effect.effect == "changed"] == [
        (REED, at(3)), (MOBILE, at(3)),
    ]  # fmt: skip
    assert len(commands(made)) == 2


def test_of_two_numbers_of_one_type_the_first_counts() -> None:
    two = ({"phone_type": "M", "number": MOBILE}, {"phone_type": "M", "number": OTHER})
    (command,) = commands(planned(facts(phones=two), RECORD))
    assert isinstance(command, contacts.ChangePhone)
    assert command.number == MOBILE
    assert commands(planned(facts(phones=two), replace(RECORD, reach=HOME))) == []


def test_a_contact_of_the_pupils_own_is_recognised() -> None:
    assert commands(planned(facts(contacts=(DANA_FACT,)), FAMILY)) == []
    (relinked,) = commands(planned(facts(contacts=(DANA_FACT | {"priority": 2},)), FAMILY))
    assert relinked == contacts.LinkContact(
        person=ADA, valid_on=OCTOBER, contact=DANA, relationship="PAM", parental_responsibility=True, priority=2
    )


def test_a_contact_nobody_knows_is_a_new_person_and_linked() -> None:
    for known in (RECORD, replace(FAMILY, people={})):
        record, linked = commands(planned(facts(contacts=(DANA_FACT,)), known))
        assert isinstance(record, contacts.RecordContact)
        assert isinstance(linked, contacts.LinkContact)
        assert record.person == linked.contact != DANA


def test_a_contact_who_was_unlinked_is_linked_again_by_a_later_file_only() -> None:
    assert FAMILY.reach is not None
    ended = FAMILY.reach.model_copy(update={"links": (link(), link(ended=True, since=OCTOBER))})
    row = facts(contacts=(DANA_FACT,))
    assert commands(planned(row, replace(FAMILY, reach=ended), MIDDLE)) == []
    (again,) = commands(planned(row, replace(FAMILY, reach=ended), NOVEMBER))
    assert isinstance(again, contacts.LinkContact)
    assert again.contact == DANA


def test_of_several_copies_of_one_contact_the_first_that_is_called_is_taken() -> None:
    copies = [bytes([number]) * 16 for number in (3, 2, 1)]
    called = Dated[Any](value=Called(title=None, full_name=PARENT), since=SEPTEMBER, at=at(3))

    def linked(who: bytes, priority: int, *, ended: bool = False) -> Any:
        link = Link(contact=who, relationship="PAM", parental_responsibility=True, priority=priority, ended=ended)
        return dated(link, SEPTEMBER, 4)

    def taken(priority: int, *links: Any) -> set[str]:
        known = replace(
            RECORD, reach=ReachRow(subject=ADA, links=links),
            people={who: ReachRow(subject=who, names=(called,)) for who in copies},
        )  # fmt: skip
        said = {"full_name": PARENT, "relationship": "PAM", "priority": priority, "email": "d@example.org"}
        steps = plan(facts(contacts=(said,)), known, ADA, OCTOBER, lambda _: b"n" * 16).steps
        return {one.command.person.hex()[:2] for one in steps if isinstance(one.command, contacts.ChangeEmail)}

    merged = [linked(copies[0], 2), linked(copies[1], 1), linked(copies[2], 3)]
    assert taken(5, *merged) == {"02"}
    assert taken(3, *merged) == {"01"}
    assert taken(1, merged[0], linked(copies[1], 1, ended=True)) == {"03"}

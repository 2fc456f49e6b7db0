"""Protection: orders and markers as they are decided and folded, and what they keep from whom."""

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any

from support.folded import at, folded
from support.given import given

from events.records.contacts import ContactLinked
from events.records.merging import Merging, PupilsMerged
from events.records.protection import (
    CourtOrderCorrected,
    CourtOrderLifted,
    CourtOrderLiftingCorrected,
    CourtOrderRecorded,
    CourtOrderWithdrawn,
    Marking,
    NonDisclosureCorrected,
    NonDisclosureLifted,
    NonDisclosureLiftingCorrected,
    NonDisclosureMarked,
)
from ledger.view import MemoryReader, MemoryRows, Position
from services.records.families import contact_views, protection_views
from services.records.families import protection as ask
from services.records.families.family_queries import Barred, Family, families, family
from services.records.families.protection import protection
from services.records.pupils.identity_views import aliases

ADA, DANA, EVAN, ORDER, MARKER = (bytes([number]) * 16 for number in range(1, 6))
FAY = bytes([6]) * 16
SEPTEMBER, OCTOBER, NOVEMBER, LATER = date(2026, 9, 3), date(2026, 10, 1), date(2026, 11, 2), date(2026, 12, 1)
WHY = "seen by the office"
STEPS: dict[str, Any] = {"order_kind": "prohibited-steps", "restrains": EVAN, "forbids": ("address", "contact")}
RECORDED = CourtOrderRecorded(subject=ADA, valid_on=SEPTEMBER, order=ORDER, until=NOVEMBER, **STEPS)
MARKED = NonDisclosureMarked(subject=DANA, valid_on=SEPTEMBER, marker=MARKER, withholds="address", reason=WHY)

WITHDRAWN = CourtOrderWithdrawn(subject=ADA, valid_on=LATER, order=ORDER, corrects=1, reason="a brother's")
OF_PERSON = Marking(since=OCTOBER, withholds="person", because="the police asked")
MARKED_OTHERWISE = NonDisclosureCorrected(
    subject=DANA, valid_on=LATER, marker=MARKER, marking=OF_PERSON, corrects=1, reason="misread", evidence="a letter"
)
NEVER_MARKED = MARKED_OTHERWISE.model_copy(update={"marking": None})


def test_an_order_that_never_was_is_withdrawn() -> None:
    withdraw = ask.WithdrawCourtOrder(pupil=ADA, valid_on=LATER, order=ORDER, reason="a brother's")
    given(protection, RECORDED).when(withdraw).then(WITHDRAWN)
    given(protection).when(withdraw).then_refused("no such court order")
    lift = ask.LiftCourtOrder(pupil=ADA, valid_on=OCTOBER, order=ORDER, reason=WHY)
    for command in (record(), lift):
        given(protection, RECORDED, WITHDRAWN).when(command).then_refused("was withdrawn")
    assert known(RECORDED, WITHDRAWN).barred(EVAN, OCTOBER) == []


def test_a_marker_is_corrected_or_never_should_have_been() -> None:
    def otherwise(how: Marking | None = OF_PERSON) -> ask.CorrectNonDisclosure:
        return ask.CorrectNonDisclosure(
            person=DANA, valid_on=LATER, marker=MARKER, marking=how, reason="misread", evidence="a letter"
        )

    given(protection, MARKED).when(otherwise()).then(MARKED_OTHERWISE)
    given(protection, MARKED).when(otherwise(None)).then(NEVER_MARKED)
    given(protection).when(otherwise()).then_refused("no such marker")
    given(protection, MARKED, NEVER_MARKED).when(otherwise()).then_refused("was withdrawn")
    own = OF_PERSON.model_copy(update={"against": DANA})
    given(protection, MARKED).when(otherwise(own)).then_refused("from somebody else")
    assert [(one.what, one.since) for one in known(MARKED, MARKED_OTHERWISE).barred(EVAN, OCTOBER)] == [
        ("person", OCTOBER)
    ]
    assert known(MARKED, NEVER_MARKED).barred(EVAN, OCTOBER) == []


def test_what_is_said_of_an_order_or_marker_that_is_not_there_makes_no_row() -> None:
    assert folded(protection_views.protections, WITHDRAWN) == {}
    assert folded(protection_views.protections, MARKED_OTHERWISE) == {}


def record(**said: Any) -> ask.RecordCourtOrder:
    return ask.RecordCourtOrder(
        **{"pupil": ADA, "valid_on": SEPTEMBER, "order": ORDER, "until": NOVEMBER, **STEPS, **said}
    )


def test_an_order_is_recorded_once_under_its_id() -> None:
    given(protection).when(record()).then(RECORDED)
    given(protection).when(record(forbids=("contact", "address", "contact"))).then(RECORDED)
    given(protection, RECORDED).when(record(until=None)).then_refused("says something else")


def test_an_order_that_makes_no_sense_is_refused() -> None:
    given(protection).when(record(restrains=ADA)).then_refused("restrains somebody else")
    given(protection).when(record(restrains=None)).then_refused("Say whom the order restrains")
    given(protection).when(record(until=date(2026, 9, 2))).then_refused("ends before it was made")
    given(protection).when(record(order_kind="other", forbids=())).then_refused("Say what this order forbids")


def test_an_order_is_corrected_and_lifted() -> None:
    correct = ask.CorrectCourtOrder(
        pupil=ADA, valid_on=SEPTEMBER, order=ORDER, order_kind="non-molestation", restrains=EVAN, forbids=("contact",),
        reason=WHY,
    )  # fmt: skip
    corrected = CourtOrderCorrected(
        subject=ADA, valid_on=SEPTEMBER, order=ORDER, order_kind="non-molestation", restrains=EVAN,
        forbids=("contact",), corrects=1, reason=WHY,
    )  # fmt: skip
    given(protection, RECORDED).when(correct).then(corrected)
    given(protection).when(correct).then_refused("no such order to correct")
    lift = ask.LiftCourtOrder(pupil=ADA, valid_on=OCTOBER, order=ORDER, reason=WHY)
    lifted = CourtOrderLifted(subject=ADA, valid_on=OCTOBER, order=ORDER, reason=WHY)
    given(protection, RECORDED).when(lift).then(lifted)
    given(protection).when(lift).then_refused("no such court order")
    early = lift.model_copy(update={"valid_on": date(2026, 9, 1)})
    given(protection, RECORDED).when(early).then_refused("began only after that day")


def test_a_marker_is_set_and_lifted() -> None:
    mark = ask.MarkNonDisclosure(person=DANA, valid_on=SEPTEMBER, marker=MARKER, withholds="address", reason=WHY)
    given(protection).when(mark).then(MARKED)
    given(protection).when(mark.model_copy(update={"against": DANA})).then_refused("from somebody else")
    given(protection, MARKED).when(mark.model_copy(update={"withholds": "person"})).then_refused("says something else")
    lift = ask.LiftNonDisclosure(person=DANA, valid_on=OCTOBER, marker=MARKER, reason=WHY)
    given(protection, MARKED).when(lift).then(
        NonDisclosureLifted(subject=DANA, valid_on=OCTOBER, marker=MARKER, reason=WHY)
    )
    given(protection).when(lift).then_refused("no such marker")


def test_a_lifting_that_was_wrong_is_put_right() -> None:
    lifted = CourtOrderLifted(subject=ADA, valid_on=OCTOBER, order=ORDER, reason=WHY)
    right = CourtOrderLiftingCorrected(subject=ADA, valid_on=OCTOBER, order=ORDER, corrects=2, reason=WHY)
    never = ask.CorrectCourtOrderLifting(pupil=ADA, valid_on=OCTOBER, order=ORDER, reason=WHY)
    later = never.model_copy(update={"lifted": NOVEMBER})
    given(protection, RECORDED, lifted).when(never).then(right)
    given(protection, RECORDED, lifted).when(later).then(right.model_copy(update={"lifted": NOVEMBER}))
    given(protection, RECORDED).when(later).then_refused("is not lifted")
    given(protection).when(never).then_refused("no such court order")
    early = never.model_copy(update={"lifted": date(2026, 9, 1)})
    given(protection, RECORDED, lifted).when(early).then_refused("began only after that day")
    assert known(RECORDED, lifted, right).barred(EVAN, OCTOBER) == known(RECORDED).barred(EVAN, OCTOBER) != []
    (row,) = folded(protection_views.protections, RECORDED, lifted, right).values()
    (order,) = row.orders
    assert order.lifting == protection_views.Lifting(reason=WHY, was=OCTOBER, at=at(3))


def test_a_lifting_of_a_marker_that_was_wrong_is_put_right() -> None:
    lifted = NonDisclosureLifted(subject=DANA, valid_on=OCTOBER, marker=MARKER, reason=WHY)
    right = NonDisclosureLiftingCorrected(subject=DANA, valid_on=OCTOBER, marker=MARKER, corrects=2, reason=WHY)
    command = ask.CorrectNonDisclosureLifting(person=DANA, valid_on=OCTOBER, marker=MARKER, reason=WHY)
    given(protection, MARKED, lifted).when(command).then(right)
    given(protection, MARKED).when(command.model_copy(update={"lifted": OCTOBER})).then_refused("is not lifted")
    assert known(MARKED, lifted, right).barred(EVAN, OCTOBER) == known(MARKED).barred(EVAN, OCTOBER) != []


def known(*events: Any) -> Family:
    links = [
        ContactLinked(subject=ADA, valid_on=SEPTEMBER, contact=one, relationship="OTH", priority=1)
        for one in (DANA, EVAN)
    ]
    reach = folded(contact_views.contacts, *links)[ADA,]
    protected = {key[0]: row for key, row in folded(protection_views.protections, *events).items()}
    return Family(ADA, reach, {}, protected)


def test_an_order_bars_whom_it_restrains_while_it_is_in_force() -> None:
    family = known(RECORDED)
    told: dict[str, Any] = {"order": "prohibited-steps", "since": SEPTEMBER, "until": NOVEMBER, "at": at(1)}
    assert family.barred(EVAN, OCTOBER) == [
        Barred(what="address", of=ADA, **told), Barred(what="address", of=DANA, **told),
        Barred(what="contact", of=ADA, **told),
    ]  # fmt: skip
    assert family.barred(DANA, OCTOBER) == []
    assert family.barred(EVAN, date(2026, 9, 2)) == []
    assert family.barred(EVAN, NOVEMBER) != []
    assert family.barred(EVAN, LATER) == []


def test_a_lifted_order_bars_nobody_and_a_corrected_one_only_what_it_says() -> None:
    lifted = CourtOrderLifted(subject=ADA, valid_on=OCTOBER, order=ORDER, reason=WHY)
    assert known(RECORDED, lifted).barred(EVAN, OCTOBER) == []
    assert known(RECORDED, lifted).barred(EVAN, date(2026, 9, 30)) != []
    corrected = CourtOrderCorrected(
        subject=ADA, valid_on=SEPTEMBER, order=ORDER, order_kind="care", restrains=DANA, forbids=("information",),
        corrects=1, reason=WHY,
    )  # fmt: skip
    assert known(RECORDED, corrected).barred(EVAN, OCTOBER) == []
    assert [(one.what, one.of) for one in known(RECORDED, corrected).barred(DANA, OCTOBER)] == [("information", ADA)]


def test_a_marker_keeps_a_contacts_address_from_everybody_else() -> None:
    family = known(MARKED)
    assert [(one.what, one.of, one.order) for one in family.barred(EVAN, OCTOBER)] == [("address", DANA, None)]
    assert family.barred(DANA, OCTOBER) == []
    against = known(MARKED.model_copy(update={"against": EVAN}))
    assert [one.of for one in against.barred(EVAN, OCTOBER)] == [DANA]
    assert against.barred(b"x" * 16, OCTOBER) == []
    lifted = known(MARKED, NonDisclosureLifted(subject=DANA, valid_on=OCTOBER, marker=MARKER, reason=WHY))
    assert lifted.barred(EVAN, OCTOBER) == []


def test_an_order_or_marker_binds_whoever_the_person_it_names_became() -> None:
    became = b"n" * 16
    family = replace(known(RECORDED), of={EVAN: became})
    assert [one.what for one in family.barred(became, OCTOBER)] == [one.what for one in family.barred(EVAN, OCTOBER)]
    assert family.barred(became, OCTOBER) != []


def test_what_is_said_of_a_record_is_kept_from_whom_it_was_merged_into_also_for_many_pupils() -> None:
    links = [
        ContactLinked(subject=ADA, valid_on=SEPTEMBER, contact=one, relationship="OTH", priority=1)
        for one in (DANA, EVAN)
    ]
    against = MARKED.model_copy(update={"against": EVAN})
    merged = PupilsMerged(survivor=FAY, merged=EVAN, parts=dict.fromkeys((FAY, EVAN), Merging(reason="one person")))
    rows = MemoryRows()
    for view in (aliases, contact_views.contacts, protection_views.protections):
        rows.held[view.table] = folded(view, *links, against, merged)
    reader = MemoryReader(rows, Position(4, None))
    one = asyncio.run(family(reader, ADA))
    assert one.barred(FAY, OCTOBER) != []
    assert asyncio.run(families(reader, [ADA])) == {ADA: one}

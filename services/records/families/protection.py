"""Protection: orders of courts about a pupil, and markers that say what must not be told, each under its own id."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Any, ClassVar, Final

from pydantic import Field

from events.codes.families import OTHER_ORDER, CourtOrder, Prohibition, Withheld
from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.protection import (
    CourtOrderCorrected,
    CourtOrderLifted,
    CourtOrderLiftingCorrected,
    CourtOrderRecorded,
    NonDisclosureLifted,
    NonDisclosureLiftingCorrected,
    NonDisclosureMarked,
)
from events.text import PlainText
from ledger.decider import Command, Decided, Decider, Refused, Stream


class _OfPerson(Command):
    scope: ClassVar[str] = "pupils:write"
    purpose: ClassVar[str] = "contact-families"

    valid_on: date


class _OfPupil(_OfPerson):
    pupil: SubjectId
    order: SubjectId

    @property
    def stream(self) -> Stream:
        """What may not be told of a person is a stream of its own."""
        return Stream("protection", self.pupil)


class RecordCourtOrder(_OfPupil):
    """A court made an order on ``valid_on``. ``order`` is a fresh id; ``until`` is its last day, where it names one."""

    order_kind: CourtOrder
    restrains: SubjectId | None = None
    forbids: Annotated[tuple[Prohibition, ...], Field(max_length=3)] = ()
    until: date | None = None
    document: Annotated[PlainText, Field(min_length=1, max_length=100)] | None = None


class CorrectCourtOrder(RecordCourtOrder):
    """The order had been recorded wrongly; this is what it says."""

    reason: Text200


class LiftCourtOrder(_OfPupil):
    """The order holds no longer; ``valid_on`` is the first day without it."""

    reason: Text200


class CorrectCourtOrderLifting(_OfPupil):
    """The day on which the order was lifted had been wrong; ``lifted`` is right, and None if it still holds."""

    lifted: date | None = None
    reason: Text200
    evidence: Text200 | None = None


class _OfMarker(_OfPerson):
    person: SubjectId
    marker: SubjectId

    @property
    def stream(self) -> Stream:
        """As for an order."""
        return Stream("protection", self.person)


class MarkNonDisclosure(_OfMarker):
    """The person's address, or anything about them, is not to be told to ``against``; without it, to anybody."""

    withholds: Withheld
    against: SubjectId | None = None
    until: date | None = None
    reason: Text200


class LiftNonDisclosure(_OfMarker):
    """The marker holds no longer; ``valid_on`` is the first day without it."""

    reason: Text200


class CorrectNonDisclosureLifting(_OfMarker):
    """The day on which the marker was lifted had been wrong; ``lifted`` is right, and None if it still holds."""

    lifted: date | None = None
    reason: Text200
    evidence: Text200 | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """One order or marker: what it says, its first day, the entry that says so, and the first day without it.

    ``lifting`` is the entry that last said of its lifting: what a correction of that names.
    """

    said: tuple[object, ...]
    since: date
    entry: int
    lifted: date | None = None
    lifting: int = 0


@dataclass(frozen=True, slots=True)
class Protection:
    """A person's orders and markers, each by its id."""

    orders: Mapping[bytes, Known] = field(default_factory=dict)
    markers: Mapping[bytes, Known] = field(default_factory=dict)


def _said(one: CourtOrderRecorded | CourtOrderCorrected | RecordCourtOrder) -> tuple[object, ...]:
    return one.order_kind, one.restrains, tuple(sorted(set(one.forbids))), one.until, one.document


def evolve(state: Protection, event: Event, index: int) -> Protection:
    """Fold one event."""
    match event:
        case CourtOrderRecorded() | CourtOrderCorrected():
            known = state.orders.get(event.order)
            lifted = (known.lifted, known.lifting) if known else (None, 0)
            order = Known(_said(event), event.valid_on, index, *lifted)
            return replace(state, orders={**state.orders, event.order: order})
        case CourtOrderLifted() | CourtOrderLiftingCorrected() if event.order in state.orders:
            order = _lifted(state.orders[event.order], event, index)
            return replace(state, orders={**state.orders, event.order: order})
        case NonDisclosureMarked():
            marker = Known((event.withholds, event.against, event.until, event.reason), event.valid_on, index)
            return replace(state, markers={**state.markers, event.marker: marker})
        case NonDisclosureLifted() | NonDisclosureLiftingCorrected() if event.marker in state.markers:
            marker = _lifted(state.markers[event.marker], event, index)
            return replace(state, markers={**state.markers, event.marker: marker})
        case _:
            return state


def _lifted(known: Known, event: Event, index: int) -> Known:
    match event:
        case CourtOrderLifted() | NonDisclosureLifted():
            return replace(known, lifted=event.valid_on, lifting=index)
        case CourtOrderLiftingCorrected() | NonDisclosureLiftingCorrected():
            return replace(known, lifted=event.lifted, lifting=index)
        case _:
            return known


def decide(command: Command, state: Protection) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    match command:
        case CorrectCourtOrder():
            event: Event | None = _corrected(command, state.orders.get(command.order))
        case RecordCourtOrder():
            event = _recorded(command, state.orders.get(command.order))
        case LiftCourtOrder() if _to_lift(command, state.orders.get(command.order), "court order"):
            event = CourtOrderLifted(
                subject=command.pupil, valid_on=command.valid_on, order=command.order, reason=command.reason
            )
        case MarkNonDisclosure():
            event = _marked(command, state.markers.get(command.marker))
        case LiftNonDisclosure() if _to_lift(command, state.markers.get(command.marker), "marker"):
            event = NonDisclosureLifted(
                subject=command.person, valid_on=command.valid_on, marker=command.marker, reason=command.reason
            )
        case CorrectCourtOrderLifting():
            event = _lifting_corrected(command, state.orders.get(command.order), "court order")
        case CorrectNonDisclosureLifting():
            event = _lifting_corrected(command, state.markers.get(command.marker), "marker")
        case _:
            event = None
    return Decided([event] if event else [])


def _lifting_corrected(
    command: CorrectCourtOrderLifting | CorrectNonDisclosureLifting, known: Known | None, what: str
) -> Event | None:
    if known is None:
        raise Refused(f"There is no such {what} about this person. Look it up on their record.")
    if known.lifted == command.lifted:
        return None
    if known.lifted is None:
        raise Refused(f"The {what} is not lifted. Lift it, with the first day without it.")
    if command.lifted is not None and command.lifted < known.since:
        raise Refused(f"The {what} began only after that day. Send the first day on which it held no longer.")
    why: dict[str, Any] = {"corrects": known.lifting, "reason": command.reason, "evidence": command.evidence}
    if isinstance(command, CorrectCourtOrderLifting):
        return CourtOrderLiftingCorrected(
            subject=command.pupil, valid_on=command.valid_on, order=command.order, lifted=command.lifted, **why
        )
    return NonDisclosureLiftingCorrected(
        subject=command.person, valid_on=command.valid_on, marker=command.marker, lifted=command.lifted, **why
    )


def _recorded(command: RecordCourtOrder, known: Known | None) -> Event | None:
    if known is not None:
        if (known.said, known.since) == (_said(command), command.valid_on):
            return None
        raise Refused("An order with this id says something else. Correct it, lift it, or record another order.")
    _refuse_nonsense(command)
    return CourtOrderRecorded(
        subject=command.pupil, valid_on=command.valid_on, order=command.order, order_kind=command.order_kind,
        restrains=command.restrains, forbids=tuple(sorted(set(command.forbids))), until=command.until,
        document=command.document,
    )  # fmt: skip


def _corrected(command: CorrectCourtOrder, known: Known | None) -> Event | None:
    if known is None:
        raise Refused("There is no such order to correct. Record it, with the day on which it was made.")
    if (known.said, known.since) == (_said(command), command.valid_on):
        return None
    _refuse_nonsense(command)
    return CourtOrderCorrected(
        subject=command.pupil, valid_on=command.valid_on, order=command.order, order_kind=command.order_kind,
        restrains=command.restrains, forbids=tuple(sorted(set(command.forbids))), until=command.until,
        document=command.document, corrects=known.entry, reason=command.reason,
    )  # fmt: skip


def _refuse_nonsense(command: RecordCourtOrder) -> None:
    if command.restrains == command.pupil:
        raise Refused("An order about a pupil restrains somebody else. Check whom it names.")
    if command.forbids and command.restrains is None:
        raise Refused("Say whom the order restrains, recording them as a contact first, or leave out what it forbids.")
    if command.until is not None and command.until < command.valid_on:
        raise Refused("The order ends before it was made. Check both dates.")
    if command.order_kind == OTHER_ORDER and command.document is None and not command.forbids:
        raise Refused("Say what this order forbids or where its document is, so that people know what it asks.")


def _marked(command: MarkNonDisclosure, known: Known | None) -> Event | None:
    said = (command.withholds, command.against, command.until, command.reason)
    if known is not None:
        if (known.said, known.since) == (said, command.valid_on):
            return None
        raise Refused("A marker with this id says something else. Lift it and set another one.")
    if command.against == command.person:
        raise Refused("A marker keeps a person's details from somebody else. Check from whom.")
    if command.until is not None and command.until < command.valid_on:
        raise Refused("The marker ends before it begins. Check both dates.")
    return NonDisclosureMarked(
        subject=command.person, valid_on=command.valid_on, marker=command.marker, withholds=command.withholds,
        against=command.against, until=command.until, reason=command.reason,
    )  # fmt: skip


def _to_lift(command: LiftCourtOrder | LiftNonDisclosure, known: Known | None, what: str) -> bool:
    if known is None:
        raise Refused(f"There is no such {what} about this person. Look it up on their record.")
    if command.valid_on < known.since:
        raise Refused(f"The {what} began only after that day. Send the first day on which it held no longer.")
    return known.lifted is None or command.valid_on < known.lifted


protection: Final = Decider(
    "records",
    Protection(),
    evolve,
    decide,
    commands=(
        RecordCourtOrder,
        CorrectCourtOrder,
        LiftCourtOrder,
        CorrectCourtOrderLifting,
        MarkNonDisclosure,
        LiftNonDisclosure,
        CorrectNonDisclosureLifting,
    ),
    categories=("contact",),
    names=("corrects", "order", "marker"),
)

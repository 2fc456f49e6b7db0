"""Protection: orders of courts about a pupil, and markers that say what must not be told, each under its own id."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from events.codes.families import OTHER_ORDER
from events.model import Event
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
from ledger.decider import Command, Decided, Decider, Refused
from services.records.families.protection_commands import (
    CorrectCourtOrder,
    CorrectCourtOrderLifting,
    CorrectNonDisclosure,
    CorrectNonDisclosureLifting,
    LiftCourtOrder,
    LiftNonDisclosure,
    MarkNonDisclosure,
    RecordCourtOrder,
    WithdrawCourtOrder,
)

__all__ = [
    "CorrectCourtOrder", "CorrectCourtOrderLifting", "CorrectNonDisclosure",
    "CorrectNonDisclosureLifting", "LiftCourtOrder", "LiftNonDisclosure",
    "MarkNonDisclosure", "Protection", "RecordCourtOrder",
    "WithdrawCourtOrder", "decide", "evolve",
    "protection",
]  # fmt: skip


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
    never: bool = False
    """Whether it was found that there never was one."""


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
        case CourtOrderWithdrawn() if event.order in state.orders:
            order = replace(state.orders[event.order], never=True)
            return replace(state, orders={**state.orders, event.order: order})
        case NonDisclosureMarked():
            marker = Known((_marking(event),), event.valid_on, index)
            return replace(state, markers={**state.markers, event.marker: marker})
        case NonDisclosureCorrected() if event.marker in state.markers:
            marker = _marked_otherwise(state.markers[event.marker], event, index)
            return replace(state, markers={**state.markers, event.marker: marker})
        case NonDisclosureLifted() | NonDisclosureLiftingCorrected() if event.marker in state.markers:
            marker = _lifted(state.markers[event.marker], event, index)
            return replace(state, markers={**state.markers, event.marker: marker})
        case _:
            return state


def _marking(one: NonDisclosureMarked | MarkNonDisclosure) -> Marking:
    return Marking(
        since=one.valid_on, withholds=one.withholds, against=one.against, until=one.until, because=one.reason
    )


def _marked_otherwise(known: Known, event: NonDisclosureCorrected, index: int) -> Known:
    if known.entry != event.corrects:
        return known
    right = event.marking
    return replace(known, said=(right,), since=right.since, entry=index) if right else replace(known, never=True)


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
        case WithdrawCourtOrder():
            event = _withdrawn(command, state.orders.get(command.order))
        case CorrectNonDisclosure():
            event = _marker_corrected(command, state.markers.get(command.marker))
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


def _withdrawn(command: WithdrawCourtOrder, known: Known | None) -> Event | None:
    if known is None:
        raise Refused("There is no such court order about this person. Look it up on their record.")
    return None if known.never else CourtOrderWithdrawn(
        subject=command.pupil, valid_on=command.valid_on, order=command.order, corrects=known.entry,
        reason=command.reason, evidence=command.evidence,
    )  # fmt: skip


def _marker_corrected(command: CorrectNonDisclosure, known: Known | None) -> Event | None:
    if known is None:
        raise Refused("There is no such marker about this person. Look it up on their record.")
    if command.marking is not None:
        _refuse_never(known, "marker")
        _refuse_senseless(command.person, command.marking)
    if known.never or known.said == (command.marking,):
        return None
    return NonDisclosureCorrected(
        subject=command.person, valid_on=command.valid_on, marker=command.marker, marking=command.marking,
        corrects=known.entry, reason=command.reason, evidence=command.evidence,
    )  # fmt: skip


def _refuse_never(known: Known, what: str) -> None:
    if known.never:
        raise Refused(f"This {what} was withdrawn, as there never was one. Record the right one under its own id.")


def _recorded(command: RecordCourtOrder, known: Known | None) -> Event | None:
    if known is not None:
        _refuse_never(known, "court order")
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
    _refuse_never(known, "court order")
    if (known.said, known.since) == (_said(command), command.valid_on):
        return None
    _refuse_nonsense(command)
    return CourtOrderCorrected(
        subject=command.pupil, valid_on=command.valid_on, order=command.order, order_kind=command.order_kind,
        restrains=command.restrains, forbids=tuple(sorted(set(command.forbids))), until=command.until,
        document=command.document, corrects=known.entry, reason=command.reason, evidence=command.evidence,
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
    if known is not None:
        _refuse_never(known, "marker")
        if known.said == (_marking(command),):
            return None
        raise Refused("A marker with this id says something else. Correct it, or lift it and set another one.")
    _refuse_senseless(command.person, _marking(command))
    return NonDisclosureMarked(
        subject=command.person, valid_on=command.valid_on, marker=command.marker, withholds=command.withholds,
        against=command.against, until=command.until, reason=command.reason,
    )  # fmt: skip


def _refuse_senseless(person: bytes, marking: Marking) -> None:
    if marking.against == person:
        raise Refused("A marker keeps a person's details from somebody else. Check from whom.")
    if marking.until is not None and marking.until < marking.since:
        raise Refused("The marker ends before it begins. Check both dates.")


def _to_lift(command: LiftCourtOrder | LiftNonDisclosure, known: Known | None, what: str) -> bool:
    if known is None:
        raise Refused(f"There is no such {what} about this person. Look it up on their record.")
    _refuse_never(known, what)
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
        WithdrawCourtOrder,
        MarkNonDisclosure,
        CorrectNonDisclosure,
        LiftNonDisclosure,
        CorrectNonDisclosureLifting,
    ),
    categories=("contact",),
    names=("corrects", "order", "marker"),
)

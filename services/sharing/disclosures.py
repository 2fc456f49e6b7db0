"""Disclosures: what was given to whom, what became of it, what did not leave, and what families may not yet see."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from events.identifiers import SubjectId
from events.model import PARTS_MAX, Event, Text200
from events.records.common import EntryIndex
from events.sharing.disclosures import (
    FIELDS_MAX,
    Cohort,
    CohortDisclosed,
    CohortSharingBlocked,
    Commitment,
    Delivered,
    DeliveryFailed,
    Disclosed,
    EmergencyReviewed,
    FailureReason,
    NotShared,
    Recalled,
    RecallReason,
    Receipt,
    ReceiptConfirmed,
    Reviewed,
    Sending,
    Sent,
    SharingBlocked,
)
from events.sharing.persons import GivenToPerson
from events.sharing.words import FieldName, SharingPurpose
from ledger.decider import Command, Decided, Decider, Refused, Stream


class _OfDisclosure(Command):
    scope: ClassVar[str] = "sharing:write"
    purpose: ClassVar[str] = "sharing"

    disclosure: SubjectId

    @property
    def stream(self) -> Stream:
        """A disclosure and what became of it are one stream."""
        return Stream("disclosure", self.disclosure)


class Disclose(_OfDisclosure):
    """Give facts about these pupils to a recipient. Only the gate sends this, once it has decided."""

    known_at: EntryIndex
    valid_on: date
    sent: Annotated[dict[SubjectId, Sent], Field(min_length=1, max_length=PARTS_MAX)]
    person: SubjectId | None = None
    salt: Commitment
    commitment: Commitment


class DiscloseCohort(_OfDisclosure):
    """Give facts about everyone in a cohort to a recipient. Only the gate sends this, once it has decided."""

    cohort: Cohort
    sending: Sending
    pupils: Annotated[int, Field(ge=0)]
    salt: Commitment
    commitment: Commitment


class NoteDelivered(_OfDisclosure):
    """It was delivered: somebody handed it over, or told it."""


class NoteCarried(NoteDelivered):
    """It was carried, and this is what the carrier said. Only carriers send this."""

    receipt: Receipt


class ConfirmReceipt(_OfDisclosure):
    """The recipient said on a day that they have it."""

    valid_on: date


class NoteFailed(_OfDisclosure):
    """It could not be delivered; it may be tried again."""

    reason: FailureReason


class Recall(_OfDisclosure):
    """It should not have been sent: the recipient is asked to destroy it."""

    reason: RecallReason


class ReviewEmergency(_OfDisclosure):
    """Look at what went at once in an emergency; somebody else than the sender does."""

    found_right: bool
    reason: Text200
    by: SubjectId = bytes(16)
    """Who sends it. Rollbook fills this in: whatever is sent here is passed over."""


class KeepBack(_OfDisclosure):
    """Nothing leaves: the gate refused, or somebody decided not to share. ``disclosure`` is the decision's fresh id."""

    not_shared: Annotated[dict[SubjectId, NotShared], Field(min_length=1, max_length=PARTS_MAX)]


class KeepBackCohort(_OfDisclosure):
    """As above, of everyone on the roll on a day."""

    cohort_on: date
    recipient: SubjectId
    sharing_purpose: SharingPurpose
    fields: Annotated[tuple[FieldName, ...], Field(min_length=1, max_length=FIELDS_MAX)]
    reasons: Annotated[tuple[Text200, ...], Field(max_length=20)]
    by_gate: bool


State = Literal["recorded", "delivered", "confirmed", "failed", "recalled"]


@dataclass(frozen=True, slots=True)
class Kept:
    """That nothing left, as it was decided: the same decision again is no event."""

    said: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A disclosure so far: what was sent, under which commitment, how far it came; of an emergency, of whom by whom."""

    commitment: str
    emergency_about: tuple[bytes, ...] = ()
    sent_by: frozenset[bytes] = frozenset()
    state: State = "recorded"
    reviewed: bool = False
    receipt: str | None = None
    confirmed_on: date | None = None


Disclosure = Known | Kept | None
"""A disclosure, a decision not to share, or nothing yet."""


def evolve(state: Disclosure, event: Event, index: int) -> Disclosure:  # noqa: ARG001  # the same shape everywhere
    """Fold one event."""
    match event:
        case Disclosed():
            about = tuple(who for who, part in event.parts.items() if part.sending.emergency)
            return Known(event.commitment, about, frozenset(part.sent_by for part in event.parts.values()))
        case CohortDisclosed():
            return Known(event.commitment)
        case SharingBlocked():
            return Kept((dict(event.parts),))
        case CohortSharingBlocked():
            return Kept(_said(event))
        case _ if isinstance(state, Known):
            return _after(state, event)
        case _:
            return state


def _after(state: Known, event: Event) -> Known:
    match event:
        case Delivered():
            return replace(state, state="delivered", receipt=event.receipt)
        case ReceiptConfirmed():
            return replace(state, state="confirmed", confirmed_on=event.valid_on)
        case DeliveryFailed():
            return replace(state, state="failed")
        case Recalled():
            return replace(state, state="recalled")
        case EmergencyReviewed():
            return replace(state, reviewed=True)
        case _:
            return state


def _said(one: CohortSharingBlocked | KeepBackCohort) -> tuple[object, ...]:
    return one.cohort_on, one.recipient, one.sharing_purpose, one.fields, one.reasons, one.by_gate


def decide(command: Command, state: Disclosure) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    match command:
        case Disclose() | DiscloseCohort():
            same = isinstance(state, Known) and state.commitment == command.commitment
            return _to_person(command, _first(same, state, _given(command)))
        case KeepBack():
            kept = SharingBlocked(decision=command.disclosure, parts=command.not_shared)
            event = _first(state == Kept((dict(command.not_shared),)), state, kept)
        case KeepBackCohort():
            event = _first(state == Kept(_said(command)), state, _kept(command))
        case _OfDisclosure():
            if not isinstance(state, Known):
                raise Refused("There is no such disclosure. Look it up in the register of disclosures.")
            event = _follows(command, state)
        case _:
            event = None
    return Decided([event] if event else [])


def _first(same: bool, state: Disclosure, event: Event) -> Event | None:  # noqa: FBT001  # what was just compared
    if state is None:
        return event
    if same:
        return None
    raise Refused("Something else was already decided under this id. Use a fresh one for each disclosure.")


def _given(command: Disclose | DiscloseCohort) -> Event:
    if isinstance(command, Disclose):
        return Disclosed(
            disclosure=command.disclosure, known_at=command.known_at, valid_on=command.valid_on, parts=command.sent,
            salt=command.salt, commitment=command.commitment,
        )  # fmt: skip
    if command.sending.emergency:
        raise Refused("An emergency is about pupils, never about everyone on the roll. Choose them, and ask again.")
    # All of it stands in clear: what somebody wrote of their reasons is not kept of it.
    sending = command.sending.model_copy(update={"necessity": None, "decided_because": None})
    return CohortDisclosed(
        disclosure=command.disclosure, cohort=command.cohort, sending=sending,
        pupils=command.pupils, salt=command.salt, commitment=command.commitment,
    )  # fmt: skip


def _to_person(command: Disclose | DiscloseCohort, given: Event | None) -> Decided:
    """Say before it which person it is to, where it is to one: whoever makes the file again must know."""
    if given is None:
        return Decided()
    if isinstance(command, DiscloseCohort) or command.person is None:
        return Decided([given])
    if len(command.sent) != 1:
        raise Refused("A person is given the record of one pupil at a time. Send one for each of them.")
    (pupil,) = command.sent
    named = GivenToPerson(
        subject=pupil, valid_on=command.valid_on, disclosure=command.disclosure, person=command.person
    )
    return Decided([named, given])


def _kept(command: KeepBackCohort) -> Event:
    return CohortSharingBlocked(
        decision=command.disclosure, cohort_on=command.cohort_on, recipient=command.recipient,
        sharing_purpose=command.sharing_purpose, fields=command.fields, reasons=command.reasons,
        by_gate=command.by_gate,
    )  # fmt: skip


def _follows(command: _OfDisclosure, state: Known) -> Event | None:
    match command:
        case NoteDelivered():
            return _delivered(command, state)
        case ConfirmReceipt():
            if state.state == "recalled":
                raise Refused("This was recalled. Record the recipient's answer as a note to the recall.")
            if state.confirmed_on == command.valid_on:
                return None
            return ReceiptConfirmed(disclosure=command.disclosure, valid_on=command.valid_on)
        case NoteFailed():
            if state.state in ("failed", "recalled"):
                return None
            if state.state != "recorded":
                raise Refused("This was delivered, so it did not fail. Recall it if it should not have been sent.")
            return DeliveryFailed(disclosure=command.disclosure, reason=command.reason)
        case Recall():
            return None if state.state == "recalled" else Recalled(disclosure=command.disclosure, reason=command.reason)
        case ReviewEmergency():
            return _reviewed(command, state)
        case _:
            return None


def _delivered(command: NoteDelivered, state: Known) -> Event | None:
    if state.state in ("delivered", "confirmed"):
        return None
    if state.state == "recalled":
        raise Refused("This was recalled before it was delivered. Do not deliver it.")
    receipt = command.receipt if isinstance(command, NoteCarried) else None
    return Delivered(disclosure=command.disclosure, receipt=receipt)


def _reviewed(command: ReviewEmergency, state: Known) -> Event | None:
    if not state.emergency_about:
        raise Refused("This did not go in an emergency, so there is nothing to review. Recall it if it was wrong.")
    if command.by in state.sent_by:
        raise Refused("Whoever sent this cannot review it. Ask somebody else to look at it.")
    if state.reviewed:
        return None
    why = Reviewed(reason=command.reason)
    return EmergencyReviewed(
        disclosure=command.disclosure, found_right=command.found_right,
        parts=dict.fromkeys(state.emergency_about, why),
    )  # fmt: skip


COMMANDS: Final[tuple[type[Command], ...]] = (
    Disclose, DiscloseCohort, KeepBack, KeepBackCohort, NoteDelivered, NoteCarried, ConfirmReceipt,
    NoteFailed, Recall, ReviewEmergency,
)  # fmt: skip
disclosures: Final[Decider[Disclosure]] = Decider(
    "sharing", None, evolve, decide, commands=COMMANDS, categories=("correspondence",)
)

"""Notices of Article 19: owed by what was done to a fact, given, answered, chased, or found not possible."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Final, Literal

from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.common import EntryIndex
from events.sharing.ripple import (
    Acted,
    NoticeNotPossible,
    NoticeOwed,
    RecipientActed,
    RecipientNotified,
    RecipientSilent,
    Ripples,
)
from events.sharing.words import Channel, FieldName
from ledger.decider import Command, Decided, Decider, Refused, Stream


class OfNotice(Command):
    """What is told of one notice; ``valid_on`` is the day on which it was so."""

    scope: ClassVar[str] = "sharing:write"
    purpose: ClassVar[str] = "sharing"

    pupil: SubjectId
    notice: SubjectId
    valid_on: date

    @property
    def stream(self) -> Stream:
        """A notice and what became of it are one stream."""
        return Stream("notice", self.notice)


class OweNotice(OfNotice):
    """Somebody must be told. Only the reaction to what was done sends this."""

    recipient: SubjectId
    ripples: Ripples
    since_entry: EntryIndex
    disclosures: tuple[SubjectId, ...]
    field_names: tuple[FieldName, ...]
    told_entries: tuple[EntryIndex, ...] = ()


class NoteRecipientNotified(OfNotice):
    """The recipient was told."""

    channel: Channel


class NoteRecipientActed(OfNotice):
    """The recipient said what they did."""

    acted: Acted


class NoteRecipientSilent(OfNotice):
    """The recipient has not answered, and was asked again: ``chased_by`` says how."""

    chased_by: Text200
    until_asked_again: date | None = None


class NoteNoticeNotPossible(OfNotice):
    """Telling them is impossible, or would involve disproportionate effort."""

    found: Literal["impossible", "disproportionate"]
    reason: Text200


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a notice so far: whether they were told, and the last thing that was said of each kind."""

    notified: RecipientNotified | None = None
    acted: RecipientActed | None = None
    silent: RecipientSilent | None = None
    not_possible: NoticeNotPossible | None = None

    def after(self, event: Event) -> "Told":
        """Give what is known once this was said."""
        match event:
            case RecipientNotified():
                return replace(self, notified=event, not_possible=None)
            case RecipientActed():
                return replace(self, acted=event)
            case RecipientSilent():
                return replace(self, silent=event)
            case NoticeNotPossible():
                return replace(self, not_possible=event)
            case _:
                return self


@dataclass(frozen=True, slots=True)
class Known:
    """A notice that is owed, and what became of it."""

    owed: NoticeOwed
    told: Told = Told()


State = Known | None


def evolve(state: State, event: Event, index: int) -> State:  # noqa: ARG001  # the same shape in every aggregate
    """Fold one event."""
    if isinstance(event, NoticeOwed):
        return Known(event)
    return replace(state, told=state.told.after(event)) if state else None


def decide(command: Command, state: State) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    if isinstance(command, OweNotice):
        return Decided() if state else Decided([_owed(command)])
    if state is None or not isinstance(command, OfNotice) or state.owed.subject != command.pupil:
        raise Refused("No such notice is owed about this pupil. Look it up in the list of open notices.")
    event = said_of(command, state.told)
    return Decided([event] if event else [])


def _owed(command: OweNotice) -> Event:
    return NoticeOwed(
        subject=command.pupil, valid_on=command.valid_on, notice=command.notice, recipient=command.recipient,
        ripples=command.ripples, since_entry=command.since_entry, disclosures=command.disclosures,
        field_names=command.field_names, told_entries=command.told_entries,
    )  # fmt: skip


def said_of(command: OfNotice, state: Told) -> Event | None:
    """Give what follows from saying something of a notice; None where it is known. Raises Refused."""
    said: Event
    match command:
        case NoteRecipientNotified():
            said = RecipientNotified(
                subject=command.pupil, valid_on=command.valid_on, notice=command.notice, channel=command.channel
            )
            return None if said == state.notified else said
        case NoteNoticeNotPossible():
            if state.notified:
                raise Refused("They were told, so telling them was possible. Record what they answered.")
            said = NoticeNotPossible(
                subject=command.pupil,
                valid_on=command.valid_on,
                notice=command.notice,
                found=command.found,
                reason=command.reason,
            )
            return None if said == state.not_possible else said
        case NoteRecipientActed():
            _refuse_untold(state)
            said = RecipientActed(
                subject=command.pupil, valid_on=command.valid_on, notice=command.notice, acted=command.acted
            )
            return None if said == state.acted else said
        case NoteRecipientSilent():
            _refuse_untold(state)
            if state.acted:
                raise Refused("They answered, so nobody need be asked again.")
            said = RecipientSilent(
                subject=command.pupil,
                valid_on=command.valid_on,
                notice=command.notice,
                chased_by=command.chased_by,
                until_asked_again=command.until_asked_again,
            )
            return None if said == state.silent else said
        case _:
            return None


def _refuse_untold(state: Told) -> None:
    if state.notified is None:
        raise Refused("Nobody has told them yet. Tell them, and record on which day and how.")


notices: Final[Decider[State]] = Decider(
    "sharing",
    None,
    evolve,
    decide,
    commands=(OweNotice, NoteRecipientNotified, NoteRecipientActed, NoteRecipientSilent, NoteNoticeNotPossible),
    categories=("correspondence",),
    names=("notice",),
)

"""Collection: what a family was asked, gave and declined; an answer names the entry at which its question was shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, ClassVar, Final

from pydantic import Field

from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.collection import (
    ASKED_MAX,
    Asked,
    Channel,
    FieldDeclined,
    FieldGiven,
    FieldShown,
    Item,
    NoticeGiven,
    TextDigest,
)
from events.records.common import EntryIndex
from ledger.decider import Command, Decided, Decider, Refused, Stream


class _OfPupil(Command):
    scope: ClassVar[str] = "pupils:write"
    purpose: ClassVar[str] = "pupil-record"

    pupil: SubjectId
    valid_on: date

    @property
    def stream(self) -> Stream:
        """What a pupil's family was asked and told is a stream of its own."""
        return Stream("collection", self.pupil)


class ShowFields(_OfPupil):
    """These fields of the collection form were shown to somebody; ``wording`` is the SHA-256 of what they read."""

    to: SubjectId
    wording: TextDigest
    channel: Channel
    asked: Annotated[tuple[Asked, ...], Field(min_length=1, max_length=ASKED_MAX)]


class GiveField(_OfPupil):
    """A field was given by somebody who had been shown it at the entry ``shown``."""

    item: Item
    shown: EntryIndex
    by: SubjectId


class DeclineField(_OfPupil):
    """A field was declined by somebody who had been shown it; a required one with the reason they told."""

    item: Item
    shown: EntryIndex
    by: SubjectId
    reason: Text200 | None = None


class GiveNotice(_OfPupil):
    """Somebody of the family received this version of the privacy notice."""

    notice_version: Annotated[int, Field(ge=1)]
    digest: TextDigest
    to: SubjectId


@dataclass(frozen=True, slots=True)
class Collected:
    """What was shown, by entry; the last answer to each question shown; the notices given."""

    shown: Mapping[int, FieldShown] = field(default_factory=dict)
    answers: Mapping[tuple[int, str], FieldGiven | FieldDeclined] = field(default_factory=dict)
    notices: frozenset[tuple[int, str, bytes]] = frozenset()


def evolve(state: Collected, event: Event, index: int) -> Collected:
    """Fold one event."""
    match event:
        case FieldShown():
            return replace(state, shown={**state.shown, index: event})
        case FieldGiven() | FieldDeclined():
            return replace(state, answers={**state.answers, (event.shown, event.item): event})
        case NoticeGiven():
            return replace(state, notices=state.notices | {(event.notice_version, event.digest, event.to)})
        case _:
            return state


def decide(command: Command, state: Collected) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    match command:
        case ShowFields():
            event: Event | None = FieldShown(
                subject=command.pupil, valid_on=command.valid_on, to=command.to, wording=command.wording,
                channel=command.channel, asked=command.asked,
            )  # fmt: skip
            event = None if event in state.shown.values() else event
        case GiveField():
            _shown(command, state)
            event = _news(state, FieldGiven(
                subject=command.pupil, valid_on=command.valid_on, item=command.item, shown=command.shown, by=command.by
            ))  # fmt: skip
        case DeclineField():
            if _shown(command, state).required and command.reason is None:
                raise Refused("The law requires an answer to this. If the family still declines, send its reason.")
            event = _news(state, FieldDeclined(
                subject=command.pupil, valid_on=command.valid_on, item=command.item, shown=command.shown,
                by=command.by, reason=command.reason,
            ))  # fmt: skip
        case GiveNotice() if (command.notice_version, command.digest, command.to) not in state.notices:
            event = NoticeGiven(
                subject=command.pupil, valid_on=command.valid_on, notice_version=command.notice_version,
                digest=command.digest, to=command.to,
            )  # fmt: skip
        case _:
            event = None
    return Decided([event] if event else [])


def _shown(command: GiveField | DeclineField, state: Collected) -> Asked:
    shown = state.shown.get(command.shown)
    asked = next((one for one in shown.asked if one.item == command.item), None) if shown else None
    if shown is None or asked is None:
        raise Refused("That entry does not show this field to the family. Record first what they were shown.")
    if shown.to != command.by:
        raise Refused("This field was shown to somebody else. Record what this person was shown.")
    return asked


def _news(state: Collected, answer: FieldGiven | FieldDeclined) -> Event | None:
    return None if state.answers.get((answer.shown, answer.item)) == answer else answer


collection: Final = Decider(
    "records",
    Collected(),
    evolve,
    decide,
    commands=(ShowFields, GiveField, DeclineField, GiveNotice),
    categories=("correspondence",),
    names=("shown",),
)

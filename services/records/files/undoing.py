"""Withdrawing: an entry that a file should never have made is taken to have never been, whichever stream it is in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, ClassVar, Final

from events.identifiers import SubjectId
from events.model import EntryWithdrawn, Event, PersonEvent, Text200
from events.records.common import EntryIndex
from events.records.identity import UpnRecorded
from events.records.numbers import FormerUpnRecorded, UciRecorded, UlnRecorded, UpnMadePermanent
from events.records.withdrawing import WITHDRAWN
from ledger.decider import Command, Decided, Decider, Identifier, Refused, Stream
from services.records.pupils.identity import identity
from services.records.pupils.numbers import UCI, ULN, UPN

RELEASED: Final[Mapping[str, Callable[[Any], Identifier]]] = {
    UpnRecorded.definition.name: lambda event: Identifier(UPN, event.upn, event.subject),
    UpnMadePermanent.definition.name: lambda event: Identifier(UPN, event.upn, event.subject),
    FormerUpnRecorded.definition.name: lambda event: Identifier(UPN, event.upn, event.subject),
    UlnRecorded.definition.name: lambda event: Identifier(ULN, event.uln, event.subject),
    UciRecorded.definition.name: lambda event: Identifier(UCI, event.uci, event.subject),
}
"""What a withdrawn entry had claimed for its subject, by the event's name."""


def is_of_one(kind: type[Event]) -> bool:
    """Whether entries of a kind are of those that files write about one person. Marks of a register are amended."""
    return kind.definition.category in WITHDRAWN and issubclass(kind, PersonEvent)


def is_withdrawable(event: Event) -> bool:
    """Whether an entry like this may be taken to have never been: files write its kind, and it corrects nothing."""
    return is_of_one(type(event)) and not hasattr(event, "corrects")


class _Found(Stream):
    """A stream that is known by its stored id, and not by what it is made of."""

    __slots__ = ()

    def id(self, organisation: bytes) -> bytes:  # noqa: ARG002  # the id is of the organisation's own log already
        """Give the id."""
        return bytes.fromhex(self[1])


class WithdrawEntry(Command):
    """An entry never was. ``under`` is the purpose that the entry itself was made for."""

    scope: ClassVar[str] = "intake:write"

    in_stream: SubjectId
    under: Text200
    entry: EntryIndex
    valid_on: date
    reason: Text200

    @property
    def purpose(self) -> str:  # type: ignore[override]  # each entry's own, since purposes cover categories
        """The purpose that the entry was made for."""
        return self.under

    @property
    def stream(self) -> Stream:
        """The stream that the entry is in."""
        return _Found("found", self.in_stream)


@dataclass(frozen=True, slots=True)
class Entries:
    """A stream's entries about a person, by index, and which of them have been withdrawn."""

    made: Mapping[int, PersonEvent] = field(default_factory=dict)
    withdrawn: frozenset[int] = frozenset()


def evolve(state: Entries, event: Event, index: int) -> Entries:
    """Fold one event."""
    match event:
        case EntryWithdrawn():
            return replace(state, withdrawn=state.withdrawn | {event.withdraws})
        case PersonEvent():
            return replace(state, made={**state.made, index: event})
        case _:
            return state


def decide(command: WithdrawEntry, state: Entries) -> Decided:
    """Decide; an entry that is withdrawn already yields no event."""
    if command.entry in state.withdrawn:
        return Decided()
    event = state.made.get(command.entry)
    if event is None:
        raise Refused("There is no such entry in this record. Look at its history again.")
    category = event.definition.category
    if category is None or not is_withdrawable(event):
        raise Refused("An entry of this kind is not withdrawn. Send a change or a correction with the reason instead.")
    kind = WITHDRAWN[category]
    name = event.definition.name
    withdrawn = kind(
        subject=event.subject, valid_on=command.valid_on, withdraws=command.entry, was=name, reason=command.reason
    )
    claimed = [RELEASED[name](event)] if name in RELEASED else []
    return Decided([withdrawn], releases=[one for one in claimed if one.value not in _held(state, command.entry)])


def _held(state: Entries, without: int) -> set[str]:
    """Give the numbers that a pupil still has by what stands without an entry: none of these is given up."""
    known = identity.initial
    for index, event in sorted(state.made.items()):
        if index != without and index not in state.withdrawn:
            known = identity.evolve(known, event, index)
    present = {one.value for one in (known.upn, known.further.uln, known.further.uci) if one is not None}
    return present | known.temporary | set(known.further.former)


undoing: Final = Decider("records", Entries(), evolve, decide, commands=(WithdrawEntry,), apart=True)
"""Apart: an entry is withdrawn of the very record that it was made of, also where two are merged."""

"""Reads: opening a person's record, searching, and replaying history are events, written before anything is shown."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from events.governance import CaseNumber, HistoryReplayed, RecordsSearched, RecordViewed, Shown
from events.identifiers import SubjectId
from events.model import PARTS_MAX, Event
from ledger.decider import Command, Decided, Decider, Stream


class _Read(Command):
    """``reader`` and ``day`` name the stream; ``shown`` is what of whom is about to be sent."""

    scope: ClassVar[str] = "records:read"
    purpose: ClassVar[str] = "accountability"

    reader: SubjectId
    day: date
    known_at: Annotated[int, Field(ge=0)]
    shown: Annotated[dict[SubjectId, Shown], Field(max_length=PARTS_MAX)]

    @property
    def stream(self) -> Stream:
        """A reader's day is a stream."""
        return Stream("reads", self.reader, self.day)

    @property
    def about(self) -> tuple[bytes, ...]:
        """Nobody: a read rests on no earlier entry, and takes its version under the lock."""
        return ()


class ViewRecord(_Read):
    """A person's record is about to be shown."""


class Search(_Read):
    """A search or list is about to be shown."""

    kind: Literal["search", "list"]
    count: Annotated[int, Field(ge=0)]


class Replay(_Read):
    """What was known at an earlier entry is about to be shown, for a case."""

    case: CaseNumber


def evolve(state: Mapping[str, str], event: Event, index: int) -> Mapping[str, str]:  # noqa: ARG001  # reads rest on nothing
    """Keep nothing."""
    return state


def decide(command: Command, state: Mapping[str, str]) -> Decided:  # noqa: ARG001  # reads rest on nothing
    """Record the read, always."""
    match command:
        case ViewRecord():
            event: Event = RecordViewed(date=command.day, known_at=command.known_at, parts=command.shown)
        case Search():
            event = RecordsSearched(
                date=command.day, known_at=command.known_at, parts=command.shown, kind=command.kind,
                count=command.count,
            )  # fmt: skip
        case Replay():
            event = HistoryReplayed(date=command.day, known_at=command.known_at, parts=command.shown, case=command.case)
        case _:
            return Decided()
    return Decided([event])


reads: Final[Decider[Mapping[str, str]]] = Decider("governance", {}, evolve, decide)

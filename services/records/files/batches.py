"""Batches: a file on its way in, and the rows of it that are set aside for a person to fix."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, ClassVar, Final

from pydantic import Field

from events.identifiers import BatchId
from events.model import Event, Text200
from events.records.intake import (
    BatchReceived,
    BatchUndone,
    FeedAnomalyFound,
    FileKind,
    RowExpired,
    RowFixed,
    RowQuarantined,
)
from events.text import PlainText
from ledger.decider import Command, Decided, Decider, Refused, Stream
from services.records.files.intake import RowNumber

ASIDE_MAX: Final = 2_000
"""Rows of one file that are kept aside. All of a batch's rows are opened to decide on a page of them, and nobody mends
more by hand: a file with more is wrong as a whole, and is mended where it was made."""
NOT_KEPT: Final = (
    "It was not kept, as this file has as many rows set aside as can be. Correct it in the file, and bring the file in "
    "again: what was taken is not taken twice."
)


class _OfBatch(Command):
    scope: ClassVar[str] = "intake:write"
    purpose: ClassVar[str] = "pupil-record"

    batch: BatchId

    @property
    def stream(self) -> Stream:
        """A batch is a stream of its own."""
        return Stream("batch", self.batch)


class ReceiveBatch(_OfBatch):
    """A connector begins to bring in a file."""

    connector: Annotated[PlainText, Field(min_length=1, max_length=60)]
    kind: FileKind
    file_digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    rows: Annotated[int, Field(ge=0)]


class QuarantineRow(_OfBatch):
    """A row is set aside, sealed under the batch's key, to be fixed by a person."""

    row: RowNumber
    valid_on: date
    fields: Annotated[str, Field(max_length=200_000)]
    reasons: Annotated[tuple[Text200, ...], Field(min_length=1, max_length=50)]


class FixRow(_OfBatch):
    """A row that was set aside has been taken."""

    row: RowNumber


class UndoBatch(_OfBatch):
    """What the file said is withdrawn."""


class ExpireRows(_OfBatch):
    """What the batch's rows said is about to be destroyed."""


class StopBatch(_OfBatch):
    """A file that said it was the whole roll lacks too many pupils, so that nothing of it is taken."""

    enrolled: Annotated[int, Field(ge=1)]
    missing: Annotated[int, Field(ge=1)]
    percent: Annotated[int, Field(ge=0, le=100)]


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row that was set aside: as it was last sent, with the reasons and the file's date; and each attempt."""

    fields: str
    reasons: Sequence[str]
    valid_on: date
    tried: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def attempts(self) -> int:
        """How often it was set aside."""
        return len(self.tried)


@dataclass(frozen=True, slots=True)
class Batch:
    """Which file the batch is, once it is known; what was set aside of it by row, and which of those were taken."""

    received: tuple[str, str, str] | None = None
    rows: Mapping[int, SetAside] = field(default_factory=dict)
    fixed: frozenset[int] = frozenset()
    taken_back: frozenset[int] = frozenset()
    """Of the rows that were taken after all, those that an undo has withdrawn since."""
    is_undone: bool = False
    is_expired: bool = False
    is_stopped: bool = False

    @property
    def waiting(self) -> Mapping[int, SetAside]:
        """The rows that are still to be fixed, in their order; none once they have expired, whatever still opens."""
        kept = () if self.is_expired else sorted(self.rows)
        return {row: self.rows[row] for row in kept if row not in self.fixed}


def evolve(state: Batch, event: Event, index: int) -> Batch:  # noqa: ARG001  # the same shape in every aggregate
    """Fold one event."""
    match event:
        case BatchReceived():
            return replace(state, received=(event.connector, event.kind, event.file_digest))
        case RowQuarantined():
            before = state.rows.get(event.row)
            tried = (*(before.tried if before else ()), (event.fields, event.reasons))
            row = SetAside(event.fields, event.reasons, event.valid_on, tried)
            return replace(
                state, rows={**state.rows, event.row: row}, fixed=state.fixed - {event.row},
                taken_back=state.taken_back - {event.row},
            )  # fmt: skip
        case RowFixed():
            return replace(state, fixed=state.fixed | {event.row}, taken_back=state.taken_back - {event.row})
        case BatchUndone():
            return replace(state, taken_back=state.fixed, is_undone=True)
        case RowExpired():
            return replace(state, is_expired=True)
        case FeedAnomalyFound():
            return replace(state, is_stopped=True)
        case _:
            return state


def decide(command: Command, state: Batch) -> Decided:
    """Decide; the same file again, or the same row with the same reasons, yields no event."""
    match command:
        case ReceiveBatch():
            return _receive(command, state)
        case QuarantineRow():
            return _quarantine(command, state)
        case FixRow() if command.row in state.fixed:
            return Decided()
        case FixRow():
            if command.row not in state.rows:
                raise Refused("This row is not set aside. Look at the batch's rows again.")
            return Decided([RowFixed(batch=command.batch, row=command.row)])
        case UndoBatch() if state.fixed - state.taken_back or not state.is_undone:
            return Decided([BatchUndone(batch=command.batch)])
        case StopBatch() if not state.is_stopped:
            found = FeedAnomalyFound(
                batch=command.batch, enrolled=command.enrolled, missing=command.missing, percent=command.percent
            )
            return Decided([found])
        case ExpireRows() if not state.is_expired:
            expired = [RowExpired(batch=command.batch, row=row, fixed=row in state.fixed) for row in sorted(state.rows)]
            return Decided(expired)
        case _:
            return Decided()


def _receive(command: ReceiveBatch, state: Batch) -> Decided:
    if state.received is not None:
        if state.received != (command.connector, command.kind, command.file_digest):
            raise Refused("This batch is another file's. Send the file as a batch of its own.")
        return Decided()
    received = BatchReceived(
        batch=command.batch, connector=command.connector, kind=command.kind, file_digest=command.file_digest,
        rows=command.rows,
    )  # fmt: skip
    return Decided([received])


def _quarantine(command: QuarantineRow, state: Batch) -> Decided:
    known, said = state.rows.get(command.row), (command.fields, command.reasons)
    # A file that comes again says again what was mended since: that is no new attempt. Of a row that waits, only the
    # last attempt counts; and one that was taken back with its file is set aside anew.
    again = command.row in state.taken_back
    if known is not None and not again and said in (known.tried if command.row in state.fixed else known.tried[-1:]):
        return Decided()
    if state.is_expired:
        raise Refused("What this batch set aside has expired and is destroyed. Bring the file in again.")
    if known is None and len(state.rows) >= ASIDE_MAX:
        raise Refused(NOT_KEPT, aside=list(state.rows))
    aside = RowQuarantined(
        subject=command.batch, valid_on=command.valid_on, row=command.row, fields=command.fields,
        reasons=command.reasons,
    )  # fmt: skip
    return Decided([aside])


batches: Final = Decider(
    "records", Batch(), evolve, decide,
    commands=(ReceiveBatch, QuarantineRow, FixRow, UndoBatch, ExpireRows, StopBatch),
    categories=("correspondence",),
)  # fmt: skip

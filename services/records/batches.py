"""Batches: a file on its way in, and the rows of it that are set aside for a person to fix."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from events.identifiers import BatchId
from events.model import Event, Text200
from events.records.intake import BatchReceived, RowQuarantined
from events.text import PlainText
from ledger.decider import Command, Decided, Decider, Refused, Stream
from services.records.intake import RowNumber


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
    kind: Literal["ctf", "registers"]
    file_digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    rows: Annotated[int, Field(ge=0)]


class QuarantineRow(_OfBatch):
    """A row is set aside, sealed under the batch's key, to be fixed by a person."""

    row: RowNumber
    valid_on: date
    fields: Annotated[str, Field(max_length=200_000)]
    reasons: Annotated[tuple[Text200, ...], Field(min_length=1, max_length=50)]


@dataclass(frozen=True, slots=True)
class Batch:
    """Which file the batch is, once it is known, and what is set aside of it by row."""

    received: tuple[str, str, str] | None = None
    rows: Mapping[int, tuple[str, Sequence[str]]] = field(default_factory=dict)


def evolve(state: Batch, event: Event, index: int) -> Batch:  # noqa: ARG001  # the same shape in every aggregate
    """Fold one event."""
    match event:
        case BatchReceived():
            return Batch((event.connector, event.kind, event.file_digest), state.rows)
        case RowQuarantined():
            return Batch(state.received, {**state.rows, event.row: (event.fields, event.reasons)})
        case _:
            return state


def decide(command: Command, state: Batch) -> Decided:
    """Decide; the same file again, or the same row with the same reasons, yields no event."""
    match command:
        case ReceiveBatch() if state.received is not None:
            if state.received != (command.connector, command.kind, command.file_digest):
                raise Refused("This batch is another file's. Send the file as a batch of its own.")
            return Decided()
        case ReceiveBatch():
            received = BatchReceived(
                batch=command.batch, connector=command.connector, kind=command.kind, file_digest=command.file_digest,
                rows=command.rows,
            )  # fmt: skip
            return Decided([received])
        case QuarantineRow() if state.rows.get(command.row) != (command.fields, command.reasons):
            aside = RowQuarantined(
                subject=command.batch, valid_on=command.valid_on, row=command.row, fields=command.fields,
                reasons=command.reasons,
            )  # fmt: skip
            return Decided([aside])
        case _:
            return Decided()


batches: Final = Decider("records", Batch(), evolve, decide)

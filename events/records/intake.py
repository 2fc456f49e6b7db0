"""How facts come in: a batch of a file, and the rows of it that were set aside."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from events.identifiers import BatchId
from events.model import Event, PersonEvent, Text200
from events.text import PlainText

FileKind: TypeAlias = Literal["ctf", "pupils", "registers"]
"""What a file holds: a Common Transfer File, a table with a row a pupil, or one with a row a mark."""


class BatchReceivedV1(Event, name="batch-received"):
    """A connector began to bring in a file, as written before pupils came in tables."""

    batch: BatchId
    connector: Annotated[PlainText, Field(min_length=1, max_length=60)]
    kind: Literal["ctf", "registers"]
    file_digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    rows: Annotated[int, Field(ge=0)]


class BatchReceived(Event, name="batch-received", version=2):
    """A connector began to bring in a file. ``file_digest`` is an HMAC under the organisation's key, in hex."""

    batch: BatchId
    connector: Annotated[PlainText, Field(min_length=1, max_length=60)]
    kind: FileKind
    file_digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    rows: Annotated[int, Field(ge=0)]

    @staticmethod
    def upcast_v1_v2(event: BatchReceivedV1) -> "BatchReceived":
        """Give what version 1 said: there was a kind less."""
        return BatchReceived(
            batch=event.batch, connector=event.connector, kind=event.kind, file_digest=event.file_digest,
            rows=event.rows,
        )  # fmt: skip


class RowQuarantined(PersonEvent, name="row-quarantined", category="correspondence"):
    """A row of a batch was set aside, with the reasons, to be fixed by a person.

    The subject is the batch: the row is sealed under a key of the batch, which is destroyed after thirty days.
    """

    row: Annotated[int, Field(ge=0)]
    fields: Annotated[str, Field(max_length=200_000)]
    reasons: Annotated[tuple[Text200, ...], Field(min_length=1, max_length=50)]


class RowFixed(Event, name="row-fixed"):
    """A row that had been set aside was taken after all, mended or as it was. Every attempt before stays readable."""

    batch: BatchId
    row: Annotated[int, Field(ge=0)]


class RowExpired(Event, name="row-expired"):
    """What a row had said was destroyed, as it had been set aside for as long as the adopted rule lets it.

    ``fixed`` says whether the row had been taken by then. The key that sealed all rows of the batch is destroyed.
    """

    batch: BatchId
    row: Annotated[int, Field(ge=0)]
    fixed: bool


class FeedAnomalyFound(Event, name="feed-anomaly-found"):
    """A file that said it was the whole roll lacked more of its pupils than the adopted rule allows; it was refused.

    Nothing of it was taken, and nobody was removed: a file never takes a pupil off the roll.
    """

    batch: BatchId
    enrolled: Annotated[int, Field(ge=1)]
    missing: Annotated[int, Field(ge=1)]
    percent: Annotated[int, Field(ge=0, le=100)]


class BatchUndone(Event, name="batch-undone"):
    """What a file had said was withdrawn: also its mended rows are as if never taken, and may be set aside again."""

    batch: BatchId

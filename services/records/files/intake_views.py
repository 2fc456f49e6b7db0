"""What is shown of files that came in: each batch, and which batches have rows set aside. Never what a row said."""

from datetime import datetime

from events.model import Recorded
from events.records.intake import BatchReceived, BatchUndone, FeedAnomalyFound, RowExpired, RowFixed, RowQuarantined
from ledger.view import AnyView, PersonRow, Row, View
from services.facts import Provenance


class BatchRow(Row):
    """A file that was brought in: by which connector, of what kind, how many rows, when (UTC), by whom; rows mended."""

    batch: bytes
    connector: str = ""
    kind: str = ""
    rows: int = 0
    received_at: datetime | None = None
    actor: bytes | None = None
    fixed: tuple[int, ...] = ()
    is_expired: bool = False
    is_stopped: bool = False


class SetAsideRow(PersonRow):
    """Which rows of a batch (it is the subject) were ever set aside, and since when the first of them was."""

    rows: tuple[int, ...] = ()
    first: Provenance


batches = View("batches", version=1, row=BatchRow, key=["batch"], key_of=lambda r: (r.event.batch,))
set_aside = View("set_aside", version=1, row=SetAsideRow, key=["subject"], key_of=lambda r: (r.subject,))


@batches.on(BatchReceived)
def _received(row: BatchRow | None, recorded: Recorded[BatchReceived]) -> BatchRow:
    body, known = recorded.body, row or BatchRow(batch=recorded.body.batch)
    said = {"connector": body.connector, "kind": body.kind, "rows": body.rows}
    return known.model_copy(update={**said, "received_at": recorded.header.recorded_at, "actor": recorded.header.actor})


@batches.on(RowFixed)
def _fixed(row: BatchRow | None, recorded: Recorded[RowFixed]) -> BatchRow:
    known = row or BatchRow(batch=recorded.body.batch)
    return known.model_copy(update={"fixed": tuple(sorted({*known.fixed, recorded.body.row}))})


@batches.on(RowExpired)
def _expired(row: BatchRow | None, recorded: Recorded[RowExpired]) -> BatchRow:
    return (row or BatchRow(batch=recorded.body.batch)).model_copy(update={"is_expired": True})


@batches.on(FeedAnomalyFound)
def _stopped(row: BatchRow | None, recorded: Recorded[FeedAnomalyFound]) -> BatchRow:
    return (row or BatchRow(batch=recorded.body.batch)).model_copy(update={"is_stopped": True})


@batches.on(BatchUndone)
def _undone(row: BatchRow | None, recorded: Recorded[BatchUndone]) -> BatchRow:
    return (row or BatchRow(batch=recorded.body.batch)).model_copy(update={"fixed": ()})


@set_aside.on(RowQuarantined)
def _set_aside(row: SetAsideRow | None, recorded: Recorded[RowQuarantined]) -> SetAsideRow:
    known = row or SetAsideRow(subject=recorded.body.subject, first=Provenance.of(recorded))
    return known.model_copy(update={"rows": tuple(sorted({*known.rows, recorded.body.row}))})


VIEWS: tuple[AnyView, ...] = (batches, set_aside)

"""Batches: a file is received once, and a row is set aside once for the same reasons."""

from datetime import date

import pytest
from support.given import given

from events.records.intake import (
    BatchReceived,
    BatchReceivedV1,
    BatchUndone,
    FeedAnomalyFound,
    RowExpired,
    RowFixed,
    RowQuarantined,
)
from ledger.codec import upcast
from services.records.files.batches import (
    ExpireRows,
    FixRow,
    QuarantineRow,
    ReceiveBatch,
    StopBatch,
    UndoBatch,
    batches,
)

BATCH, OCTOBER = b"f" * 16, date(2026, 10, 1)
RECEIVE = ReceiveBatch(batch=BATCH, connector="ctf", kind="ctf", file_digest="0" * 64, rows=2)
RECEIVED = BatchReceived(batch=BATCH, connector="ctf", kind="ctf", file_digest="0" * 64, rows=2)


def quarantine(reason: str) -> QuarantineRow:
    return QuarantineRow(batch=BATCH, row=1, valid_on=OCTOBER, fields="{}", reasons=(reason,))


def quarantined(reason: str) -> RowQuarantined:
    return RowQuarantined(subject=BATCH, row=1, valid_on=OCTOBER, fields="{}", reasons=(reason,))


def test_a_batch_is_one_file() -> None:
    given(batches).when(RECEIVE).then(RECEIVED)
    for other in ({"file_digest": "1" * 64}, {"connector": "csv"}, {"kind": "registers"}):
        given(batches, RECEIVED).when(RECEIVE.model_copy(update=other)).then_refused("a batch of its own")


def test_what_was_written_before_pupils_came_in_tables_stays_readable() -> None:
    old = BatchReceivedV1(batch=BATCH, connector="ctf", kind="ctf", file_digest="0" * 64, rows=2)
    assert upcast(old) == RECEIVED
    given(batches, upcast(old)).when(RECEIVE).then()


def test_a_row_is_set_aside_once_for_the_same_reasons() -> None:
    given(batches).when(quarantine("No UPN.")).then(quarantined("No UPN."))
    given(batches, quarantined("No UPN.")).when(quarantine("No date.")).then(quarantined("No date."))


def test_no_more_rows_are_set_aside_than_a_batch_may_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.records.files.batches.ASIDE_MAX", 1)
    other = quarantine("No UPN.").model_copy(update={"row": 2})
    given(batches, quarantined("No UPN.")).when(other).then_refused("not kept")
    given(batches, quarantined("No UPN.")).when(quarantine("No date.")).then(quarantined("No date."))


def test_a_row_is_fixed_once_and_may_be_set_aside_again() -> None:
    fix, fixed = FixRow(batch=BATCH, row=1), RowFixed(batch=BATCH, row=1)
    given(batches, quarantined("No UPN.")).when(fix).then(fixed)
    given(batches).when(fix).then_refused("not set aside")
    given(batches, quarantined("No UPN."), fixed).when(quarantine("No UPN.")).then()
    given(batches, quarantined("No UPN."), fixed).when(quarantine("No date.")).then(quarantined("No date."))


def test_a_row_that_was_taken_back_with_its_file_is_set_aside_anew() -> None:
    fixed, undo, undone = RowFixed(batch=BATCH, row=1), UndoBatch(batch=BATCH), BatchUndone(batch=BATCH)
    history = [quarantined("No UPN."), fixed, undone]
    given(batches, *history[:2]).when(undo).then(undone)
    given(batches, *history).when(quarantine("No UPN.")).then(quarantined("No UPN."))
    given(batches, *history, quarantined("No UPN.")).when(quarantine("No UPN.")).then()
    given(batches, *history, quarantined("No UPN.")).when(undo).then()
    given(batches, *history, quarantined("No UPN."), fixed).when(undo).then(undone)
    given(batches, quarantined("No UPN.")).when(undo).then(undone)


def test_what_rows_said_expires_once_and_the_batch_takes_no_more() -> None:
    history = [quarantined("No UPN."), RowFixed(batch=BATCH, row=1)]
    expired = RowExpired(batch=BATCH, row=1, fixed=True)
    given(batches, *history).when(ExpireRows(batch=BATCH)).then(expired)
    given(batches).when(ExpireRows(batch=BATCH)).then()
    given(batches, *history, expired).when(quarantine("No date.")).then_refused("Bring the file in again")
    given(batches, *history, expired).when(FixRow(batch=BATCH, row=1)).then()


def test_a_batch_is_stopped_once() -> None:
    found = FeedAnomalyFound(batch=BATCH, enrolled=10, missing=6, percent=10)
    given(batches, RECEIVED).when(StopBatch(batch=BATCH, enrolled=10, missing=6, percent=10)).then(found)

"""Reads: somebody who looks twice has looked twice."""

from datetime import date

from support.given import given

from events.governance import HistoryReplayed, RecordsSearched, RecordViewed, Shown
from services.governance.reads import Replay, Search, ViewRecord, reads

READER, ADA, DAY = b"r" * 16, b"a" * 16, date(2026, 9, 15)
SHOWN = {ADA: Shown(categories=("identity",), what="record")}


def test_each_view_of_a_record_is_recorded() -> None:
    seen = RecordViewed(date=DAY, known_at=7, parts=SHOWN)
    given(reads).when(ViewRecord(reader=READER, day=DAY, known_at=7, shown=SHOWN)).then_each_time(seen)
    given(reads, seen).when(ViewRecord(reader=READER, day=DAY, known_at=7, shown=SHOWN)).then_each_time(seen)


def test_a_search_that_finds_nobody_is_recorded_too() -> None:
    command = Search(reader=READER, day=DAY, known_at=7, shown={}, kind="search", count=0)
    given(reads).when(command).then_each_time(RecordsSearched(date=DAY, known_at=7, parts={}, kind="search", count=0))


def test_a_replay_is_recorded_with_its_case() -> None:
    command = Replay(reader=READER, day=DAY, known_at=7, shown=SHOWN, case="SAR/26-4")
    given(reads).when(command).then_each_time(HistoryReplayed(date=DAY, known_at=7, parts=SHOWN, case="SAR/26-4"))


def test_a_read_rests_on_nothing_that_was_read_before() -> None:
    assert ViewRecord(reader=READER, day=DAY, known_at=7, shown=SHOWN).about == ()

"""A file of registers takes as much memory at fifty thousand rows as at five thousand, whatever their order.

A million are measured by ``python -m benchmarks files``: here each row is traced, which takes eight times as long.
"""

import tracemalloc
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from events.identifiers import upn_check_letter
from services.connectors import report as report_of
from services.connectors.client import Client
from services.connectors.csv_files import sorted_marks
from services.connectors.csv_files.load import load_registers
from services.connectors.report import Report
from services.connectors.written import iso_date

TODAY = date(2026, 11, 24)
PUPILS = 50
FEW, MANY = 5_000, 50_000
LISTED = 100
SLACK_BYTES = 1_500_000
"""What the peak may differ by: a call's worth of rows may be on its way or not."""


class Counting(Client):
    """A client whose server takes everything: here nothing but the connector's own memory is to be measured."""

    def __init__(self) -> None:
        super().__init__("http://nowhere", "", "")
        self.marks = self.asides = self.calls = 0
        self.largest = 0

    def _sent(self, method: str, path: str, **parts: Any) -> Any:
        assert method == "POST"
        self.calls += 1
        body = parts["json"]
        if path.endswith("batches"):
            return {"batch": str(uuid4()), "index": 1}
        if path.endswith("quarantine"):
            self.asides += len(body["rows"])
            said = [(one["row"], "quarantined") for one in body["rows"]]
        else:
            said = [(mark["row"], "accepted") for one in body["registers"] for mark in one["marks"]]
            self.marks += len(said)
        self.largest = max(self.largest, len(said))
        return {"index": 1, "rows": [{"row": row, "outcome": outcome, "reasons": ["why"]} for row, outcome in said]}


def written(path: Path, rows: int) -> None:
    """Write a file whose registers lie scattered: pupil after pupil, each over all sessions; some rows are bad."""
    sessions = rows // PUPILS // 2
    first = date(2024, 9, 2) - timedelta(days=sessions)
    upns = [upn_check_letter(f"926200026{n:03}") + f"926200026{n:03}" for n in range(PUPILS)]
    with path.open("w", encoding="utf-8") as file:
        file.write("date,session,group,upn,code,minutes_late\n")
        for number, upn in enumerate(upns):
            for day in range(sessions):
                late = "soon" if day % 7 == 0 else ""
                file.write(f"{first + timedelta(days=day)},AM,Class {number % 4},{upn},{'L' if late else '/'},{late}\n")
                file.write(f"{first + timedelta(days=day)},PM,Class {number % 4},{upn},{'?' if late else 'I'},\n")


def loaded(path: Path) -> tuple[Report, Counting]:
    client = Counting()
    with path.open("rb") as file:
        return load_registers(client, file, path.name, today=TODAY), client


def peak(path: Path) -> int:
    tracemalloc.start()
    try:
        loaded(path)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_the_memory_does_not_grow_with_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_of, "LISTED_MAX", LISTED)  # Else the smaller file would not reach the limits.
    monkeypatch.setattr(report_of, "NOTES_MAX", LISTED)
    few, many = tmp_path / "few.csv", tmp_path / "many.csv"
    written(few, FEW)
    written(many, MANY)
    loaded(few)  # What is only made once, such as compiled patterns, is not the file's.
    assert peak(many) - peak(few) < SLACK_BYTES


def test_a_large_report_is_counted_and_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_of, "LISTED_MAX", LISTED)
    path = tmp_path / "many.csv"
    written(path, MANY)
    report, client = loaded(path)
    assert client.marks + client.asides == MANY
    assert report.count("accepted") + report.count("quarantined") == MANY
    assert (len(report.notes), report.notes_left_out > 0) == (report_of.NOTES_MAX, True)
    assert len(report.rows) == 2 * LISTED
    assert report.rows_left_out == MANY - 2 * LISTED
    assert len(list(report.quarantined())) == LISTED
    assert report.as_json()["quarantined"] == client.asides > LISTED


def test_registers_come_whole_and_in_order_from_scattered_rows(tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    written(path, 1_000)
    seen: list[tuple[Any, ...]] = []

    class Kept(Counting):
        def _sent(self, method: str, path: str, **parts: Any) -> Any:
            seen.extend((one["date"], one["session"], one["group"]) for one in parts["json"].get("registers", ()))
            return super()._sent(method, path, **parts)

    with path.open("rb") as file:
        load_registers(Kept(), file, path.name, today=TODAY)
    assert seen == sorted(set(seen))
    assert all(iso_date(day) for day, _, _ in seen)


def test_a_group_of_any_size_comes_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.connectors.csv_files.registers.MARKS_MAX", 3)
    path = tmp_path / "few.csv"
    written(path, 100)  # One session day of each of fifty pupils, in four groups.
    sizes: list[int] = []

    class Kept(Counting):
        def _sent(self, method: str, path: str, **parts: Any) -> Any:
            sizes.extend(len(one["marks"]) for one in parts["json"].get("registers", ()))
            return super()._sent(method, path, **parts)

    with path.open("rb") as file:
        load_registers(Kept(), file, path.name, today=TODAY)
    assert (max(sizes), sum(sizes)) == (3, 50)


def test_nothing_of_a_file_is_left_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spilled = tmp_path / "spilled"
    spilled.mkdir()
    monkeypatch.setenv("SQLITE_TMPDIR", str(spilled))
    monkeypatch.setattr(sorted_marks, "CACHE_KIB", 64)
    path = tmp_path / "few.csv"
    written(path, FEW)

    def names() -> Iterator[str]:
        yield from (one.name for one in spilled.iterdir())

    class Looking(Counting):
        def _sent(self, method: str, path: str, **parts: Any) -> Any:
            assert list(names()) == []
            return super()._sent(method, path, **parts)

    with path.open("rb") as file:
        report = load_registers(Looking(), file, path.name, today=TODAY)
    assert report.count("accepted") > 0

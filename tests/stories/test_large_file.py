"""Thousands of rows of registers, pupil after pupil, go through the connector's own client and a real server."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from support.school import School, upn
from support.wire import Wire

from services.connectors.csv_files.load import load_registers
from services.connectors.report import Report
from services.records.files.batches import NOT_KEPT

PUPILS, DAYS = 20, 60
TODAY = date(2026, 11, 24)


def registers() -> bytes:
    days = [date(2026, 9, 3) + timedelta(days=number) for number in range(DAYS)]
    rows = [
        f"{day},{session},Wren,{upn(serial)},{code},"
        for serial in range(1, PUPILS + 2)  # The last of them is unknown here.
        for day in days
        for session, code in (("AM", "/"), ("PM", "\\"))
    ]
    return "\n".join(["date,session,group,upn,code,minutes_late", "?,,,,,", *rows]).encode()


def load(school: School, data: bytes, *, dry_run: bool = False) -> Report:
    report = load_registers(Wire(school), BytesIO(data), "r.csv", today=TODAY, dry_run=dry_run)
    school.written = max(school.written, report.index)
    school.caught_up()
    return report


def test_scattered_rows_come_in_as_whole_registers_once(school: School) -> None:
    pupils = [school.pupil(serial) for serial in range(1, PUPILS + 1)]
    data = registers()
    marks = PUPILS * DAYS * 2
    dry = load(school, data, dry_run=True)
    assert (dry.count("accepted"), dry.count("quarantined")) == (marks, DAYS * 2 + 1)
    first = load(school, data)
    assert (first.count("accepted"), first.count("quarantined")) == (marks, DAYS * 2 + 1)
    assert len(school.read("office", f"pupils/{pupils[7]}/attendance")["marks"]) == DAYS * 2
    again = load(school, data)
    assert (again.count("accepted"), again.count("unchanged")) == (0, marks)
    (batch,) = school.read("office", "intake/batches")["batches"]
    assert (batch["rows"], batch["waiting"]) == (marks + DAYS * 2 + 1, DAYS * 2 + 1)


def test_a_file_of_many_bad_rows_keeps_a_few_aside_and_still_brings_in_the_good_ones(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.records.files.batches.ASIDE_MAX", 3)
    school.pupil(1)
    rows = [f"2026-09-{day:02},AM,Wren,{upn(serial)},/" for day in (7, 8, 9, 10) for serial in (1, 2)]
    data = "\n".join(["date,session,group,upn,code", *rows, "?,,,,", "?,,,,"]).encode()
    for accepted in (4, 0):  # The second time, the batch is known to be full.
        report = load(school, data)
        assert (report.count("accepted"), report.count("quarantined")) == (accepted, 6)
        kept = [one for one in report.quarantined() if NOT_KEPT not in one["reasons"]]
        assert [one["row"] for one in kept] == [3, 5, 7]
    (batch,) = school.read("office", "intake/batches")["batches"]
    assert batch["waiting"] == 3
    waiting = school.read("office", f"intake/batches/{batch['batch']}/quarantine")["rows"]
    school.pupil(2)
    school.caught_up()
    again = school.post("office", f"intake/batches/{batch['batch']}/retry", {})
    assert [one["outcome"] for one in again.json()["rows"]] == ["accepted"] * len(waiting)

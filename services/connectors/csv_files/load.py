"""Brings a spreadsheet of registers in over HTTP: each session of each group at once, each bad row set aside."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from services.connectors.client import Client
from services.connectors.csv_files.mark_row import MarkRow
from services.connectors.csv_files.registers import Register, read_registers
from services.connectors.report import Report
from services.connectors.run import Run

CONNECTOR: Final = "registers-csv"
REGISTERS_A_CALL: Final = 100


def load_registers(  # what a load needs, named at each call
    client: Client, data: bytes, file_name: str, *, today: date, dry_run: bool = False,
    advance: Callable[[int], None] = lambda _: None,
) -> Report:  # fmt: skip
    """Load a file into an organisation. Raises FileRefused for an unreadable file, and Problem for what is refused.

    The same file again adds nothing. ``advance`` is told of registers done.
    """
    read = read_registers(data, file_name, today=today)
    run = Run(client, CONNECTOR, "registers", data, read.rows, dry_run=dry_run)
    report = Report(file_name, dry_run)
    if read.columns_not_read:
        report.notes.append(f"{read.columns_not_read} columns are not part of a register and were not read.")
    for start in range(0, len(read.registers), REGISTERS_A_CALL):
        registers = read.registers[start : start + REGISTERS_A_CALL]
        report.add(run.send("intake/registers", {"registers": [register(one) for one in registers]}))
        for one in registers:
            report.notes += [
                f"Row {mark.number}: {problem.sentence}" for mark in one.marks for problem in mark.problems
            ]
        advance(len(registers))
    report.rows += [{"row": one.number, "outcome": "unchanged", "effects": [], "reasons": []} for one in read.repeats]
    run.set_aside(report, [(one.number, one.as_written, one.problems) for one in read.set_aside])
    return report


def register(taken: Register) -> dict[str, Any]:
    """Give a register as the API takes one."""
    return {
        "date": taken.date.isoformat(),
        "session": taken.session,
        "group": taken.group,
        "marks": [_mark(mark) for mark in taken.marks],
    }


def _mark(mark: MarkRow) -> dict[str, Any]:
    return {
        "row": mark.number, "upn": mark.upn, "pupil": mark.pupil_id, "code": mark.code,
        "minutes_late": mark.minutes_late,
    }  # fmt: skip

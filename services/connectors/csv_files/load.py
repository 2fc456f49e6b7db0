"""Brings a spreadsheet of registers in over HTTP: each session of each group at once, each bad row set aside."""

from collections.abc import Callable
from datetime import date
from itertools import islice
from typing import Any, BinaryIO, Final

from services.connectors.client import Client
from services.connectors.csv_files.mark_row import MarkRow
from services.connectors.csv_files.registers import Register, RegistersFile, read_registers
from services.connectors.report import Report
from services.connectors.run import Run

CONNECTOR: Final = "registers-csv"
REGISTERS_A_CALL: Final = 100


def load_registers(  # what a load needs, named at each call
    client: Client, file: BinaryIO, file_name: str, *, today: date, dry_run: bool = False,
    advance: Callable[[int], None] = lambda _: None,
) -> Report:  # fmt: skip
    """Load a file into an organisation. Raises FileRefused for an unreadable file, and Problem for what is refused.

    The same file again adds nothing. ``advance`` is told of registers done. At no time are more registers in memory
    than one call takes.
    """
    with read_registers(file, file_name, today=today) as read:
        return _send(client, read, Report(file_name, dry_run), advance)


def _send(client: Client, read: RegistersFile, report: Report, advance: Callable[[int], None]) -> Report:
    run = Run(client, CONNECTOR, "registers", read.sha256, read.rows, dry_run=report.dry_run)
    if read.columns_not_read:
        report.note(f"{read.columns_not_read} columns are not part of a register and were not read.")
    waiting = read.registers()
    while registers := list(islice(waiting, REGISTERS_A_CALL)):
        report.add(run.send("intake/registers", {"registers": [register(one) for one in registers]}))
        for one in registers:
            for mark in one.marks:
                report.note(*(f"Row {mark.number}: {problem.sentence}" for problem in mark.problems))
        advance(len(registers))
    report.take({"row": one.number, "outcome": "unchanged", "effects": [], "reasons": []} for one in read.repeats())
    run.set_aside(report, ((one.number, one.as_written, one.problems) for one in read.set_aside()))
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

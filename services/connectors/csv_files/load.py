"""Brings a spreadsheet of registers in over HTTP: each session of each group at once, each bad row set aside."""

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from services.connectors.client import Client, as_uuid
from services.connectors.csv_files.mark_row import MarkRow
from services.connectors.csv_files.registers import Register, read_registers
from services.connectors.report import Report

CONNECTOR: Final = "registers-csv"
REGISTERS_A_CALL: Final = 100
ROWS_A_CALL: Final = 100


def load_registers(  # what a load needs, named at each call
    client: Client, organisation: str, data: bytes, file_name: str, *, today: date, dry_run: bool = False,
    advance: Callable[[int], None] = lambda _: None,
) -> Report:  # fmt: skip
    """Load a file into an organisation. Raises FileRefused for an unreadable file, and Problem for what is refused.

    The same file again adds nothing. ``advance`` is told of registers done.
    """
    read = read_registers(data, file_name, today=today)
    digest = hashlib.sha256(data).hexdigest()
    batch = as_uuid(f"{CONNECTOR} {organisation} {digest}")
    report = Report(file_name, dry_run)
    if read.columns_not_read:
        report.notes.append(f"{read.columns_not_read} columns are not part of a register and were not read.")
    if not dry_run:
        client.post("intake/batches", {
            "batch": batch, "connector": CONNECTOR, "kind": "registers", "file_sha256": digest, "rows": read.rows,
        }, f"{batch} batch")  # fmt: skip
    for start in range(0, len(read.registers), REGISTERS_A_CALL):
        registers = read.registers[start : start + REGISTERS_A_CALL]
        body = {
            "batch": batch,
            "connector": CONNECTOR,
            "dry_run": dry_run,
            "registers": [_register(one) for one in registers],
        }
        report.add(client.post("intake/registers", body, f"{batch} registers {start} {dry_run}"))
        advance(len(registers))
    report.rows += [{"row": one.number, "outcome": "unchanged", "effects": [], "reasons": []} for one in read.repeats]
    aside = [
        {
            "row": one.number,
            "fields": dict(one.as_written),
            "reasons": [problem.sentence for problem in one.problems if problem.fatal],
        }
        for one in read.set_aside
    ]
    if dry_run:
        report.rows += [{**one, "outcome": "quarantined", "fields": None, "effects": []} for one in aside]
        return report
    for start in range(0, len(aside), ROWS_A_CALL):
        body = {"batch": batch, "connector": CONNECTOR, "rows": aside[start : start + ROWS_A_CALL]}
        report.add(client.post("intake/quarantine", body, f"{batch} aside {start}"))
    return report


def _register(register: Register) -> dict[str, Any]:
    return {
        "date": register.date.isoformat(),
        "session": register.session,
        "group": register.group,
        "marks": [_mark(mark) for mark in register.marks],
    }


def _mark(mark: MarkRow) -> dict[str, Any]:
    return {"row": mark.number, "upn": mark.upn or "", "code": mark.code, "minutes_late": mark.minutes_late}

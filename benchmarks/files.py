"""Reading a file of a million marks, its rows in no order: how fast, and in how much memory."""

import tempfile
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Final

from benchmarks.loads import SEATS, school_days, upn
from benchmarks.processes import alone
from benchmarks.table import check, row
from services.connectors.csv_files.load import register
from services.connectors.csv_files.registers import read_registers
from services.settings import Settings

CLASSES: Final = 50
ROWS: Final = (100_000, 1_000_000)
FIRST_YEAR: Final = 2020


def large_files(_: Settings) -> None:
    """Print how fast a process of its own reads a file of registers, and the most memory that it held."""
    with tempfile.TemporaryDirectory() as folder:
        for rows in ROWS:
            path = Path(folder, "registers.csv")
            with path.open("w", encoding="ascii") as file:
                file.write("date,session,group,upn,code,minutes_late\n")
                file.writelines(_rows(rows))
            seconds, peak = alone(read, path, rows)
            row(f"a CSV file of {rows:,} marks, read and sorted: rows/s", f"{rows / seconds:,.0f}")
            row("  most memory, MB", f"{peak:.0f}", "<= 300, flat")


def read(path: Path, rows: int) -> float:
    """Read a file to its end, register by register as they would be sent; give the seconds."""
    began, marks = perf_counter(), 0
    with path.open("rb") as file, read_registers(file, path.name, today=date(FIRST_YEAR + 6, 1, 1)) as found:
        for one in found.registers():
            marks += len(register(one)["marks"])
        check(sum(1 for _ in found.set_aside()) + sum(1 for _ in found.repeats()), 0, "rows left over")
    check(marks, rows, "marks read")
    return perf_counter() - began


def _rows(rows: int) -> Iterator[str]:
    """Give a row a mark, pupil after pupil: so the rows of one register are as far apart as they can be."""
    pupils = CLASSES * SEATS
    days = list(islice(school_days(FIRST_YEAR), -(-rows // pupils // 2)))
    every = (
        f"{day},{session},Class {number // SEATS},{upn(number)},{code},\n"
        for number in range(pupils)
        for day in days
        for session, code in (("AM", "/"), ("PM", "\\"))
    )
    return islice(every, rows)

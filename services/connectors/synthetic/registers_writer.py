"""Writes invented registers as a CSV file, as a management information system exports them."""

import csv
import io
from collections.abc import Iterable
from typing import Final

from services.connectors.synthetic.model import School, SyntheticRegister

COLUMNS: Final = ("Date", "Session", "Group", "UPN", "Code", "Minutes late")


def registers_file_name(school: School) -> str:
    """The name of a school's file: its LAESTAB and the school year, and nobody's name."""
    return f"{school.laestab}_registers_{school.calendar.school_year}.csv"


def write_registers_csv(registers: Iterable[SyntheticRegister]) -> bytes:
    """A file in UTF-8, a row for each pupil and session, in the order given."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for register in registers:
        for mark in register.marks:
            late = "" if mark.minutes_late is None else mark.minutes_late
            writer.writerow((register.date.isoformat(), register.session, register.group, mark.upn, mark.code, late))
    return text.getvalue().encode()

"""Registers as a spreadsheet holds them, a row for each pupil and session, read into registers with a mark a pupil."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from events.codes.attendance import Session
from services.connectors.csv_files.mark_row import MarkRow, read_mark_row
from services.connectors.csv_files.table import read_table
from services.connectors.problems import FileRefused, Problem

COLUMNS: Final = {
    "date": "date",
    "session": "session",
    "group": "group",
    "registrationgroup": "group",
    "class": "group",
    "upn": "upn",
    "pupilid": "pupil_id",
    "code": "code",
    "mark": "code",
    "minuteslate": "minutes_late",
    "lateminutes": "minutes_late",
}
"""Accepted column names, in lower case and without blanks or signs, and what each means."""


_NEEDED: Final = ("date", "session", "group", "code")


@dataclass(frozen=True, slots=True, repr=False)
class Register:
    """The marks of one group at one session, each pupil once, in the file's order."""

    date: date
    session: Session
    group: str
    marks: tuple[MarkRow, ...]


@dataclass(frozen=True, slots=True)
class RegistersFile:
    """A file as read.

    Every row is in one place: in a register, in ``set_aside`` with a fatal problem, or in ``repeats``, where the file
    gives the same mark of the same pupil again. ``columns_not_read`` counts columns that registers do not have.
    """

    name: str
    rows: int
    registers: tuple[Register, ...]
    set_aside: tuple[MarkRow, ...]
    repeats: tuple[MarkRow, ...]
    columns_not_read: int


def read_registers(data: bytes, file_name: str, *, today: date) -> RegistersFile:
    """Read a CSV file of one school's registers, a row for each pupil and session.

    Its columns are date, session, group, upn or pupil id, code and perhaps minutes late, in any order.
    A date is written 2026-09-07 or 07/09/2026, day first. ``today`` is the civil date in London, which no mark can
    follow. Raises FileRefused, having taken nothing, for a file that is not such a table or is over a limit.
    """
    table = read_table(data, COLUMNS)
    missing = [column for column in _NEEDED if column not in table.columns]
    if not {"upn", "pupil_id"} & table.columns:
        missing.append("upn")
    if missing:
        raise FileRefused(
            f"The first row of this file does not name these columns: {', '.join(missing)}. Type the names in the "
            "first row and import the file again."
        )
    rows = list(_with_conflicts([read_mark_row(row, today) for row in table.rows]))
    registers, repeats = _registers(row for row in rows if row.usable)
    return RegistersFile(
        name=file_name,
        rows=len(rows),
        registers=registers,
        set_aside=tuple(row for row in rows if not row.usable),
        repeats=repeats,
        columns_not_read=table.columns_not_read,
    )


def _with_conflicts(rows: list[MarkRow]) -> Iterator[MarkRow]:
    """Set aside every row of a pupil who has two codes at one session: which is right is for a person to say."""
    first_of: defaultdict[object, dict[str, int]] = defaultdict(
        dict
    )  # Of each code the first row, by pupil and session.
    for row in rows:
        if row.usable and row.code is not None:
            first_of[_pupil_session(row)].setdefault(row.code, row.number)
    for row in rows:
        codes = first_of[_pupil_session(row)] if row.usable else {}
        other = next((number for code, number in codes.items() if code != row.code), None)
        if other is not None:
            sentence = f"The code differs from row {other}, of the same pupil and session. Delete the wrong row."
            yield replace(row, problems=(*row.problems, Problem("code", sentence, fatal=True)))
        else:
            yield row


def _registers(rows: Iterable[MarkRow]) -> tuple[tuple[Register, ...], tuple[MarkRow, ...]]:
    """Gather rows into registers, in the order of their first rows, and the rows that say again what was said."""
    marks: dict[tuple[date, Session, str], list[MarkRow]] = {}
    seen: set[object] = set()
    repeats = []
    for row in rows:
        if _pupil_session(row) in seen:
            repeats.append(row)
            continue
        seen.add(_pupil_session(row))
        if row.date is not None and row.session is not None and row.group is not None:  # As in every usable row.
            marks.setdefault((row.date, row.session, row.group), []).append(row)
    registers = (Register(*key, marks=tuple(found)) for key, found in marks.items())
    return tuple(registers), tuple(repeats)


def _pupil_session(row: MarkRow) -> object:
    return (row.date, row.session, row.pupil)

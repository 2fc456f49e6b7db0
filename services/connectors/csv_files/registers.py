"""Registers as a spreadsheet holds them, a row for each pupil and session, read into registers with a mark a pupil."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby, islice
from types import TracebackType
from typing import BinaryIO, Final, Self

from events.codes.attendance import Session
from services.connectors.csv_files.mark_row import MarkRow, read_mark_row
from services.connectors.csv_files.sorted_marks import MARKS_MAX, SortedMarks, session_of
from services.connectors.csv_files.table import Table, read_table
from services.connectors.problems import FileRefused

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


class RegistersFile:
    """A file as read: a context manager that forgets the file at its end.

    Every row is in one place: in a register, in ``set_aside`` with a fatal problem, or in ``repeats``, where the file
    gives the same mark of the same pupil again. ``columns_not_read`` counts columns that registers do not have.
    """

    def __init__(self, name: str, table: Table, marks: SortedMarks) -> None:
        self.name, self.sha256, self.columns_not_read = name, table.sha256, table.columns_not_read
        self._marks = marks

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._marks.close()

    @property
    def rows(self) -> int:
        """How many rows the file has."""
        return self._marks.rows

    def registers(self) -> Iterator[Register]:
        """Give the registers by day, session and group, wherever their rows stand in the file."""
        for key, marks in groupby(self._marks.marks(), session_of):
            while key is not None and (some := tuple(islice(marks, MARKS_MAX))):
                yield Register(*key, marks=some)

    def set_aside(self) -> Iterator[MarkRow]:
        """Give the rows that cannot be used, in the file's order."""
        return self._marks.set_aside()

    def repeats(self) -> Iterator[MarkRow]:
        """Give the rows that say again what an earlier row said, in the file's order."""
        return self._marks.repeats()


def read_registers(file: BinaryIO, file_name: str, *, today: date, on_disk: bool = True) -> RegistersFile:
    """Read a CSV file of one school's registers, a row for each pupil and session, in any order.

    Its columns are date, session, group, upn or pupil id, code and perhaps minutes late, in any order.
    A date is written 2026-09-07 or 07/09/2026, day first. ``today`` is the civil date in London, which no mark can
    follow. Its rows are sorted on the disk, so that memory does not grow with the file, or in memory without
    ``on_disk``. Raises FileRefused, having taken nothing, for a file that is not such a table or is over a limit.
    """
    table = read_table(file, COLUMNS)
    missing = [column for column in _NEEDED if column not in table.columns]
    if not {"upn", "pupil_id"} & table.columns:
        missing.append("upn")
    if missing:
        raise FileRefused(
            f"The first row of this file does not name these columns: {', '.join(missing)}. Type the names in the "
            "first row and import the file again."
        )
    marks = SortedMarks(on_disk=on_disk)
    try:
        marks.take(read_mark_row(row, today) for row in table.rows)
    except BaseException:
        marks.close()
        raise
    return RegistersFile(file_name, table, marks)

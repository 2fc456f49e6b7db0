"""Pupils as a spreadsheet holds them, a row a pupil, read row by row so that memory does not grow with the file."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from types import TracebackType
from typing import BinaryIO, Final, Literal, Self

from services.connectors.csv_files import registers
from services.connectors.csv_files.pupil_columns import COLUMNS
from services.connectors.csv_files.pupil_row import PupilRow, read_pupil_row
from services.connectors.csv_files.table import Table, read_table
from services.connectors.problems import FileRefused, Problem
from services.connectors.written import tidy

NAMED_MAX: Final = 20
"""Columns that a report names of those that were not read."""
_SHOWN: Final = 40
"""Characters of such a name."""


class PupilsFile:
    """A file as read once, for its rows and whose they are; ``pupils`` reads it again. A context manager."""

    def __init__(self, name: str, file: BinaryIO, table: Table, today: date, *, on_disk: bool) -> None:
        self.name, self.sha256, self.others = name, table.sha256, table.others
        self.rows = 0
        self._file, self._today = file, today
        self._numbers = sqlite3.connect("" if on_disk else ":memory:")  # Without a name it is deleted when opened.
        self._numbers.execute("PRAGMA journal_mode = OFF")
        self._numbers.execute("CREATE TABLE given (upn TEXT, number INTEGER, PRIMARY KEY (upn, number)) WITHOUT ROWID")
        for row in table.rows:
            self.rows += 1
            upn = tidy(row.cells.get("upn"))
            if upn is not None and upn.isascii():
                self._numbers.execute("INSERT INTO given VALUES (?, ?)", (upn.upper(), row.number))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._numbers.close()

    def upns(self) -> Iterator[str]:
        """Give the UPNs that the file has, each once."""
        return (upn for (upn,) in self._numbers.execute("SELECT DISTINCT upn FROM given"))

    def pupils(self) -> Iterator[PupilRow]:
        """Give the rows in their order.

        A row whose UPN stands on another row too cannot be used: which of them it belongs to is for a person to say.
        """
        table = read_table(self._file, COLUMNS)
        if table.sha256 != self.sha256:
            raise FileRefused("This file was changed while it was read. Import it again.")
        for row in table.rows:
            read = read_pupil_row(row, self._today)
            other = self._other(read)
            if other is not None:
                sentence = f"The UPN is also on row {other} of this file. Find out whose it is, and correct the other."
                read = replace(read, problems=(*read.problems, Problem("upn", sentence, fatal=True)))
            yield read

    def _other(self, row: PupilRow) -> int | None:
        found = self._numbers.execute(
            "SELECT number FROM given WHERE upn = ? AND number <> ? ORDER BY number LIMIT 1", (row.upn, row.number)
        ).fetchone()
        return None if found is None else int(found[0])

    def notes(self) -> Iterator[str]:
        """Give what a person should know of the file as a whole: the names of the columns that were not read."""
        named = [name for name in self.others if name.isprintable() and 0 < len(name) <= _SHOWN]
        rest = len(self.others) - len(named[:NAMED_MAX])
        if named:
            yield f"Columns that are not known here and were not read: {', '.join(named[:NAMED_MAX])}."
        if rest:
            yield f"{rest} more columns were not read."


def read_pupils(file: BinaryIO, file_name: str, *, today: date, on_disk: bool = True) -> PupilsFile:
    """Read a CSV file of one school's pupils; it must stay open until it has been brought in.

    The UPNs are kept on the disk meanwhile, or in memory without ``on_disk``.

    Raises FileRefused, having taken nothing, for a file that is not such a table or is over a limit.
    """
    table = read_table(file, COLUMNS)
    if "upn" not in table.columns:
        raise FileRefused(
            "The first row of this file does not name the column upn. Type the names of the columns in the first row "
            "and import the file again."
        )
    return PupilsFile(file_name, file, table, today, on_disk=on_disk)


def kind_of(file: BinaryIO) -> Literal["pupils", "registers"]:
    """Tell a table of registers from one of pupils by its columns; raises FileRefused for what is no table."""
    marks, pupils = (read_table(file, columns).columns for columns in (registers.COLUMNS, COLUMNS))
    return "registers" if "session" in marks or "code" in marks or "upn" not in pupils else "pupils"

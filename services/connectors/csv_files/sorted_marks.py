"""Puts a file's marks in order on the disk, so that neither a million rows nor rows in any order fill the memory.

The rows lie in a database of SQLite's own that has no name: it is deleted the moment it is opened, so nothing of a file
is left behind, whatever happens to the program.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Any, Final

from events.codes.attendance import Session
from services.connectors.csv_files.mark_row import MarkRow
from services.connectors.problems import FileRefused, Problem

CACHE_KIB: Final = 16_384
"""Kibibytes of a file's rows in memory at once; the rest waits on the disk."""
WRITTEN_AT_ONCE: Final = 1_000
"""Rows handed over together."""
MARKS_MAX: Final = 500
"""Marks of one register that are given together: what an entry of the log holds. A larger group comes in parts."""

_TABLES: Final = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE mark (
    number INTEGER PRIMARY KEY, usable INTEGER, day TEXT, session TEXT, title TEXT, pupil TEXT,
    code TEXT, minutes INTEGER, problems TEXT, written TEXT, upn TEXT, pupil_id TEXT
);
"""
_SETTLE: Final = """
CREATE TABLE first (day, session, pupil, code, number, PRIMARY KEY (day, session, pupil, code)) WITHOUT ROWID;
INSERT INTO first
    SELECT day, session, pupil, code, min(number) FROM mark WHERE usable GROUP BY day, session, pupil, code;
CREATE TABLE odd (number INTEGER PRIMARY KEY, other INTEGER);
INSERT INTO odd SELECT number, other FROM (
    SELECT mark.number AS number, first.number AS first,
        (SELECT min(one.number) FROM first AS one WHERE one.day = mark.day AND one.session = mark.session
            AND one.pupil = mark.pupil AND one.code <> mark.code) AS other
    FROM mark JOIN first USING (day, session, pupil, code) WHERE mark.usable
) WHERE other IS NOT NULL OR number <> first ORDER BY number;
"""
_READ: Final = (
    "SELECT mark.number, day, session, title, upn, pupil_id, code, minutes, problems, written, other "
    "FROM mark LEFT JOIN odd USING (number) "
)


class SortedMarks:
    """A file's rows, given in once and then read in order. Without ``on_disk`` they stay in memory; close it after."""

    def __init__(self, *, on_disk: bool) -> None:
        self._db = sqlite3.connect("" if on_disk else ":memory:")
        self._db.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        self._db.execute(f"PRAGMA temp_store = {'FILE' if on_disk else 'MEMORY'}")
        self._db.executescript(_TABLES)
        self.rows = 0

    def take(self, rows: Iterable[MarkRow]) -> None:
        """Take in all rows, and find those that say again, or otherwise, what another says of the same session."""
        try:
            given = map(_kept, rows)
            while some := list(islice(given, WRITTEN_AT_ONCE)):
                self._db.executemany("INSERT INTO mark VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", some)
                self.rows += len(some)
            self._db.executescript(_SETTLE)
        except sqlite3.OperationalError:
            raise FileRefused(
                "There is not enough room on the disk to sort this file. Free some, and import the file again."
            ) from None

    def marks(self) -> Iterator[MarkRow]:
        """Give the marks that count, day by day, session by session, group by group, in the file's order."""
        return self._read("WHERE usable AND odd.number IS NULL ORDER BY day, session, title, mark.number")

    def set_aside(self) -> Iterator[MarkRow]:
        """Give the rows that cannot be used.

        Two codes of one pupil at one session set both rows aside: which is right is for a person to say.
        """
        return self._read("WHERE NOT usable OR other IS NOT NULL ORDER BY mark.number")

    def repeats(self) -> Iterator[MarkRow]:
        """Give the rows that say again what an earlier row said."""
        return self._read("WHERE usable AND odd.number IS NOT NULL AND other IS NULL ORDER BY mark.number")

    def close(self) -> None:
        """Forget the file."""
        self._db.close()

    def _read(self, which: str) -> Iterator[MarkRow]:
        return map(_given, self._db.execute(_READ + which))


def _kept(row: MarkRow) -> tuple[Any, ...]:
    problems = [(one.field, one.sentence, one.fatal) for one in row.problems]
    return (
        row.number, row.usable, row.date.isoformat() if row.date else None, row.session, row.group,
        None if row.pupil is None else " ".join(row.pupil), row.code, row.minutes_late,
        json.dumps(problems) if problems else None, json.dumps(row.as_written), row.upn, row.pupil_id,
    )  # fmt: skip


def _given(cells: tuple[Any, ...]) -> MarkRow:
    number, day, session, title, upn, pupil_id, code, minutes, problems, written, other = cells
    row = MarkRow(
        number, date.fromisoformat(day) if day else None, session, title, upn, pupil_id, code, minutes,
        tuple(Problem(*one) for one in json.loads(problems)) if problems else (),
        tuple((column, cell) for column, cell in json.loads(written)),
    )  # fmt: skip
    if other is None:
        return row
    sentence = f"The code differs from row {other}, of the same pupil and session. Delete the wrong row."
    return replace(row, problems=(*row.problems, Problem("code", sentence, fatal=True)))


def session_of(row: MarkRow) -> tuple[date, Session, str] | None:
    """Give the day, session and group of a row; none of a row that lacks one of them, as no usable row does."""
    if row.date is None or row.session is None or row.group is None:
        return None
    return row.date, row.session, row.group

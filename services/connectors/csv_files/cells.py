"""The cells of one row of a table, each checked as text before anything is made of it."""

import re
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from services.connectors.csv_files.table import TableRow
from services.connectors.problems import Place, Problems
from services.connectors.written import fits, sound, tidy

Value = TypeVar("Value")
_FORMULA: Final = re.compile(r"[=+@\t\r]|-.")
_ABROAD: Final = re.compile(r"\+[0-9 ()]+")
"""A telephone number with the code of a country, which is no formula."""


class Cells:
    """A row's cells by column, and what is wrong with them; ``labels`` gives what to call a column in a sentence."""

    def __init__(self, row: TableRow, labels: Mapping[str, str]) -> None:
        self.row, self._labels = row, labels
        self.problems = Problems()
        if not row.whole:
            self.problems.fatal(
                Place("row", "The row"), "has more or fewer cells than there are columns. Correct it."
            )  # fmt: skip

    def text(self, column: str, longest: int, *, vital: bool = True) -> str | None:
        """Give the cell's text; None where it says nothing or cannot be kept."""
        cell = self.row.cells.get(column, "")
        place = self.place(column)
        if _FORMULA.match(cell) and not _ABROAD.fullmatch(cell):
            self.problems.fatal(place, "begins with a sign that spreadsheets run as a formula. Type the plain value.")
            return None
        text = tidy(cell)
        kept = (
            text is not None
            and sound(text, place, self.problems)
            and fits(text, longest, place, self.problems, vital=vital)
        )
        return text if kept else None

    def needed(self, column: str, longest: int, read: Callable[[str], Value | None], otherwise: str) -> Value | None:
        """What ``read`` makes of a cell that every row must have; ``otherwise`` is said where it makes nothing."""
        before = len(self.problems.found)
        text = self.text(column, longest)
        value = None if text is None else read(text)
        if value is None and len(self.problems.found) == before:
            self.problems.fatal(self.place(column), "is not given. Fill it in." if text is None else otherwise)
        return value

    def place(self, column: str) -> Place:
        """Give a column's place in a sentence."""
        return Place(column, self._labels[column])

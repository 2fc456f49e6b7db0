"""The cells of a row of pupils, each as what a record holds: a number, a day, a code, yes or no."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, TypeVar

from events.identifiers import Upn, check_upn, upn_warnings
from services.connectors.csv_files.cells import Cells
from services.connectors.written import accepted, spreadsheet_date

CODE_MAX: Final = 60
"""Characters of a code, or of its meaning in words."""
CODES_MAX: Final = 400
"""Characters of several codes, or of their meanings in words."""
NUMBER_MAX: Final = 30
"""Characters of a telephone number or of a pupil's number."""

_TRUTHS: Final = {"y": True, "yes": True, "true": True, "1": True, "n": False, "no": False, "false": False, "0": False}
_UNSURE: Final = "is neither yes nor no: left out. Add it by hand."
_NO_CODE: Final = "is not a code that the Department for Education uses, or its meaning in words. Correct it."

Value = TypeVar("Value")


class PupilCells(Cells):
    """A row's cells as what a pupil's record holds."""

    def upn(self, column: str, *, vital: bool) -> Upn | None:
        """Read a UPN, with a note of what is unusual about it."""
        text = self.text(column, NUMBER_MAX, vital=vital)
        found = None if text is None else accepted(check_upn, text, self.place(column), self.problems, vital=vital)
        for warning in () if found is None else upn_warnings(found):
            self.problems.minor(self.place(column), f"is unusual. {warning}")
        return found

    def day(self, column: str, first: date, last: date, *, vital: bool = False) -> str | None:
        """Read a day between two others."""
        text = self.text(column, NUMBER_MAX, vital=vital)
        if text is None:
            return None
        found = spreadsheet_date(text)
        if found is not None and first <= found <= last:
            return found.isoformat()
        note = self.problems.fatal if vital else self.problems.minor
        note(self.place(column), "is not a date that can be true, written like 2026-09-07. Correct it.")
        return None

    def coded(self, column: str, codes: Mapping[str, str], *, vital: bool = False) -> str | None:
        """Read a code, or its meaning in words, in capitals or not."""
        text = self.text(column, CODE_MAX, vital=vital)
        if text is None:
            return None
        code = code_of(text, codes)
        if code is None:
            note = self.problems.fatal if vital else self.problems.minor
            note(self.place(column), _NO_CODE)
        return code

    def several(self, column: str, codes: Mapping[str, str]) -> list[str]:
        """Read codes, or their meanings in words, with semicolons between them (between codes, commas will do too)."""
        text = self.text(column, CODES_MAX, vital=False)
        if text is None:
            return []
        found: list[str | None] = []
        for part in (part.strip() for part in text.split(";") if part.strip()):
            whole = code_of(part, codes)
            found += [whole] if whole else [code_of(one.strip(), codes) for one in part.split(",")]
        known = [one for one in found if one is not None]
        if len(known) < len(found):
            # Without the one that cannot be read, the rest would say something else than the file does.
            self.problems.minor(
                self.place(column), "has something that is no code or its meaning in words: left out. Add it by hand."
            )
            return []
        return list(dict.fromkeys(known))

    def truth(self, column: str) -> bool | None:
        """Read yes or no."""
        return self.read(column, CODE_MAX, _truth, _UNSURE)

    def read(self, column: str, longest: int, read: Callable[[str], Value | None], otherwise: str) -> Value | None:
        """Give what ``read`` makes of a cell; where that is nothing, ``otherwise`` is said and the cell left out."""
        text = self.text(column, longest, vital=False)
        value = None if text is None else read(text)
        if text is not None and value is None:
            self.problems.minor(self.place(column), otherwise)
        return value


def code_of(text: str, codes: Mapping[str, str]) -> str | None:
    """Give the code that a text is, or that it says the meaning of, in capitals or not."""
    code = text.upper().lstrip("0") or text
    if code in codes:
        return code
    meant = [known for known, meaning in codes.items() if meaning.casefold() == text.casefold()]
    return meant[0] if len(meant) == 1 else None


def _truth(text: str) -> bool | None:
    return _TRUTHS.get(text.casefold())

"""One row of a table of pupils as the API takes it: what its cells say, and what is wrong with any of them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar

from events.codes.characteristics import code_sets
from events.codes.people import code_set
from events.identifiers import Upn, check_uln, check_upn, upn_warnings
from services.connectors.csv_files.cells import Cells
from services.connectors.csv_files.pupil_columns import (
    CONTACTS_MAX,
    LABELS,
    LINES_MAX,
    NOT_COLLECTED,
    OF_CONTACTS,
    contact,
)
from services.connectors.csv_files.table import TableRow
from services.connectors.problems import Place, Problem
from services.connectors.written import EARLIEST_BIRTH, LATEST_YEAR, accepted, legible, spreadsheet_date, tidy

NAME_MAX: Final = 100
"""Characters of a name or an address line that the register keeps."""
CODE_MAX: Final = 60
"""Characters of a code, or of its meaning in words."""
NUMBER_MAX: Final = 30
"""Characters of a telephone number or of a pupil's number."""
EMAIL_MAX: Final = 200
TITLE_MAX: Final = 20
POSTCODE_MAX: Final = 10
CONTACT_UNKNOWN: Final = "OTH"
"""The relationship of a contact whose row does not say it."""
PREVIOUS: Final = "P"
"""The enrolment status of a pupil who has left."""
LAST_DAY: Final = date(LATEST_YEAR, 12, 31)

_DIGITS_MIN: Final = 3
_PRIORITIES: Final = range(1, 100)
_TRUTHS: Final = {"y": True, "yes": True, "true": True, "1": True, "n": False, "no": False, "false": False, "0": False}
_UNSURE: Final = "is neither yes nor no: left out. Add it by hand."
_YEARS: Final = {"reception": "R"}

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, repr=False)
class PupilRow:
    """A row as the API takes it, what is wrong with it, and its cells as written, for a person who mends it.

    ``place`` is as much as the row says of the pupil's time here; only where that is all, ``fields`` have it too.
    """

    number: int
    upn: Upn | None
    fields: Mapping[str, Any]
    place: Mapping[str, str | None]
    problems: tuple[Problem, ...]
    as_written: tuple[tuple[str, str], ...]

    @property
    def usable(self) -> bool:
        """Whether the row can be brought in; a row with a fatal problem is set aside for a person."""
        return not any(problem.fatal for problem in self.problems)


def read_pupil_row(row: TableRow, today: date) -> PupilRow:
    """Read one row.

    What is wrong with what tells one child from another sets the whole row aside; any other wrong value is left out.
    """
    cells = _PupilCells(row, LABELS)
    upn = cells.upn("upn", vital=True)
    if not tidy(row.cells.get("upn")):
        cells.problems.fatal(
            Place("upn", "The UPN"), "is not given. Fill it in; for a new pupil, ask the school they come from for it."
        )
    home, place = cells.address(), cells.place_here()
    fields = {
        "row": row.number,
        "upn": upn,
        "full_name": {
            "surname": cells.text("surname", NAME_MAX),
            "forename": cells.text("forename", NAME_MAX),
            **{
                name: cells.text(name, NAME_MAX, vital=False)
                for name in ("middle_names", "preferred_surname", "preferred_forename")
            },
        },
        "date_of_birth": cells.day("date_of_birth", EARLIEST_BIRTH, today, vital=True),
        "sex": cells.coded("sex", code_set("sex"), vital=True),
        "enrolment": place if cells.is_enrolment(place) else None,
        "address": home,
        "phones": list(cells.phones({"home_phone": "H", "mobile_phone": "M"})),
        "email": cells.email("email"),
        "contacts": list(cells.contacts(home)),
        "sections": cells.sections(upn, place["since"]),
    }
    written = tuple((name, legible(cell)) for name, cell in row.cells.items() if cell and name not in NOT_COLLECTED)
    return PupilRow(row.number, upn, fields, place, cells.problems.found, written)


class _PupilCells(Cells):
    """A row's cells as what a pupil's record holds."""

    def upn(self, column: str, *, vital: bool) -> Upn | None:
        text = self.text(column, NUMBER_MAX, vital=vital)
        found = None if text is None else accepted(check_upn, text, self.place(column), self.problems, vital=vital)
        for warning in () if found is None else upn_warnings(found):
            self.problems.minor(self.place(column), f"is unusual. {warning}")
        return found

    def day(self, column: str, first: date, last: date, *, vital: bool = False) -> str | None:
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
        code = text.upper().lstrip("0") or text
        if code in codes:
            return code
        meant = [known for known, meaning in codes.items() if meaning.casefold() == text.casefold()]
        if len(meant) == 1:
            return meant[0]
        note = self.problems.fatal if vital else self.problems.minor
        note(
            self.place(column),
            "is not a code that the Department for Education uses, or its meaning in words. Correct it.",
        )
        return None

    def place_here(self) -> dict[str, str | None]:
        """The pupil's time here, as much as the row says of it."""
        return {
            "since": self.day("starting_day", EARLIEST_BIRTH, LAST_DAY),
            "status": self.coded("status", code_set("enrolment_status")),
            "year_group": self._year(),
        }

    def is_enrolment(self, place: Mapping[str, str | None]) -> bool:
        """Say whether a row puts the pupil on the roll; where it says only a part, a person is told what is missing."""
        if place["status"] == PREVIOUS:
            self.problems.minor(
                Place("status", "The row"), "says that the pupil has left, so the pupil is not put on the roll by it."
            )
        elif any(place.values()) and not all(place.values()):
            self.problems.minor(
                Place("status", "The row"),
                "lacks the starting day, status or year group, so the pupil is not put on the roll by it.",
            )
        return place["status"] != PREVIOUS and all(place.values())

    def _year(self) -> str | None:
        """Read a year group also as "Year 3" or "Y3"."""
        years = dict(code_set("nc_year"))
        said = {f"{word}{code}": code for code in years for word in ("Y", "YEAR ", "YEAR")}
        text = tidy(self.row.cells.get("year_group")) or ""
        return said.get(text.upper()) or _YEARS.get(text.casefold()) or self.coded("year_group", years)

    def address(self) -> dict[str, Any] | None:
        columns = [f"address_line_{number}" for number in range(1, LINES_MAX + 1)]
        lines = [line for line in (self.text(column, NAME_MAX, vital=False) for column in columns) if line]
        postcode = self.text("postcode", POSTCODE_MAX, vital=False)
        if lines:
            return {"lines": lines, "postcode": postcode}
        if postcode:
            self.problems.minor(Place("postcode", "The address"), "has a postcode and no lines: left out.")
        return None

    def phones(self, columns: Mapping[str, str]) -> Iterator[dict[str, str]]:
        for column, kind in columns.items():
            number = self.text(column, NUMBER_MAX, vital=False)
            if number is not None and sum(character.isdigit() for character in number) >= _DIGITS_MIN:
                yield {"phone_type": kind, "number": number}
            elif number is not None:
                self.problems.minor(self.place(column), "cannot be called: left out. Add it by hand.")

    def email(self, column: str) -> str | None:
        text = self.text(column, EMAIL_MAX, vital=False)
        before, _, after = (text or "").partition("@")
        if text is None or (before and after and "@" not in after and " " not in text):
            return text
        self.problems.minor(self.place(column), "is not an e-mail address: left out. Add it by hand.")
        return None

    def _read(self, column: str, longest: int, read: Callable[[str], Value | None], otherwise: str) -> Value | None:
        """What ``read`` makes of a cell; ``otherwise`` is said, and the cell left out, where it makes nothing of it."""
        text = self.text(column, longest, vital=False)
        value = None if text is None else read(text)
        if text is not None and value is None:
            self.problems.minor(self.place(column), otherwise)
        return value

    def contacts(self, home: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
        """The contacts in their order. Whom else one of them may be, nobody can say from a name."""
        for number in range(1, CONTACTS_MAX + 1):
            at = {part: contact(number, part) for part in OF_CONTACTS}
            if not any(tidy(self.row.cells.get(column)) for column in at.values()):
                continue
            surname, forename = (self.text(at[part], NAME_MAX, vital=False) for part in ("surname", "forename"))
            if not (surname and forename):
                self.problems.minor(
                    Place(f"contact_{number}", f"Contact {number}"),
                    "lacks a surname or forename, so that contact was left out. Add the contact by hand.",
                )
                continue
            with_pupil = self._read(at["lives_with_pupil"], CODE_MAX, _truth, _UNSURE)
            yield {
                "title": self.text(at["title"], TITLE_MAX, vital=False),
                "full_name": {"surname": surname, "forename": forename},
                "relationship": self.coded(at["relationship"], code_set("relationship")) or CONTACT_UNKNOWN,
                "parental_responsibility": self._read(at["parental_responsibility"], CODE_MAX, _truth, _UNSURE),
                "priority": self._read(
                    at["priority"], CODE_MAX, _priority, "is not a number from 1 to 99, so it was left out."
                ) or number,
                "address": home if with_pupil else None,
                "phones": list(
                    self.phones({at["phone"]: "H", at["mobile_phone"]: "M", at["work_phone"]: "W"})
                ),
                "email": self.email(at["email"]),
            }  # fmt: skip

    def sections(self, upn: Upn | None, since: str | None) -> dict[str, Any]:
        """Give the further parts of the record that the row says something of."""
        former = self.upn("former_upn", vital=False)
        uln = self.text("uln", NUMBER_MAX, vital=False)
        numbers = {
            "former_upns": [former] if former not in (None, upn) else [],
            "uln": None if uln is None else accepted(check_uln, uln, self.place("uln"), self.problems, vital=False),
            "former_surname": self.text("former_surname", NAME_MAX, vital=False),
            "former_forename": self.text("former_forename", NAME_MAX, vital=False),
        }
        sets = code_sets()
        source = self.coded("ethnicity_source", sets["source"].codes)
        facts = [
            {"kind": kind, "codes": [code], **({"source": source} if kind == "ethnicity" else {})}
            for kind in ("ethnicity", "first_language", "religion")
            if (code := self.coded(kind, sets[kind].codes))
        ]
        given = [column for column in NOT_COLLECTED if (self.row.cells.get(column) or "").strip()]
        for column in given:
            self.problems.minor(self.place(column), "is not collected here: it was not read, and is not kept.")
        last_school = self.text("last_school", NAME_MAX, vital=False)
        found: dict[str, dict[str, Any]] = {
            "admission": {"last_school": last_school, "since": since} if last_school else {},
            "numbers": {name: value for name, value in numbers.items() if value},
            "characteristics": {
                name: value for name, value in (("said", facts), ("not_collected", given)) if value
            },
        }  # fmt: skip
        return {name: part for name, part in found.items() if part}


def _truth(text: str) -> bool | None:
    return _TRUTHS.get(text.casefold())


def _priority(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and int(text[:4]) in _PRIORITIES else None

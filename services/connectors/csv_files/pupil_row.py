"""One row of a table of pupils as the API takes it: what its cells say, and what is wrong with any of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from events.codes.people import code_set
from events.identifiers import Upn
from services.connectors.csv_files.pupil_cells import CODE_MAX, NUMBER_MAX, PupilCells
from services.connectors.csv_files.pupil_columns import (
    CONTACTS_MAX,
    LABELS,
    LINES_MAX,
    NOT_COLLECTED,
    OF_CONTACTS,
    contact,
)
from services.connectors.csv_files.pupil_sections import NAME_MAX, sections
from services.connectors.csv_files.table import TableRow
from services.connectors.problems import Place, Problem
from services.connectors.written import EARLIEST_BIRTH, LATEST_YEAR, legible, tidy

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
_YEARS: Final = {"reception": "R"}


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
        "sections": sections(cells, upn, place["since"], today),
    }
    written = tuple((name, legible(cell)) for name, cell in row.cells.items() if cell and name not in NOT_COLLECTED)
    return PupilRow(row.number, upn, fields, place, cells.problems.found, written)


class _PupilCells(PupilCells):
    """A row's cells as who the pupil is, where, and who to call."""

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
            with_pupil = self.truth(at["lives_with_pupil"])
            yield {
                "title": self.text(at["title"], TITLE_MAX, vital=False),
                "full_name": {"surname": surname, "forename": forename},
                "relationship": self.coded(at["relationship"], code_set("relationship")) or CONTACT_UNKNOWN,
                "parental_responsibility": self.truth(at["parental_responsibility"]),
                "priority": self.read(
                    at["priority"], CODE_MAX, _priority, "is not a number from 1 to 99, so it was left out."
                ) or number,
                "address": home if with_pupil else None,
                "phones": list(
                    self.phones({at["phone"]: "H", at["mobile_phone"]: "M", at["work_phone"]: "W"})
                ),
                "email": self.email(at["email"]),
            }  # fmt: skip


def _priority(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and int(text[:4]) in _PRIORITIES else None

"""One row of a registers file: whose mark, which session, which code, and what is wrong with any of them."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from pydantic import TypeAdapter

from events.codes.attendance import AttendanceCode, Session, fits_session, why_not_in_force
from events.identifiers import Upn, check_upn
from services.connectors.csv_files.cells import Cells
from services.connectors.csv_files.table import TableRow
from services.connectors.problems import Place, Problem
from services.connectors.written import accepted, legible, spreadsheet_date, tidy

MINUTES_LATE_MAX: Final = 480
"""Minutes: nobody can be later than a school day is long."""

PUPIL_ID_MAX: Final = 64
"""Characters in another system's own number of a pupil."""

GROUP_MAX: Final = 60
"""Characters in the title of a registration group or class."""

DATE_MAX: Final = len("2026-09-07")
"""Characters in a date."""

WORD_MAX: Final = 10
"""Characters in a session, a code or a number of minutes."""

EARLIEST: Final = date(2000, 1, 1)
"""No electronic register that must still be kept is older: entries are kept six years."""

_NO_MARK: Final = "-"
_CODES: Final[TypeAdapter[AttendanceCode]] = TypeAdapter(AttendanceCode)
_SESSIONS: Final[TypeAdapter[Session]] = TypeAdapter(Session)
_LATE: Final = frozenset({"L", "U"})
_LABELS: Final = {
    "date": "The date",
    "session": "The session",
    "group": "The group",
    "upn": "The UPN",
    "pupil_id": "The pupil id",
    "code": "The code",
    "minutes_late": "The minutes late",
}


@dataclass(frozen=True, slots=True, repr=False)
class MarkRow:
    """One row: a pupil's mark at a session. What is wrong or missing is None; a UPN or pupil id says whose it is.

    ``number`` is the row in the file, where the row of column names is 1. ``as_written`` holds the cells as (column,
    text), so that a person can mend a row that was set aside.
    """

    number: int
    date: date | None
    session: Session | None
    group: str | None
    upn: Upn | None
    pupil_id: str | None
    code: AttendanceCode | None
    minutes_late: int | None
    problems: tuple[Problem, ...]
    as_written: tuple[tuple[str, str], ...]

    @property
    def usable(self) -> bool:
        """Whether the row can be brought in; a row with a fatal problem is set aside for a person."""
        return not any(problem.fatal for problem in self.problems)

    @property
    def pupil(self) -> tuple[str, str] | None:
        """Whose mark it is: by UPN where there is one, else by pupil id."""
        if self.upn is not None:
            return ("upn", self.upn)
        return None if self.pupil_id is None else ("pupil_id", self.pupil_id)


def read_mark_row(row: TableRow, today: date) -> MarkRow:
    """Read one row; ``today`` is the last day that can have a mark."""
    cells = Cells(row, _LABELS)
    day = cells.needed("date", DATE_MAX, spreadsheet_date, "is not a date that exists, written like 2026-09-07.")
    if day is not None and not EARLIEST <= day <= today:
        late = day > today
        cells.problems.fatal(cells.place("date"), "has not come yet." if late else f"is before {EARLIEST.year}.")
    session: Session | None = cells.needed("session", WORD_MAX, _session, "is neither AM nor PM. Correct it.")
    code = _code(cells, day, session)
    upn_text = cells.text("upn", WORD_MAX * 2)
    upn = None if upn_text is None else accepted(check_upn, upn_text, cells.place("upn"), cells.problems, vital=True)
    pupil_id = cells.text("pupil_id", PUPIL_ID_MAX)
    if not any(tidy(row.cells.get(column)) for column in ("upn", "pupil_id")):
        cells.problems.fatal(Place("upn", "The row"), "names no pupil. Fill in the UPN.")
    return MarkRow(
        number=row.number,
        date=day,
        session=session,
        group=cells.needed("group", GROUP_MAX, str, ""),
        upn=upn,
        pupil_id=pupil_id,
        code=code,
        minutes_late=_minutes_late(cells, code),
        problems=cells.problems.found,
        as_written=tuple((column, legible(cell)) for column, cell in row.cells.items() if cell),
    )


def _session(text: str) -> Session | None:
    try:
        return _SESSIONS.validate_python(text.upper())
    except ValueError:
        return None


def _code(cells: Cells, day: date | None, session: Session | None) -> AttendanceCode | None:
    """The code, if it is one, was in force on that day, and can stand in that session."""
    code: AttendanceCode | None = cells.needed(
        "code", WORD_MAX, _known_code, "is not an attendance code of the register. Correct it."
    )
    if code is None:
        return None
    place = cells.place("code")
    refusal = None if day is None else why_not_in_force(code, day)
    if refusal:
        cells.problems.fatal(place, f"cannot be used: {refusal}")
    elif session is not None and not fits_session(code, session):
        right = "/ is for mornings and \\ for afternoons"
        cells.problems.fatal(place, f"does not belong to that session: {right}. Correct the code or the session.")
    else:
        return code
    return None


def _known_code(text: str) -> AttendanceCode | None:
    if text == _NO_MARK:
        return None
    try:
        return _CODES.validate_python(text.upper())
    except ValueError:
        return None


def _minutes_late(cells: Cells, code: AttendanceCode | None) -> int | None:
    """How late, for a pupil who was late; for another code a number means nothing and is left out."""
    text = cells.text("minutes_late", WORD_MAX)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and int(text) <= MINUTES_LATE_MAX):
        cells.problems.minor(cells.place("minutes_late"), f"are not a number from 0 to {MINUTES_LATE_MAX}: left out.")
        return None
    if code is not None and code not in _LATE:
        cells.problems.minor(cells.place("minutes_late"), "only go with the codes L and U: left out.")
        return None
    return int(text)

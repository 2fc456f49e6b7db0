"""What a Common Transfer File says of earlier schools: each time there, and each year's attendance as counted there."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from services.connectors.ctf import tags
from services.connectors.ctf.element import Element
from services.connectors.ctf.model import CtfMarks, CtfSchool, CtfYear
from services.connectors.ctf.places import laestab
from services.connectors.ctf.tags import Tag
from services.connectors.written import EARLIEST_BIRTH

NAME_MAX: Final = 100
"""Characters of a school's name that the record keeps."""
EARLIEST_YEAR: Final = 1988
"""The first national curriculum year; attendance of before is in no file."""
SESSIONS_MAX: Final = 999
"""Sessions of one year that are a count; most years have 380."""

ATTENDANCE: Final = ("Attendance", "AttendanceData")
YEAR_DATA: Final = ("YearData",)
YEAR: Final = Tag("year", "school year", ("Year",), 9)
POSSIBLE: Final = Tag("possible", "number of sessions possible", ("SessionsPossible",), 10)
ATTENDED: Final = Tag("attended", "number of sessions attended", ("SessionsAttended",), 10)
AUTHORISED: Final = Tag("authorised", "number of authorised absences", ("SessionsAuthorised",), 10)
UNAUTHORISED: Final = Tag("unauthorised", "number of unauthorised absences", ("SessionsUnauthorised",), 10)
SESSIONS: Final = ("AttendSessions",)
START: Final = Tag("marks_first", "first day of the marks", ("AttendanceStartDate",))
MARKS: Final = Tag("marks", "string of marks", ("AttendanceMarks",), 1_000)

_YEAR: Final = re.compile(r"(?P<first>[0-9]{4})(?:\s*[/-]\s*(?P<last>[0-9]{2}|[0-9]{4}))?")
"""2026 is the school year that ends then (verified = false); some write 2025/26 or 2025-2026."""


def read_years(pupil: Element, today: date) -> tuple[CtfYear, ...] | None:
    """Read each year's count in the file's order; None where the file gives none. One that cannot be told is noted."""
    found: dict[tuple[str, int], CtfYear] = {}
    for one in pupil.child(ATTENDANCE).children(YEAR_DATA, "attendance", " of attendance"):
        read = _year(one, today)
        if read is None:
            continue
        key = (read.laestab or (read.school or "").casefold(), read.year)
        if found.setdefault(key, read) != read:
            one.row.problems.minor(
                one.place(YEAR), "is given twice for one school, so the later count was left out. Add it by hand."
            )
    return tuple(found.values()) or None


def _year(one: Element, today: date) -> CtfYear | None:
    year, number, name = one.text(YEAR), laestab(one), one.text(tags.SCHOOL_NAME)
    possible, attended = _count(one, POSSIBLE), _count(one, ATTENDED)
    authorised, unauthorised = _count(one, AUTHORISED), _count(one, UNAUTHORISED)
    marks = tuple(filter(None, (_marks(part, today) for part in one.children(SESSIONS, "marks", " of marks"))))
    ends = _year_of(year)
    if ends is None or not EARLIEST_YEAR <= ends <= today.year + 1:
        one.row.problems.minor(one.place(YEAR), "is not a year like 2026, so its attendance was left out. Add it by "
                               "hand.")  # fmt: skip
        return None
    known = number if number and number.isdigit() else None
    read = CtfYear(ends, known, _short(name), possible, attended, authorised, unauthorised, marks)
    if read.laestab is None and read.school is None:
        one.row.problems.minor(one.place(YEAR), "is not said to be of a school, so its attendance was left out. Add it "
                               "by hand.")  # fmt: skip
        return None
    if possible is not None and max(attended or 0, (authorised or 0) + (unauthorised or 0)) > possible:
        one.row.problems.minor(one.place(POSSIBLE), "is smaller than what was counted of it, so that year was left "
                               "out. Ask which figure is right.")  # fmt: skip
        return None
    is_said = marks or any(count is not None for count in (possible, attended, authorised, unauthorised))
    return read if is_said else None


def _year_of(text: str | None) -> int | None:
    written = _YEAR.fullmatch(text or "")
    if written is None:
        return None
    first, last = int(written["first"]), written["last"]
    if last is None:
        return first
    return first + 1 if int(last) % 100 == (first + 1) % 100 else None


def _count(one: Element, tag: Tag) -> int | None:
    text = one.text(tag)
    if text is None or (text.isascii() and text.isdigit() and int(text) <= SESSIONS_MAX):
        return None if text is None else int(text)
    one.row.problems.minor(one.place(tag), f"is not a number up to {SESSIONS_MAX}, so it was left out. Add it by hand.")
    return None


def _marks(one: Element, today: date) -> CtfMarks | None:
    first, marks = one.day(START, EARLIEST_BIRTH, today), one.text(MARKS)
    if first is not None and marks is not None:
        return CtfMarks(first, marks)
    one.row.problems.minor(one.place(MARKS), "or its first day is not given or wrong, so the marks were left out.")
    return None


def _short(name: str | None) -> str | None:
    return name if name is not None and len(name) <= NAME_MAX else None


def _earlier(history: Sequence[CtfSchool] | None, here: CtfSchool | None) -> Iterator[CtfSchool]:
    """Give the times at other schools: not the one at the school to which the file goes, unless that has ended."""
    for school in history or ():
        if school is not here or school.leaving_date is not None:
            yield school


def _number(school: CtfSchool) -> str | None:
    """Give the LAESTAB of a school; an authority's or an unknown school's stand-in is none."""
    return school.laestab if school.laestab and school.laestab.isdigit() else None


def notes(history: Sequence[CtfSchool] | None, here: CtfSchool | None) -> Iterator[str]:
    """Give what a person should know of schools that could not be taken, or not with all that is said of them."""
    for place, school in enumerate(_earlier(history, here), start=1):
        if school.name is not None and _short(school.name) is None:
            yield f"The name of earlier school {place} is longer than {NAME_MAX} characters, so it was left out."
        if _number(school) is None and _short(school.name) is None:
            yield f"Earlier school {place} has no name and number that are known, so it was left out. Add it by hand."


def schools_section(history: Sequence[CtfSchool] | None, here: CtfSchool | None) -> dict[str, Any] | None:
    """Give the row's section on schools; None where the file names no other than the one it goes to."""
    schools = [_school(one) for one in _earlier(history, here) if _number(one) or _short(one.name)]
    return {"schools": schools} if schools else None


def _school(school: CtfSchool) -> dict[str, Any]:
    entered, left = school.entry_date, school.leaving_date
    if entered and left and left < entered:
        left = None  # The reader has said so: which of the two is right, the file does not say.
    which = {"school": _short(school.name), "laestab": _number(school), "entered": _iso(entered)}
    return {"which": which, "said": {"left": _iso(left), "reason": school.leaving_reason, "ground": school.ground}}


def years_section(years: Sequence[CtfYear] | None) -> dict[str, Any] | None:
    """Give the row's section on attendance; None where the file counts none."""
    return {"years": [_counted(one) for one in years]} if years else None


def _counted(year: CtfYear) -> dict[str, Any]:
    marks = [{"first": one.first.isoformat(), "marks": one.marks} for one in year.marks]
    return {
        "which": {"year": year.year, "school": year.school, "laestab": year.laestab},
        "said": {
            "possible": year.possible, "attended": year.attended, "authorised": year.authorised,
            "unauthorised": year.unauthorised, "marks_sent": marks,
        },
    }  # fmt: skip


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None

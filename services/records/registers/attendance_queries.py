"""Attendance, asked of the views: marks, the arithmetic of absence in integers, today's registers, unresolved Ns."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from events.codes.attendance import AttendanceClass, attendance_code
from events.codes.calendar import FIRST_MONTH, school_year
from ledger.view import Reader
from services.facts import Provenance
from services.records.queries import all_groups, enrolled, in_groups
from services.records.registers.attendance_views import (
    NO_MARK,
    SLOT,
    AmendedMark,
    PupilMonth,
    attendance_months,
    month_of,
    registers_taken,
    unresolved,
)
from services.records.registers.calendar_views import CalendarRow, calendar

SESSIONS: Final = ("AM", "PM")
PERSISTENT_DEFAULT: Final = {"percent": 10}
SEVERE_DEFAULT: Final = {"percent": 50}
"""Used to show a number before a school has adopted the rule; the answer says which rule it used."""


@dataclass(frozen=True, slots=True)
class SessionMark:
    """One session's mark, the amendment that made it, if one did, and every amendment in the order of their entries."""

    date: date
    session: str
    code: str
    minutes_late: int | None
    amended: AmendedMark | None
    amendments: tuple[AmendedMark, ...] = ()

    @property
    def taken(self) -> str:
        """The mark as it was taken, before anybody amended it."""
        return self.amendments[0].was if self.amendments else self.code

    @property
    def at(self) -> Provenance | None:
        """Where the mark comes from, where it was amended; who took a register is said of the register."""
        return self.amended.at if self.amended else None


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of sessions; ``possible`` is attended + authorised + unauthorised. Nothing possible: not classified.

    Persistent absence is 10 % or more of a pupil's own possible sessions and includes severe absence, 50 % or more,
    both computed from the integers (DfE, "Working together to improve school attendance").
    """

    possible: int
    attended: int
    authorised: int
    unauthorised: int
    persistent: bool
    severe: bool


@dataclass(frozen=True, slots=True)
class Register:
    """A group's register of a session: taken, partly taken or missing. Leavers are not expected."""

    group: bytes
    title: str
    session: str
    expected: int
    marks: int
    at: Provenance | None

    @property
    def is_taken(self) -> bool:
        """Whether every pupil who belongs to the group that day has a mark, or nobody does."""
        return self.marks >= self.expected


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A mark N, and for how many school days it has stood."""

    subject: bytes
    date: date
    session: str
    school_days: int
    overdue: bool
    at: Provenance


async def marks(reader: Reader, subject: bytes, first: date, last: date) -> list[SessionMark]:
    """Give a pupil's marks between two dates, both inclusive, in order."""
    months = list(range(month_of(first), month_of(last) + 1))
    found: list[SessionMark] = []
    for row in await reader.find(attendance_months, subject=subject, month=months):
        found += [mark for mark in marks_of(row) if first <= mark.date <= last]
    return found


async def marks_at(reader: Reader, day: date, session: str, subjects: Sequence[bytes]) -> dict[bytes, SessionMark]:
    """Give the marks that these pupils have at one session."""
    found: dict[bytes, SessionMark] = {}
    for row in await reader.find(attendance_months, subject=list(subjects), month=month_of(day)):
        for mark in marks_of(row):
            if (mark.date, mark.session) == (day, session):
                found[row.subject] = mark
    return found


def marks_of(row: PupilMonth) -> list[SessionMark]:
    """Give the marks of a pupil's month, in order."""
    start = date(row.month // 12, row.month % 12 + 1, 1)
    amended: dict[tuple[date, str], tuple[AmendedMark, ...]] = {}
    for one in row.amendments:
        amended[one.date, one.session] = (*amended.get((one.date, one.session), ()), one)
    late = {(lateness.date, lateness.session): lateness.minutes for lateness in row.late}
    found = []
    for slot in range(len(row.codes) // SLOT):
        code = row.codes[slot * SLOT : slot * SLOT + SLOT]
        if code != NO_MARK:
            day, session = start + timedelta(days=slot // 2), SESSIONS[slot % 2]
            place = (day, session)
            changes = amended.get(place, ())
            last = changes[-1] if changes else None
            found.append(SessionMark(day, session, code.rstrip(), late.get(place), last, changes))
    return found


def summary(
    codes: Iterable[str], persistent_percent: int = PERSISTENT_DEFAULT["percent"],
    severe_percent: int = SEVERE_DEFAULT["percent"],
) -> Summary:  # fmt: skip
    """Count sessions by the class of their codes."""
    counts = dict.fromkeys(AttendanceClass, 0)
    for code in codes:
        counts[attendance_code(code).attendance_class] += 1
    attended = counts[AttendanceClass.PRESENT] + counts[AttendanceClass.EDUCATION]
    authorised, unauthorised = counts[AttendanceClass.AUTHORISED], counts[AttendanceClass.UNAUTHORISED]
    absent, possible = authorised + unauthorised, attended + authorised + unauthorised
    return Summary(
        possible,
        attended,
        authorised,
        unauthorised,
        persistent=possible > 0 and absent * 100 >= possible * persistent_percent,
        severe=possible > 0 and absent * 100 >= possible * severe_percent,
    )


async def summaries(
    reader: Reader, first: date, last: date, persistent_percent: int, severe_percent: int
) -> dict[bytes, Summary]:
    """Give every pupil's summary between two dates."""
    codes: dict[bytes, list[str]] = {}
    for row in await reader.find(attendance_months):
        if month_of(first) <= row.month <= month_of(last):
            kept = codes.setdefault(row.subject, [])
            kept += [mark.code for mark in marks_of(row) if first <= mark.date <= last]
    return {subject: summary(kept, persistent_percent, severe_percent) for subject, kept in codes.items()}


async def registers(reader: Reader, day: date) -> list[Register]:
    """Give each registration group's two registers of a day, those not taken first.

    A pupil counts as marked whoever marked them: the office before the class, or another group's teacher. A day on
    which the school is closed has no register to take.
    """
    taken = {(row.group, row.session): row for row in await reader.find(registers_taken, date=day)}
    is_open = is_school_day(await calendar_of(reader, day), day)
    groups = [
        group
        for group in await all_groups(reader, school_year(day))
        if (is_open and group.kind == "registration") or any((group.group, one) in taken for one in SESSIONS)
    ]
    members = await in_groups(reader, [group.group for group in groups], day)
    everybody = list({pupil for pupils in members.values() for pupil in pupils})
    on_roll = await enrolled(reader, day, everybody)
    months = await reader.find(attendance_months, subject=everybody, month=month_of(day))
    codes = {row.subject: row for row in months}
    found: list[Register] = []
    for group in groups:
        expected = [pupil for pupil in members[group.group] if pupil in on_roll]
        for session in SESSIONS:
            marked = sum(pupil in codes and codes[pupil].code(day, session) is not None for pupil in expected)
            row = taken.get((group.group, session))
            at = row.last if row else None
            found.append(Register(group.group, group.title, session, len(expected), marked, at))
    return sorted(found, key=lambda one: (one.is_taken, one.title, one.session))


async def unresolved_marks(reader: Reader, today: date, days: int | None) -> list[Unresolved]:
    """Give the Ns whose reason nobody has established, oldest first.

    ``days`` is the adopted number of school days for which an N may stand (School Attendance (Pupil Registration)
    (England) Regulations 2024, reg 10(7) to (9)); None where the school has not adopted the rule: none is overdue.
    """
    rows = [row for row in await reader.find(unresolved) if row.date <= today]
    held = await open_days(reader, min((row.date for row in rows), default=today), today)
    found = []
    for row in rows:
        stood = len(held) - bisect_right(held, row.date)
        found.append(Unresolved(row.subject, row.date, row.session, stood, days is not None and stood > days, row.at))
    return sorted(found, key=lambda one: (one.date, one.session, one.subject))


async def calendar_of(reader: Reader, day: date) -> CalendarRow | None:
    """Give the calendar of a day's school year."""
    return await reader.get(calendar, school_year(day))


async def open_days(reader: Reader, first: date, last: date) -> Sequence[date]:
    """Give the school days between two dates, both inclusive, whichever school years they lie in."""
    found: list[date] = []
    for year in range(school_year(first), school_year(last) + 1):
        begin, end = max(first, date(year, FIRST_MONTH, 1)), min(last, date(year + 1, FIRST_MONTH, 1) - timedelta(1))
        found += school_days(await reader.get(calendar, year), begin, end)
    return found


def is_school_day(row: CalendarRow | None, day: date) -> bool:
    """Whether sessions are held on a day. Without a published calendar every weekday is one."""
    return is_planned(row, day) and (row is None or day not in row.closed)


def is_planned(row: CalendarRow | None, day: date) -> bool:
    """Whether the school meant to be open on a day: so it has sessions to mark, even where it was closed by snow."""
    if day.weekday() >= 5:  # noqa: PLR2004  # Saturday and Sunday
        return False
    if row is None or not row.terms:
        return True
    off = day in row.bank_holidays or day in row.inset
    return not off and any(term.first <= day <= term.last for term in row.terms)


def school_days(row: CalendarRow | None, first: date, last: date) -> Sequence[date]:
    """Give the school days between two dates, both inclusive."""
    days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    return [day for day in days if is_school_day(row, day)]

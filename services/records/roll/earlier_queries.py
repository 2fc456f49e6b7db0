"""A pupil's earlier schools in words, and what these counted of their attendance, for the record's two sections."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from events.records.earlier_schools import Stay, StayEnd, YearCounted, YearElsewhere
from ledger.view import Reader
from services.records.roll.earlier_views import earlier_attendance, earlier_schools
from services.records.section import Fact, Section, fact


async def read_schools(reader: Reader, subject: bytes, valid_on: date) -> Sequence[Fact]:
    """Give each school that was known by a date, in the order in which the pupil was there; unknown days come last."""
    row = await reader.get(earlier_schools, subject)
    held = sorted(row.schools if row else (), key=lambda one: one.which.entered or date.max)
    found = (fact(school_named(one.which), one.series, valid_on, _end(one.which)) for one in held)
    return [one for one in found if one is not None]


async def read_attendance(reader: Reader, subject: bytes, valid_on: date) -> Sequence[Fact]:
    """Give each year that was known by a date, the newest first."""
    row = await reader.get(earlier_attendance, subject)
    held = sorted(row.years if row else (), key=lambda one: -one.which.year)
    found = (fact(_label(one.which), one.series, valid_on, counted) for one in held)
    return [one for one in found if one is not None]


def school_named(which: Stay | YearElsewhere) -> str:
    """Give a school by its name and number, or by whichever of them is known."""
    number = f"LAESTAB {which.laestab}" if which.laestab else ""
    return f"{which.school} ({number})" if which.school and number else which.school or number


def _label(which: YearElsewhere) -> str:
    return f"{which.year - 1}/{which.year % 100:02d} at {school_named(which)}"


def _end(which: Stay) -> Callable[[StayEnd], str]:
    began = f"from {day(which.entered)}" if which.entered else "from a day that is not known"

    def words(said: StayEnd) -> str:
        parts = [f"{began} to {day(said.left)}" if said.left else began]
        parts += [f"reason as its sender wrote it: {said.reason}"] if said.reason else []
        parts += [f"ground of removal as its sender wrote it: {said.ground}"] if said.ground else []
        return "; ".join(parts)

    return words


def counted(said: YearCounted) -> str:
    """Give a count in words; what the other school did not say is not there."""
    figures = (
        (said.possible, "sessions possible"), (said.attended, "attended"),
        (said.authorised, "authorised absences"), (said.unauthorised, "unauthorised absences"),
    )  # fmt: skip
    parts = [f"{number} {what}" for number, what in figures if number is not None]
    parts += [f"marks from {day(one.first)}, as their sender wrote them: {one.marks}" for one in said.marks_sent]
    return ", ".join(parts)


def day(when: date) -> str:
    """Give a day in words."""
    return f"{when.day} {when:%B %Y}"


SECTIONS: Final = (
    Section("earlier-schools", "Earlier schools", "enrolment", read_schools),
    Section("earlier-attendance", "Attendance at earlier schools", "attendance", read_attendance),
)
"""Education (Pupil Information) (England) Regulations 2005, SI 2005/1437, reg 9."""

"""What a file says of earlier schools, compared with what is known: a file adds to it, and never corrects it."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from events.model import Strict
from events.records.earlier_schools import Stay, StayEnd, YearCounted, YearElsewhere
from ledger.decider import Step
from services.dates import whole
from services.facts import Dated, on
from services.records.files.intake import Effect, Known, Plan, Planner
from services.records.roll import earlier_schools as ask
from services.records.roll.earlier_views import (
    EarlierAttendanceRow,
    EarlierSchoolsRow,
    StayHeld,
    earlier_attendance,
    earlier_schools,
)

SCHOOLS_MAX: Final = 50
"""Schools in one pupil's row: a child who moved every term has fewer."""
YEARS_MAX: Final = 60
"""School years in one pupil's row, each at one school: fourteen years, and several schools in most."""
_END_DIFFERS: Final = (
    "The file says something else of the end of a time at an earlier school than is recorded. Check which is right; if "
    "it is the file's, correct the record first and send the row again."
)
_COUNT_DIFFERS: Final = (
    "The file gives another count of an earlier school's sessions than the one recorded of the same day. Check which "
    "is right; if it is the file's, correct the record first and send the row again."
)


class SchoolFact(Strict):
    """One time at another school."""

    which: Annotated[Stay, AfterValidator(whole)]
    said: Annotated[StayEnd, AfterValidator(whole)] = StayEnd()


class SchoolsFact(Strict):
    """A pupil's earlier schools as a file gives them."""

    schools: Annotated[tuple[SchoolFact, ...], Field(max_length=SCHOOLS_MAX)] = ()


class YearFact(Strict):
    """One year's count."""

    which: YearElsewhere
    said: Annotated[YearCounted, AfterValidator(whole)]


class AttendanceFact(Strict):
    """What earlier schools counted as a file gives it."""

    years: Annotated[tuple[YearFact, ...], Field(max_length=YEARS_MAX)] = ()


def plan_schools(made: Plan, facts: SchoolsFact, known: Known, pupil: bytes, valid_on: date) -> None:
    """Add what the schools come to. Another spelling of a school's name is no news."""
    rows: list[EarlierSchoolsRow] = list(known.rows.get(earlier_schools.name, ()))
    held = [one for row in rows for one in row.schools if one.series]
    for fact in {fact.which.key: fact for fact in reversed(facts.schools)}.values():
        like = _like(fact.which, held)
        about = like.which if like else fact.which
        last = _last(like.series) if like else None
        field = f"earlier school from {about.entered}" if about.entered else "earlier school"
        if last is not None and ask.differs(last.value, fact.said):
            made.reasons.append(_END_DIFFERS)
            continue
        said = ask.filled(last.value, fact.said) if last else fact.said
        shown = {**about.model_dump(), **said.model_dump()}
        if last is not None and said == last.value:
            made.effects.append(Effect(field, "same", shown, shown, last.at))
            continue
        old = {**about.model_dump(), **last.value.model_dump()} if last else None
        made.effects.append(Effect(field, "changed" if last else "new", shown, old, last.at if last else None))
        day = about.entered or said.left or valid_on
        since = max(day, said.left or day, last.since) if last else day
        command = ask.RecordEarlierSchool(pupil=pupil, valid_on=since, which=about, said=fact.said)
        made.steps.append(Step(ask.earlier_schools, command))


def plan_attendance(made: Plan, facts: AttendanceFact, known: Known, pupil: bytes, valid_on: date) -> None:
    """Add what the counts come to. A later file's count of a year stands beside an earlier one's."""
    rows: list[EarlierAttendanceRow] = list(known.rows.get(earlier_attendance.name, ()))
    held = {one.which.key: one for row in rows for one in row.years}
    for fact in {fact.which.key: fact for fact in reversed(facts.years)}.values():
        like = held.get(fact.which.key)
        about, item = (like.which, on(like.series, valid_on)) if like else (fact.which, None)
        field = f"attendance of {about.year - 1}/{about.year % 100:02d} at an earlier school"
        said = ask.filled(item.value, fact.said) if item else fact.said
        if item is not None and said == item.value:
            made.effects.append(Effect(field, "same", said, item.value, item.at))
            continue
        if item is not None and item.since == valid_on and ask.differs(item.value, fact.said):
            made.reasons.append(_COUNT_DIFFERS)
            continue
        old, at = (item.value, item.at) if item else (None, None)
        made.effects.append(Effect(field, "changed" if item else "new", said, old, at))
        command = ask.RecordEarlierAttendance(pupil=pupil, valid_on=valid_on, which=about, said=fact.said)
        made.steps.append(Step(ask.earlier_attendance, command))


def _like(which: Stay, held: Sequence[StayHeld]) -> StayHeld | None:
    """Give the time that a file means: without a first day, the only one at that school."""
    exact = next((one for one in held if one.which.key == which.key), None)
    if exact is not None or which.entered is not None:
        return exact
    there = [one for one in held if one.which.key[0] == which.key[0]]
    return there[0] if len(there) == 1 else None


def _last(series: Sequence[Dated[StayEnd]]) -> Dated[StayEnd] | None:
    """Give what was said last of a time: of its end there is one truth, whichever day is asked about."""
    return max(series, key=lambda one: (one.since, one.at.index), default=None)


PLANNERS: Final = (
    Planner("earlier_schools", "enrolment", SchoolsFact, (earlier_schools,), plan_schools),
    Planner("earlier_attendance", "attendance", AttendanceFact, (earlier_attendance,), plan_attendance),
)

"""The admission register's section of a pupil's record: the school of before, the first day, each leaving's ground."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from events.codes.deletion import deletion_grounds
from events.records.dual_registration import OtherSchool
from events.records.future_school import FutureSchool
from ledger.view import Reader
from services.episodes import one_at_a_time
from services.records.roll.admission_views import admissions
from services.records.roll.dual_views import dual_registrations
from services.records.roll.future_school_views import future_schools
from services.records.roll.roll_views import Leaving, LeftAs, roll
from services.records.section import Fact, Section, fact, lasted

NO_GROUND: Final = "no ground was recorded"
"""Of what was written before a ground was asked for."""
FIRST_DAY: Final = "Expected first day of attendance"
"""As it was agreed or notified; the starting day is the enrolment's."""
FUTURE_SCHOOL: Final = "School to which the pupil is to go"
"""As it was notified."""
OTHER: Final = "Registered at another school too"
"""What a dual registration is called in a record and in the register."""


async def _read(reader: Reader, subject: bytes, valid_on: date) -> Sequence[Fact]:
    admission, enrolled = await reader.get(admissions, subject), await reader.get(roll, subject)
    last_school = fact("Last school attended", admission.last_schools, valid_on, _school) if admission else None
    first_day = fact(FIRST_DAY, admission.first_days, valid_on, expected) if admission else None
    told = await reader.get(future_schools, subject)
    future = fact(FUTURE_SCHOOL, told.told, valid_on, to_come) if told else None
    dual = await reader.get(dual_registrations, subject)
    others = lasted(OTHER, one_at_a_time(dual.others), valid_on, other_school) if dual else []
    left = [_left(one) for one in enrolled.leavings if one.day <= valid_on] if enrolled else []
    return [*(one for one in (last_school, first_day, future) if one), *others, *left]


def expected(first_day: date | None) -> str:
    """Write the day on which a pupil is expected first."""
    return f"{first_day.day} {first_day:%B %Y}" if first_day else "not expected any more"


def to_come(future: FutureSchool | None) -> str:
    """Write to which school a pupil is to go, and from which day."""
    if future is None:
        return "none any more"
    number = f" (LAESTAB {future.laestab})" if future.laestab else ""
    first = f"from {future.first_day.day} {future.first_day:%B %Y}" if future.first_day else "from a day not told yet"
    return f"{future.school}{number}, {first}"


def other_school(other: OtherSchool) -> str:
    """Write the other school of a dual registration, and when the pupil is there."""
    number = f" (LAESTAB {other.laestab})" if other.laestab else ""
    return f"{other.school}{number}. Attends there: {', '.join(other.attends) or 'not known when'}"


def _school(name: str | None) -> str:
    return name or "none"


def _left(leaving: Leaving) -> Fact:
    told = [left_as(leaving)]
    told += [leaving.reason] if leaving.reason and not leaving.was else []
    was = left_as(leaving.was) if leaving.was else None
    note = f"Corrected: {leaving.reason}" if leaving.was and leaving.reason else None
    return Fact(
        "Last day on the roll", leaving.day, "; ".join(told), leaving.day, leaving.at, was=was, note=note,
        was_at=leaving.was_at,
    )  # fmt: skip


def left_as(told: Leaving | LeftAs) -> str:
    """Write a last day, on which ground the name is deleted, and to where the pupil went."""
    ground = deletion_grounds()[told.ground].meaning if told.ground else NO_GROUND
    gone = f"; gone to {told.destination}" if told.destination else ""
    return f"{told.day.day} {told.day:%B %Y}. Name deleted from the register: {ground}{gone}"


ADMISSION: Final = Section("admission", "Admission register", "enrolment", _read)
"""School Attendance (Pupil Registration) (England) Regulations 2024, regs 8 and 9."""

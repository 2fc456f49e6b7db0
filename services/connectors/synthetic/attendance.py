"""Invented marks with the patterns that real registers have: runs of illness, lateness, holidays, and unknown reasons.

Each pupil's year is drawn from their own seed, day by day, so that a later day never changes an earlier mark; only a
reason that was not known yet becomes known.
"""

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Final

from events.codes.attendance import AttendanceCode, Session
from services.connectors.synthetic.calendar import Calendar
from services.connectors.synthetic.model import Group, Pupil, SyntheticMark, SyntheticRegister

_MORNING: Final[Session] = "AM"
_AFTERNOON: Final[Session] = "PM"
_PRESENT: Final[tuple[AttendanceCode, AttendanceCode]] = ("/", "\\")

# Chances per pupil and school day, chosen so that about 5 to 6 in 100 sessions are missed and about one pupil in six
# misses a tenth or more, as in English primary schools of the 2020s.
_PERSISTENT: Final = 0.12
_SEVERE: Final = 0.01
_ILL: Final = 0.012
_ILL_PERSISTENT: Final = 0.06
_ILL_SEVERE: Final = 0.35
_APPOINTMENT: Final = 0.006
_LATE: Final = 0.02
_VERY_LATE: Final = 0.003
_UNEXPLAINED: Final = 0.01
_HOLIDAY: Final = 0.0008
_FORGOTTEN: Final = 0.25
_UNEXPLAINED_FOR_GOOD: Final = 0.3
_TRIP: Final = 0.008

_SOON: Final = 4
"""School days within which a reason is nearly always found."""

_LONG_AFTER: Final = 14
"""School days that a forgotten reason takes: these are the unresolved ones that should raise an alarm after five."""


def registers(
    seed: int, calendar: Calendar, groups: tuple[Group, ...], pupils: tuple[Pupil, ...], today: date
) -> Iterator[SyntheticRegister]:
    """Both sessions of every school day from the start of the year to ``today`` inclusive, a register a group."""
    days = [day for day in calendar.school_days() if day <= today]
    marks = {pupil.upn: list(_year(seed, pupil, days)) for pupil in pupils}
    for at, day in enumerate(days):
        for half, session in enumerate((_MORNING, _AFTERNOON)):
            for group in groups:
                members = [pupil for pupil in pupils if pupil.group == group.title and pupil.entry_date <= day]
                if members:
                    yield SyntheticRegister(
                        day, session, group.title, tuple(marks[pupil.upn][at][half] for pupil in members)
                    )


def _year(seed: int, pupil: Pupil, days: list[date]) -> Iterator[tuple[SyntheticMark, SyntheticMark]]:
    random = Random(f"{seed}/{pupil.upn}")
    fate = random.random()
    ill = _ILL_SEVERE if fate < _SEVERE else _ILL_PERSISTENT if fate < _SEVERE + _PERSISTENT else _ILL
    run: list[AttendanceCode] = []
    for at in range(len(days)):
        draw = Random(f"{seed}/{pupil.upn}/{at}")
        if not run:
            run = _run(draw, ill)
        if run:
            code = run.pop()
            morning, afternoon = code, code
        else:
            morning, afternoon = _ordinary_day(draw, len(days) - 1 - at)
        yield (
            SyntheticMark(pupil.upn, morning, _minutes(draw, morning)),
            SyntheticMark(pupil.upn, afternoon, _minutes(draw, afternoon)),
        )


def _run(draw: Random, ill: float) -> list[AttendanceCode]:
    """Whole days away, one after the other: an illness or a holiday that the school did not grant."""
    chance = draw.random()
    if chance < ill:
        return ["I"] * draw.choice((1, 1, 1, 2, 2, 3, 5))
    return ["G"] * draw.randint(3, 10) if chance < ill + _HOLIDAY else []


def _ordinary_day(draw: Random, days_ago: int) -> tuple[AttendanceCode, AttendanceCode]:
    """A day that begins with the pupil expected; ``days_ago`` counts school days, 0 being the last day drawn."""
    chance = draw.random()
    morning, afternoon = _PRESENT
    outcomes: tuple[tuple[float, tuple[AttendanceCode, AttendanceCode]], ...] = (
        (_LATE, ("L", afternoon)),
        (_VERY_LATE, ("U", afternoon)),
        (_APPOINTMENT / 2, ("M", afternoon)),
        (_APPOINTMENT / 2, (morning, "M")),
        (_UNEXPLAINED, _unexplained(draw, days_ago)),
        (_TRIP, ("V", "V")),
    )
    for part, outcome in outcomes:
        if chance < part:
            return outcome
        chance -= part
    return _PRESENT


def _unexplained(draw: Random, days_ago: int) -> tuple[AttendanceCode, AttendanceCode]:
    """N until the reason is found, or until the school must record that it never was (O)."""
    forgotten = draw.random() < _FORGOTTEN
    known_after = _LONG_AFTER if forgotten else draw.randint(1, _SOON)
    found: AttendanceCode = "O" if draw.random() < _UNEXPLAINED_FOR_GOOD else "I"
    code: AttendanceCode = found if days_ago >= known_after else "N"
    return code, code


def _minutes(draw: Random, code: AttendanceCode) -> int | None:
    match code:
        case "L":
            return draw.randint(1, 25)
        case "U":
            return draw.randint(31, 120)
    return None

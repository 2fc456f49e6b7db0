"""The days of a school year as an English county plans them: six half terms, bank holidays, INSET and 190 school days.

The pattern is the usual one of an English authority and not any school's own calendar, which is for the school to
publish.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

SCHOOL_DAYS: Final = 190
"""Days, 380 sessions: how long a maintained school must meet in a year (SI 1999/3181, reg 3)."""

INSET_DAYS: Final = 5
"""Days on which staff are in and pupils are not, over and above the 190."""

_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)
_SATURDAY: Final = 5
_EARLY_EASTER: Final = (4, 5)
"""Month and day: up to then the spring holiday follows Good Friday, and after that it leads up to Easter."""


@dataclass(frozen=True, slots=True)
class HalfTerm:
    """Days between which school is held, both inclusive; INSET days and bank holidays lie inside."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Calendar:
    """A school's year, named by the year in which it begins."""

    school_year: int
    terms: tuple[HalfTerm, ...]
    inset_days: tuple[date, ...]
    bank_holidays: tuple[date, ...]

    def school_days(self) -> Iterator[date]:
        """Each day on which registers are taken, in order."""
        closed = {*self.inset_days, *self.bank_holidays}
        for term in self.terms:
            yield from (day for day in _weekdays(term.first, term.last) if day not in closed)


def school_calendar(school_year: int, *, variant: int = 0) -> Calendar:
    """The calendar of the school year that begins in ``school_year``.

    Schools of one authority share the terms and four INSET days; ``variant`` moves the fifth, as each chooses its own.
    """
    easter = easter_sunday(school_year + 1)
    bank_holidays = _bank_holidays(school_year, easter)
    starts = _five_half_terms(school_year, easter)
    summer = _last_monday(date(school_year + 1, 5, 31)) + _WEEK
    open_end = HalfTerm(summer, summer + 10 * _WEEK)
    inset = _inset_days((*starts, open_end), variant)
    longest = Calendar(school_year, (*starts, open_end), inset, bank_holidays)
    last = list(longest.school_days())[SCHOOL_DAYS - 1]
    return Calendar(school_year, (*starts, HalfTerm(summer, last)), inset, bank_holidays)


def easter_sunday(year: int) -> date:
    """Western Easter, by the anonymous Gregorian computus."""
    golden, century = year % 19, year // 100
    leap = century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15
    epact = leap % 30 - (leap % 30 // 28) * (1 - 29 // (leap % 30 + 1) * ((21 - golden) // 11))
    weekday = (year + year // 4 + epact + 2 - century + century // 4) % 7
    offset = epact - weekday
    month = 3 + (offset + 40) // 44
    return date(year, month, offset + 28 - 31 * (month // 4))


def _five_half_terms(year: int, easter: date) -> tuple[HalfTerm, ...]:
    autumn_break = _last_monday(date(year, 10, 31))
    february_break = _monday_from(date(year + 1, 2, 1)) + 2 * _WEEK
    may_break = _last_monday(date(year + 1, 5, 31))
    early = (easter.month, easter.day) <= _EARLY_EASTER
    spring_end = easter - 3 * _DAY if early else easter - 16 * _DAY
    summer_start = easter + 15 * _DAY if early else easter + 2 * _DAY
    return (
        HalfTerm(_weekday_from(date(year, 9, 1)), autumn_break - 3 * _DAY),
        HalfTerm(autumn_break + _WEEK, _friday_to(date(year, 12, 22))),
        HalfTerm(_monday_from(date(year + 1, 1, 3)), february_break - 3 * _DAY),
        HalfTerm(february_break + _WEEK, spring_end),
        HalfTerm(summer_start, may_break - 3 * _DAY),
    )


def _inset_days(terms: tuple[HalfTerm, ...], variant: int) -> tuple[date, ...]:
    """Two to open the year, one after each of the next two long breaks, and one of the school's own choice."""
    opening = terms[0].first
    own = (terms[5].first, terms[2].last, terms[1].last, terms[4].last)[variant % 4]
    days = {opening, _weekday_from(opening + _DAY), terms[1].first, terms[2].first, own}
    return tuple(sorted(days))


def _bank_holidays(year: int, easter: date) -> tuple[date, ...]:
    """The bank holidays that can fall on a planned school day, and spring bank holiday beside them."""
    return (
        easter - 2 * _DAY,
        easter + _DAY,
        _monday_from(date(year + 1, 5, 1)),
        _last_monday(date(year + 1, 5, 31)),
    )


def _weekdays(first: date, last: date) -> Iterator[date]:
    days = (first + n * _DAY for n in range((last - first).days + 1))
    return (day for day in days if day.weekday() < _SATURDAY)


def _weekday_from(day: date) -> date:
    return next(_weekdays(day, day + _WEEK))


def _monday_from(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def _last_monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _friday_to(day: date) -> date:
    return day - timedelta(days=(day.weekday() - 4) % 7)

"""Invented pupils: a birthday for their year, a UPN with its check letter, a family and perhaps a school before."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Final

from events.codes.people import NcYear
from events.identifiers import Upn, check_upn, upn_check_letter
from services.connectors.synthetic.calendar import school_calendar
from services.connectors.synthetic.families import Family
from services.connectors.synthetic.model import EarlierSchool, Group, Phase, Pupil
from services.connectors.synthetic.names import BOYS, GIRLS

YEARS: Final[dict[Phase, tuple[NcYear, ...]]] = {
    "infant": ("R", "1", "2"),
    "junior": ("3", "4", "5", "6"),
    "primary": ("R", "1", "2", "3", "4", "5", "6"),
}
"""National Curriculum years of each kind of school."""

EARLIER_NAME: Final = "Staithe Green Primary School"
EARLIER_LAESTAB: Final = "9269890"
"""The number of the school that the newcomers come from; no school in Norfolk has it."""

_SERIALS_MAX: Final = 999
_BROTHERS_APART: Final = timedelta(days=300)
_NEWCOMER: Final = 0.08
_FORMER_UPN: Final = 0.02
_MIDDLE_NAME: Final = 0.5
_PREFERRED: Final = 0.08


@dataclass(slots=True)
class Upns:
    """Hands out UPNs as schools do: by school and year of allocation, in running numbers."""

    serials: dict[tuple[str, int], int] = field(default_factory=dict)

    def next(self, laestab: str, allocated: int) -> Upn:
        """A permanent UPN of the school, allocated in the school year that begins in ``allocated``."""
        serial = self.serials.get((laestab, allocated), 0) + 1
        if serial > _SERIALS_MAX:
            raise ValueError("A school can allocate 999 UPNs a year; ask for fewer pupils.")
        self.serials[laestab, allocated] = serial
        digits = f"{laestab}{allocated % 100:02d}{serial:03d}"
        return check_upn(upn_check_letter(digits) + digits)


@dataclass(frozen=True, slots=True)
class Place:
    """A free place at a school: where, in which group, of which school year, and in which year its pupils come."""

    laestab: str
    group: Group
    school_year: int
    lowest_year: NcYear

    @property
    def reception_year(self) -> int:
        """The school year in which children of this group began Reception."""
        return self.school_year - _number(self.group.nc_year)

    @property
    def joining_year(self) -> int:
        """The school year in which children of this group could first come to this school."""
        return self.reception_year + _number(self.lowest_year)


def birthday(random: Random, place: Place) -> date:
    """A date of birth of the group's year: five years old in the course of Reception."""
    first = date(place.reception_year - 5, 9, 1)
    return first + timedelta(days=random.randrange((date(first.year + 1, 9, 1) - first).days))


def far_enough(day: date, others: list[date]) -> bool:
    """Whether a child born on ``day`` can have brothers and sisters born on ``others``; twins share the day."""
    return all(day == other or abs(day - other) >= _BROTHERS_APART for other in others)


def make_pupil(random: Random, upns: Upns, place: Place, family: Family, born: date) -> Pupil:
    """One pupil of ``family`` in ``place``, here since the first day or a newcomer of last spring."""
    girl = random.random() < 1 / 2
    forename, middle = random.sample(GIRLS if girl else BOYS, 2)
    earlier = _earlier(random, place)
    has_former = random.random() < _FORMER_UPN
    return Pupil(
        family=family.number,
        upn=upns.next(earlier.laestab if earlier else place.laestab, place.reception_year),
        former_upns=(upns.next(EARLIER_LAESTAB, place.reception_year),) if has_former else (),
        surname=family.surname,
        forename=forename,
        middle_names=middle if random.random() < _MIDDLE_NAME else None,
        preferred_forename=middle if random.random() < _PREFERRED else None,
        date_of_birth=born,
        sex="F" if girl else "M",
        nc_year=place.group.nc_year,
        group=place.group.title,
        address=family.address,
        contacts=family.contacts,
        entry_date=_entry(place, earlier),
        earlier=earlier,
    )


def _earlier(random: Random, place: Place) -> EarlierSchool | None:
    """Where a pupil was before: a junior school's at an infant school, and a newcomer's until a Friday last spring."""
    began = _first_day(place.reception_year)
    if random.random() < _NEWCOMER and place.joining_year < place.school_year:
        moved = date(place.school_year, 3, 1) + timedelta(days=random.randrange(21))
        return EarlierSchool(EARLIER_LAESTAB, EARLIER_NAME, began, moved - timedelta(days=(moved.weekday() - 4) % 7))
    if place.joining_year > place.reception_year:
        return EarlierSchool(EARLIER_LAESTAB, EARLIER_NAME, began, _last_day(place.joining_year - 1))
    return None


def _entry(place: Place, earlier: EarlierSchool | None) -> date:
    """The Monday after a move in the year, or the first school day of the year in which the group's children came."""
    if earlier is not None and earlier.leaving_date > _first_day(place.joining_year):
        return earlier.leaving_date + timedelta(days=3)
    return _first_day(place.joining_year)


@cache
def _first_day(school_year: int) -> date:
    return next(school_calendar(school_year).school_days())


@cache
def _last_day(school_year: int) -> date:
    return school_calendar(school_year).terms[-1].last


def _number(nc_year: NcYear) -> int:
    return 0 if nc_year == "R" else int(nc_year)

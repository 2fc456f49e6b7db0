"""Invented attendance at the school before: what it counted of each year that a pupil was there.

Each is drawn from the pupil's own number alone, so that nobody else's changes when somebody is added.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from lxml import etree

from services.connectors.synthetic.model import EarlierSchool

POSSIBLE: Final = 380
"""Sessions of a whole school year; less the part of a year that a pupil who moved was not there."""
_AUGUST: Final = 8
_MOST_ABSENT: Final = 40


@dataclass(frozen=True, slots=True)
class YearBefore:
    """One year's sessions. ``year`` is the calendar year in which it ends."""

    year: int
    possible: int
    authorised: int
    unauthorised: int

    @property
    def attended(self) -> int:
        """The rest."""
        return self.possible - self.authorised - self.unauthorised


def years_before(upn: str, school: EarlierSchool) -> Iterator[YearBefore]:
    """Give each school year that a pupil spent at the school before, oldest first."""
    random = Random(f"{upn} years before")  # invented people, and the same ones at each run
    ends, last = school.entry_date.year + 1, school.leaving_date
    while ends <= last.year + (last.month > _AUGUST):
        is_cut = ends == last.year and last.month < 7  # noqa: PLR2004  # they left before the July that ends a year
        possible = POSSIBLE // 2 if is_cut else POSSIBLE
        absent = random.randrange(_MOST_ABSENT)
        unauthorised = random.randrange(absent // 4 + 1)
        yield YearBefore(ends, possible, absent - unauthorised, unauthorised)
        ends += 1


def write_years_before(pupil: etree._Element, upn: str, school: EarlierSchool) -> None:
    """Add the years to a pupil of a Common Transfer File."""
    section = etree.SubElement(pupil, "Attendance")
    for one in years_before(upn, school):
        data = etree.SubElement(section, "YearData")
        texts = {
            "Year": one.year, "LEA": school.laestab[:3], "Estab": school.laestab[3:], "SchoolName": school.name,
            "SessionsPossible": one.possible, "SessionsAuthorised": one.authorised,
            "SessionsAttended": one.attended, "SessionsUnauthorised": one.unauthorised,
        }  # fmt: skip
        for name, text in texts.items():
            etree.SubElement(data, name).text = str(text)

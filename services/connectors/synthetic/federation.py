"""Puts the invented federation together: schools, staff, groups, families, pupils, calendars and registers to date."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import cycle, islice
from random import Random
from typing import Final

from services.connectors.synthetic.attendance import registers
from services.connectors.synthetic.calendar import school_calendar
from services.connectors.synthetic.families import Family, families
from services.connectors.synthetic.model import Federation, Group, Phase, Pupil, School, StaffMember, StaffRole
from services.connectors.synthetic.names import MEN, SURNAMES, WOMEN, email_of
from services.connectors.synthetic.pupils import YEARS, Place, Upns, birthday, far_enough, make_pupil

SCHOOLS_MAX: Final = 20
"""Schools: as many as there are invented names."""

PUPILS_MAX: Final = 10_000
"""Pupils. More belongs in a benchmark, which needs no families."""

GROUP_MAX: Final = 30
"""Pupils in a group: the limit on an infant class (School Standards and Framework Act 1998, s.1)."""

_NORFOLK: Final = "926"
_FIRST_ESTAB: Final = 9901
_FIRST_URN: Final = 900101
"""Numbers that no school in Norfolk has; URNs in use have not reached 200000."""

_NAMES: Final = (
    "Heronmere|Larkwick|Marramford|Otterstowe|Plovercombe|Quillwick|Reedshaw|Samphire|Tarnwick|Ashgarth|Brammere|"
    "Cornstowe|Duncombe Fen|Elderwick|Fenshaw|Gorsemere|Ivelcombe|Nettlewick|Sedgeley|Windpump"
).split("|")
_PHASES: Final[tuple[Phase, ...]] = ("infant", "primary", "junior")
_TREES: Final = ("Alder", "Birch", "Cedar", "Damson", "Elm", "Fir", "Gean", "Hazel", "Holm", "Juniper", "Lime", "Maple")
_WOMEN: Final = 0.75
"""The share of women among the staff of English schools, about."""

_CHILDREN: Final = (1, 1, 1, 2, 2, 3)
"""How many of a family's children are at the federation's schools, each as likely as the next."""


def federation(seed: int, *, schools: int = 3, pupils: int = 300, school_year: int = 2026, today: date) -> Federation:
    """Invent a federation in the school year that begins in ``school_year``, with registers to ``today`` inclusive.

    The same arguments give the same federation on every machine, and a later ``today`` adds registers to the same
    people. Raises ValueError for more than SCHOOLS_MAX schools or PUPILS_MAX pupils, or fewer pupils than groups.
    """
    if not 1 <= schools <= SCHOOLS_MAX or not 1 <= pupils <= PUPILS_MAX:
        raise ValueError(f"Ask for 1 to {SCHOOLS_MAX} schools and 1 to {PUPILS_MAX:,} pupils.")
    random = Random(seed)
    sizes = [pupils // schools + (number < pupils % schools) for number in range(schools)]
    empty = [_empty_school(random, number, size, school_year) for number, size in enumerate(sizes)]
    places = [place for school, size in zip(empty, sizes, strict=True) for place in _places(school, size, school_year)]
    random.shuffle(places)
    homes = families(random, len(places))
    on_roll = list(_fill(random, places, homes))
    return Federation(
        name="The Marram Coast Federation",
        school_year=school_year,
        today=today,
        dpo=_staff_member(random, 0, "Data Protection Officer", "dpo"),
        schools=tuple(_with_pupils(seed, school, on_roll, today) for school in empty),
    )


def _empty_school(random: Random, number: int, size: int, school_year: int) -> School:
    phase = _PHASES[number % len(_PHASES)]
    years = YEARS[phase]
    a_year = max(1, -(-size // (len(years) * GROUP_MAX)))
    titles = cycle(_TREES)
    name = _NAMES[number]
    domain_number = (number + 1) * 100
    groups, staff = [], []
    for at, nc_year in enumerate(year for year in years for _ in range(a_year)):
        title = f"{nc_year} {next(titles)}" if at < len(_TREES) else f"{nc_year} {next(titles)} {at // len(_TREES) + 1}"
        teacher = _staff_member(random, domain_number + at, "Class Teacher", "teacher", title)
        groups.append(Group(title, nc_year, teacher.email))
        staff.append(teacher)
    staff.insert(0, _staff_member(random, domain_number + 98, "Headteacher", "head"))
    staff.insert(1, _staff_member(random, domain_number + 99, "School Secretary", "office"))
    staff.insert(2, _staff_member(random, domain_number + 97, "Special Educational Needs Coordinator", "senco"))
    staff.insert(3, _staff_member(random, domain_number + 96, "Designated Safeguarding Lead", "dsl"))
    return School(
        name=f"{name} {phase.capitalize()} School",
        urn=str(_FIRST_URN + number),
        laestab=f"{_NORFOLK}{_FIRST_ESTAB + number}",
        phase=phase,
        calendar=school_calendar(school_year, variant=number),
        staff=tuple(staff),
        groups=tuple(groups),
        pupils=(),
        registers=(),
    )


def _staff_member(random: Random, number: int, job_title: str, role: StaffRole, *teaches: str) -> StaffMember:
    woman = random.random() < _WOMEN
    forename, surname = random.choice(WOMEN if woman else MEN), random.choice(SURNAMES)
    title = random.choice(("Mrs", "Miss", "Ms")) if woman else "Mr"
    return StaffMember(title, forename, surname, job_title, role, email_of(forename, surname, number), teaches)


def _places(school: School, size: int, school_year: int) -> Iterator[Place]:
    """A place for each pupil, the groups filled evenly."""
    lowest = YEARS[school.phase][0]
    return (Place(school.laestab, group, school_year, lowest) for group in islice(cycle(school.groups), size))


def _fill(random: Random, places: list[Place], homes: list[Family]) -> Iterator[tuple[str, Pupil]]:
    """Give every place a child, family by family; brothers and sisters are of believable ages.

    There is a family for each place, and each takes at least one, so no place stays empty.
    """
    upns = Upns()
    free = list(places)
    for family in homes:
        born: list[date] = []
        for _ in range(random.choice(_CHILDREN)):
            if not free:
                return
            day = birthday(random, free[-1])
            if not far_enough(day, born):
                break
            born.append(day)
            place = free.pop()
            yield place.laestab, make_pupil(random, upns, place, family, day)


def _with_pupils(seed: int, school: School, on_roll: list[tuple[str, Pupil]], today: date) -> School:
    ours = (pupil for laestab, pupil in on_roll if laestab == school.laestab)
    pupils = tuple(sorted(ours, key=lambda pupil: (pupil.group, pupil.surname, pupil.forename, pupil.upn)))
    taken = tuple(registers(seed, school.calendar, school.groups, pupils, today))
    return replace(school, pupils=pupils, registers=taken)

"""An entry of the admission register: what it holds, what it lacks, and what of it was amended.

School Attendance (Pupil Registration) (England) Regulations 2024, regs 8 and 9.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from events.model import Category
from events.records.dual_registration import OtherSchool
from services.episodes import Lasting, running
from services.facts import Provenance, Was
from services.records.families.family_queries import ContactRecord
from services.records.roll.roll_views import EnrolledAs, Leaving, Spell
from services.records.section import Fact
from services.records.values import Value

NUMBERS_MIN: Final = 2
"""Emergency numbers below which the register says that some are missing: DfE advises more than one person."""
DUAL: Final = frozenset({"M", "S"})
"""Enrolment statuses of a pupil who is registered at another school too: this one is the main or the subsidiary one."""


@dataclass(frozen=True, slots=True)
class Worded:
    """A value that names people by their ids, and the same in words."""

    value: Any
    text: str


@dataclass(frozen=True, slots=True)
class OnRoll:
    """A time on the roll: the starting day and its entry, the school of before, and how it ended, if it has.

    ``first_day`` is the one on which the pupil was expected to attend first, where that was told. ``enrolments`` are
    those of that time that were corrected, each with what had been told; ``future_school`` is where the pupil is to go.
    """

    starting_day: date
    at: Provenance
    status: str
    year_group: str
    last_school: Value | None
    first_day: Value | None
    leaving: Leaving | None
    future_school: Value | None = None
    enrolments: Sequence[tuple[Spell, Was[EnrolledAs]]] = ()


@dataclass(frozen=True, slots=True)
class EnteredContact:
    """A parent or other contact, with the warnings about their details, and whether their address is the pupil's.

    ``lives_with`` is whether the pupil normally lives with them; None where that is not known of anybody.
    """

    contact: ContactRecord
    warnings: Sequence[Fact]
    at_pupils_address: bool
    lives_with: bool | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """A pupil's entry as it stood on a day: the last one asked for, or the last on the roll.

    ``lives_with`` is with whom the pupil normally lives; ``future`` the address at which they are to live, if a parent
    told of one; both also in words. ``warnings`` are in force on the day of asking, as that is when the entry is shown;
    ``address_warnings`` those of them that are about the pupil's own address. ``others`` are the other schools of
    a dual registration in that time. What is ``restricted`` of the pupil is held and not shown.
    """

    subject: bytes
    day: date
    sorted_name: str
    name: Value | None
    sex: Value | None
    date_of_birth: Value | None
    address: Value | None
    lives_with: Value | None
    future: Value | None
    contacts: Sequence[EnteredContact]
    times: Sequence[OnRoll]
    others: Sequence[Lasting[OtherSchool]]
    warnings: Sequence[Fact]
    address_warnings: Sequence[Fact]
    gaps: Sequence[str]
    shown: Sequence[bytes]
    restricted: Sequence[Category] = ()


def gaps(entry: Entered) -> list[str]:
    """Name what regulation 8 asks for and the record does not hold, naming nobody."""
    parents = [one.contact for one in entry.contacts if one.contact.parental_responsibility]
    numbers = {phone.value.number for one in entry.contacts for phone in one.contact.phones}
    is_dual = bool(entry.times) and entry.times[-1].status in DUAL
    elsewhere = running(entry.others, entry.day) is not None
    missing = {
        "full name": entry.name is None,
        "sex": entry.sex is None,
        "date of birth": entry.date_of_birth is None,
        "a parent with parental responsibility": not parents,
        "the address of a parent": any(one.address is None for one in parents),
        "the telephone number of a parent": any(not one.phones for one in parents),
        "a second emergency telephone number": len(numbers) < NUMBERS_MIN,
        "the school attended last": any(one.last_school is None for one in entry.times),
        "the ground of deletion": any(one.leaving is not None and one.leaving.ground is None for one in entry.times),
        "the other school of the dual registration": is_dual and not elsewhere,
        "which of the two schools is the main one": elsewhere and not is_dual,
        "with which parent the pupil normally lives": entry.lives_with is None,
    }
    return [what for what, is_missing in missing.items() if is_missing]


def sources(entry: Entered) -> list[Provenance]:
    """Give the entries of what was amended or deleted: whose makers the register names."""
    left = [one.leaving.at for one in entry.times if one.leaving]
    return [*amended(entry), *(one.at for one in entry.times), *left]


def amended(entry: Entered) -> list[Provenance]:
    """Give the entries of what was changed or corrected."""
    values = [entry.name, entry.sex, entry.date_of_birth, entry.address, entry.lives_with, entry.future]
    values += [value for one in entry.times for value in (one.last_school, one.first_day, one.future_school)]
    values += [one.contact.address for one in entry.contacts]
    values += [phone for one in entry.contacts for phone in one.contact.phones]
    changed = [one.at for one in values if one is not None and one.was is not None]
    changed += [one.contact.at for one in entry.contacts if one.contact.was is not None]
    changed += [enrolled.at for one in entry.times for enrolled, _ in one.enrolments]
    return [*changed, *(one.at for one in entry.others if one.replaced is not None)]

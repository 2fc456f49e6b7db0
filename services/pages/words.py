"""How pages write things: dates, moments, names, codes with what they mean, and who somebody is in which role."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from events.codes.attendance import attendance_code
from events.codes.deletion import deletion_grounds
from events.codes.families import family_codes
from events.codes.people import code_set
from events.records.common import FullName, PostalAddress
from services.facts import LONDON
from services.records.families.contact_views import Link, Phone, Responsible
from services.records.families.family_queries import Barred

NOON: Final = 12
ROLES: Final[Mapping[str, str]] = {
    "teacher": "teacher",
    "office": "school office",
    "head": "headteacher",
    "dpo": "data protection officer",
    "connector": "connector",
    "operator": "operator",
    "senco": "special educational needs coordinator",
    "dsl": "designated safeguarding lead",
}


def day(value: date) -> str:
    """Write a date as people do: 11 March 2026."""
    return f"{value.day} {value:%B %Y}"


def moment(value: datetime) -> str:
    """Write a moment in London's time: 11 March 2026 at 9:30am."""
    here = value.astimezone(LONDON)
    return f"{day(here)} at {here.hour % NOON or NOON}:{here:%M}{'am' if here.hour < NOON else 'pm'}"


def london_day(value: datetime) -> str:
    """Write the day of a moment in London."""
    return day(value.astimezone(LONDON).date())


def role(name: str) -> str:
    """Write a role as what somebody is."""
    return ROLES.get(name, name)


def words(name: str) -> str:
    """Write a given name as words: school-nursing is "School nursing", full_name is "Full name"."""
    return name.replace("-", " ").replace("_", " ").capitalize()


def mark(code: str) -> str:
    """Write an attendance code with what it means."""
    return f"{code} {attendance_code(code).meaning}"


def called(name: FullName) -> str:
    """Write a name as it is spoken."""
    return f"{name.preferred_forename or name.forename} {name.preferred_surname or name.surname}"


def legal(name: FullName) -> str:
    """Write a name in full, as the register has it."""
    return " ".join(part for part in (name.forename, name.middle_names, name.surname) if part)


def address(value: PostalAddress) -> str:
    """Write an address in one line."""
    return ", ".join((*value.lines, *([value.postcode] if value.postcode else [])))


def year(group: str) -> str:
    """Write a national curriculum year."""
    return code_set("nc_year").get(group, group).capitalize()


def of_set(name: str) -> Callable[[str], str]:
    """Give what writes a code of a set as its meaning."""
    return lambda code: code_set(name).get(code, code)


def phone(value: Phone) -> str:
    """Write a telephone number with its type."""
    return f"{value.number} ({of_set('phone_type')(value.phone_type)})"


def responsibility(value: Responsible) -> str:
    """Write whether somebody has parental responsibility, and how that is known."""
    return f"{'Yes' if value.holds else 'No'}: {family_codes('responsibility_source')[value.source]}"


RESPONSIBLE: Final = {True: ", parental responsibility", False: ", no parental responsibility", None: ""}
"""What is added to a relationship."""


def linked(link: Link) -> str:
    """Write who somebody is to a pupil, and in which place the school calls them."""
    held = RESPONSIBLE[link.parental_responsibility]
    return f"{field('relationship', link.relationship)}{held}, contact {link.priority}"


_BARRED: Final[Mapping[str, str]] = {
    "contact": "no contact with the pupil",
    "information": "nothing about the pupil",
    "address": "nobody else's address here",
    "person": "nothing about somebody named above",
}


def barred(found: Sequence[Barred], name: str) -> str:
    """Write what somebody may not be told; the lines above say by which order or marker."""
    said = dict.fromkeys(_BARRED[one.what] for one in found)
    return f"{name}: {', '.join(said)}"


def both_names(name: FullName) -> str:
    """Write a name in full, and the name used where it differs."""
    return legal(name) if called(name) in (legal(name), f"{name.forename} {name.surname}") else (
        f"{legal(name)}, called {called(name)}"
    )  # fmt: skip


_FIELDS: Final[Mapping[str, Callable[[Any], str]]] = {
    "full_name": both_names,
    "date_of_birth": day,
    "sex": of_set("sex"),
    "address": address,
    "relationship": of_set("relationship"),
    "parental_responsibility": lambda value: "yes" if value else "no",
    "holds": lambda value: "yes" if value else "no",
    "status": of_set("enrolment_status"),
    "year_group": year,
    "code": mark,
    "ground": lambda code: deletion_grounds()[code].meaning,
    "until": day,
}


def field(name: str, value: Any) -> str:
    """Write the value of an event's field."""
    return _FIELDS.get(name, str)(value)

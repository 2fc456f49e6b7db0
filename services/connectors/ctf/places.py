"""Addresses and schools: the two kinds of place in a Common Transfer File."""

import re
from datetime import date, timedelta
from typing import Final

from services.connectors.ctf import tags
from services.connectors.ctf.element import Element
from services.connectors.ctf.model import CtfAddress, CtfSchool
from services.connectors.problems import Place
from services.connectors.written import EARLIEST_BIRTH

LINES_MAX: Final = 6
"""Lines of an address that the register keeps."""

AHEAD: Final = timedelta(days=2 * 366)
"""How far ahead a school date may lie: files are sent before a move, but not two years before."""

HOME_COUNTRIES: Final = frozenset({
    "uk", "gb", "gbr", "united kingdom", "great britain", "eng", "england", "wls", "wales", "sct", "scotland", "nir",
    "northern ireland",
})  # fmt: skip
"""What a letter within the United Kingdom leaves out; any other country is the last line of an address."""

_LAESTAB: Final = re.compile(r"[0-9]{7}|[0-9]{3}L{4}|X{7}|M{7}")
_HOUSE_NUMBER: Final = re.compile(r"[0-9]+[A-Za-z]?([-/][0-9]+[A-Za-z]?)?")


def laestab(element: Element) -> str | None:
    """The school that LEA and Estab name together; None unless both are said."""
    lea, estab = element.text(tags.LEA), element.text(tags.ESTAB)
    if lea is None or estab is None:
        return None
    joined = (lea + estab).upper()
    if _LAESTAB.fullmatch(joined):
        return joined
    place = Place(element.prefix + "laestab", f"The LEA and Estab numbers{element.whose}")
    element.row.problems.minor(place, "are not three and four digits, so they were left out.")
    return None


def address(element: Element) -> CtfAddress | None:
    """The address that stands in ``element``; None where it says nothing of one."""
    found = element.child(tags.ADDRESS)
    lines = _bs7666(found.child(tags.BS7666)) or _lines(found.child(tags.ADDRESS_LINES)) or _lines(found)
    county = found.text(tags.COUNTY)
    country = found.text(tags.COUNTRY)
    is_abroad = country is not None and country.casefold() not in HOME_COUNTRIES
    ending = [line for line in (county, country if lines and is_abroad else None) if line]
    lines = _folded(list(dict.fromkeys([*lines, *ending])))
    for part in (found, found.child(tags.BS7666)):
        part.refuse(tags.MAP_REFERENCE)
    read = CtfAddress(lines=tuple(lines) or None, postcode=found.text(tags.POSTCODE), country=country)
    if any(len(line) > tags.NAME_MAX for line in lines):
        element.row.problems.fatal(
            Place(element.prefix + "address", f"The address{element.whose}"),
            f"does not fit in {LINES_MAX} lines of {tags.NAME_MAX} characters. Shorten it.",
        )
    return read if any((read.lines, read.postcode, read.country)) else None


def _bs7666(found: Element) -> list[str]:
    """The parts as lines of a letter: a house number stands before its street, a house name above it."""
    saon, paon, street = (found.text(tag) for tag in (tags.SAON, tags.PAON, tags.STREET))
    if paon and street and _HOUSE_NUMBER.fullmatch(paon):
        paon, street = None, f"{paon} {street}"
    return [line for line in (saon, paon, street, *map(found.text, tags.REST_OF_ADDRESS)) if line]


def _lines(found: Element) -> list[str]:
    return [line for line in map(found.text, tags.LINES) if line]


def _folded(lines: list[str]) -> list[str]:
    """Join the shortest neighbours until the lines are few enough; nothing that was said is dropped."""
    while len(lines) > LINES_MAX:
        at = min(range(len(lines) - 1), key=lambda i: len(lines[i]) + len(lines[i + 1]))
        lines = [*lines[:at], f"{lines[at]}, {lines[at + 1]}", *lines[at + 2 :]]
    return lines


def school_history(pupil: Element, today: date) -> tuple[CtfSchool, ...] | None:
    """Each school that the history names, in the file's order; None where it names none."""
    schools = pupil.child(tags.SCHOOL_HISTORY).children(tags.SCHOOL, "school_history", " of school")
    return tuple(filter(None, (_school(school, today) for school in schools))) or None


def _school(school: Element, today: date) -> CtfSchool | None:
    read = CtfSchool(
        laestab=laestab(school),
        name=school.text(tags.SCHOOL_NAME),
        entry_date=school.day(tags.ENTRY_DATE, EARLIEST_BIRTH, today + AHEAD),
        leaving_date=school.day(tags.LEAVING_DATE, EARLIEST_BIRTH, today + AHEAD),
        leaving_reason=school.text(tags.LEAVING_REASON),
        ground=school.text(tags.REMOVAL_GROUND),
        last_school=school.truth(tags.LAST_SCHOOL),
    )
    if read.entry_date and read.leaving_date and read.leaving_date < read.entry_date:
        school.row.problems.minor(school.place(tags.LEAVING_DATE), "is before the entry date. Ask which is right.")
    return read if any(getattr(read, name) is not None for name in read.__slots__) else None


def enrolment_at(history: tuple[CtfSchool, ...] | None, destination: str | None) -> CtfSchool | None:
    """The latest time at the school to which the file is addressed; None where the history does not name it."""
    there = [school for school in history or () if destination is not None and school.laestab == destination]
    return max(there, key=lambda school: school.entry_date or date.min, default=None)

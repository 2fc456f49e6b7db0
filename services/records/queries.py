"""What is known of pupils, asked of the views: "current" is a question with two dates, never a stored thing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from events.model import Category
from events.records.common import FullName
from ledger.alias import held
from ledger.view import Reader
from services.facts import Dated, Provenance, on
from services.records.identity_queries import present_upn
from services.records.identity_views import aliases
from services.records.sections import SECTIONS, Filled, filled
from services.records.views import (
    GroupRow,
    PupilRow,
    ReachRow,
    Spell,
    contacts,
    groups,
    members,
    pupils,
    roll,
    teachers,
)

FOUND_MAX: Final = 50
"""Pupils that one search shows: whoever looks for one name need not see a school."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value, since when it is true and where it comes from."""

    value: Any
    since: date
    at: Provenance


@dataclass(frozen=True, slots=True)
class Place:
    """A group that a pupil belongs to."""

    group: bytes
    title: str
    kind: str
    since: date
    at: Provenance


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """A pupil's contact and how to reach them."""

    contact: bytes
    name: str
    relationship: str
    parental_responsibility: bool | None
    priority: int
    since: date
    at: Provenance
    address: Value | None
    phones: Sequence[Value]
    emails: Sequence[Value]


@dataclass(frozen=True, slots=True)
class PupilRecord:
    """A pupil as known: only of the categories asked for; what is not known is None or empty."""

    subject: bytes
    name: Value | None
    date_of_birth: Value | None
    sex: Value | None
    upn: Value | None
    address: Value | None
    phones: Sequence[Value]
    emails: Sequence[Value]
    enrolment: Value | None
    groups: Sequence[Place]
    contacts: Sequence[ContactRecord]
    sections: Sequence[Filled] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of a list of pupils."""

    subject: bytes
    name: str
    date_of_birth: date | None
    upn: str | None
    year_group: str | None


async def pupil(reader: Reader, subject: bytes, valid_on: date, categories: frozenset[Category]) -> PupilRecord | None:
    """Give a pupil's record as true on a date; None where there is no such pupil."""
    row = await reader.get(pupils, subject)
    enrolled = await reader.get(roll, subject)
    if row is None and enrolled is None:
        return None
    identity = row if row and "identity" in categories else PupilRow(subject=subject, search_key="")
    reach = await reader.get(contacts, subject) if "contact" in categories else None
    spell = spell_on(enrolled.spells, valid_on) if enrolled and "enrolment" in categories else None
    enrolment = {"status": spell.status, "year_group": spell.year_group, "until": spell.until} if spell else None
    return PupilRecord(
        subject,
        _value(on(identity.names, valid_on)),
        _value(on(identity.born, valid_on)),
        _value(on(identity.sex, valid_on)),
        _value(present_upn(identity, valid_on)),
        _value(on(reach.addresses, valid_on)) if reach else None,
        _phones(reach, valid_on),
        _emails(reach, valid_on),
        Value(enrolment, spell.since, spell.at) if spell else None,
        await places(reader, subject, valid_on) if "enrolment" in categories else (),
        await _contacts(reader, reach, valid_on) if reach else (),
        await filled(SECTIONS, reader, subject, valid_on, categories),
    )


async def is_pupil(reader: Reader, subject: bytes) -> bool:
    """Whether somebody is, or was, a pupil here."""
    return await reader.get(pupils, subject) is not None or await reader.get(roll, subject) is not None


async def names(reader: Reader, subjects: Sequence[bytes], valid_on: date) -> dict[bytes, str]:
    """Give pupils' names as a list shows them, on the roll or not; whose identity is erased is not there."""
    rows = await reader.find(pupils, subject=list(subjects))
    return {row.subject: _listed(row, valid_on, None).name for row in rows}


async def places(reader: Reader, subject: bytes, valid_on: date) -> list[Place]:
    """Give the groups that a pupil belongs to on a date."""
    found = []
    for row in await reader.find(members, subject=subject):
        spell = spell_on(row.spells, valid_on)
        group = await reader.get(groups, row.group)
        if spell is not None and group is not None:
            found.append(Place(row.group, group.title, group.kind, spell.since, spell.at))
    return found


async def on_roll(reader: Reader, valid_on: date, only: Sequence[bytes] | None = None) -> list[Listed]:
    """Give the pupils on the roll on a date, by name; with ``only``, those of them who are among these."""
    rows = await reader.find(roll) if only is None else await reader.find(roll, subject=list(only))
    spells = {row.subject: spell for row in rows if (spell := spell_on(row.spells, valid_on)) is not None}
    named = await reader.find(pupils) if only is None else await reader.find(pupils, subject=list(spells))
    listed = [_listed(row, valid_on, spells[row.subject]) for row in named if row.subject in spells]
    return sorted(listed, key=lambda one: (one.name.casefold(), one.subject))


async def enrolled(reader: Reader, valid_on: date, only: Sequence[bytes]) -> set[bytes]:
    """Give those of these pupils who are on the roll on a date."""
    rows = await reader.find(roll, subject=list(only))
    return {row.subject for row in rows if spell_on(row.spells, valid_on) is not None}


async def in_group(reader: Reader, group: bytes, valid_on: date) -> list[bytes]:
    """Give the pupils who belong to a group on a date."""
    rows = await reader.find(members, group=group)
    return [row.subject for row in rows if spell_on(row.spells, valid_on) is not None]


async def in_groups(reader: Reader, groups_asked: Sequence[bytes], valid_on: date) -> dict[bytes, list[bytes]]:
    """Give the pupils who belong to each of these groups on a date, in one query."""
    found: dict[bytes, list[bytes]] = {group: [] for group in groups_asked}
    for row in await reader.find(members, group=list(groups_asked)):
        if spell_on(row.spells, valid_on) is not None:
            found[row.group].append(row.subject)
    return found


async def all_groups(reader: Reader, school_year: int) -> list[GroupRow]:
    """Give a school year's groups, by title."""
    rows = await reader.find(groups)
    return sorted((row for row in rows if row.school_year == school_year), key=lambda row: row.title)


async def group(reader: Reader, wanted: bytes) -> GroupRow | None:
    """Give one group."""
    return await reader.get(groups, wanted)


async def named(reader: Reader, prefix: str, valid_on: date) -> list[Listed]:
    """Give pupils whose name begins so, at most FOUND_MAX: "okaf", "Okafor Am"."""
    rows = await reader.prefix(pupils, "search_key", prefix.strip().casefold(), FOUND_MAX)
    return await with_year_groups(reader, rows, valid_on)


async def with_year_groups(reader: Reader, rows: Sequence[PupilRow], valid_on: date) -> list[Listed]:
    """Give lines for these pupils, on the roll or not."""
    enrolled = {row.subject: row for row in await reader.find(roll, subject=[row.subject for row in rows])}
    return [
        _listed(row, valid_on, spell_on(enrolled[row.subject].spells, valid_on) if row.subject in enrolled else None)
        for row in rows
    ]


async def taught(reader: Reader, staff: bytes, day: date) -> set[bytes]:
    """Give the groups that a member of staff teaches on a day."""
    rows = await reader.find(teachers, subject=staff)
    return {row.group for row in rows if spell_on(row.spells, day) is not None}


async def teaches(
    reader: Reader, staff: bytes, day: date, wanted: Iterable[bytes], pupils_asked: Iterable[bytes]
) -> bool:
    """Whether somebody teaches all of these groups, and each of these pupils in one group or another, on a day.

    Nobody teaches a pupil who is not on the roll, whichever group still lists them.
    """
    own = await taught(reader, staff, day)
    if not own or not set(wanted) <= own:
        return False
    asked = set(pupils_asked)
    if asked - await enrolled(reader, day, list(asked)):
        return False
    for place in await reader.find(members, subject=list(asked)) if asked else ():
        if place.group in own and spell_on(place.spells, day) is not None:
            asked.discard(place.subject)
    return not asked


def spell_on(spells: Iterable[Spell], day: date) -> Spell | None:
    """Give the spell that a day falls into."""
    return on([spell for spell in spells if spell.until is None or day <= spell.until], day)


def full_name(name: FullName) -> str:
    """Give a name as it is spoken: the names used, forename first."""
    return f"{name.preferred_forename or name.forename} {name.preferred_surname or name.surname}"


def sorted_name(name: FullName) -> str:
    """Give a name as a list sorts it: surname first."""
    return f"{name.preferred_surname or name.surname}, {name.preferred_forename or name.forename}"


def _listed(row: PupilRow, valid_on: date, spell: Spell | None) -> Listed:
    name, born, number = on(row.names, valid_on), on(row.born, valid_on), present_upn(row, valid_on)
    newest = name or (row.names[-1] if row.names else None)
    return Listed(
        row.subject,
        sorted_name(newest.value) if newest else "",
        born.value if born else None,
        number.value if number else None,
        spell.year_group if spell else None,
    )


def _value(item: Dated[Any] | None) -> Value | None:
    return Value(item.value, item.since, item.at) if item else None


def _phones(reach: ReachRow | None, valid_on: date) -> list[Value]:
    if reach is None:
        return []
    kinds = sorted({item.value.phone_type for item in reach.phones})
    newest = (on([one for one in reach.phones if one.value.phone_type == kind], valid_on) for kind in kinds)
    return [Value(item.value, item.since, item.at) for item in newest if item]


def _emails(reach: ReachRow | None, valid_on: date) -> list[Value]:
    item = on(reach.emails, valid_on) if reach else None
    return [Value(item.value, item.since, item.at)] if item else []


async def _contacts(reader: Reader, reach: ReachRow, valid_on: date) -> list[ContactRecord]:
    found = []
    of = await held(reader, aliases)
    ends = [of.get(who, who) for who in linked(reach)]
    people = {row.subject: row for row in await reader.find(contacts, subject=ends)}
    for who in linked(reach):
        item = on([link for link in reach.links if link.value.contact == who], valid_on)
        person = people.get(of.get(who, who))
        if item is None or item.value.ended:
            continue
        address = on(person.addresses, valid_on) if person else None
        name = full_name(person.full_name) if person and person.full_name else ""
        found.append(
            ContactRecord(
                who,
                f"{person.title} {name}" if person and person.title else name,
                item.value.relationship,
                item.value.parental_responsibility,
                item.value.priority,
                item.since,
                item.at,
                _value(address),
                _phones(person, valid_on),
                _emails(person, valid_on),
            )
        )
    return sorted(found, key=lambda contact: (contact.priority, contact.contact))


def linked(reach: ReachRow) -> list[bytes]:
    """Give everybody who is or was a pupil's contact."""
    return list(dict.fromkeys(item.value.contact for item in reach.links))

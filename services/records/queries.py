"""What is known of pupils, asked of the views: "current" is a question with two dates, never a stored thing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from events.model import Category
from events.records.common import FullName
from ledger.view import Reader
from services.facts import Provenance, Was, on
from services.records.families.disagreement_views import Notes, notes_about
from services.records.families.family_queries import (
    ContactRecord,
    contact_records,
    emails,
    family,
    named,
    phones,
    warnings,
)
from services.records.families.residence_views import residences
from services.records.pupils.identity_queries import present_upn
from services.records.pupils.identity_views import PupilRow, pupils
from services.records.roll.group_views import MemberRow
from services.records.roll.roll_views import RollRow, Spell, corrected_from, roll
from services.records.section import Fact
from services.records.sections import SECTIONS, Filled, filled
from services.records.values import Value, value_on
from services.records.views import GroupRow, groups, members, teachers

FOUND_MAX: Final = 50
"""Pupils that one search shows: whoever looks for one name need not see a school."""


@dataclass(frozen=True, slots=True)
class Place:
    """A group that a pupil belongs to."""

    group: bytes
    title: str
    kind: str
    since: date
    at: Provenance
    note: str | None = None
    was: str | None = None


@dataclass(frozen=True, slots=True)
class PupilRecord:
    """A pupil as known: only of the categories asked for; what is not known is None or empty.

    ``warnings`` come before the contacts: orders of courts and non-disclosure markers in force. ``named`` is whoever
    these name, and with whom the pupil is said to live, contact or not.
    """

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
    warnings: Sequence[Fact] = ()
    named: Sequence[bytes] = ()


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
    notes = (await notes_about(reader, [subject]))[subject]
    home = await family(reader, subject) if "contact" in categories else None
    reach = home.reach if home else None
    lives = await reader.get(residences, subject) if home else None
    return PupilRecord(
        subject,
        value_on(identity.names, valid_on, notes, "full_name"),
        value_on(identity.born, valid_on, notes, "date_of_birth"),
        value_on(identity.sex, valid_on, notes, "sex"),
        _upn(identity, valid_on, notes),
        value_on(reach.addresses, valid_on, notes) if reach else None,
        phones(reach, valid_on, notes),
        emails(reach, valid_on, notes),
        _enrolment(enrolled, valid_on, notes) if enrolled and "enrolment" in categories else None,
        await places(reader, subject, valid_on, notes) if "enrolment" in categories else (),
        await contact_records(reader, home, valid_on, notes) if home else (),
        await filled(SECTIONS, reader, subject, valid_on, categories, notes),
        warnings(home, valid_on) if home else (),
        [*named(None, home.protected.values()), *(lives.named if lives else ())] if home else (),
    )


async def is_pupil(reader: Reader, subject: bytes) -> bool:
    """Whether somebody is, or was, a pupil here."""
    return await reader.get(pupils, subject) is not None or await reader.get(roll, subject) is not None


async def names(reader: Reader, subjects: Sequence[bytes], valid_on: date) -> dict[bytes, str]:
    """Give pupils' names as a list shows them, on the roll or not; whose identity is erased is not there."""
    rows = await reader.find(pupils, subject=list(subjects))
    return {row.subject: _listed(row, valid_on, None).name for row in rows}


async def places(reader: Reader, subject: bytes, valid_on: date, notes: Notes) -> list[Place]:
    """Give the groups that a pupil belongs to on a date, with what is said against it."""
    found = []
    for row in await reader.find(members, subject=subject):
        spell = spell_on(row.spells, valid_on)
        group = await reader.get(groups, row.group)
        if spell is not None and group is not None:
            was, why = _was(row, spell)
            note = " ".join(one for one in (why, notes.of(spell.at.index)) if one) or None
            found.append(Place(row.group, group.title, group.kind, spell.since, spell.at, note, was))
    return found


def _was(row: MemberRow, spell: Spell) -> tuple[str | None, str | None]:
    """Give in words what a correction found of a time in a group, and why that was wrong."""
    wrong = row.corrected(spell)
    if wrong is None or wrong.was_on is None:
        return None, None
    what = "joined" if wrong.value else "last day"
    return f"{what} {wrong.was_on.isoformat()}", f"Corrected: {wrong.why}"


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


async def found_by_name(reader: Reader, prefix: str, valid_on: date) -> list[Listed]:
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


def _upn(row: PupilRow, day: date, notes: Notes) -> Value | None:
    """Give the number of a pupil's own record or else that of one merged into it."""
    series = (row.upn, *(one.upn for one in row.merged))
    return next((found for one in series if (found := value_on(one, day, notes))), None)


def _enrolment(row: RollRow, day: date, notes: Notes) -> Value | None:
    spell = spell_on(row.spells, day)
    if spell is None:
        return None
    earlier = [one for one in row.spells if (one.since, one.at.index) < (spell.since, spell.at.index)]
    before, wrong = on(earlier, day), corrected_from(row, spell)
    was = Was(_enrolled_as(before), before.at) if before else None
    if wrong is not None:
        was = Was({**_enrolled_as(spell), **wrong.value.model_dump()}, wrong.at)
    return Value(_enrolled_as(spell), spell.since, spell.at, was, notes.of(spell.at.index))


def _enrolled_as(spell: Spell) -> dict[str, Any]:
    return {"status": spell.status, "year_group": spell.year_group, "since": spell.since, "until": spell.until}

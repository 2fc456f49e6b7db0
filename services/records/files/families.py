"""Answers which families a file touched: whoever has an entry that came from it, each pupil with their contacts."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from events.model import EntryWithdrawn
from events.records.intake import BatchUndone
from ledger.decider import Stream
from ledger.log import Stored
from ledger.view import Reader
from services.door import Door, Visit
from services.facts import on
from services.records.families.contact_views import contacts
from services.records.families.family_queries import called, full_name, linked
from services.records.views import pupils

OF_THE_DESK: Final = frozenset(
    {"batch-received", "row-quarantined", "row-fixed", "row-expired", "feed-anomaly-found", "batch-undone"}
)
"""Entries about the file itself, and nobody's record."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom a file touched: how many entries of theirs came from it (0: only others of the family)."""

    subject: bytes
    name: str
    entries: int


@dataclass(frozen=True, slots=True)
class Family:
    """A pupil and those of their contacts whom the file touched."""

    pupil: Person
    contacts: Sequence[Person]


@dataclass(frozen=True, slots=True)
class Touched:
    """The families that a batch touched, and whoever else it touched; ``index`` is the entry that this is known at."""

    families: Sequence[Family]
    others: Sequence[Person]
    index: int


async def touched(door: Door, visit: Visit, batch: bytes) -> Touched:
    """Give the families whom a batch touched: one query by the batch, of headers alone.

    Nothing is opened for it, unless the file was undone: then what is withdrawn is left out.
    """
    organisation = visit.organisation
    found = [
        one
        for one in await door.log.of_batch(organisation, batch)
        if one.name not in OF_THE_DESK and not one.name.endswith("-entry-withdrawn")
    ]
    of_desk = await door.log.stream(organisation, Stream("batch", batch).id(organisation))
    gone: set[int] = set()
    if any(one.name == BatchUndone.definition.name for one in of_desk.entries):
        for subject in dict.fromkeys(subject for one in found for subject in one.subjects):
            about = await door.log.about(organisation, subject)
            gone |= await asyncio.to_thread(_withdrawn, door, about)
    entries = Counter(subject for one in found if one.index not in gone for subject in one.subjects)
    index = await door.log.size(organisation)
    async with door.read(organisation) as reader:
        return await _families(reader, visit, entries, index)


def _withdrawn(door: Door, about: Sequence[Stored]) -> set[int]:
    """Give which of a person's entries were withdrawn."""
    opened = [door.codec.open(one).event for one in about if one.name.endswith("-entry-withdrawn")]
    return {event.withdraws for event in opened if isinstance(event, EntryWithdrawn)}


async def _families(reader: Reader, visit: Visit, entries: Mapping[bytes, int], index: int) -> Touched:
    known = {row.subject: row for row in await reader.find(pupils, subject=list(entries))} if entries else {}
    reach = {row.subject: row for row in await reader.find(contacts, subject=list(entries))} if entries else {}
    families, of_families = [], set(known)
    for subject, row in known.items():
        name = on(row.names, visit.today) or (row.names[-1] if row.names else None)
        theirs = [who for who in linked(reach[subject]) if who in entries] if subject in reach else []
        of_families |= set(theirs)
        people = [Person(who, called(reach.get(who), visit.today), entries[who]) for who in theirs]
        families.append(Family(Person(subject, full_name(name.value) if name else "", entries[subject]), people))
    others = [
        Person(who, called(reach.get(who), visit.today), count)
        for who, count in entries.items()
        if who not in of_families
    ]
    return Touched(sorted(families, key=lambda family: (family.pupil.name, family.pupil.subject)), others, index)


def people(found: Touched) -> set[bytes]:
    """Give everybody whom an answer names."""
    of_families = {one.subject for family in found.families for one in (family.pupil, *family.contacts)}
    return of_families | {one.subject for one in found.others}

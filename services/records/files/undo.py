"""Undo of a file: what it said is withdrawn entry by entry, except what was changed since, which is listed."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any, Final

from events.model import Entry as Opened
from events.model import EntryWithdrawn, Event
from events.records.attendance import RegisterAmended, RegisterTaken
from events.records.contacts import ContactLinked, ContactRecorded
from events.records.enrolment import Enrolled
from ledger.alias import held
from ledger.decider import Step
from ledger.log import Condition, Conflict, Stored
from ledger.runner import replay_subject
from ledger.view import AnyView, MemoryRows, Row
from services.door import Door, Visit
from services.facts import Provenance
from services.records.families.contact_views import ReachRow, contacts
from services.records.families.protection_views import ProtectionRow, protections
from services.records.files.batches import UndoBatch, batches
from services.records.files.families import OF_THE_DESK
from services.records.files.undoing import WithdrawEntry, is_of_one, undoing
from services.records.pupils.identity_views import aliases
from services.records.roll.roll_views import Spell, roll
from services.records.views import VIEWS, members

PATIENCE_SECONDS: Final = 30.0
"""How long an undo waits for the views: what follows from a large file that was just mended is written still."""
FIRST: Final = frozenset({"pupil-registered", "contact-recorded"})
"""Entries on which the rest of a person's record rests: withdrawn only if nothing else is left of it."""
MARKS: Final = "A mark of a register is not undone. Amend it with a reason: both marks must stay readable."
CHANGED: Final = "This was changed since. Look at it and decide what is right."
RESTS: Final = "Something else that stays in the register rests on this, so it stays."
"""One sentence for whatever it is: whoever undoes a file may not be let see that there is such a thing."""
APART: Final = "This cannot be taken back by itself. Change it by hand."


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the file: whose, what happened, of which row; ``why`` says why it stays, empty if it goes."""

    entry: int
    subject: bytes
    event: str
    row: int | None
    why: str
    stored: Stored
    links: bytes | None = None
    """Of a link to a contact, the contact."""


async def planned(door: Door, visit: Visit, batch: bytes) -> list[Entry]:
    """Give each entry that a batch still has, in order, with whether it can be withdrawn."""
    organisation = visit.organisation
    found = [one for one in await door.log.of_batch(organisation, batch) if one.name not in OF_THE_DESK]
    people = dict.fromkeys(one.subjects[0] for one in found if _is_of_one(one))
    made: list[Entry] = [
        _entry(one, MARKS) for one in found if not _is_of_one(one) and people.keys().isdisjoint(one.subjects)
    ]
    for subject in people:
        about = await door.log.about(organisation, subject)
        made += await asyncio.to_thread(_of_person, door, subject, batch, about)
    made = await _with_contacts(door, visit, batch, made)
    return sorted(made, key=lambda one: one.entry)


async def _with_contacts(door: Door, visit: Visit, batch: bytes, made: list[Entry]) -> list[Entry]:
    """Keep the contacts whom links, orders or markers beside the file name, and what each of them hangs on."""
    came = {one.subject for one in made if one.event == "contact-recorded"}
    if not came:
        return made
    await door.await_views(visit.organisation, await door.log.size(visit.organisation), PATIENCE_SECONDS)
    async with door.read(visit.organisation) as reader:
        of = await held(reader, aliases)
        reach, protected = await reader.find(contacts), await reader.find(protections)
    named = set(_named(reach, protected, batch))
    relied, linked = {who for _, who in named}, {who for _, who in _linked(reach, batch)}
    made = [_resting(one, is_so=one.subject in came and one.subject in relied) for one in made]
    kept = {one.subject for one in made if one.event == "contact-recorded" and one.why}
    made = [
        _resting(
            one,
            is_so=one.links in kept
            and ((of.get(one.subject, one.subject), one.links) in named or one.links not in linked),
        )
        for one in made
    ]
    stays = {one.subject for one in made if one.why}
    return [_resting(one, is_so=one.event in FIRST and one.subject in stays) for one in made]


def _resting(one: Entry, *, is_so: bool) -> Entry:
    return replace(one, why=RESTS) if is_so and not one.why else one


def _named(
    reach: Iterable[ReachRow], protected: Iterable[ProtectionRow], batch: bytes
) -> Iterable[tuple[bytes, bytes | None]]:
    """Give who is named in whose record otherwise than by the file, each with the record's person first."""
    for row in reach:
        yield from ((row.subject, item.value.contact) for item in row.links if item.at.batch != batch)
        yield from ((row.subject, item.value.contact) for item in row.responsible if item.at.batch != batch)
    for one in protected:
        yield from ((one.subject, order.restrains) for order in one.orders if order.at.batch != batch)
        yield from ((one.subject, marker.against) for marker in one.markers if marker.at.batch != batch)


def _linked(reach: Iterable[ReachRow], batch: bytes) -> Iterable[tuple[bytes, bytes]]:
    """Give who is linked to whom otherwise than by the file: there somebody is found also once its links are gone."""
    for row in reach:
        last = {item.value.contact: item for item in row.links}
        yield from ((row.subject, who) for who, item in last.items() if item.at.batch != batch and not item.value.ended)


async def undone(
    door: Door, visit: Visit, batch: bytes, entries: Sequence[Entry], at: int, reason: str, key: bytes
) -> int:
    """Withdraw what can be, person by person, unless somebody changed them after index ``at``; gives the last index.

    Contacts go first, and each only while nothing new is said of anybody's contacts: whom a link, an order or a marker
    names is sealed, so any such entry has the plan made anew. Raises Conflict where something is to stay by then.
    """
    index = 0
    people: dict[bytes, list[Entry]] = {}
    came = {one.subject for one in entries if one.event == ContactRecorded.definition.name}
    for one in sorted((one for one in entries if not one.why), key=lambda one: one.subject not in came):
        people.setdefault(one.subject, []).append(one)
    for subject, theirs in people.items():
        steps = [Step(undoing, _command(one, visit, reason)) for one in theirs]
        command = sha256(key + subject).digest()[:16]
        unless = Condition(at, subjects=(subject,), names=_NAMES)
        if subject in came:
            unless = Condition(at, names=_RELYING)
        try:
            answer = await door.carry_out(visit, "records", steps, command, unless=unless)
        except Conflict:
            # Somebody wrote of them, or the plan is older than a condition can look back: what follows by itself from
            # what was withdrawn makes the log grow too.
            at = await _still(door, visit, batch, entries)
            answer = await door.carry_out(visit, "records", steps, command, unless=replace(unless, after=at))
        index = max(index, answer.index)
    # Last: an undo that was broken off in between is done again first.
    step = Step(batches, UndoBatch(batch=batch))
    answer = await door.carry_out(visit, "records", [step], sha256(key + batch).digest()[:16])
    return max(index, answer.index)


async def _still(door: Door, visit: Visit, batch: bytes, entries: Sequence[Entry]) -> int:
    """Give an index at which all that was to go may still go. Raises Conflict where something of it stays now."""
    at = await door.log.size(visit.organisation)
    stays = {one.entry for one in await planned(door, visit, batch) if one.why}
    if any(one.entry in stays and not one.why for one in entries):
        raise Conflict("somebody changed what this file said meanwhile; look again at what would go")
    return at


def _command(one: Entry, visit: Visit, reason: str) -> WithdrawEntry:
    return WithdrawEntry(
        in_stream=one.stored.stream, under=one.stored.purpose, entry=one.entry, valid_on=visit.today, reason=reason
    )


def _of_person(door: Door, subject: bytes, batch: bytes, about: Sequence[Stored]) -> list[Entry]:
    """Judge a person's entries by the rows that they make: what no row names any more may have been changed since."""
    rows, opened = replay_subject(VIEWS, {subject: about}, door.codec, subject)
    gone = {one.event.withdraws for one in opened if isinstance(one.event, EntryWithdrawn)}
    standing = [
        one for one in about
        if one.index not in gone and one.service == "records" and not one.name.endswith("-entry-withdrawn")
    ]  # fmt: skip
    of_batch = [one for one in standing if one.batch == batch]
    since = [one for one in standing if one.batch != batch]
    days = _register_days(opened, batch)
    rest = [
        _entry(one, _changed(one, batch, rows, since) or (RESTS if _is_attended(one, batch, rows, days) else ""))
        for one in of_batch
        if one.name not in FIRST
    ]
    others = len(standing) > len(of_batch) or any(one.why for one in rest)
    first = [_entry(one, RESTS if others else "") for one in of_batch if one.name in FIRST]
    links = {one.header.index: one.event.contact for one in opened if isinstance(one.event, ContactLinked)}
    return [replace(one, links=links.get(one.entry)) for one in (*first, *rest)]


def _register_days(opened: Iterable[Opened], batch: bytes) -> set[date]:
    """Give the days of which others than the file have marked a pupil."""
    return {
        one.event.date
        for one in opened
        if isinstance(one.event, RegisterTaken | RegisterAmended)
        and (one.header.source is None or one.header.source.batch != batch)
    }


def _is_attended(stored: Stored, batch: bytes, rows: MemoryRows, days: Iterable[date]) -> bool:
    """Whether others have marked a pupil, or placed them in a group, in a time on the roll that only the file began."""
    if stored.name != Enrolled.definition.name:
        return False
    spells = _spells(rows, roll)
    rest = [one for one in spells if one.at.batch != batch]
    placed = [one for one in _spells(rows, members) if one.at.batch != batch]
    for own in (one for one in spells if one.at.index == stored.index):
        # Somebody may have been placed in a group before their first day here: then the first day counts.
        joined = {day for day in (max(one.since, own.since) for one in placed) if _is_within(day, placed)}
        if any(_is_within(day, [own]) and not _is_within(day, rest) for day in {*days, *joined}):
            return True
    return False


def _spells(rows: MemoryRows, view: AnyView) -> list[Spell]:
    held: Iterable[Any] = rows.held.get(view.table, {}).values()
    return [spell for row in held for spell in row.spells]


def _is_within(day: date, spells: Iterable[Spell]) -> bool:
    return any(one.since <= day and (one.until is None or day <= one.until) for one in spells)


def _changed(stored: Stored, batch: bytes, rows: MemoryRows, since: Sequence[Stored]) -> str:
    """Say why an entry stays: it is a mark, corrects something, or others have changed what it said."""
    if not _is_of_one(stored):
        return MARKS
    if "corrects" in Event.latest[stored.name].model_fields:
        return APART
    folding = [view for view in VIEWS if stored.name in view.folds]
    found = False
    for view in folding:
        ended = any(one.index > stored.index and one.name in view.folds for one in since)
        for row in rows.held.get(view.table, {}).values():
            for series in _series(row):
                own = [item for item in series if item.at.index == stored.index]
                found = found or bool(own)
                if any(_replaced(item, series, batch) or (ended and _is_over(item)) for item in own):
                    return CHANGED
    # An entry that only ended something is named by no item: it stands as long as nobody else wrote there since.
    later = any(one.index > stored.index and one.name in view.folds for view in folding for one in since)
    return CHANGED if later and not found else ""


def _is_of_one(stored: Stored) -> bool:
    """Whether an entry may go at all; what a log hides the name of is of no file."""
    return stored.name in Event.latest and is_of_one(Event.latest[stored.name])


def _series(row: Row) -> Iterable[Sequence[Any]]:
    """Give what a row holds that names the entry it comes from in ``at``: the row itself, and each series within."""
    if _names_entry(row):
        yield [row]
    for name in type(row).model_fields:
        value = getattr(row, name)
        if isinstance(value, Row):
            yield from _series(value)
        elif isinstance(value, tuple):
            items = [item for item in value if isinstance(item, Row)]
            yield [item for item in items if _names_entry(item)]
            for item in items:
                yield from _series(item)


def _names_entry(item: Any) -> bool:
    return isinstance(item, Row) and isinstance(getattr(item, "at", None), Provenance)


def _is_over(item: Any) -> bool:
    return getattr(item, "until", None) is not None


def _replaced(own: Any, series: Sequence[Any], batch: bytes) -> bool:
    """Whether another than the file has said something newer of the same fact."""
    return any(
        type(item) is type(own)
        and _fact(item) == _fact(own)
        and item.at.index > own.at.index
        and item.at.batch != batch
        for item in series
    )


def _fact(item: Any) -> Any:
    """Give what tells facts of one series apart: the type of a telephone, the contact of a link."""
    value = getattr(item, "value", None)
    return type(item), getattr(value, "phone_type", None), getattr(value, "contact", None), getattr(value, "kind", None)


def _entry(stored: Stored, why: str) -> Entry:
    return Entry(stored.index, stored.subjects[0], stored.name, stored.row, why, stored)


def as_json(entries: Iterable[Entry]) -> dict[str, Any]:
    """Give the two lists of an answer: what goes and what stays, with why."""
    said: Mapping[bool, list[dict[str, Any]]] = {True: [], False: []}
    for one in entries:
        line = {"entry": one.entry, "subject": one.subject, "event": one.event, "row": one.row}
        said[not one.why].append(line if not one.why else {**line, "why": one.why})
    return {"withdrawn": said[True], "kept": said[False]}


_NAMES: Final = tuple(sorted(
    {name for view in VIEWS for name in view.folds if is_of_one(Event.latest[name])}
))  # fmt: skip
_RELYING: Final = tuple(sorted({*contacts.folds, *protections.folds}))
"""What may be said of a contact, or name one in another's record."""

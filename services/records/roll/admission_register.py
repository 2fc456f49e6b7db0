"""The admission register in whole: every pupil whose name is or was on the roll, with its legal contents as held.

School Attendance (Pupil Registration) (England) Regulations 2024, regs 8 and 9. What the record does not hold is named
as a gap, so that nobody takes the register for complete where it is not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from events.records.dual_registration import OtherSchool
from ledger.decider import Refused
from ledger.view import Reader
from services.door import NotAllowed
from services.episodes import Lasting, one_at_a_time, running
from services.facts import Provenance, on
from services.pins import Pins
from services.records import queries
from services.records.answers import Asked, Records
from services.records.families.disagreement_views import Notes, notes_about
from services.records.families.family_queries import (
    ContactRecord,
    Family,
    contact_records,
    families,
    linked,
    named,
    warnings,
)
from services.records.pupils.candidates import address_key
from services.records.pupils.identity_views import PupilRow, pupils
from services.records.roll.admission_views import AdmissionRow, admissions
from services.records.roll.dual_views import DualRow, dual_registrations
from services.records.roll.roll_views import Leaving, RollRow, Spell, roll
from services.records.section import Fact
from services.records.values import Value, value_on

CATEGORIES: Final = ("contact", "enrolment", "identity")
"""What the register holds. Whoever may see only a part of it is not given a register that looks whole."""
SPAN_DAYS_MAX: Final = 366 * 7
"""Days of one register: the six years that an entry is kept (reg 7), and the year that runs."""
PUPILS_MAX: Final = 600
"""Pupils of one register: two years' leavers of a primary school, or two year groups; more take a year group each."""
NUMBERS_MIN: Final = 2
"""Emergency numbers below which the register says that some are missing: DfE advises more than one person."""

DUAL: Final = frozenset({"M", "S"})
"""Enrolment statuses of a pupil who is registered at another school too: this one is the main or the subsidiary one."""


@dataclass(frozen=True, slots=True)
class OnRoll:
    """A time on the roll: the starting day and its entry, the school of before, and how it ended, if it has."""

    starting_day: date
    at: Provenance
    status: str
    year_group: str
    last_school: Value | None
    leaving: Leaving | None


@dataclass(frozen=True, slots=True)
class EnteredContact:
    """A parent or other contact, with the warnings about their details, and whether their address is the pupil's."""

    contact: ContactRecord
    warnings: Sequence[Fact]
    at_pupils_address: bool


@dataclass(frozen=True, slots=True)
class Entered:
    """A pupil's entry as it stood on a day: the last one asked for, or the last on the roll.

    ``warnings`` are in force on the day of asking, as that is when the entry is shown. ``address_warnings`` are those
    of them that are about the pupil's own address; ``others`` the other schools of a dual registration in that time.
    """

    subject: bytes
    day: date
    sorted_name: str
    name: Value | None
    sex: Value | None
    date_of_birth: Value | None
    address: Value | None
    contacts: Sequence[EnteredContact]
    times: Sequence[OnRoll]
    others: Sequence[Lasting[OtherSchool]]
    warnings: Sequence[Fact]
    address_warnings: Sequence[Fact]
    gaps: Sequence[str]
    shown: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class AdmissionRegister:
    """The register of some days: its entries, who made what was amended (by entry), and the log's pin at printing."""

    first: date
    last: date
    year_group: str | None
    entries: Sequence[Entered]
    made_by: Mapping[int, str]
    index: int
    recorded_at: datetime | None
    pin: str


async def admission_register(
    records: Records, pins: Pins, asked: Asked, span: tuple[date, date], year_group: str | None = None
) -> AdmissionRegister:
    """Give the register between two dates, once it is written down that it is shown."""
    if not set(CATEGORIES) <= asked.visit.categories:
        raise NotAllowed("The admission register holds contacts and addresses. Ask the office or the head for it.")
    first, last = span
    if last < first or (last - first).days > SPAN_DAYS_MAX:
        raise Refused("The last day should not be before the first, and at most seven years later.")
    async with await records.whole(asked) as reader:
        position = await reader.position()
        found = await entries(reader, first, last, asked.at.valid_on, year_group)
    made_by = await records.reads.names(asked.visit.organisation, [at for one in found for at in _sources(one)])
    pin = await pins.pin(asked.visit.organisation, position.index)
    shown = list(dict.fromkeys(who for one in found for who in (one.subject, *one.shown)))
    await records.list_of(asked, "admission register", shown, position.index, CATEGORIES)
    return AdmissionRegister(first, last, year_group, found, made_by, position.index, position.recorded_at, pin)


async def entries(reader: Reader, first: date, last: date, today: date, year_group: str | None = None) -> list[Entered]:
    """Give an entry for every pupil who was on the roll on a day between two dates, by name."""
    rows: dict[bytes, tuple[RollRow, Spell, date]] = {}
    for row in await reader.find(roll):
        found = _last_spell(row, first, last)
        if found is not None and year_group in (None, found[0].year_group):
            rows[row.subject] = (row, *found)
    if len(rows) > PUPILS_MAX:
        raise Refused("The register of these days is too large for one print. Print it year group by year group.")
    subjects = list(rows)
    people = {row.subject: row for row in await reader.find(pupils, subject=subjects)}
    admitted = {row.subject: row for row in await reader.find(admissions, subject=subjects)}
    dual = {row.subject: row for row in await reader.find(dual_registrations, subject=subjects)}
    homes = await families(reader, subjects)
    notes = await notes_about(reader, subjects)
    made = []
    for subject, (row, _, day) in rows.items():
        person = people.get(subject) or PupilRow(subject=subject, search_key="")
        times = _times(row, admitted.get(subject), first, last, notes[subject])
        entry = await _entered(reader, person, homes[subject], times, day, today, notes[subject])
        entry = replace(entry, others=_others(dual.get(subject), first, last))
        made.append(replace(entry, gaps=_gaps(entry)))
    return sorted(made, key=lambda one: (one.sorted_name.casefold(), one.subject))


def _last_spell(row: RollRow, first: date, last: date) -> tuple[Spell, date] | None:
    """Give the last spell that touches two dates, and its last day among them."""
    touching = [one for one in row.spells if one.since <= last and (one.until is None or first <= one.until)]
    if not touching:
        return None
    day = max(last if one.until is None else min(last, one.until) for one in touching)
    spell = queries.spell_on(touching, day)
    return (spell, day) if spell else None


def _times(row: RollRow, admitted: AdmissionRow | None, first: date, last: date, notes: Notes) -> list[OnRoll]:
    """Give the times on the roll that touch two dates, oldest first."""
    found: list[OnRoll] = []
    begun: list[Spell] = []
    before: date | None = None
    for began, left in [*((turn.began, turn.ended) for turn in row.turns), (None, None)]:
        if began is not None:
            begun.append(began)
            continue
        if begun and (left is None or first <= left.day):
            start = min(begun, key=lambda one: one.since)
            if start.since <= last:
                found.append(_time(start, begun, left, _last_school(admitted, before, left, notes), last))
        begun, before = [], left.day if left else before
    return found


def _time(start: Spell, begun: Sequence[Spell], left: Leaving | None, last_school: Value | None, last: date) -> OnRoll:
    now = on(begun, min(last, left.day) if left else last) or start
    return OnRoll(start.since, start.at, now.status, now.year_group, last_school, left)


def _last_school(
    admitted: AdmissionRow | None, before: date | None, left: Leaving | None, notes: Notes
) -> Value | None:
    """Give the school of before of one time on the roll: what is dated after an earlier time's end."""
    if admitted is None:
        return None
    own = [one for one in admitted.last_schools if before is None or one.since > before]
    day = left.day if left else date.max
    found = on(own, day)
    if found is None:
        return None
    # That there was no school before is a value here, and not that none is known.
    return value_on(own, day, notes) or Value(None, found.since, found.at, None, notes.of(found.at.index))


async def _entered(
    reader: Reader, person: PupilRow, home: Family, times: Sequence[OnRoll], day: date, today: date, notes: Notes
) -> Entered:
    told = warnings(home, today)
    address = value_on(home.reach.addresses, day, notes)
    here = address_key(address.value) if address else None
    found = [
        EnteredContact(
            replace(one, barred=home.barred(one.contact, today)), _about(told, one.contact),
            here is not None and one.address is not None and address_key(one.address.value) == here,
        )
        for one in await contact_records(reader, home, day, notes)
    ]  # fmt: skip
    found.sort(key=lambda one: one.contact.parental_responsibility is not True)  # parents first, else as called
    name = value_on(person.names, day, notes, "full_name")
    sex = value_on(person.sex, day, notes, "sex")
    born = value_on(person.born, day, notes, "date_of_birth")
    return Entered(
        person.subject, day, queries.sorted_name(name.value) if name else "", name, sex, born, address, found, times,
        (), told, _about(told, person.subject), (),
        [*linked(home.reach), *(who for who in named(None, home.protected.values()) if who != person.subject)],
    )  # fmt: skip


def _others(dual: DualRow | None, first: date, last: date) -> list[Lasting[OtherSchool]]:
    """Give the other schools at which a pupil was registered between two dates."""
    known = one_at_a_time(dual.others) if dual else []
    return [one for one in known if one.since <= last and (one.until is None or first <= one.until)]


def _about(told: Sequence[Fact], person: bytes) -> list[Fact]:
    """Give the warnings that keep somebody's details: markers on them, and orders that keep addresses from another."""
    return [
        one
        for one in told
        if one.value.get("of") == person
        or ("address" in one.value.get("forbids", ()) and one.value["restrains"] != person)
    ]


def _gaps(entry: Entered) -> list[str]:
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
        "with which parent the pupil normally lives": True,  # no fact of the record says so yet
    }
    return [what for what, is_missing in missing.items() if is_missing]


def _sources(entry: Entered) -> list[Provenance]:
    """Give the entries of what was amended or deleted: whose makers the register names."""
    values = [entry.name, entry.sex, entry.date_of_birth, entry.address, *(one.last_school for one in entry.times)]
    values += [one.contact.address for one in entry.contacts]
    values += [phone for one in entry.contacts for phone in one.contact.phones]
    changed = [one.at for one in values if one is not None and one.was is not None]
    changed += [one.at for one in entry.others if one.replaced is not None]
    return [*changed, *(one.at for one in entry.times), *(one.leaving.at for one in entry.times if one.leaving)]

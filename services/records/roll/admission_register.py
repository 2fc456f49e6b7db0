"""The admission register in whole: every pupil whose name is or was on the roll, with its legal contents as held.

School Attendance (Pupil Registration) (England) Regulations 2024, regs 8 and 9. What the record does not hold is named
as a gap, so that nobody takes the register for complete where it is not.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from events.records.dual_registration import OtherSchool
from events.records.future_school import FutureSchool
from ledger.decider import Refused
from ledger.view import Reader
from services.door import NotAllowed
from services.episodes import Lasting, one_at_a_time
from services.facts import Dated, on
from services.pins import Pins
from services.records import queries
from services.records.answers import Asked, Records
from services.records.families.disagreement_views import Notes, notes_about
from services.records.families.family_queries import (
    Family,
    contact_records,
    families,
    linked,
    named,
    warnings,
)
from services.records.families.residence_queries import future_in_words, open_futures, with_whom
from services.records.families.residence_views import ResidenceRow, residences
from services.records.pupils.candidates import address_key
from services.records.pupils.identity_views import PupilRow, pupils
from services.records.roll.admission_entry import (
    Entered,
    EnteredContact,
    OnRoll,
    Worded,
    gaps,
    sources,
)
from services.records.roll.admission_masking import CATEGORIES, masked
from services.records.roll.admission_views import AdmissionRow, admissions
from services.records.roll.dual_views import DualRow, dual_registrations
from services.records.roll.future_school_views import future_schools
from services.records.roll.roll_views import Leaving, RollRow, Spell, corrected_from, roll
from services.records.section import Fact
from services.records.values import Value, value_on

SPAN_DAYS_MAX: Final = 366 * 7
"""Days of one register: the six years that an entry is kept (reg 7), and the year that runs."""
PUPILS_MAX: Final = 600
"""Pupils of one register: two years' leavers of a primary school, or two year groups; more take a year group each."""


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
    # Whoever may see only a part of what it holds is not given a register that looks whole.
    if not set(CATEGORIES) <= asked.visit.categories:
        raise NotAllowed("The admission register holds contacts and addresses. Ask the office or the head for it.")
    first, last = span
    if last < first or (last - first).days > SPAN_DAYS_MAX:
        raise Refused("The last day should not be before the first, and at most seven years later.")
    async with await records.whole(asked) as reader:
        position = await reader.position()
        found = await entries(reader, first, last, asked.at.valid_on, year_group)
    shut, opened = await records.kept_shut(asked)
    found = [masked(one, shut) for one in found]
    made_by = await records.reads.names(asked.visit.organisation, [at for one in found for at in sources(one)])
    pin = await pins.pin(asked.visit.organisation, position.index)
    shown = list(dict.fromkeys(who for one in found for who in (one.subject, *one.shown)))
    await records.list_of(asked, "admission register", shown, position.index, CATEGORIES, opened)
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
    futures = {row.subject: row.told for row in await reader.find(future_schools, subject=subjects)}
    dual = {row.subject: row for row in await reader.find(dual_registrations, subject=subjects)}
    lives = {row.subject: row for row in await reader.find(residences, subject=subjects)}
    homes = await families(reader, subjects)
    notes = await notes_about(reader, subjects)
    made = []
    for subject, (row, _, day) in rows.items():
        person = people.get(subject) or PupilRow(subject=subject, search_key="")
        told = _Told(admitted.get(subject), futures.get(subject, ()))
        times = _times(row, told, first, last, notes[subject])
        entry = await _entered(reader, person, homes[subject], times, day, today, notes[subject])
        entry = replace(entry, others=_others(dual.get(subject), first, last))
        entry = _resident(entry, lives.get(subject), homes[subject], notes[subject])
        made.append(replace(entry, gaps=gaps(entry)))
    return sorted(made, key=lambda one: (one.sorted_name.casefold(), one.subject))


def _last_spell(row: RollRow, first: date, last: date) -> tuple[Spell, date] | None:
    """Give the last spell that touches two dates, and its last day among them."""
    touching = [one for one in row.spells if one.since <= last and (one.until is None or first <= one.until)]
    if not touching:
        return None
    day = max(last if one.until is None else min(last, one.until) for one in touching)
    spell = queries.spell_on(touching, day)
    return (spell, day) if spell else None


@dataclass(frozen=True, slots=True)
class _Told:
    """What was told of a pupil's coming and going."""

    admitted: AdmissionRow | None
    futures: Sequence[Dated[FutureSchool | None]]


def _times(row: RollRow, told: _Told, first: date, last: date, notes: Notes) -> list[OnRoll]:
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
                time = _time(start, begun, left, told, before, last, notes)
                corrected = [(one, was) for one in begun if (was := corrected_from(row, one)) is not None]
                found.append(replace(time, enrolments=corrected))
        begun, before = [], left.day if left else before
    return found


def _time(  # what a time on the roll is made of
    start: Spell, begun: Sequence[Spell], left: Leaving | None, told: _Told, before: date | None,
    last: date, notes: Notes,
) -> OnRoll:  # fmt: skip
    """Give a time on the roll, with what is dated after the end of an earlier one, ``before``."""
    now = on(begun, min(last, left.day) if left else last) or start
    day, admitted = left.day if left else date.max, told.admitted
    schools = _since(admitted.last_schools if admitted else (), before)
    first_day = value_on(_since(admitted.first_days if admitted else (), before), day, notes)
    last_school, found = value_on(schools, day, notes), on(schools, day)
    if last_school is None and found is not None:
        # That there was no school before is a value here, and not that none is known.
        last_school = Value(None, found.since, found.at, None, notes.of(found.at.index))
    future = value_on(_since(told.futures, before), day, notes)
    return OnRoll(start.since, start.at, now.status, now.year_group, last_school, first_day, left, future)


def _since(series: Sequence[Dated[Any]], before: date | None) -> list[Dated[Any]]:
    return [one for one in series if before is None or one.since > before]


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
        person.subject, day, queries.sorted_name(name.value) if name else "", name, sex, born, address, None, None,
        found, times, (), told, _about(told, person.subject), (),
        [*linked(home.reach), *(who for who in named(None, home.protected.values()) if who != person.subject)],
    )  # fmt: skip


def _resident(entry: Entered, row: ResidenceRow | None, home: Family, notes: Notes) -> Entered:
    """Give an entry with whom the pupil lives and the address that is to come, in words for whoever reads it."""
    if row is None:
        return entry
    day = entry.day
    lives = value_on(row.lives_with, day, notes)
    future = value_on(open_futures(row, home.reach, day), day, notes)
    contacts = [
        replace(one, lives_with=any(home.is_same(who, one.contact.contact) for who in lives.value)) if lives else one
        for one in entry.contacts
    ]
    shown = list(dict.fromkeys([*entry.shown, *row.named]))
    return replace(
        entry, contacts=contacts, shown=shown,
        lives_with=_worded(lives, lambda people: with_whom(home, people, day)),
        future=_worded(future, lambda one: future_in_words(home, one, day)),
    )  # fmt: skip


def _worded(value: Value | None, said: Callable[[Any], str]) -> Value | None:
    if value is None:
        return None
    was = replace(value.was, value=Worded(value.was.value, said(value.was.value))) if value.was else None
    return replace(value, value=Worded(value.value, said(value.value)), was=was)


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

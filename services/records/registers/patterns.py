"""Patterns of absence: by weekday, by session, and whether siblings are away together. Counts, never percentages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias

from events.codes.attendance import AttendanceClass, attendance_code
from events.model import Category
from ledger.alias import held
from ledger.view import Reader
from services.facts import on
from services.records import queries
from services.records.answers import RESTRICTED
from services.records.families.contact_views import ReachRow, contacts
from services.records.families.family_queries import linked
from services.records.pupils.candidates import address_key
from services.records.pupils.identity_views import aliases
from services.records.registers.attendance_queries import SESSIONS, SessionMark, marks_of
from services.records.registers.attendance_views import attendance_months, month_of
from services.records.roll.roll_views import Spell, roll
from services.records.values import has_ended
from services.records.views import members

WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ABSENT: Final = frozenset({AttendanceClass.AUTHORISED, AttendanceClass.UNAUTHORISED})
_POSSIBLE: Final = _ABSENT | {AttendanceClass.PRESENT, AttendanceClass.EDUCATION}

_NOBODY: Final[Mapping[bytes, frozenset[Category]]] = {}

Shared: TypeAlias = Literal["contact", "address"]
"""What makes two pupils siblings here: somebody with parental responsibility for both, or one address."""
Away: TypeAlias = Mapping[tuple[date, str], bool]
"""A pupil's possible sessions, and whether they were absent."""


@dataclass(frozen=True, slots=True)
class Count:
    """Sessions that were possible, and those of them that were absence, and unauthorised absence."""

    possible: int = 0
    absent: int = 0
    unauthorised: int = 0

    def plus(self, other: "Count") -> "Count":
        """Give the sum."""
        return Count(self.possible + other.possible, self.absent + other.absent, self.unauthorised + other.unauthorised)


@dataclass(frozen=True, slots=True)
class Pattern:
    """Absence in all, by session, by weekday, and by both ("Monday AM"); a weekday without sessions is not there."""

    total: Count
    sessions: Mapping[str, Count]
    weekdays: Mapping[str, Count]
    each: Mapping[str, Count]


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another pupil of the family: sessions possible for both, and who was absent; ``together``: both were."""

    subject: bytes
    name: str
    shares: Sequence[Shared]
    possible: int
    absent: int
    sibling_absent: int
    both_absent: int
    together: Sequence[tuple[date, str]]


@dataclass(frozen=True, slots=True)
class PupilPattern:
    """A pupil's pattern; ``siblings`` is None for whoever may not see who belongs to a family.

    Of whoever's marks may not be used today nothing is counted, and it says so.
    """

    subject: bytes
    name: str
    pattern: Pattern
    siblings: Sequence[Sibling] | None
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class Patterns:
    """The patterns of a pupil or a group between two dates, both inclusive."""

    title: str
    first: date
    last: date
    total: Pattern
    pupils: Sequence[PupilPattern]

    @property
    def named(self) -> list[bytes]:
        """Everybody of whom it says something."""
        siblings = (other.subject for one in self.pupils for other in one.siblings or ())
        return list(dict.fromkeys([*(one.subject for one in self.pupils), *siblings]))


def pattern(marks: Iterable[SessionMark]) -> Pattern:
    """Count marks."""
    each: dict[tuple[int, str], Count] = {}
    for mark in marks:
        found = attendance_code(mark.code).attendance_class
        if found in _POSSIBLE:
            place = mark.date.weekday(), mark.session
            count = Count(1, int(found in _ABSENT), int(found == AttendanceClass.UNAUTHORISED))
            each[place] = each.get(place, Count()).plus(count)
    days = sorted({day for day, _ in each})
    return Pattern(
        _sum(each.values()),
        {session: _sum(count for (_, one), count in each.items() if one == session) for session in SESSIONS},
        {WEEKDAYS[day]: _sum(count for (one, _), count in each.items() if one == day) for day in days},
        {f"{WEEKDAYS[day]} {session}": each[day, session] for day, session in sorted(each)},
    )


def _sum(counts: Iterable[Count]) -> Count:
    total = Count()
    for one in counts:
        total = total.plus(one)
    return total


def away(marks: Iterable[SessionMark]) -> Away:
    """Give the sessions that were possible, and whether each was absence."""
    classes = {(one.date, one.session): attendance_code(one.code).attendance_class for one in marks}
    return {place: found in _ABSENT for place, found in classes.items() if found in _POSSIBLE}


def together(subject: bytes, name: str, shares: Sequence[Shared], own: Away, theirs: Away) -> Sibling:
    """Compare two pupils at the sessions that were possible for both."""
    both = sorted(own.keys() & theirs.keys())
    shared = [place for place in both if own[place] and theirs[place]]
    return Sibling(
        subject, name, shares, len(both), sum(own[place] for place in both), sum(theirs[place] for place in both),
        len(shared), shared,
    )  # fmt: skip


async def patterns(
    reader: Reader, title: str, wanted: Mapping[bytes, Sequence[Spell]], span: tuple[date, date], *, families: bool,
    shut: Mapping[bytes, frozenset[Category]] = _NOBODY,
) -> Patterns:  # fmt: skip
    """Give the patterns of these pupils, of each in the times given; with ``families``, beside their siblings.

    ``shut`` is what of whose data may not be used: such marks are not counted, nor is a family told by such contacts.
    """
    first, last = span
    around = await siblings(reader, list(wanted), first, last) if families else {}
    around = {who: _open(who, beside, shut) for who, beside in around.items()}
    everybody = list(dict.fromkeys([*wanted, *(other for found in around.values() for other in found)]))
    marks = await _marks(reader, everybody, first, last)
    marks = {who: () if _is_shut(shut, who, "attendance") else found for who, found in marks.items()}
    names = await queries.names(reader, everybody, last)
    names = {who: RESTRICTED if _is_shut(shut, who, "identity") else name for who, name in names.items()}
    possible = {who: away(marks.get(who, ())) for who in everybody}
    found, counted = [], list[SessionMark]()
    for subject, spells in wanted.items():
        own = [one for one in marks.get(subject, ()) if queries.spell_on(spells, one.date) is not None]
        counted += own
        beside = [
            together(other, names.get(other, ""), shares, away(own), possible[other])
            for other, shares in around.get(subject, {}).items()
        ]
        beside.sort(key=lambda one: (one.name.casefold(), one.subject))
        is_shut = _is_shut(shut, subject, "attendance")
        name = names.get(subject, "")
        found.append(PupilPattern(subject, name, pattern(own), beside if families else None, is_shut))
    found.sort(key=lambda one: (one.name.casefold(), one.subject))
    return Patterns(title, first, last, pattern(counted), found)


def _is_shut(shut: Mapping[bytes, frozenset[Category]], who: bytes, category: Category) -> bool:
    return category in shut.get(who, ())


def _open(
    who: bytes, beside: Mapping[bytes, list[Shared]], shut: Mapping[bytes, frozenset[Category]]
) -> dict[bytes, list[Shared]]:
    """Give the siblings beside whom a pupil may be shown: by the contacts and the marks of both."""
    used: tuple[Category, ...] = ("attendance", "contact")
    return {
        other: shares
        for other, shares in beside.items()
        if not any(_is_shut(shut, one, category) for one in (who, other) for category in used)
    }


async def in_the_time(reader: Reader, group: bytes, span: tuple[date, date]) -> dict[bytes, Sequence[Spell]]:
    """Give the pupils who belonged to a group between two dates, with the times in which they did."""
    first, last = span
    rows = await reader.find(members, group=group)
    return {
        row.subject: row.spells
        for row in rows
        if any(one.since <= last and (one.until is None or first <= one.until) for one in row.spells)
    }


async def on_roll_of(reader: Reader, pupil: bytes) -> dict[bytes, Sequence[Spell]]:
    """Give a pupil with the times on the roll; nobody where there were none."""
    row = await reader.get(roll, pupil)
    return {pupil: row.spells} if row else {}


async def siblings(
    reader: Reader, wanted: Sequence[bytes], first: date, last: date
) -> dict[bytes, dict[bytes, list[Shared]]]:
    """Give the pupils who share a parent or an address with each of these on the last day, and which of the two."""
    here = [
        row.subject
        for row in await reader.find(roll)
        if any(one.since <= last and (one.until is None or first <= one.until) for one in row.spells)
    ]
    of = await held(reader, aliases)
    keys: dict[bytes, list[tuple[Shared, bytes | str]]] = {}
    homes: dict[tuple[Shared, bytes | str], list[bytes]] = {}
    for row in await reader.find(contacts, subject=list(dict.fromkeys([*here, *wanted]))):
        keys[row.subject] = _shared_by(row, last, of)
        for key in keys[row.subject]:
            homes.setdefault(key, []).append(row.subject)
    found: dict[bytes, dict[bytes, list[Shared]]] = {}
    for subject in wanted:
        beside = found.setdefault(subject, {})
        for key in keys.get(subject, ()):
            for other in homes[key]:
                shares = beside.setdefault(other, [])
                if key[0] not in shares:
                    shares.append(key[0])
        beside.pop(subject, None)
    return found


def _shared_by(row: ReachRow, day: date, of: Mapping[bytes, bytes]) -> list[tuple[Shared, bytes | str]]:
    """Give what a sibling would have too: who has parental responsibility for the pupil, and where the pupil lives."""
    found: list[tuple[Shared, bytes | str]] = []
    for who in linked(row):
        link = on([one for one in row.links if one.value.contact == who], day)
        if link is None or has_ended(link.value):
            continue
        says = on([one for one in row.responsible if one.value.contact == who], day)
        if says.value.holds if says else link.value.parental_responsibility:
            found.append(("contact", of.get(who, who)))
    address = on(row.addresses, day)
    home = address_key(address.value) if address else None
    return [*found, ("address", home)] if home else found


async def _marks(
    reader: Reader, subjects: Sequence[bytes], first: date, last: date
) -> Mapping[bytes, Sequence[SessionMark]]:
    months = list(range(month_of(first), month_of(last) + 1))
    found: dict[bytes, list[SessionMark]] = {}
    for row in await reader.find(attendance_months, subject=list(subjects), month=months):
        found.setdefault(row.subject, []).extend(one for one in marks_of(row) if first <= one.date <= last)
    return found

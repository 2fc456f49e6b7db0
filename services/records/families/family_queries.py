"""A pupil's contacts, how to reach them, and what may not be told to whom: the answer that every export must ask."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal, TypeAlias, TypeVar, get_args

from events.codes.families import family_codes
from events.records.common import FullName
from ledger.alias import held
from ledger.view import PersonRow, Reader, View
from services.dates import eve
from services.facts import Provenance, Was, on
from services.records.families.contact_views import ReachRow, Responsible, contacts
from services.records.families.disagreement_views import Notes, notes_about
from services.records.families.protection_views import (
    Marker,
    MarkerBefore,
    Order,
    OrderBefore,
    ProtectionRow,
    is_in_force,
    protections,
)
from services.records.pupils.identity_views import aliases
from services.records.section import Fact, Section, withdrawn
from services.records.values import Value, value_on

RowT = TypeVar("RowT", bound=PersonRow)
Withheld: TypeAlias = Literal["contact", "information", "address", "person"]
"""contact: none with the pupil. information: nothing about the pupil. address: not where that person lives.
person: nothing about that person."""


@dataclass(frozen=True, slots=True)
class Barred:
    """What somebody may not be told, of whom; by which kind of order (None: a marker), and the entry that says so."""

    what: Withheld
    of: bytes
    order: str | None
    since: date
    until: date | None
    at: Provenance


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """A pupil's contact and how to reach them; ``barred`` is what they themselves may not be told."""

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
    was: Was[Any] | None = None
    note: str | None = None
    called: Value | None = None
    responsibility: Value | None = None
    barred: Sequence[Barred] = ()


@dataclass(frozen=True, slots=True)
class Family:
    """What is known of a pupil's protection and of everybody it names."""

    pupil: bytes
    reach: ReachRow
    people: Mapping[bytes, ReachRow]
    protected: Mapping[bytes, ProtectionRow]
    of: Mapping[bytes, bytes] = field(default_factory=dict)
    """Who is held to be whom: what is said of a merged record is said of the one it became."""

    def is_same(self, one: bytes | None, other: bytes) -> bool:
        """Whether two ids are one person's."""
        return one is not None and self.of.get(one, one) == self.of.get(other, other)

    def name(self, person: bytes, day: date) -> str:
        """Give what somebody is called."""
        if person == self.pupil:
            return "the pupil"
        return called(self.people.get(person), day) or "somebody who is not among the contacts"

    def orders(self) -> Sequence[Order]:
        """Give the orders about the pupil."""
        return self.protected[self.pupil].orders if self.pupil in self.protected else ()

    def markers(self) -> Iterator[tuple[bytes, Marker]]:
        """Yield the markers on the pupil and on each contact."""
        for person in (self.pupil, *linked(self.reach)):
            if person in self.protected:
                yield from ((person, marker) for marker in self.protected[person].markers)

    def barred(self, person: bytes, day: date) -> list[Barred]:
        """Give what a person may not be told on a day: by orders that restrain them, and by markers against them.

        Where an order keeps the pupil's address from somebody, it keeps every other contact's too: one of them may be
        the same house.
        """
        others = [one for one in (self.pupil, *linked(self.reach)) if not self.is_same(one, person)]
        pupil, found = others[:1] if others[:1] == [self.pupil] else [], []
        for order in self.orders():
            if not self.is_same(order.restrains, person) or not is_in_force(order, day):
                continue
            for what in order.forbids:
                of = others if what == "address" else pupil
                found += [Barred(_withheld(what), one, order.kind, order.since, order.until, order.at) for one in of]
        for of_whom, marker in self.markers():
            is_against = marker.against is None or self.is_same(marker.against, person)
            if is_against and not self.is_same(of_whom, person) and is_in_force(marker, day):
                what = _withheld(marker.covers)
                found.append(Barred(what, of_whom, None, marker.since, marker.until, marker.at))
        return found


async def barred(reader: Reader, pupil: bytes, person: bytes, day: date) -> list[Barred]:
    """Give what may not be told to a person about a pupil and the pupil's contacts on a day.

    Whatever leaves the school asks this first. An empty answer forbids nothing. The person need not be a contact.
    """
    return (await family(reader, pupil)).barred(person, day)


async def family(reader: Reader, pupil: bytes, reach: ReachRow | None = None) -> Family:
    """Give what is known of a pupil's contacts and protection; ``reach`` is the pupil's row, if it is read already."""
    of = await held(reader, aliases)
    own = reach or await reader.get(contacts, pupil) or ReachRow(subject=pupil)
    protected = await _rows(reader, protections, [pupil, *linked(own)], of)
    people = await _rows(reader, contacts, named(own, protected.values()), of)
    return Family(pupil, own, people, protected, of)


async def families(reader: Reader, pupils: Sequence[bytes]) -> dict[bytes, Family]:
    """Give the same of many pupils, in as many questions as of one."""
    of = await held(reader, aliases)
    known = {row.subject: row for row in await reader.find(contacts, subject=list(pupils))}
    own = {one: known.get(one) or ReachRow(subject=one) for one in pupils}
    around = {one: [one, *linked(reach)] for one, reach in own.items()}
    protected = await _rows(reader, protections, _once(around.values()), of)
    kept = {one: {who: protected[who] for who in near if who in protected} for one, near in around.items()}
    mentioned = {one: named(own[one], kept[one].values()) for one in pupils}
    people = await _rows(reader, contacts, _once(mentioned.values()), of)
    return {
        one: Family(one, own[one], {who: people[who] for who in mentioned[one] if who in people}, kept[one], of)
        for one in pupils
    }


def _once(lists: Iterable[Sequence[bytes]]) -> list[bytes]:
    return list(dict.fromkeys(one for several in lists for one in several))


async def _rows(
    reader: Reader, view: View[RowT], people: Sequence[bytes], of: Mapping[bytes, bytes]
) -> dict[bytes, RowT]:
    """Give people's rows by the ids they are named by; of whoever is held to be another, that one's row."""
    rows = {row.subject: row for row in await reader.find(view, subject=[of.get(one, one) for one in people])}
    return {one: rows[end] for one in people if (end := of.get(one, one)) in rows}


def named(reach: ReachRow | None, protected: Iterable[ProtectionRow]) -> list[bytes]:
    """Give everybody whom a pupil's page may name: contacts, whom orders restrain, against whom markers stand.

    Whom an order or a marker named before it was corrected is still told beside it.
    """
    rows = list(protected)
    restrained = [told.restrains for row in rows for one in row.orders for told in (one, one.before) if told]
    against = [told.against for row in rows for one in row.markers for told in (one, one.before) if told]
    found = [*(linked(reach) if reach else ()), *(one for one in (*restrained, *against) if one is not None)]
    return list(dict.fromkeys(found))


def linked(reach: ReachRow) -> list[bytes]:
    """Give everybody who is or was a pupil's contact."""
    return list(dict.fromkeys(item.value.contact for item in reach.links if not item.value.ended))


def full_name(name: FullName) -> str:
    """Give a name as it is spoken: the names used, forename first."""
    return f"{name.preferred_forename or name.forename} {name.preferred_surname or name.surname}"


def called(person: ReachRow | None, day: date) -> str:
    """Give a contact's title and name on a day or, before the first one, the first; empty where none is known."""
    if person is None or not person.names:
        return ""
    known = (on(person.names, day) or person.names[0]).value
    return f"{known.title} {full_name(known.full_name)}" if known.title else full_name(known.full_name)


def phones(reach: ReachRow | None, day: date, notes: Notes) -> list[Value]:
    """Give somebody's number of each type on a day."""
    kinds = sorted({item.value.phone_type for item in reach.phones}) if reach else ()
    held = reach.phones if reach else ()
    found = (value_on([one for one in held if one.value.phone_type == kind], day, notes) for kind in kinds)
    return [one for one in found if one]


def emails(reach: ReachRow | None, day: date, notes: Notes) -> list[Value]:
    """Give somebody's e-mail address on a day, if they have one."""
    found = value_on(reach.emails, day, notes) if reach else None
    return [found] if found else []


async def contact_records(reader: Reader, known: Family, day: date, notes: Notes) -> list[ContactRecord]:
    """Give a pupil's contacts on a day, in the order in which the school calls. ``notes`` are the pupil's."""
    found = []
    of = {one: known.of.get(one, one) for one in linked(known.reach)}
    theirs = await notes_about(reader, list(of.values()))
    for who in linked(known.reach):
        links = [one for one in known.reach.links if one.value.contact == who]
        link = value_on(links, day, notes)
        if link is None:
            continue
        person = known.people.get(who)
        says = [one for one in known.reach.responsible if one.value.contact == who]
        holds = value_on(says, day, notes)
        found.append(
            ContactRecord(
                who, called(person, day), link.value.relationship,
                holds.value.holds if holds and isinstance(holds.value, Responsible)
                else link.value.parental_responsibility,
                link.value.priority, link.since, link.at,
                value_on(person.addresses, day, theirs[of[who]]) if person else None,
                phones(person, day, theirs[of[who]]), emails(person, day, theirs[of[who]]),
                link.was, link.note, value_on(person.names, day, theirs[of[who]], "full_name") if person else None,
                holds, known.barred(who, day),
            )
        )  # fmt: skip
    return sorted(found, key=lambda contact: (contact.priority, contact.contact))


def warnings(known: Family, day: date) -> list[Fact]:
    """Give what whoever reads the contacts must be told first: orders and markers in force on a day."""
    return [one for one in _protection(known, day) if one.value["in_force"]]


async def protection_section(reader: Reader, pupil: bytes, day: date) -> list[Fact]:
    """Give every order and marker there was, in force or not."""
    return _protection(await family(reader, pupil), day)


def _protection(known: Family, day: date) -> list[Fact]:
    orders = [_order_fact(known, one, day) for one in known.orders() if one.since <= day]
    markers = [_marker_fact(known, who, one, day) for who, one in known.markers() if one.since <= day]
    return [*orders, *markers]


def _order_fact(known: Family, one: Order, day: date) -> Fact:
    kinds = family_codes("court_order")
    value = {
        "order": one.order, "kind": one.kind, "restrains": one.restrains, "forbids": one.forbids,
        "document": one.document, "in_force": is_in_force(one, day),
    }  # fmt: skip
    was = _before(kinds[one.before.kind], one.before, _order_words(known, one.before, day)) if one.before else None
    told = Fact(
        kinds[one.kind].capitalize(), value, _order_words(known, one, day), one.since, one.at, _last(one), was,
        _relifted(one), one.before.at if one.before else None,
    )  # fmt: skip
    return withdrawn(told, one.never, "There never was such an order about the pupil.")


def _order_words(known: Family, one: Order | OrderBefore, day: date) -> str:
    """Write whom an order restrains from what, and where its document is."""
    kinds, forbids = family_codes("court_order"), family_codes("prohibition")
    said = "; ".join(forbids[what] for what in one.forbids)
    whom = f"{known.name(one.restrains, day)}: " if one.restrains else ""
    where = f" Document: {one.document}." if one.document else ""
    return f"{whom}{said or kinds[one.kind]}.{where}"


def _before(kind: str, one: OrderBefore | MarkerBefore, text: str) -> str:
    """Write what stood before a correction, with its days: by these an order or marker binds, whatever else it says."""
    last = f" to {one.until.isoformat()}" if one.until else ""
    return f"{kind.capitalize()}: {text} (from {one.since.isoformat()}{last}, entry {one.at.index})"


def _marker_fact(known: Family, who: bytes, one: Marker, day: date) -> Fact:
    value = {
        "marker": one.marker, "of": who, "covers": one.covers, "against": one.against,
        "in_force": is_in_force(one, day),
    }  # fmt: skip
    was = _before("do not disclose", one.before, _marker_words(known, who, one.before, day)) if one.before else None
    notes = [f"Corrected: {one.corrected}" if one.corrected else None, _relifted(one)]
    told = Fact(
        "Do not disclose", value, _marker_words(known, who, one, day), one.since, one.at, _last(one), was,
        " ".join(note for note in notes if note) or None, one.before.at if one.before else None,
    )  # fmt: skip
    return withdrawn(told, one.never, "There should never have been such a marker.")


def _marker_words(known: Family, who: bytes, one: Marker | MarkerBefore, day: date) -> str:
    """Write what of whom is kept from whom, and why."""
    from_whom = known.name(one.against, day) if one.against else "anybody"
    text = f"{known.name(who, day)}: {family_codes('withheld')[one.covers]}, to {from_whom}. {one.reason}"
    return text[0].upper() + text[1:]


def _last(one: Order | Marker) -> date | None:
    """Give the last day on which an order or marker holds, where that is known."""
    ends = [one.until, eve(one.lifted) if one.lifted else None]
    return min((end for end in ends if end is not None), default=None)


def _relifted(one: Order | Marker) -> str | None:
    """Give what a correction of the lifting found there, and why that was wrong."""
    if one.lifting is None:
        return None
    before = f"lifted on {one.lifting.was.isoformat()}" if one.lifting.was else "not lifted"
    return f"Lifting corrected (recorded before as {before}): {one.lifting.reason}"


def _withheld(code: str) -> Withheld:
    for known in get_args(Withheld):
        if known == code:
            found: Withheld = known
            return found
    raise ValueError("no such kind of withholding")


PROTECTION: Final = Section("protection", "Court orders and non-disclosure", "contact", protection_section)
"""The section of a pupil's record."""

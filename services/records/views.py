"""What is shown of pupils: dated facts about each person, rows of plain facts about groups and days."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from events.codes.calendar import school_year
from events.governance import InsetDaySet, Term, TermCalendarPublished, UnplannedClosureRecorded
from events.model import Recorded
from events.records.common import FullName, PostalAddress
from events.records.contacts import (
    AddressChanged,
    AddressCorrected,
    ContactLinked,
    ContactRecorded,
    ContactUnlinked,
    EmailChanged,
    PhoneChanged,
)
from events.records.enrolment import Enrolled, GroupFormed, GroupJoined, GroupLeft, GroupTaughtBy, Place, PupilLeft
from ledger.view import AnyView, PersonRow, Row, View
from services.facts import Dated, Provenance, added, corrected
from services.records import attendance_views, care_views, document_views, identity_views
from services.records.identity_views import PupilRow, pupils, search_key

__all__ = [
    "VIEWS",
    "CalendarRow",
    "GroupRow",
    "Link",
    "Phone",
    "PupilRow",
    "ReachRow",
    "RollRow",
    "Spell",
    "SpellRow",
    "calendar",
    "contacts",
    "groups",
    "members",
    "pupils",
    "roll",
    "search_key",
    "teachers",
]  # fmt: skip


def _dated(recorded: Recorded[Any], value: Any) -> Dated[Any]:
    return Dated.model_construct(value=value, since=recorded.body.valid_on, at=Provenance.of(recorded))


# Contacts ---------------------------------------------------------------------------------------------------------


class Phone(Row):
    """One number of one type."""

    phone_type: str
    number: str


class Link(Row):
    """Who somebody is to a pupil."""

    contact: bytes
    relationship: str
    parental_responsibility: bool | None
    priority: int
    ended: bool = False


class ReachRow(PersonRow):
    """How a person can be reached; for a contact their name; for a pupil their contacts."""

    title: str | None = None
    full_name: FullName | None = None
    addresses: tuple[Dated[PostalAddress], ...] = ()
    phones: tuple[Dated[Phone], ...] = ()
    emails: tuple[Dated[str], ...] = ()
    links: tuple[Dated[Link], ...] = ()


contacts = View("contacts", version=1, row=ReachRow, key=["subject"], key_of=lambda r: (r.subject,))


def _reach(row: ReachRow | None, recorded: Recorded[Any]) -> ReachRow:
    return row or ReachRow(subject=recorded.body.subject)


@contacts.on(ContactRecorded)
def _contact(row: ReachRow | None, recorded: Recorded[ContactRecorded]) -> ReachRow:
    return _reach(row, recorded).model_copy(update={"title": recorded.body.title, "full_name": recorded.body.full_name})


@contacts.on(AddressChanged, AddressCorrected)
def _address(row: ReachRow | None, recorded: Recorded[AddressChanged | AddressCorrected]) -> ReachRow:
    body, known = recorded.body, _reach(row, recorded)
    item = _dated(recorded, body.address)
    if isinstance(body, AddressCorrected):
        return known.model_copy(update={"addresses": corrected(known.addresses, item, body.corrects)})
    return known.model_copy(update={"addresses": added(known.addresses, item)})


@contacts.on(PhoneChanged)
def _phone(row: ReachRow | None, recorded: Recorded[PhoneChanged]) -> ReachRow:
    known = _reach(row, recorded)
    phone = Phone(phone_type=recorded.body.phone_type, number=recorded.body.number)
    return known.model_copy(update={"phones": added(known.phones, _dated(recorded, phone))})


@contacts.on(EmailChanged)
def _email(row: ReachRow | None, recorded: Recorded[EmailChanged]) -> ReachRow:
    known = _reach(row, recorded)
    return known.model_copy(update={"emails": added(known.emails, _dated(recorded, recorded.body.email))})


@contacts.on(ContactLinked)
def _linked(row: ReachRow | None, recorded: Recorded[ContactLinked]) -> ReachRow:
    body, known = recorded.body, _reach(row, recorded)
    link = Link(
        contact=body.contact, relationship=body.relationship, parental_responsibility=body.parental_responsibility,
        priority=body.priority,
    )  # fmt: skip
    return known.model_copy(update={"links": added(known.links, _dated(recorded, link))})


@contacts.on(ContactUnlinked)
def _unlinked(row: ReachRow | None, recorded: Recorded[ContactUnlinked]) -> ReachRow:
    known = _reach(row, recorded)
    last = [item.value for item in known.links if item.value.contact == recorded.body.contact]
    if not last:
        return known
    ended = last[-1].model_copy(update={"ended": True})
    return known.model_copy(update={"links": added(known.links, _dated(recorded, ended))})


# Enrolment and groups ---------------------------------------------------------------------------------------------


class Spell(Row):
    """A time on the roll, in a group or before a class: first and, where it has ended, last day."""

    since: date
    until: date | None = None
    status: str = ""
    year_group: str = ""
    at: Provenance


class RollRow(PersonRow):
    """When a pupil was on the roll, as what and in which year group."""

    spells: tuple[Spell, ...] = ()


class SpellRow(PersonRow):
    """A person's times in a group, as its pupil or its teacher."""

    group: bytes
    spells: tuple[Spell, ...] = ()


class GroupRow(Row):
    """A registration group or class."""

    group: bytes
    kind: str
    title: str
    school_year: int
    year_group: str | None


def _ended(spells: Sequence[Spell], last: date) -> tuple[Spell, ...]:
    """Give spells with the open ones ended; one that would have begun after the last day never came to be."""
    return tuple(
        spell.model_copy(update={"until": last}) if spell.until is None else spell
        for spell in spells
        if spell.until is not None or spell.since <= last
    )


roll = View("roll", version=1, row=RollRow, key=["subject"], key_of=lambda r: (r.subject,))
members = View(
    "group_members", version=1, row=SpellRow, key=["group", "subject"], indexed=[["subject"]],
    key_of=lambda r: (r.event.group, r.subject),
)  # fmt: skip
teachers = View(
    "group_teachers", version=1, row=SpellRow, key=["group", "subject"], indexed=[["subject"]],
    key_of=lambda r: (r.event.group, r.subject),
)  # fmt: skip
groups = View("groups", version=1, row=GroupRow, key=["group"], key_of=lambda r: (r.event.group,))


@roll.on(Enrolled)
def _enrolled(row: RollRow | None, recorded: Recorded[Enrolled]) -> RollRow:
    body, spells = recorded.body, row.spells if row else ()
    spell = Spell(since=body.valid_on, status=body.status, year_group=body.year_group, at=Provenance.of(recorded))
    return RollRow(subject=body.subject, spells=(*spells, spell))


@roll.on(PupilLeft)
def _left(row: RollRow | None, recorded: Recorded[PupilLeft]) -> RollRow:
    return RollRow(subject=recorded.body.subject, spells=_ended(row.spells if row else (), recorded.body.valid_on))


@members.on(GroupJoined)
def _joined(row: SpellRow | None, recorded: Recorded[Place]) -> SpellRow:
    event, spells = recorded.event, row.spells if row else ()
    if not isinstance(event, GroupJoined) or recorded.subject is None:
        raise TypeError("a place in a group belongs to a group-joined event")
    spell = Spell(since=event.date, at=Provenance.of(recorded))
    return SpellRow(subject=recorded.subject, group=event.group, spells=(*spells, spell))


@members.on(GroupLeft)
def _left_group(row: SpellRow | None, recorded: Recorded[Place]) -> SpellRow | None:
    if row is None or not isinstance(recorded.event, GroupLeft):
        return row
    return row.model_copy(update={"spells": _ended(row.spells, recorded.event.date)})


@teachers.on(GroupTaughtBy)
def _taught(row: SpellRow | None, recorded: Recorded[GroupTaughtBy]) -> SpellRow:
    body, spells = recorded.body, row.spells if row else ()
    spell = Spell(since=body.valid_on, until=body.until, at=Provenance.of(recorded))
    # The newest word on a teacher's first day is the one that counts: an end may be set, moved or taken away.
    rest = tuple(known for known in spells if known.since != body.valid_on)
    return SpellRow(subject=body.subject, group=body.group, spells=(*rest, spell))


@groups.on(GroupFormed)
def _formed(row: GroupRow | None, recorded: Recorded[GroupFormed]) -> GroupRow:  # noqa: ARG001  # formed once
    body = recorded.body
    return GroupRow(
        group=body.group, kind=body.kind, title=body.title, school_year=body.school_year, year_group=body.year_group
    )


# Time -------------------------------------------------------------------------------------------------------------


class CalendarRow(Row):
    """A school year's days: terms, and the days within them on which no session is held."""

    school_year: int
    terms: tuple[Term, ...] = ()
    bank_holidays: tuple[date, ...] = ()
    inset: tuple[date, ...] = ()
    closed: tuple[date, ...] = ()


def _year(recorded: Recorded[TermCalendarPublished | InsetDaySet | UnplannedClosureRecorded]) -> tuple[int]:
    body = recorded.body
    return (body.school_year if isinstance(body, TermCalendarPublished) else school_year(body.date),)


calendar = View("calendar", version=1, row=CalendarRow, key=["school_year"], key_of=_year)


@calendar.on(TermCalendarPublished)
def _published(row: CalendarRow | None, recorded: Recorded[TermCalendarPublished]) -> CalendarRow:
    body = recorded.body
    known = row or CalendarRow(school_year=body.school_year)
    return known.model_copy(update={"terms": body.terms, "bank_holidays": body.bank_holidays})


@calendar.on(InsetDaySet)
def _inset(row: CalendarRow | None, recorded: Recorded[InsetDaySet]) -> CalendarRow:
    known = row or CalendarRow(school_year=school_year(recorded.body.date))
    return known.model_copy(update={"inset": tuple(sorted({*known.inset, recorded.body.date}))})


@calendar.on(UnplannedClosureRecorded)
def _closed(row: CalendarRow | None, recorded: Recorded[UnplannedClosureRecorded]) -> CalendarRow:
    known = row or CalendarRow(school_year=school_year(recorded.body.date))
    return known.model_copy(update={"closed": tuple(sorted({*known.closed, recorded.body.date}))})


VIEWS: tuple[AnyView, ...] = (
    *identity_views.VIEWS, contacts, roll, members, teachers, groups, calendar,
    *attendance_views.VIEWS,
    *care_views.VIEWS,
    *document_views.VIEWS,
)  # fmt: skip
"""Every view of the records service, for its runner."""

"""What is shown of pupils: dated facts about each person, rows of plain facts about groups and days."""

from collections.abc import Sequence
from datetime import date
from typing import Any

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
from events.records.identity import (
    DateOfBirthCorrected,
    NameChanged,
    NameCorrected,
    PupilRegistered,
    SexCorrected,
    UpnCorrected,
    UpnRecorded,
)
from ledger.view import AnyView, PersonRow, Row, View
from services.facts import Dated, Provenance, added, corrected
from services.records import attendance_views, calendar_views, intake_views
from services.records.withdrawn import dropped, forget_withdrawn, unless_empty

# Identity ---------------------------------------------------------------------------------------------------------


class PupilRow(PersonRow):
    """Who a pupil is, each fact as a dated series. ``search_key`` is the newest name, for search by prefix."""

    search_key: str
    names: tuple[Dated[FullName], ...] = ()
    born: tuple[Dated[date], ...] = ()
    sex: tuple[Dated[str], ...] = ()
    upn: tuple[Dated[str], ...] = ()

    def without(self, entry: int, was: str) -> "PupilRow | None":  # noqa: ARG002  # as ReachRow has it
        """Give the row as if an entry had never been."""
        rest = dropped(self, entry)
        key = search_key(_newest(rest.names).value) if rest.names else ""
        return unless_empty(rest.model_copy(update={"search_key": key}))


def _newest(names: Sequence[Dated[FullName]]) -> Dated[FullName]:
    return max(names, key=lambda name: (name.since, name.at.index))


def search_key(name: FullName) -> str:
    """Give what a name is found by: the surname used, then the forename, without case."""
    surname, forename = name.preferred_surname or name.surname, name.preferred_forename or name.forename
    return f"{surname} {forename}".casefold()


pupils = View(
    "pupils", version=1, row=PupilRow, key=["subject"], key_of=lambda r: (r.subject,), indexed=[["search_key"]]
)


def _dated(recorded: Recorded[Any], value: Any) -> Dated[Any]:
    return Dated.model_construct(value=value, since=recorded.body.valid_on, at=Provenance.of(recorded))


def _person(row: PupilRow | None, recorded: Recorded[Any]) -> PupilRow:
    return row or PupilRow(subject=recorded.body.subject, search_key="")


@pupils.on(PupilRegistered)
def _registered(row: PupilRow | None, recorded: Recorded[PupilRegistered]) -> PupilRow:
    body, known = recorded.body, _person(row, recorded)
    return known.model_copy(
        update={
            "search_key": search_key(body.full_name),
            "names": added(known.names, _dated(recorded, body.full_name)),
            "born": added(known.born, _dated(recorded, body.date_of_birth)),
            "sex": added(known.sex, _dated(recorded, body.sex)),
        }
    )


@pupils.on(NameChanged, NameCorrected)
def _named(row: PupilRow | None, recorded: Recorded[NameChanged | NameCorrected]) -> PupilRow:
    body, known = recorded.body, _person(row, recorded)
    item = _dated(recorded, body.full_name)
    names = corrected(known.names, item, body.corrects) if isinstance(body, NameCorrected) else added(known.names, item)
    return known.model_copy(update={"names": names, "search_key": search_key(_newest(names).value)})


@pupils.on(DateOfBirthCorrected)
def _born(row: PupilRow | None, recorded: Recorded[DateOfBirthCorrected]) -> PupilRow:
    known = _person(row, recorded)
    item = _dated(recorded, recorded.body.date_of_birth)
    return known.model_copy(update={"born": corrected(known.born, item, recorded.body.corrects)})


@pupils.on(SexCorrected)
def _sex(row: PupilRow | None, recorded: Recorded[SexCorrected]) -> PupilRow:
    known = _person(row, recorded)
    return known.model_copy(
        update={"sex": corrected(known.sex, _dated(recorded, recorded.body.sex), recorded.body.corrects)}
    )


@pupils.on(UpnRecorded, UpnCorrected)
def _upn(row: PupilRow | None, recorded: Recorded[UpnRecorded | UpnCorrected]) -> PupilRow:
    body, known = recorded.body, _person(row, recorded)
    item = _dated(recorded, body.upn)
    numbers = corrected(known.upn, item, body.corrects) if isinstance(body, UpnCorrected) else added(known.upn, item)
    return known.model_copy(update={"upn": numbers})


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

    def without(self, entry: int, was: str) -> "ReachRow | None":
        """Give the row as if an entry had never been."""
        unnamed = {"title": None, "full_name": None} if was == ContactRecorded.definition.name else {}
        return unless_empty(dropped(self, entry).model_copy(update=unnamed))


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


VIEWS: tuple[AnyView, ...] = (
    pupils, contacts, roll, members, teachers, groups,
    *attendance_views.VIEWS,
    *calendar_views.VIEWS,
    *intake_views.VIEWS,
)  # fmt: skip
"""Every view of the records service, for its runner."""

forget_withdrawn(VIEWS)

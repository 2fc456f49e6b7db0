"""What is shown of pupils: dated facts about each person, rows of plain facts about groups and days."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from events.codes.calendar import school_year
from events.governance import InsetDaySet, Term, TermCalendarPublished, UnplannedClosureRecorded
from events.model import Recorded
from events.records.common import FullName
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
from services.records import attendance_views, collection_views, contact_views, disagreement_views, protection_views

# Identity ---------------------------------------------------------------------------------------------------------


class PupilRow(PersonRow):
    """Who a pupil is, each fact as a dated series. ``search_key`` is the newest name, for search by prefix."""

    search_key: str
    names: tuple[Dated[FullName], ...] = ()
    born: tuple[Dated[date], ...] = ()
    sex: tuple[Dated[str], ...] = ()
    upn: tuple[Dated[str], ...] = ()


def search_key(name: FullName) -> str:
    """Give what a name is found by: the surname used, then the forename, without case."""
    surname, forename = name.preferred_surname or name.surname, name.preferred_forename or name.forename
    return f"{surname} {forename}".casefold()


pupils = View(
    "pupils", version=2, row=PupilRow, key=["subject"], key_of=lambda r: (r.subject,), indexed=[["search_key"]]
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
    newest = max(names, key=lambda name: (name.since, name.at.index))
    return known.model_copy(update={"names": names, "search_key": search_key(newest.value)})


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
    pupils, roll, members, teachers, groups, calendar,
    *contact_views.VIEWS,
    *attendance_views.VIEWS,
    *protection_views.VIEWS,
    *disagreement_views.VIEWS,
    *collection_views.VIEWS,
)  # fmt: skip
"""Every view of the records service, for its runner."""

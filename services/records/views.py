"""What is shown of pupils: dated facts about each person, rows of plain facts about groups and days."""

from typing import Any

from events.model import Recorded
from events.records.enrolment import GroupFormed, GroupJoined, GroupLeft, GroupTaughtBy, Place
from ledger.view import AnyView, PersonRow, Row, View
from services.facts import Dated, Provenance
from services.records.care import care_views
from services.records.characteristics import characteristics_views
from services.records.documents import document_views
from services.records.families import (
    collection_views,
    contact_views,
    disagreement_views,
    protection_views,
    residence_views,
)
from services.records.files import intake_views
from services.records.learning import assessment_views, progress_views
from services.records.pastoral import pastoral_views
from services.records.pupils import identity_views
from services.records.pupils.identity_views import PupilRow, pupils, search_key
from services.records.registers import attendance_views, calendar_views, part_time_views, planned_views
from services.records.registers.calendar_views import CalendarRow, calendar
from services.records.roll import admission_views, dual_views, earlier_views, future_school_views
from services.records.roll.roll_views import Spell, ended, roll
from services.records.safeguarding import concerns_views

__all__ = [
    "VIEWS",
    "CalendarRow",
    "GroupRow",
    "PupilRow",
    "Spell",
    "SpellRow",
    "calendar",
    "groups",
    "members",
    "pupils",
    "roll",
    "search_key",
    "teachers",
]  # fmt: skip


def _dated(recorded: Recorded[Any], value: Any) -> Dated[Any]:
    return Dated.model_construct(value=value, since=recorded.body.valid_on, at=Provenance.of(recorded))


# Enrolment and groups ---------------------------------------------------------------------------------------------


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


members = View(
    "group_members", version=1, row=SpellRow, key=["group", "subject"], indexed=[["subject"]],
    key_of=lambda r: (r.event.group, r.subject),
)  # fmt: skip
teachers = View(
    "group_teachers", version=1, row=SpellRow, key=["group", "subject"], indexed=[["subject"]],
    key_of=lambda r: (r.event.group, r.subject),
)  # fmt: skip
groups = View("groups", version=1, row=GroupRow, key=["group"], key_of=lambda r: (r.event.group,))


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
    return row.model_copy(update={"spells": ended(row.spells, recorded.event.date)})


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
    *identity_views.VIEWS, *contact_views.VIEWS, roll, members, teachers, groups,
    *attendance_views.VIEWS, *planned_views.VIEWS, *admission_views.VIEWS,
    *part_time_views.VIEWS,
    *dual_views.VIEWS, *future_school_views.VIEWS,
    *earlier_views.VIEWS,
    *concerns_views.VIEWS,
    *assessment_views.VIEWS,
    *progress_views.VIEWS,
    *pastoral_views.VIEWS,
    *calendar_views.VIEWS,
    *intake_views.VIEWS,
    *characteristics_views.VIEWS,
    *care_views.VIEWS,
    *document_views.VIEWS,
    *protection_views.VIEWS,
    *residence_views.VIEWS,
    *disagreement_views.VIEWS,
    *collection_views.VIEWS,
)  # fmt: skip
"""Every view of the records service, for its runner."""

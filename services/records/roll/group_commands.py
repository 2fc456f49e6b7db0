"""What the office may send about groups: that they exist, who belongs to them, who teaches them, and what was wrong."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from events.codes.people import NcYear
from events.identifiers import GroupId, SubjectId
from events.model import PARTS_MAX, Text200
from events.records.common import EntryIndex
from events.records.group_corrections import Teaching
from events.text import PlainText
from ledger.decider import Command, Stream


class _AboutGroup(Command):
    scope: ClassVar[str] = "groups:write"
    purpose: ClassVar[str] = "school-administration"

    group: GroupId

    @property
    def stream(self) -> Stream:
        """A group is a stream of its own."""
        return Stream("group", self.group)


class FormGroup(_AboutGroup):
    """A registration group or class exists for a school year."""

    kind: Literal["registration", "class"]
    title: Annotated[PlainText, Field(min_length=1, max_length=60)]
    school_year: Annotated[int, Field(ge=2000, le=2100)]
    year_group: NcYear | None = None


class JoinGroup(_AboutGroup):
    """Pupils belong to the group from a date on."""

    pupils: Annotated[tuple[SubjectId, ...], Field(min_length=1, max_length=PARTS_MAX)]
    date: date


class LeaveGroup(_AboutGroup):
    """Pupils' last day in the group."""

    pupils: Annotated[tuple[SubjectId, ...], Field(min_length=1, max_length=PARTS_MAX)]
    date: date


class TeachGroup(_AboutGroup):
    """A member of staff teaches the group from a date until, where it is known, a last day."""

    staff: SubjectId
    valid_on: date
    until: date | None = None


class _Wrong(_AboutGroup):
    """``wrong`` is the entry that was wrong."""

    wrong: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


class CorrectGroupJoining(_Wrong):
    """The pupil joined the group on another day than the entry says; without ``joined`` they did not join it then."""

    pupil: SubjectId
    joined: date | None = None


class CorrectGroupLeaving(_Wrong):
    """The pupil's last day in the group was another than the entry says; without ``left`` they did not leave."""

    pupil: SubjectId
    left: date | None = None


class CorrectGroupTeaching(_Wrong):
    """The member of staff taught the group on other days than the entry says; without ``teaching`` not at all then."""

    staff: SubjectId
    teaching: Teaching | None = None

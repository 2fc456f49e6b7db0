"""Groups: registration groups and classes, who belongs to them and who teaches them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from events.codes.people import NcYear
from events.identifiers import GroupId, SubjectId
from events.model import PARTS_MAX, Event
from events.records import GroupFormed, GroupJoined, GroupLeft, GroupTaughtBy, Place
from events.text import PlainText
from ledger.decider import Command, Decided, Decider, Refused, Stream


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


@dataclass(frozen=True, slots=True)
class Group:
    """Who belongs to the group and who teaches it, since when."""

    formed: bool = False
    members: frozenset[bytes] = frozenset()
    teachers: Mapping[bytes, tuple[date, date | None]] = field(default_factory=dict)


def evolve(state: Group, event: Event, index: int) -> Group:  # noqa: ARG001  # the same shape in every aggregate
    """Fold one event."""
    match event:
        case GroupFormed():
            return replace(state, formed=True)
        case GroupJoined():
            return replace(state, members=state.members | event.parts.keys())
        case GroupLeft():
            return replace(state, members=state.members - event.parts.keys())
        case GroupTaughtBy():
            return replace(state, teachers={**state.teachers, event.subject: (event.valid_on, event.until)})
        case _:
            return state


def decide(command: Command, state: Group) -> Decided:
    """Decide a command; pupils who are already where they should be are left alone."""
    if isinstance(command, FormGroup):
        if state.formed:
            return Decided()
        return Decided(
            [
                GroupFormed(
                    group=command.group,
                    kind=command.kind,
                    title=command.title,
                    school_year=command.school_year,
                    year_group=command.year_group,
                )
            ]
        )
    if not state.formed:
        raise Refused("There is no such group in this school. Form the group first.")
    match command:
        case JoinGroup():
            joining = {pupil: Place() for pupil in command.pupils if pupil not in state.members}
            return Decided([GroupJoined(group=command.group, date=command.date, parts=joining)] if joining else [])
        case LeaveGroup():
            leaving = {pupil: Place() for pupil in command.pupils if pupil in state.members}
            return Decided([GroupLeft(group=command.group, date=command.date, parts=leaving)] if leaving else [])
        case TeachGroup() if state.teachers.get(command.staff) != (command.valid_on, command.until):
            if command.until is not None and command.until < command.valid_on:
                raise Refused("The last day of teaching is before the first. Check both dates.")
            return Decided(
                [
                    GroupTaughtBy(
                        subject=command.staff, group=command.group, valid_on=command.valid_on, until=command.until
                    )
                ]
            )
        case _:
            return Decided()


groups: Final = Decider("records", Group(), evolve, decide)

"""Groups: registration groups and classes, who belongs to them and who teaches them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, ClassVar, Final, Literal, NamedTuple

from pydantic import Field

from events.codes.people import NcYear
from events.identifiers import GroupId, SubjectId, id_text
from events.model import PARTS_MAX, Event
from events.records.enrolment import GroupFormed, GroupJoined, GroupLeft, GroupTaughtBy, Place
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


class Member(NamedTuple):
    """A pupil's place: since when, while they have it; and the last day of the time before."""

    since: date | None
    left: date | None


@dataclass(frozen=True, slots=True)
class Group:
    """What the group is, who belongs to it, and each teacher's last day by first day."""

    formed: GroupFormed | None = None
    members: Mapping[bytes, Member] = field(default_factory=dict)
    teachers: Mapping[bytes, Mapping[date, date | None]] = field(default_factory=dict)


def evolve(state: Group, event: Event, index: int) -> Group:  # noqa: ARG001  # the same shape in every aggregate
    """Fold one event."""
    match event:
        case GroupFormed():
            return replace(state, formed=event)
        case GroupJoined():
            joined = {pupil: _joined(state.members.get(pupil), event.date) for pupil in event.parts}
            return replace(state, members={**state.members, **joined})
        case GroupLeft():
            return replace(state, members={**state.members, **dict.fromkeys(event.parts, Member(None, event.date))})
        case GroupTaughtBy():
            spells = {**state.teachers.get(event.subject, {}), event.valid_on: event.until}
            return replace(state, teachers={**state.teachers, event.subject: spells})
        case _:
            return state


def _joined(known: Member | None, day: date) -> Member:
    if known is None:
        return Member(day, None)
    return Member(day if known.since is None else min(day, known.since), known.left)


def decide(command: Command, state: Group) -> Decided:
    """Decide a command; pupils who are already where they should be are left alone."""
    if isinstance(command, FormGroup):
        return _form(command, state)
    if state.formed is None:
        raise Refused("There is no such group in this school. Form the group first.")
    match command:
        case JoinGroup():
            return _join(command, state)
        case LeaveGroup():
            return _leave(command, state)
        case TeachGroup():
            return _teach(command, state)
        case _:
            return Decided()


def _form(command: FormGroup, state: Group) -> Decided:
    formed = GroupFormed(
        group=command.group, kind=command.kind, title=command.title, school_year=command.school_year,
        year_group=command.year_group,
    )  # fmt: skip
    if state.formed is None:
        return Decided([formed])
    if state.formed != formed:
        raise Refused("This group is already formed with another title, kind, year or year group. Form another group.")
    return Decided()


def _join(command: JoinGroup, state: Group) -> Decided:
    joining: dict[bytes, Place] = {}
    gone: list[bytes] = []
    for pupil in command.pupils:
        known = state.members.get(pupil)
        if known is not None and known.left is not None and command.date <= known.left:
            gone.append(pupil)
        elif known is None or known.since is None or command.date < known.since:
            joining[pupil] = Place()
    if gone:
        raise Refused(
            "Some of these pupils were in this group before, until that day or a later one, so nobody was added. Check "
            "the date.",
            pupils=_shown(gone),
        )
    return Decided([GroupJoined(group=command.group, date=command.date, parts=joining)] if joining else [])


def _leave(command: LeaveGroup, state: Group) -> Decided:
    """A pupil who was never in the group is where they should be; one who left on another day is a contradiction."""
    known = {pupil: state.members[pupil] for pupil in command.pupils if pupil in state.members}
    staying = {pupil: member for pupil, member in known.items() if member.left != command.date}
    gone = [pupil for pupil, member in staying.items() if member.since is None]
    if gone:
        raise Refused(
            "Some of these pupils already left this group on another day, so nobody was taken out. Take them off the "
            "list.",
            pupils=_shown(gone),
        )
    later = [pupil for pupil, member in staying.items() if member.since is not None and command.date < member.since]
    if later:
        raise Refused(
            "Some of these pupils joined this group only after that day, so nobody was taken out. Check the date.",
            pupils=_shown(later),
        )
    leaving = {pupil: Place() for pupil in staying}
    return Decided([GroupLeft(group=command.group, date=command.date, parts=leaving)] if leaving else [])


def _teach(command: TeachGroup, state: Group) -> Decided:
    if command.until is not None and command.until < command.valid_on:
        raise Refused("The last day of teaching is before the first. Check both dates.")
    spells = state.teachers.get(command.staff, {})
    if command.valid_on in spells and spells[command.valid_on] == command.until:
        return Decided()
    for first, last in spells.items():
        begins_before_its_end = last is None or command.valid_on <= last
        ends_after_its_start = command.until is None or first <= command.until
        if first != command.valid_on and begins_before_its_end and ends_after_its_start:
            # Ending one of two times that overlap would leave the other, and with it what a teacher may see.
            raise Refused(
                "This member of staff already teaches the group on some of these days, from another first day on. Send "
                "that first day again with its last day, then the new time."
            )
    return Decided(
        [GroupTaughtBy(subject=command.staff, group=command.group, valid_on=command.valid_on, until=command.until)]
    )


def _shown(pupils: Sequence[bytes]) -> list[str]:
    return [id_text(pupil) for pupil in pupils]


groups: Final = Decider(
    "records",
    Group(),
    evolve,
    decide,
    commands=(FormGroup, JoinGroup, LeaveGroup, TeachGroup),
    categories=("enrolment",),
)

"""Groups: registration groups and classes, who belongs to them and who teaches them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, NamedTuple

from events.identifiers import id_text
from events.model import Event
from events.records.enrolment import GroupFormed, GroupJoined, GroupLeft, GroupTaughtBy, Place
from events.records.group_corrections import (
    GroupJoiningCorrected,
    GroupLeavingCorrected,
    GroupTeachingCorrected,
    Teaching,
)
from ledger.decider import Command, Decided, Decider, Refused
from services.deeds import Told
from services.records.roll.group_commands import (
    CorrectGroupJoining,
    CorrectGroupLeaving,
    CorrectGroupTeaching,
    FormGroup,
    JoinGroup,
    LeaveGroup,
    TeachGroup,
)

__all__ = [
    "CorrectGroupJoining", "CorrectGroupLeaving", "CorrectGroupTeaching", "FormGroup", "JoinGroup", "LeaveGroup",
    "TeachGroup", "decide", "groups",
]  # fmt: skip


class Turn(NamedTuple):
    """That a pupil joined a group from a day on or, on their last day, left it; and the entry that says so."""

    entry: int
    joined: bool
    day: date


class Taught(NamedTuple):
    """A time in which somebody teaches a group, and the entry that says so."""

    entry: int
    days: Teaching


class Member(NamedTuple):
    """A pupil's place: since when, while they have it; and the last day of the time before."""

    since: date | None
    left: date | None


@dataclass(frozen=True, slots=True)
class Group:
    """What the group is, what happened to each pupil's place in it, when each teaches it, and what was put right."""

    formed: GroupFormed | None = None
    turns: Mapping[bytes, tuple[Turn, ...]] = field(default_factory=dict)
    taught: Mapping[bytes, tuple[Taught, ...]] = field(default_factory=dict)
    replaced: Mapping[bytes, Mapping[int, date | None]] = field(default_factory=dict)
    """Of each pupil, to which day each wrong entry was put; to None: it was not so."""
    retaught: Mapping[bytes, Mapping[int, Teaching | None]] = field(default_factory=dict)

    def member(self, pupil: bytes) -> Member | None:
        """Give a pupil's place."""
        return _member(self.turns.get(pupil, ()))


def _member(turns: Sequence[Turn]) -> Member | None:
    known: Member | None = None
    for turn in turns:
        if not turn.joined:
            known = Member(None, turn.day)
        elif known is None:
            known = Member(turn.day, None)
        else:
            known = Member(turn.day if known.since is None else min(turn.day, known.since), known.left)
    return known


def evolve(state: Group, event: Event, index: int) -> Group:
    """Fold one event."""
    match event:
        case GroupFormed():
            return replace(state, formed=event)
        case GroupJoined() | GroupLeft():
            turn = Turn(index, isinstance(event, GroupJoined), event.date)
            turned = {pupil: (*state.turns.get(pupil, ()), turn) for pupil in event.parts}
            return replace(state, turns={**state.turns, **turned})
        case GroupJoiningCorrected():
            return _turned(state, event, index, event.joined)
        case GroupLeavingCorrected():
            return _turned(state, event, index, event.left)
        case GroupTaughtBy():
            now = Taught(index, Teaching(since=event.valid_on, until=event.until))
            before = (one for one in state.taught.get(event.subject, ()) if one.days.since != event.valid_on)
            return replace(state, taught={**state.taught, event.subject: (*before, now)})
        case GroupTeachingCorrected():
            rest = (one for one in state.taught.get(event.subject, ()) if one.entry != event.corrects)
            right = (Taught(index, event.teaching),) if event.teaching else ()
            replaced = {**state.retaught.get(event.subject, {}), event.corrects: event.teaching}
            return replace(
                state, taught={**state.taught, event.subject: (*rest, *right)},
                retaught={**state.retaught, event.subject: replaced},
            )  # fmt: skip
        case _:
            return state


def _turned(
    state: Group, event: GroupJoiningCorrected | GroupLeavingCorrected, index: int, right: date | None
) -> Group:  # fmt: skip
    pupil = event.subject
    turns = put(state.turns.get(pupil, ()), event.corrects, right, index)
    replaced = {**state.replaced.get(pupil, {}), event.corrects: right}
    return replace(state, turns={**state.turns, pupil: turns}, replaced={**state.replaced, pupil: replaced})


def put(turns: Sequence[Turn], wrong: int, right: date | None, entry: int) -> tuple[Turn, ...]:
    """Give what happened to a place with the day of one entry put right; without a day it did not happen."""
    return tuple(
        one if one.entry != wrong else Turn(entry, one.joined, right or one.day)
        for one in turns
        if one.entry != wrong or right is not None
    )


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
        case CorrectGroupJoining():
            return _correct_turn(command, state, command.joined)
        case CorrectGroupLeaving():
            return _correct_turn(command, state, command.left)
        case CorrectGroupTeaching():
            return _correct_teaching(command, state)
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
        known = state.member(pupil)
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
    known = {pupil: member for pupil in command.pupils if (member := state.member(pupil)) is not None}
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
    wanted = Teaching(since=command.valid_on, until=command.until)
    spells = [one.days for one in state.taught.get(command.staff, ())]
    if wanted in spells:
        return Decided()
    if any(_overlap(one, wanted) for one in spells if one.since != wanted.since):
        # Ending one of two times that overlap would leave the other, and with it what a teacher may see.
        raise Refused(
            "This member of staff already teaches the group on some of these days, from another first day on. Send "
            "that first day again with its last day, then the new time."
        )
    return Decided(
        [GroupTaughtBy(subject=command.staff, group=command.group, valid_on=command.valid_on, until=command.until)]
    )


def _overlap(one: Teaching, other: Teaching) -> bool:
    begins_before_its_end = one.until is None or other.since <= one.until
    ends_after_its_start = other.until is None or one.since <= other.until
    return begins_before_its_end and ends_after_its_start


def _correct_turn(command: CorrectGroupJoining | CorrectGroupLeaving, state: Group, right: date | None) -> Decided:
    turns, is_joining = state.turns.get(command.pupil, ()), isinstance(command, CorrectGroupJoining)
    told = Told(
        {one.entry: one.day for one in turns if one.joined is is_joining}, state.replaced.get(command.pupil, {})
    )
    if not told.is_news(command.wrong, right):
        return Decided()
    if _is_odd(put(turns, command.wrong, right, command.wrong)) and not _is_odd(turns):
        raise Refused(
            "With that day the pupil would have left the group before joining it, or joined it again before leaving. "
            "Look up when they joined and left, and correct the entry that is wrong."
        )
    about: dict[str, Any] = {
        "subject": command.pupil, "valid_on": right or told.standing[command.wrong], "group": command.group,
        "corrects": command.wrong, "reason": command.reason, "evidence": command.evidence,
    }  # fmt: skip
    if isinstance(command, CorrectGroupJoining):
        return Decided([GroupJoiningCorrected(**about, joined=right)])
    return Decided([GroupLeavingCorrected(**about, left=right)])


def _is_odd(turns: Sequence[Turn]) -> bool:
    """Whether somebody leaves before joining, or joins again by the day of leaving."""
    for place, turn in enumerate(turns):
        known = _member(turns[:place])
        if known is None:
            continue
        if turn.joined and known.left is not None and turn.day <= known.left:
            return True
        if not turn.joined and known.since is not None and turn.day < known.since:
            return True
    return False


def _correct_teaching(command: CorrectGroupTeaching, state: Group) -> Decided:
    right, spells = command.teaching, state.taught.get(command.staff, ())
    told = Told({one.entry: one.days for one in spells}, state.retaught.get(command.staff, {}))
    if not told.is_news(command.wrong, right):
        return Decided()
    if right is not None and right.until is not None and right.until < right.since:
        raise Refused("The last day of teaching is before the first. Check both dates.")
    if right is not None and any(_overlap(one.days, right) for one in spells if one.entry != command.wrong):
        raise Refused("This member of staff already teaches the group on some of these days. Correct that time first.")
    corrected = GroupTeachingCorrected(
        subject=command.staff, valid_on=(right or told.standing[command.wrong]).since, group=command.group,
        teaching=right, corrects=command.wrong, reason=command.reason, evidence=command.evidence,
    )  # fmt: skip
    return Decided([corrected])


def _shown(pupils: Sequence[bytes]) -> list[str]:
    return [id_text(pupil) for pupil in pupils]


groups: Final = Decider(
    "records",
    Group(),
    evolve,
    decide,
    commands=(
        FormGroup,
        JoinGroup,
        LeaveGroup,
        TeachGroup,
        CorrectGroupJoining,
        CorrectGroupLeaving,
        CorrectGroupTeaching,
    ),
    categories=("enrolment",),
)

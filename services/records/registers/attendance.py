"""Attendance. Whose mark is taken shows in the header, so a fresh register is decided without opening anything."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, Final, TypeAlias

from pydantic import Field

from events.codes.attendance import AttendanceCode, Session, fits_session, why_not_in_force
from events.identifiers import GroupId, SubjectId
from events.model import PARTS_MAX, Event, Text200
from events.records.attendance import Amendment, Mark, RegisterAmended, RegisterTaken
from ledger.decider import Command, Decided, Decider, Refused, Stream


class Outcome(StrEnum):
    """What came of one pupil's mark, and what to do about it."""

    TAKEN = "taken"
    UNCHANGED = "unchanged"
    AMENDED = "amended"
    SEND_AN_AMENDMENT = "already marked otherwise: send an amendment with a reason"


LATE: Final = frozenset({"L", "U"})
"""Codes of a pupil who came after the session began: late before the register closed, or after it."""


class _OfSession(Command):
    scope: ClassVar[str] = "attendance:write"
    purpose: ClassVar[str] = "attendance-register"

    date: date
    session: Session

    @property
    def stream(self) -> Stream:
        """A school's session is one stream, whichever classes take their registers in it."""
        return Stream("register", self.date, self.session)


class TakeRegister(_OfSession):
    """Mark the pupils of a group, some or all of them."""

    group: GroupId
    marks: Annotated[dict[SubjectId, Mark], Field(min_length=1, max_length=PARTS_MAX)]

    @property
    def about(self) -> tuple[bytes, ...]:
        """The pupils who are marked: only an entry about one of them makes the decision stale."""
        return tuple(self.marks)


class AmendMark(_OfSession):
    """Replace one pupil's mark; ``reason`` is what the register must show beside both.

    School Attendance (Pupil Registration) (England) Regulations 2024, reg 6.
    """

    pupil: SubjectId
    code: AttendanceCode
    reason: Text200

    @property
    def about(self) -> tuple[bytes, ...]:
        """The one pupil."""
        return (self.pupil,)


State: TypeAlias = Mapping[bytes, str]
"""The codes of the pupils whom the command names."""


def evolve(state: State, event: Event, index: int) -> State:  # noqa: ARG001  # the same shape in every aggregate
    """Fold one event of the session."""
    match event:
        case RegisterTaken() | RegisterAmended():
            return {**state, **{pupil: part.code for pupil, part in event.parts.items()}}
        case _:
            return state


def decide(command: Command, state: State) -> Decided:
    """Decide a register or an amendment."""
    match command:
        case TakeRegister():
            return take(command, state)
        case AmendMark():
            return amend(command, state)
        case _:
            return Decided()


def take(command: TakeRegister, state: State) -> Decided:
    """One child already marked by the office must not stop the other twenty-nine: an outcome each."""
    for mark in command.marks.values():
        _refuse_unfit(mark.code, command)
        if mark.minutes_late is not None and mark.code not in LATE:
            raise Refused("Minutes late go only with the codes L and U. Leave them out, or mark the pupil late.")
    outcomes = {pupil: _outcome(state.get(pupil), mark.code) for pupil, mark in command.marks.items()}
    fresh = {pupil: command.marks[pupil] for pupil, outcome in outcomes.items() if outcome is Outcome.TAKEN}
    if not fresh:
        return Decided(outcomes=outcomes)
    taken = RegisterTaken(group=command.group, date=command.date, session=command.session, parts=fresh)
    return Decided([taken], outcomes)


def amend(command: AmendMark, state: State) -> Decided:
    """What it was, what it is and why, so that both marks can be printed side by side."""
    _refuse_unfit(command.code, command)
    was = state.get(command.pupil)
    if was is None:
        raise Refused("This session has no mark for this pupil yet. Take the register first, then amend it.")
    if was == command.code:
        return Decided(outcomes={command.pupil: Outcome.UNCHANGED})
    part = Amendment(was=was, code=command.code, reason=command.reason)
    amended = RegisterAmended(date=command.date, session=command.session, parts={command.pupil: part})
    return Decided([amended], {command.pupil: Outcome.AMENDED})


def _outcome(current: str | None, wanted: str) -> Outcome:
    if current is None:
        return Outcome.TAKEN
    return Outcome.UNCHANGED if current == wanted else Outcome.SEND_AN_AMENDMENT  # Connectors retry.


def _refuse_unfit(code: str, command: _OfSession) -> None:
    reason = why_not_in_force(code, command.date)
    if reason is not None:
        raise Refused(reason)
    if not fits_session(code, command.session):
        raise Refused(
            "The code / is for morning sessions and \\ for afternoon sessions. Send the one that fits the session."
        )


attendance: Final[Decider[State]] = Decider(
    "records", {}, evolve, decide, commands=(TakeRegister, AmendMark), categories=("attendance",)
)

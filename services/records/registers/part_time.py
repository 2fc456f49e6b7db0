"""Temporary part-time timetables: agreed, agreed anew, ended, corrected. They propose a code, and are never marks."""

from datetime import date
from typing import ClassVar, Final

from events.codes.attendance import why_not_in_force
from events.codes.week import WEEK, in_order
from events.identifiers import SubjectId
from events.model import Text200
from events.records.part_time import (
    PartTimeAgreed,
    PartTimeCorrected,
    PartTimeEnded,
    PartTimeTimetable,
    PartTimeWithdrawn,
)
from ledger.decider import Command, Decided, Decider, Refused, Stream
from services.agreements import Days, Kind, Standing

CODE: Final = "C2"
"""What a register is offered for a session that is not attended."""
DAYS_MAX: Final = 366
"""Days of one agreement: it is temporary by law, and a longer one is a slip of the pen."""


class _AboutPupil(Command):
    scope: ClassVar[str] = "attendance:write"
    purpose: ClassVar[str] = "attendance-register"

    pupil: SubjectId
    valid_on: date

    @property
    def stream(self) -> Stream:
        """A pupil's part-time timetables are a stream of their own."""
        return Stream("part-time", self.pupil)


class AgreePartTime(_AboutPupil):
    """The pupil attends these sessions of a week, from ``valid_on`` until a last day; a later one takes its place."""

    timetable: PartTimeTimetable
    until: date


class EndPartTime(_AboutPupil):
    """The timetable of that day ended with it."""


class CorrectPartTime(_AboutPupil):
    """The timetable recorded from ``started`` had been wrong; it was this one, from ``valid_on`` to ``until``."""

    started: date
    timetable: PartTimeTimetable
    until: date
    reason: Text200
    evidence: Text200 | None = None


class WithdrawPartTime(_AboutPupil):
    """The timetable recorded from ``valid_on`` was never agreed for this pupil."""

    reason: Text200
    evidence: Text200 | None = None


KIND: Final[Kind[PartTimeTimetable]] = Kind(
    "timetable", PartTimeAgreed, PartTimeEnded, PartTimeCorrected, PartTimeWithdrawn,
    none_began="No part-time timetable of this pupil is recorded from that day. Look up its first day.",
)  # fmt: skip
"""A part-time timetable as an agreement; by law it has a last day."""


def decide(command: Command, state: Standing[PartTimeTimetable]) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    match command:
        case AgreePartTime():
            return KIND.begin(state, _days(command))
        case CorrectPartTime():
            return KIND.correct(state, command.started, _days(command), command.reason, command.evidence)
        case EndPartTime():
            return KIND.end(state, command.pupil, command.valid_on)
        case WithdrawPartTime():
            return KIND.withdraw(state, command.pupil, command.valid_on, command.reason, command.evidence)
        case _:
            return Decided()


def _days(command: AgreePartTime | CorrectPartTime) -> Days[PartTimeTimetable]:
    timetable = command.timetable.model_copy(update={"attends": in_order(command.timetable.attends)})
    _refuse_unfit(command, timetable)
    return Days(command.pupil, command.valid_on, command.until, timetable)


def _refuse_unfit(command: AgreePartTime | CorrectPartTime, timetable: PartTimeTimetable) -> None:
    first, last = command.valid_on, command.until
    if last < first or (last - first).days > DAYS_MAX:
        raise Refused("The last day should not be before the first, and at most a year later. Check the two dates.")
    if not first <= timetable.review_on <= last:
        raise Refused("The day of review should lie between the first and the last day. Check the three dates.")
    if len(timetable.attends) == len(WEEK):
        raise Refused("These are all the sessions of a week, so nothing is part-time. Leave out those not attended.")
    for day in (first, last):
        reason = why_not_in_force(CODE, day)
        if reason is not None:
            raise Refused(reason)


part_time: Final[Decider[Standing[PartTimeTimetable]]] = Decider(
    "records", Standing(), KIND.evolve, decide,
    commands=(AgreePartTime, EndPartTime, CorrectPartTime, WithdrawPartTime), categories=("attendance",),
)  # fmt: skip

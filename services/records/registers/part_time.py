"""Temporary part-time timetables: agreed, agreed anew, ended, corrected. They propose a code, and are never marks."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, Final

from events.codes.attendance import why_not_in_force
from events.codes.week import WEEK, in_order
from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.part_time import (
    PartTimeAgreed,
    PartTimeCorrected,
    PartTimeEnded,
    PartTimeTimetable,
    PartTimeWithdrawn,
)
from ledger.decider import Command, Decided, Decider, Refused, Stream
from services.episodes import Episode, beginning, begun, ends, is_new, over, righted, to_correct, to_end

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


@dataclass(frozen=True, slots=True)
class PartTime:
    """The timetables that stand, and the first days of those withdrawn."""

    agreed: tuple[Episode[PartTimeTimetable], ...] = ()
    withdrawn: frozenset[date] = frozenset()


def evolve(state: PartTime, event: Event, index: int) -> PartTime:
    """Fold one event."""
    match event:
        case PartTimeAgreed():
            item = Episode(event.timetable, event.valid_on, event.until, index)
            return replace(state, agreed=begun(state.agreed, item))
        case PartTimeEnded():
            return replace(state, agreed=over(state.agreed, event.started, event.valid_on))
        case PartTimeCorrected():
            item = Episode(event.timetable, event.valid_on, event.until, index)
            return replace(state, agreed=righted(state.agreed, item, event.corrects))
        case PartTimeWithdrawn():
            rest = tuple(one for one in state.agreed if one.entry != event.corrects)
            return PartTime(rest, state.withdrawn | {event.valid_on})
        case _:
            return state


def decide(command: Command, state: PartTime) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    match command:
        case AgreePartTime() | CorrectPartTime():
            events = _agreed(command, state)
        case EndPartTime():
            over_now, said = to_end(state.agreed, command.valid_on, agreed=True), _about(command)
            return ends(over_now, lambda one: PartTimeEnded(**said, started=one.since))
        case WithdrawPartTime():
            events = _withdrawn(command, state)
        case _:
            events = []
    return Decided(events)


def _about(command: _AboutPupil) -> dict[str, Any]:
    return {"subject": command.pupil, "valid_on": command.valid_on}


def _agreed(command: AgreePartTime | CorrectPartTime, state: PartTime) -> list[Event]:
    timetable = command.timetable.model_copy(update={"attends": in_order(command.timetable.attends)})
    _refuse_unfit(command, timetable)
    said: dict[str, Any] = {**_about(command), "timetable": timetable, "until": command.until}
    if isinstance(command, AgreePartTime):
        is_news = is_new(state.agreed, timetable, command.valid_on, command.until)
        return [PartTimeAgreed(**said)] if is_news else []
    wrong = to_correct(state.agreed, command.started, Episode(timetable, command.valid_on, command.until, 0))
    why: dict[str, Any] = {"reason": command.reason, "evidence": command.evidence}
    return [PartTimeCorrected(**said, corrects=one.entry, **why) for one in wrong]


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


def _withdrawn(command: WithdrawPartTime, state: PartTime) -> list[Event]:
    wrong = beginning(state.agreed, command.valid_on)
    if wrong is None:
        if command.valid_on in state.withdrawn:
            return []
        raise Refused("No part-time timetable of this pupil is recorded from that day. Look up its first day.")
    return [PartTimeWithdrawn(**_about(command), corrects=wrong.entry, reason=command.reason)]


part_time: Final = Decider(
    "records", PartTime(), evolve, decide,
    commands=(AgreePartTime, EndPartTime, CorrectPartTime, WithdrawPartTime), categories=("attendance",),
)  # fmt: skip

"""Planned absences: noted and withdrawn by the office. They propose codes, and are never marks."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Final, Literal

from events.codes.attendance import AttendanceClass, AttendanceCode, attendance_code, why_not_in_force
from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.planned_absence import AbsencePlanned, AbsenceWithdrawn
from ledger.decider import Command, Decided, Decider, Refused, Stream

DAYS_MAX: Final = 366
"""Days that one plan may cover: a school year. A longer one is a slip of the pen."""
_ABSENT: Final = frozenset({AttendanceClass.AUTHORISED, AttendanceClass.UNAUTHORISED, AttendanceClass.NOT_POSSIBLE})
_AWAY: Final = _ABSENT | {AttendanceClass.EDUCATION}


class _AboutPupil(Command):
    scope: ClassVar[str] = "attendance:write"
    purpose: ClassVar[str] = "attendance-register"

    pupil: SubjectId
    valid_on: date

    @property
    def stream(self) -> Stream:
        """A pupil's plans are a stream of their own."""
        return Stream("planned-absences", self.pupil)


class PlanAbsence(_AboutPupil):
    """``valid_on`` is the first day away, ``until`` the last; ``code`` is what the register will be offered."""

    until: date
    sessions: Literal["AM", "PM", "both"] = "both"
    code: AttendanceCode
    reason: Text200


class WithdrawAbsence(_AboutPupil):
    """``plan`` is the entry that planned it, ``valid_on`` its first day."""

    plan: int
    reason: Text200


@dataclass(frozen=True, slots=True)
class Plans:
    """The plans that stand, by their entries, and the entries of those withdrawn."""

    standing: tuple[tuple[int, AbsencePlanned], ...] = ()
    withdrawn: frozenset[int] = frozenset()


def evolve(state: Plans, event: Event, index: int) -> Plans:
    """Fold one event."""
    match event:
        case AbsencePlanned():
            return replace(state, standing=(*state.standing, (index, event)))
        case AbsenceWithdrawn():
            rest = tuple(one for one in state.standing if one[0] != event.plan)
            return Plans(rest, state.withdrawn | {event.plan})
        case _:
            return state


def decide(command: Command, state: Plans) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    match command:
        case PlanAbsence():
            return _plan(command, state)
        case WithdrawAbsence():
            return _withdraw(command, state)
        case _:
            return Decided()


def _plan(command: PlanAbsence, state: Plans) -> Decided:
    if command.until < command.valid_on or (command.until - command.valid_on).days > DAYS_MAX:
        raise Refused("The last day should not be before the first, and at most a year later. Check the two dates.")
    if attendance_code(command.code).attendance_class not in _AWAY:
        raise Refused("This code does not say that a pupil is away. Choose the code of the absence that is expected.")
    for day in (command.valid_on, command.until):
        reason = why_not_in_force(command.code, day)
        if reason is not None:
            raise Refused(reason)
    planned = AbsencePlanned(
        subject=command.pupil, valid_on=command.valid_on, until=command.until, sessions=command.sessions,
        code=command.code, reason=command.reason,
    )  # fmt: skip
    if any(plan == planned for _, plan in state.standing):
        return Decided()
    if any(_overlap(plan, planned) for _, plan in state.standing):
        raise Refused(
            "Another absence is planned for some of these sessions. Withdraw it first, or choose sessions beside it."
        )
    return Decided([planned])


def _overlap(one: AbsencePlanned, other: AbsencePlanned) -> bool:
    same_days = one.valid_on <= other.until and other.valid_on <= one.until
    return same_days and ("both" in (one.sessions, other.sessions) or one.sessions == other.sessions)


def _withdraw(command: WithdrawAbsence, state: Plans) -> Decided:
    if command.plan in state.withdrawn:
        return Decided()
    plan = next((plan for index, plan in state.standing if index == command.plan), None)
    if plan is None or plan.valid_on != command.valid_on:
        raise Refused("No absence of this pupil is planned under that entry and day. Look it up among their plans.")
    withdrawn = AbsenceWithdrawn(
        subject=command.pupil, valid_on=plan.valid_on, plan=command.plan, reason=command.reason
    )
    return Decided([withdrawn])


planned_absence: Final = Decider(
    "records",
    Plans(),
    evolve,
    decide,
    commands=(PlanAbsence, WithdrawAbsence),
    categories=("attendance",),
    names=("plan",),
)

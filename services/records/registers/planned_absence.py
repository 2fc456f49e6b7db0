"""Planned absences: noted, withdrawn and corrected by the office. They propose codes, and are never marks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar, Final, Literal

from events.codes.attendance import AttendanceClass, AttendanceCode, attendance_code, why_not_in_force
from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.common import EntryIndex
from events.records.planned_absence import AbsencePlanCorrected, AbsencePlanned, AbsenceWithdrawn, Planned
from ledger.decider import Command, Decided, Decider, Refused, Stream

DAYS_MAX: Final = 366
"""Days that one plan may cover: a school year. A longer one is a slip of the pen."""
_ABSENT: Final = frozenset({AttendanceClass.AUTHORISED, AttendanceClass.UNAUTHORISED, AttendanceClass.NOT_POSSIBLE})
_AWAY: Final = _ABSENT | {AttendanceClass.EDUCATION}


_UNKNOWN: Final = "No absence of this pupil is planned under that entry and day. Look it up among their plans."


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


class CorrectAbsence(_AboutPupil):
    """What the entry ``wrong`` planned from ``valid_on`` had been wrong; without ``planned`` nothing was planned."""

    wrong: EntryIndex
    planned: Planned | None = None
    reason: Text200
    evidence: Text200 | None = None


@dataclass(frozen=True, slots=True)
class Plans:
    """The plans that stand, by their entries; the entries of those withdrawn; to what each wrong one was put."""

    standing: tuple[tuple[int, Planned], ...] = ()
    withdrawn: frozenset[int] = frozenset()
    replaced: Mapping[int, Planned | None] = field(default_factory=dict)

    def planned_at(self, entry: int) -> Planned | None:
        """Give the plan of an entry, if it stands."""
        return next((plan for index, plan in self.standing if index == entry), None)


def evolve(state: Plans, event: Event, index: int) -> Plans:
    """Fold one event."""
    match event:
        case AbsencePlanned():
            return replace(state, standing=(*state.standing, (index, _of(event))))
        case AbsenceWithdrawn():
            rest = tuple(one for one in state.standing if one[0] != event.plan)
            return replace(state, standing=rest, withdrawn=state.withdrawn | {event.plan})
        case AbsencePlanCorrected() if state.planned_at(event.corrects):
            rest = tuple(one for one in state.standing if one[0] != event.corrects)
            right = ((index, event.planned),) if event.planned else ()
            return replace(state, standing=(*rest, *right), replaced={**state.replaced, event.corrects: event.planned})
        case _:
            return state


def _of(said: AbsencePlanned | PlanAbsence) -> Planned:
    return Planned(first=said.valid_on, until=said.until, sessions=said.sessions, code=said.code, because=said.reason)


def decide(command: Command, state: Plans) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    match command:
        case PlanAbsence():
            event = _plan(command, state)
        case WithdrawAbsence():
            event = _withdraw(command, state)
        case CorrectAbsence():
            event = _correct(command, state)
        case _:
            event = None
    return Decided([event] if event else [])


def _plan(command: PlanAbsence, state: Plans) -> Event | None:
    wanted = _of(command)
    _refuse_unfit(wanted)
    if any(plan == wanted for _, plan in state.standing):
        return None
    _refuse_overlap(wanted, (plan for _, plan in state.standing))
    return AbsencePlanned(
        subject=command.pupil, valid_on=command.valid_on, until=command.until, sessions=command.sessions,
        code=command.code, reason=command.reason,
    )  # fmt: skip


def _refuse_unfit(wanted: Planned) -> None:
    if wanted.until < wanted.first or (wanted.until - wanted.first).days > DAYS_MAX:
        raise Refused("The last day should not be before the first, and at most a year later. Check the two dates.")
    if attendance_code(wanted.code).attendance_class not in _AWAY:
        raise Refused("This code does not say that a pupil is away. Choose the code of the absence that is expected.")
    for day in (wanted.first, wanted.until):
        reason = why_not_in_force(wanted.code, day)
        if reason is not None:
            raise Refused(reason)


def _refuse_overlap(wanted: Planned, others: Iterable[Planned]) -> None:
    if any(_overlap(plan, wanted) for plan in others):
        raise Refused(
            "Another absence is planned for some of these sessions. Withdraw it first, or choose sessions beside it."
        )


def _overlap(one: Planned, other: Planned) -> bool:
    same_days = one.first <= other.until and other.first <= one.until
    return same_days and ("both" in (one.sessions, other.sessions) or one.sessions == other.sessions)


def _withdraw(command: WithdrawAbsence, state: Plans) -> Event | None:
    if command.plan in state.withdrawn:
        return None
    plan = state.planned_at(command.plan)
    if plan is None or plan.first != command.valid_on:
        raise Refused(_UNKNOWN)
    return AbsenceWithdrawn(subject=command.pupil, valid_on=plan.first, plan=command.plan, reason=command.reason)


def _correct(command: CorrectAbsence, state: Plans) -> Event | None:
    if command.wrong in state.withdrawn:
        raise Refused("This plan was withdrawn. Plan the absence anew if it happens after all.")
    known = state.planned_at(command.wrong)
    if known is None:
        if command.wrong in state.replaced and state.replaced[command.wrong] == command.planned:
            return None
        raise Refused(_UNKNOWN)
    if known.first != command.valid_on:
        raise Refused(_UNKNOWN)
    right = command.planned
    if known == right:
        return None
    if right is not None:
        _refuse_unfit(right)
        _refuse_overlap(right, (plan for index, plan in state.standing if index != command.wrong))
    return AbsencePlanCorrected(
        subject=command.pupil, valid_on=(right or known).first, planned=right, corrects=command.wrong,
        reason=command.reason, evidence=command.evidence,
    )  # fmt: skip


planned_absence: Final = Decider(
    "records",
    Plans(),
    evolve,
    decide,
    commands=(PlanAbsence, WithdrawAbsence, CorrectAbsence),
    categories=("attendance",),
    names=("corrects", "plan"),
)

"""Assessment: a pupil's results, each by what was assessed and on which day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Final, TypeAlias

from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.assessment import Assessed, Result, ResultCorrected, ResultRecorded, ResultWithdrawn
from ledger.decider import Command, Decided, Decider, Refused, Stream
from services.facts import Noted, noted, noted_on, to_correct


class AboutResult(Command):
    """``valid_on`` is the day of the result."""

    scope: ClassVar[str] = "pupils:write"
    purpose: ClassVar[str] = "learning"

    pupil: SubjectId
    valid_on: date
    assessed: Assessed

    @property
    def stream(self) -> Stream:
        """A pupil's results are a stream of their own."""
        return Stream("assessment", self.pupil)


class RecordResult(AboutResult):
    """The pupil was assessed."""

    outcome: Result


class CorrectResult(AboutResult):
    """The result had been wrong; this is right."""

    outcome: Result
    reason: Text200
    evidence: Text200 | None = None


class WithdrawResult(AboutResult):
    """The result of that day is not to stand."""

    reason: Text200
    evidence: Text200 | None = None


Results: TypeAlias = tuple[Noted[Result], ...]


@dataclass(frozen=True, slots=True)
class Assessments:
    """A pupil's results by what was assessed, and the days whose result was withdrawn."""

    results: Mapping[Assessed, Results] = field(default_factory=dict)
    withdrawn: frozenset[tuple[Assessed, date]] = frozenset()


def evolve(state: Assessments, event: Event, index: int) -> Assessments:
    """Fold one event."""
    match event:
        case ResultRecorded() | ResultCorrected():
            corrects = event.corrects if isinstance(event, ResultCorrected) else None
            item = Noted(event.outcome, event.valid_on, index)
            series = noted(state.results.get(event.assessed, ()), item, corrects)
            gone = state.withdrawn - {(event.assessed, event.valid_on)}
            return Assessments({**state.results, event.assessed: series}, gone)
        case ResultWithdrawn():
            series = tuple(one for one in state.results.get(event.assessed, ()) if one.entry != event.corrects)
            gone = state.withdrawn | {(event.assessed, event.valid_on)}
            return Assessments({**state.results, event.assessed: series}, gone)
        case _:
            return state


def decide(command: Command, state: Assessments) -> Decided:
    """Decide a command; one that says what is already known of its day yields no event."""
    match command:
        case RecordResult():
            event: Event | None = _record(command, state.results.get(command.assessed, ()))
        case CorrectResult():
            event = _correct(command, state.results.get(command.assessed, ()))
        case WithdrawResult():
            event = _withdraw(command, state)
        case _:
            event = None
    return Decided([event] if event else [])


def _record(command: RecordResult, series: Results) -> Event | None:
    known = noted_on(series, command.valid_on)
    if known is not None and known.value == command.outcome:
        return None
    if known is not None and known.since == command.valid_on:
        raise Refused("Another result of the same day is recorded. If that one is wrong, correct it with a reason.")
    return ResultRecorded(
        subject=command.pupil, valid_on=command.valid_on, assessed=command.assessed, outcome=command.outcome
    )


def _correct(command: CorrectResult, series: Results) -> Event | None:
    known = noted_on(series, command.valid_on)
    if known is not None and known.value == command.outcome:
        return None
    wrong = to_correct(series, command.valid_on)
    if wrong is None:
        raise Refused("There is no such result to correct. Record it, with the day of the assessment.")
    return ResultCorrected(
        subject=command.pupil, valid_on=command.valid_on, assessed=command.assessed, outcome=command.outcome,
        corrects=wrong.entry, reason=command.reason, evidence=command.evidence,
    )  # fmt: skip


def _withdraw(command: WithdrawResult, state: Assessments) -> Event | None:
    series = state.results.get(command.assessed, ())
    known = next((one for one in reversed(series) if one.since == command.valid_on), None)
    if known is None:
        if (command.assessed, command.valid_on) in state.withdrawn:
            return None
        raise Refused("There is no such result of that day to withdraw. Check the day in the pupil's record.")
    return ResultWithdrawn(
        subject=command.pupil, valid_on=command.valid_on, assessed=command.assessed,
        corrects=known.entry, reason=command.reason, evidence=command.evidence,
    )  # fmt: skip


assessment: Final = Decider(
    "records",
    Assessments(),
    evolve,
    decide,
    commands=(RecordResult, CorrectResult, WithdrawResult),
    categories=("assessment",),
)
"""Results; what a file says is recorded, and never corrects what is known."""

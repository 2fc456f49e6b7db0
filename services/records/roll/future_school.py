"""The future school: to which other school a pupil is to go, and from which day; notified, or corrected."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Final

from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.future_school import FutureSchool, FutureSchoolCorrected, FutureSchoolNotified
from ledger.decider import Command, Decided, Decider, Refused, Stream
from services.facts import Noted, noted, noted_on, to_correct


class _AboutPupil(Command):
    scope: ClassVar[str] = "pupils:write"
    purpose: ClassVar[str] = "pupil-record"

    pupil: SubjectId
    valid_on: date

    @property
    def stream(self) -> Stream:
        """Where a pupil is to go is a stream of its own."""
        return Stream("future-school", self.pupil)


class NotifyFutureSchool(_AboutPupil):
    """The school was told on ``valid_on`` where the pupil is to go, or (None) that the pupil is to stay after all."""

    future: FutureSchool | None


class CorrectFutureSchool(_AboutPupil):
    """What the school is recorded to have been told by ``valid_on`` had been wrong."""

    future: FutureSchool | None
    reason: Text200
    evidence: Text200 | None = None


@dataclass(frozen=True, slots=True)
class Futures:
    """What was told of a future school, by the day on which it was told."""

    told: tuple[Noted[FutureSchool | None], ...] = ()


def evolve(state: Futures, event: Event, index: int) -> Futures:
    """Fold one event."""
    match event:
        case FutureSchoolNotified():
            return Futures(noted(state.told, Noted(event.future, event.valid_on, index)))
        case FutureSchoolCorrected():
            return Futures(noted(state.told, Noted(event.future, event.valid_on, index), event.corrects))
        case _:
            return state


def decide(command: Command, state: Futures) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    if not isinstance(command, NotifyFutureSchool | CorrectFutureSchool):
        return Decided()
    known = noted_on(state.told, command.valid_on)
    if (known.value if known is not None else None) == command.future:
        return Decided()
    said: dict[str, Any] = {"subject": command.pupil, "valid_on": command.valid_on, "future": command.future}
    if isinstance(command, NotifyFutureSchool):
        return Decided([FutureSchoolNotified(**said)])
    wrong = to_correct(state.told, command.valid_on)
    if wrong is None:
        raise Refused("No future school is recorded for this pupil, so there is none to correct. Record it first.")
    why: dict[str, Any] = {"reason": command.reason, "evidence": command.evidence}
    return Decided([FutureSchoolCorrected(**said, corrects=wrong.entry, **why)])


future_school: Final = Decider(
    "records", Futures(), evolve, decide, commands=(NotifyFutureSchool, CorrectFutureSchool), categories=("enrolment",)
)

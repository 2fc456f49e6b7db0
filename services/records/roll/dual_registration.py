"""Dual registration: the other school and the sessions attended there, from a first to a last day; or corrected."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, Final

from events.codes.week import in_order
from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.dual_registration import (
    DualRegistrationCorrected,
    DualRegistrationEnded,
    DualRegistrationRecorded,
    DualRegistrationWithdrawn,
    OtherSchool,
)
from ledger.decider import Command, Decided, Decider, Refused, Stream
from services.episodes import Episode, beginning, begun, ends, is_new, over, righted, to_correct, to_end


class _AboutPupil(Command):
    scope: ClassVar[str] = "pupils:write"
    purpose: ClassVar[str] = "pupil-record"

    pupil: SubjectId
    valid_on: date

    @property
    def stream(self) -> Stream:
        """A pupil's dual registrations are a stream of their own."""
        return Stream("dual-registration", self.pupil)


class RecordDualRegistration(_AboutPupil):
    """The pupil is registered there too, from ``valid_on`` on; other sessions from a later day are recorded anew."""

    other: OtherSchool
    until: date | None = None


class EndDualRegistration(_AboutPupil):
    """The dual registration of that day ended with it."""


class CorrectDualRegistration(_AboutPupil):
    """What is recorded from ``started`` had been wrong; it was this, from ``valid_on`` to ``until``."""

    started: date
    other: OtherSchool
    until: date | None = None
    reason: Text200
    evidence: Text200 | None = None


class WithdrawDualRegistration(_AboutPupil):
    """The dual registration recorded from ``valid_on`` never was this pupil's."""

    reason: Text200


@dataclass(frozen=True, slots=True)
class Dual:
    """The dual registrations that stand, and the first days of those withdrawn."""

    others: tuple[Episode[OtherSchool], ...] = ()
    withdrawn: frozenset[date] = frozenset()


def evolve(state: Dual, event: Event, index: int) -> Dual:
    """Fold one event."""
    match event:
        case DualRegistrationRecorded():
            item = Episode(event.other, event.valid_on, event.until, index)
            return replace(state, others=begun(state.others, item))
        case DualRegistrationEnded():
            return replace(state, others=over(state.others, event.started, event.valid_on))
        case DualRegistrationCorrected():
            item = Episode(event.other, event.valid_on, event.until, index)
            return replace(state, others=righted(state.others, item, event.corrects))
        case DualRegistrationWithdrawn():
            rest = tuple(one for one in state.others if one.entry != event.corrects)
            return Dual(rest, state.withdrawn | {event.valid_on})
        case _:
            return state


def decide(command: Command, state: Dual) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    match command:
        case RecordDualRegistration() | CorrectDualRegistration():
            events = _recorded(command, state)
        case EndDualRegistration():
            over_now, said = to_end(state.others, command.valid_on, agreed=True), _about(command)
            return ends(over_now, lambda one: DualRegistrationEnded(**said, started=one.since))
        case WithdrawDualRegistration():
            events = _withdrawn(command, state)
        case _:
            events = []
    return Decided(events)


def _about(command: _AboutPupil) -> dict[str, Any]:
    return {"subject": command.pupil, "valid_on": command.valid_on}


def _recorded(command: RecordDualRegistration | CorrectDualRegistration, state: Dual) -> list[Event]:
    other = command.other.model_copy(update={"attends": in_order(command.other.attends)})
    said: dict[str, Any] = {**_about(command), "other": other, "until": command.until}
    if isinstance(command, RecordDualRegistration):
        is_news = is_new(state.others, other, command.valid_on, command.until)
        return [DualRegistrationRecorded(**said)] if is_news else []
    wrong = to_correct(state.others, command.started, Episode(other, command.valid_on, command.until, 0))
    why: dict[str, Any] = {"reason": command.reason, "evidence": command.evidence}
    return [DualRegistrationCorrected(**said, corrects=one.entry, **why) for one in wrong]


def _withdrawn(command: WithdrawDualRegistration, state: Dual) -> list[Event]:
    wrong = beginning(state.others, command.valid_on)
    if wrong is None:
        if command.valid_on in state.withdrawn:
            return []
        raise Refused("No dual registration of this pupil is recorded from that day. Look up its first day.")
    return [DualRegistrationWithdrawn(**_about(command), corrects=wrong.entry, reason=command.reason)]


dual_registration: Final = Decider(
    "records", Dual(), evolve, decide,
    commands=(
        RecordDualRegistration, EndDualRegistration, CorrectDualRegistration, WithdrawDualRegistration,
    ),
    categories=("enrolment",),
)  # fmt: skip

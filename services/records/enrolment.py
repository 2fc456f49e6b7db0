"""Enrolment: a pupil's starting day, what they are enrolled as, and their last day."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Final

from events.codes.people import EnrolmentStatus, NcYear
from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.enrolment import Enrolled, PupilLeft
from ledger.decider import Command, Decided, Decider, Refused, Stream
from services.facts import Noted, noted, noted_on


class _AboutPupil(Command):
    scope: ClassVar[str] = "pupils:write"
    purpose: ClassVar[str] = "pupil-record"

    pupil: SubjectId
    valid_on: date

    @property
    def stream(self) -> Stream:
        """A pupil's enrolment is a stream of its own."""
        return Stream("enrolment", self.pupil)


class Enrol(_AboutPupil):
    """``valid_on`` is the starting day, or the day from which status or year group are these."""

    status: EnrolmentStatus
    year_group: NcYear


class Leave(_AboutPupil):
    """``valid_on`` is the last day on the roll; a status or year group that would have begun later never does."""

    reason: Text200


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Status and year group of the present time on the roll, by the day; and how the time before it ended."""

    now: tuple[Noted[tuple[str, str]], ...] = ()
    left: date | None = None
    reason: str | None = None


def evolve(state: Enrolment, event: Event, index: int) -> Enrolment:
    """Fold one event."""
    match event:
        case Enrolled():
            spell = Noted((event.status, event.year_group), event.valid_on, index)
            return replace(state, now=noted(state.now, spell))
        case PupilLeft():
            return Enrolment((), event.valid_on, event.reason)
        case _:
            return state


def decide(command: Command, state: Enrolment) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    match command:
        case Enrol():
            return _enrol(command, state)
        case Leave():
            return _leave(command, state)
        case _:
            return Decided()


def _enrol(command: Enrol, state: Enrolment) -> Decided:
    if state.left is not None and command.valid_on <= state.left:
        raise Refused("The starting day is not after the pupil's last day here. Check both dates.")
    known = noted_on(state.now, command.valid_on)
    if known is not None and known.value == (command.status, command.year_group):
        return Decided()
    enrolled = Enrolled(
        subject=command.pupil, valid_on=command.valid_on, status=command.status, year_group=command.year_group
    )
    return Decided([enrolled])


def _leave(command: Leave, state: Enrolment) -> Decided:
    if not state.now:
        if (state.left, state.reason) == (command.valid_on, command.reason):
            return Decided()
        if state.left is not None:
            raise Refused(
                "This pupil's last day is already recorded, with another date or reason. If the pupil came back, enrol "
                "them again first."
            )
        raise Refused("This pupil is not on the roll, so there is no last day to record. Enrol the pupil first.")
    if command.valid_on < min(spell.since for spell in state.now):
        raise Refused("The last day is before the starting day. Check both dates.")
    return Decided([PupilLeft(subject=command.pupil, valid_on=command.valid_on, reason=command.reason)])


enrolment: Final = Decider(
    "records", Enrolment(), evolve, decide,
    commands=(Enrol, Leave),
    categories=("enrolment",),
)  # fmt: skip

"""Enrolment: a pupil's starting day, what they are enrolled as, and their last day."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from events.codes.people import EnrolmentStatus, NcYear
from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records import Enrolled, PupilLeft
from ledger.decider import Command, Decided, Decider, Refused, Stream


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
    """``valid_on`` is the last day on the roll."""

    reason: Text200


@dataclass(frozen=True, slots=True)
class Enrolment:
    """The newest enrolment: since when, as what, and until when."""

    since: date | None = None
    status: str | None = None
    year_group: str | None = None
    left: date | None = None


def evolve(state: Enrolment, event: Event, index: int) -> Enrolment:  # noqa: ARG001  # the same shape in every aggregate
    """Fold one event."""
    match event:
        case Enrolled():
            return Enrolment(event.valid_on, event.status, event.year_group)
        case PupilLeft():
            return Enrolment(state.since, state.status, state.year_group, event.valid_on)
        case _:
            return state


def decide(command: Command, state: Enrolment) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    match command:
        case Enrol():
            if state.left is None and (state.status, state.year_group) == (command.status, command.year_group):
                return Decided()
            if state.left is not None and command.valid_on <= state.left:
                raise Refused("The starting day is not after the pupil's last day here. Check both dates.")
            return Decided(
                [
                    Enrolled(
                        subject=command.pupil,
                        valid_on=command.valid_on,
                        status=command.status,
                        year_group=command.year_group,
                    )
                ]
            )
        case Leave():
            if state.left == command.valid_on:
                return Decided()
            if state.since is None or state.left is not None:
                raise Refused("This pupil is not on the roll, so there is no last day to record.")
            if command.valid_on < state.since:
                raise Refused("The last day is before the starting day. Check both dates.")
            return Decided([PupilLeft(subject=command.pupil, valid_on=command.valid_on, reason=command.reason)])
        case _:
            return Decided()


enrolment: Final = Decider("records", Enrolment(), evolve, decide)

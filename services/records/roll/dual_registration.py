"""Dual registration: the other school and the sessions attended there, from a first to a last day; or corrected."""

from datetime import date
from typing import ClassVar, Final

from events.codes.week import in_order
from events.identifiers import SubjectId
from events.model import Text200
from events.records.dual_registration import (
    DualRegistrationCorrected,
    DualRegistrationEnded,
    DualRegistrationRecorded,
    DualRegistrationWithdrawn,
    OtherSchool,
)
from ledger.decider import Command, Decided, Decider, Stream
from services.agreements import Days, Kind, Standing


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
    evidence: Text200 | None = None


KIND: Final[Kind[OtherSchool]] = Kind(
    "other", DualRegistrationRecorded, DualRegistrationEnded, DualRegistrationCorrected, DualRegistrationWithdrawn,
    none_began="No dual registration of this pupil is recorded from that day. Look up its first day.",
)  # fmt: skip
"""Dual registration as an agreement; it need not have a last day."""


def decide(command: Command, state: Standing[OtherSchool]) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    match command:
        case RecordDualRegistration():
            return KIND.begin(state, _days(command))
        case CorrectDualRegistration():
            return KIND.correct(state, command.started, _days(command), command.reason, command.evidence)
        case EndDualRegistration():
            return KIND.end(state, command.pupil, command.valid_on)
        case WithdrawDualRegistration():
            return KIND.withdraw(state, command.pupil, command.valid_on, command.reason, command.evidence)
        case _:
            return Decided()


def _days(command: RecordDualRegistration | CorrectDualRegistration) -> Days[OtherSchool]:
    other = command.other.model_copy(update={"attends": in_order(command.other.attends)})
    return Days(command.pupil, command.valid_on, command.until, other)


dual_registration: Final[Decider[Standing[OtherSchool]]] = Decider(
    "records", Standing(), KIND.evolve, decide,
    commands=(
        RecordDualRegistration, EndDualRegistration, CorrectDualRegistration, WithdrawDualRegistration,
    ),
    categories=("enrolment",),
)  # fmt: skip

"""A pupil's identity: registered once, changed from a date on, or corrected because it had been wrong."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Final, TypeAlias

from events.codes.people import Sex
from events.identifiers import SubjectId, Upn
from events.model import Event, Text200
from events.records import (
    DateOfBirthCorrected,
    FullName,
    NameChanged,
    NameCorrected,
    PupilRegistered,
    SexCorrected,
    UpnCorrected,
    UpnRecorded,
)
from ledger.decider import Command, Decided, Decider, Identifier, Refused, Stream

UPN: Final = "upn"


class _AboutPupil(Command):
    scope: ClassVar[str] = "pupils:write"
    purpose: ClassVar[str] = "pupil-record"

    pupil: SubjectId
    valid_on: date

    @property
    def stream(self) -> Stream:
        """A pupil's identity is a stream of its own."""
        return Stream("identity", self.pupil)


class RegisterPupil(_AboutPupil):
    """Begin a pupil's record. ``valid_on`` is the day from which the school knows them."""

    full_name: FullName
    date_of_birth: date
    sex: Sex


class ChangeName(_AboutPupil):
    """The pupil is called this from ``valid_on`` on."""

    full_name: FullName


class CorrectName(_AboutPupil):
    """The name had been wrong; this is what it was from ``valid_on`` on."""

    full_name: FullName
    reason: Text200


class CorrectDateOfBirth(_AboutPupil):
    """The date of birth had been wrong."""

    date_of_birth: date
    reason: Text200


class CorrectSex(_AboutPupil):
    """The sex recorded had been wrong."""

    sex: Sex
    reason: Text200


class RecordUpn(_AboutPupil):
    """The pupil's unique pupil number is known."""

    upn: Upn


class CorrectUpn(_AboutPupil):
    """The unique pupil number recorded was not this pupil's."""

    upn: Upn
    reason: Text200


@dataclass(frozen=True, slots=True)
class Identity:
    """What is known, and at which entry: corrections name what they correct."""

    full_name: FullName | None = None
    date_of_birth: date | None = None
    sex: Sex | None = None
    upn: str | None = None
    name_entry: int = 0
    birth_entry: int = 0
    sex_entry: int = 0
    upn_entry: int = 0


_Happened: TypeAlias = (
    PupilRegistered | NameChanged | NameCorrected | DateOfBirthCorrected | SexCorrected | UpnRecorded | UpnCorrected
)


def evolve(state: Identity, event: Event, index: int) -> Identity:
    """Fold one event of the pupil's identity."""
    match event:
        case PupilRegistered():
            return replace(
                state, full_name=event.full_name, date_of_birth=event.date_of_birth, sex=event.sex,
                name_entry=index, birth_entry=index, sex_entry=index,
            )  # fmt: skip
        case NameChanged() | NameCorrected():
            return replace(state, full_name=event.full_name, name_entry=index)
        case DateOfBirthCorrected():
            return replace(state, date_of_birth=event.date_of_birth, birth_entry=index)
        case SexCorrected():
            return replace(state, sex=event.sex, sex_entry=index)
        case UpnRecorded() | UpnCorrected():
            return replace(state, upn=event.upn, upn_entry=index)
        case _:
            return state


def decide(command: Command, state: Identity) -> Decided:
    """Decide a command about a pupil's identity; one that changes nothing yields no event."""
    if isinstance(command, RegisterPupil):
        return _register(command, state)
    if not isinstance(command, _AboutPupil) or state.full_name is None:
        raise Refused("There is no such pupil in this school. Register the pupil first, or look the pupil up again.")
    match command:
        case ChangeName() | CorrectName() if command.full_name == state.full_name:
            return Decided()
        case ChangeName():
            event: _Happened = NameChanged(
                subject=command.pupil, valid_on=command.valid_on, full_name=command.full_name
            )
        case CorrectName():
            event = NameCorrected(
                subject=command.pupil, valid_on=command.valid_on, full_name=command.full_name,
                corrects=state.name_entry, reason=command.reason,
            )  # fmt: skip
        case CorrectDateOfBirth() if command.date_of_birth != state.date_of_birth:
            event = DateOfBirthCorrected(
                subject=command.pupil, valid_on=command.valid_on, date_of_birth=command.date_of_birth,
                corrects=state.birth_entry, reason=command.reason,
            )  # fmt: skip
        case CorrectSex() if command.sex != state.sex:
            event = SexCorrected(
                subject=command.pupil, valid_on=command.valid_on, sex=command.sex,
                corrects=state.sex_entry, reason=command.reason,
            )  # fmt: skip
        case RecordUpn() | CorrectUpn():
            return _number(command, state)
        case _:
            return Decided()
    return Decided([event])


def _register(command: RegisterPupil, state: Identity) -> Decided:
    if state.full_name is None:
        registered = PupilRegistered(
            subject=command.pupil, valid_on=command.valid_on, full_name=command.full_name,
            date_of_birth=command.date_of_birth, sex=command.sex,
        )  # fmt: skip
        return Decided([registered])
    if (state.full_name, state.date_of_birth, state.sex) == (command.full_name, command.date_of_birth, command.sex):
        return Decided()
    raise Refused("This pupil is already registered. Send a change (from a date on) or a correction (it was wrong).")


def _number(command: RecordUpn | CorrectUpn, state: Identity) -> Decided:
    if command.upn == state.upn:
        return Decided()
    claim = Identifier(UPN, command.upn, command.pupil)
    if state.upn is None:
        recorded = UpnRecorded(subject=command.pupil, valid_on=command.valid_on, upn=command.upn)
        return Decided([recorded], claims=[claim])
    if isinstance(command, RecordUpn):
        raise Refused("This pupil already has another UPN. If it was wrong, send a correction with the reason.")
    corrected = UpnCorrected(
        subject=command.pupil, valid_on=command.valid_on, upn=command.upn, corrects=state.upn_entry,
        reason=command.reason,
    )  # fmt: skip
    return Decided([corrected], claims=[claim], releases=[Identifier(UPN, state.upn, command.pupil)])


identity: Final = Decider("records", Identity(), evolve, decide)

"""A pupil's identity: registered once, changed from a date on, or corrected because it had been wrong."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, TypeAlias

from events.codes.people import Sex
from events.identifiers import Upn
from events.model import Event, Text200
from events.records.common import FullName
from events.records.identity import (
    DateOfBirthCorrected,
    NameChanged,
    NameCorrected,
    PupilRegistered,
    SexCorrected,
    UpnCorrected,
    UpnRecorded,
)
from events.records.numbers import UpnMadePermanent
from ledger.decider import Command, Decided, Decider, Identifier, Refused
from services.facts import Noted, noted, noted_on, to_correct
from services.records.pupils import numbers


class RegisterPupil(numbers.AboutPupil):
    """Begin a pupil's record. ``valid_on`` is the day from which the school knows them."""

    full_name: FullName
    date_of_birth: date
    sex: Sex


class ChangeName(numbers.AboutPupil):
    """The pupil is called this from ``valid_on`` on."""

    full_name: FullName


class CorrectName(numbers.AboutPupil):
    """The name had been wrong; this is what it was from ``valid_on`` on."""

    full_name: FullName
    reason: Text200
    evidence: Text200 | None = None


class CorrectDateOfBirth(numbers.AboutPupil):
    """The date of birth had been wrong."""

    date_of_birth: date
    reason: Text200
    evidence: Text200 | None = None


class CorrectSex(numbers.AboutPupil):
    """The sex recorded had been wrong."""

    sex: Sex
    reason: Text200
    evidence: Text200 | None = None


class RecordUpn(numbers.AboutPupil):
    """The pupil's unique pupil number is known."""

    upn: Upn


class CorrectUpn(numbers.AboutPupil):
    """The unique pupil number recorded was not this pupil's."""

    upn: Upn
    reason: Text200
    evidence: Text200 | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """What is known: names by the day, the rest as it has been all along. Nothing before the registration."""

    names: tuple[Noted[FullName], ...] = ()
    born: Noted[date] | None = None
    sex: Noted[Sex] | None = None
    upn: Noted[str] | None = None
    temporary: frozenset[str] = frozenset()
    """The temporary UPNs that the present one came after: still this pupil's."""
    further: numbers.Numbers = field(default_factory=numbers.Numbers)


_Happened: TypeAlias = (
    PupilRegistered | NameChanged | NameCorrected | DateOfBirthCorrected | SexCorrected | UpnRecorded | UpnCorrected
)


def evolve(state: Identity, event: Event, index: int) -> Identity:
    """Fold one event of the pupil's identity."""
    match event:
        case PupilRegistered():
            return replace(
                state, names=noted(state.names, Noted(event.full_name, event.valid_on, index)),
                born=Noted(event.date_of_birth, event.valid_on, index), sex=Noted(event.sex, event.valid_on, index),
            )  # fmt: skip
        case NameChanged():
            return replace(state, names=noted(state.names, Noted(event.full_name, event.valid_on, index)))
        case NameCorrected():
            item = Noted(event.full_name, event.valid_on, index)
            return replace(state, names=noted(state.names, item, event.corrects))
        case DateOfBirthCorrected():
            return replace(state, born=Noted(event.date_of_birth, event.valid_on, index))
        case SexCorrected():
            return replace(state, sex=Noted(event.sex, event.valid_on, index))
        case UpnRecorded() | UpnCorrected():
            return replace(state, upn=Noted(event.upn, event.valid_on, index))
        case UpnMadePermanent():
            temporary = state.temporary | ({state.upn.value} if state.upn else set())
            return replace(state, upn=Noted(event.upn, event.valid_on, index), temporary=temporary)
        case _:
            return replace(state, further=numbers.evolve(state.further, event, index))


def decide(command: Command, state: Identity) -> Decided:
    """Decide a command about a pupil's identity; one that changes nothing yields no event."""
    if isinstance(command, RegisterPupil):
        return _register(command, state)
    if not isinstance(command, numbers.AboutPupil) or not state.names or state.born is None or state.sex is None:
        raise Refused("There is no such pupil in this school. Register the pupil first, or look the pupil up again.")
    match command:
        case ChangeName() | CorrectName():
            return _name(command, state)
        case CorrectDateOfBirth() if command.date_of_birth != state.born.value:
            event: _Happened = DateOfBirthCorrected(
                subject=command.pupil, valid_on=command.valid_on, date_of_birth=command.date_of_birth,
                corrects=state.born.entry, reason=command.reason, evidence=command.evidence,
            )  # fmt: skip
        case CorrectSex() if command.sex != state.sex.value:
            event = SexCorrected(
                subject=command.pupil, valid_on=command.valid_on, sex=command.sex,
                corrects=state.sex.entry, reason=command.reason, evidence=command.evidence,
            )  # fmt: skip
        case RecordUpn() | CorrectUpn():
            return _number(command, state)
        case _:
            upn = state.upn.value if state.upn else None
            return numbers.decide(command, state.further, upn, state.temporary)
    return Decided([event])


def _name(command: ChangeName | CorrectName, state: Identity) -> Decided:
    """A name is compared with, and corrects, the one of the day that the command is about, not the one noted last."""
    known = noted_on(state.names, command.valid_on)
    if known is not None and known.value == command.full_name:
        return Decided()
    if isinstance(command, ChangeName):
        changed = NameChanged(subject=command.pupil, valid_on=command.valid_on, full_name=command.full_name)
        return Decided([changed])
    wrong = to_correct(state.names, command.valid_on)
    corrected = NameCorrected(
        subject=command.pupil, valid_on=command.valid_on, full_name=command.full_name,
        corrects=wrong.entry if wrong else 0, reason=command.reason, evidence=command.evidence,
    )  # fmt: skip
    return Decided([corrected])


def _register(command: RegisterPupil, state: Identity) -> Decided:
    if not state.names:
        registered = PupilRegistered(
            subject=command.pupil, valid_on=command.valid_on, full_name=command.full_name,
            date_of_birth=command.date_of_birth, sex=command.sex,
        )  # fmt: skip
        return Decided([registered])
    name = noted_on(state.names, command.valid_on)
    known = tuple(item.value if item else None for item in (name, state.born, state.sex))
    if known == (command.full_name, command.date_of_birth, command.sex):
        return Decided()
    raise Refused("This pupil is already registered. Send a change (from a date on) or a correction (it was wrong).")


def _number(command: RecordUpn | CorrectUpn, state: Identity) -> Decided:
    if state.upn is not None and command.upn == state.upn.value:
        return Decided()
    claim = Identifier(numbers.UPN, command.upn, command.pupil)
    if state.upn is None:
        recorded = UpnRecorded(subject=command.pupil, valid_on=command.valid_on, upn=command.upn)
        return Decided([recorded], claims=[claim])
    if isinstance(command, RecordUpn):
        raise Refused("This pupil already has another UPN. If it was wrong, send a correction with the reason.")
    corrected = UpnCorrected(
        subject=command.pupil, valid_on=command.valid_on, upn=command.upn, corrects=state.upn.entry,
        reason=command.reason, evidence=command.evidence,
    )  # fmt: skip
    # A number that is this pupil's former one too stays theirs.
    kept = state.upn.value in state.temporary or state.upn.value in state.further.former
    releases = [] if kept else [Identifier(numbers.UPN, state.upn.value, command.pupil)]
    return Decided([corrected], claims=[claim], releases=releases)


identity: Final = Decider(
    "records",
    Identity(),
    evolve,
    decide,
    commands=(
        RegisterPupil,
        ChangeName,
        CorrectName,
        CorrectDateOfBirth,
        CorrectSex,
        RecordUpn,
        CorrectUpn,
        *numbers.COMMANDS,
    ),
    categories=("identity",),
    apart=True,  # the surviving record's word on who a pupil is stands beside the other's, and is corrected by itself
)

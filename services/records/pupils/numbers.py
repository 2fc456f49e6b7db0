"""What else tells a pupil from others: former UPNs, the learner number, former names. Decided with their identity."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import ClassVar, Final

from pydantic import model_validator

from events.identifiers import SubjectId, Uci, Uln, Upn, is_temporary
from events.model import Event, Text200
from events.records.common import Name
from events.records.numbers import (
    FormerNameCorrected,
    FormerNameRecorded,
    FormerNameWithdrawn,
    FormerUpnRecorded,
    FormerUpnWithdrawn,
    UciCorrected,
    UciRecorded,
    UlnCorrected,
    UlnRecorded,
    UpnMadePermanent,
)
from ledger.decider import Command, Decided, Identifier, Refused, Stream
from services.facts import Noted

UPN: Final = "upn"
ULN: Final = "uln"
UCI: Final = "uci"


class AboutPupil(Command):
    """What is asked about one pupil's identity."""

    scope: ClassVar[str] = "pupils:write"
    purpose: ClassVar[str] = "pupil-record"

    pupil: SubjectId
    valid_on: date

    @property
    def stream(self) -> Stream:
        """A pupil's identity is a stream of its own."""
        return Stream("identity", self.pupil)


class MakeUpnPermanent(AboutPupil):
    """The pupil's temporary UPN gives way to this permanent one."""

    upn: Upn


class RecordFormerUpn(AboutPupil):
    """The pupil had this unique pupil number before."""

    upn: Upn


class WithdrawFormerUpn(AboutPupil):
    """A former unique pupil number recorded was never this pupil's."""

    upn: Upn
    reason: Text200
    evidence: Text200 | None = None


class RecordUln(AboutPupil):
    """The pupil's unique learner number is known."""

    uln: Uln


class CorrectUln(AboutPupil):
    """The unique learner number recorded was not this pupil's."""

    uln: Uln
    reason: Text200
    evidence: Text200 | None = None


class RecordUci(AboutPupil):
    """The pupil's unique candidate identifier is known."""

    uci: Uci


class CorrectUci(AboutPupil):
    """The unique candidate identifier recorded was not this pupil's."""

    uci: Uci
    reason: Text200
    evidence: Text200 | None = None


class RecordFormerName(AboutPupil):
    """The pupil was once called this: a surname, a forename or both."""

    surname: Name | None = None
    forename: Name | None = None

    @model_validator(mode="after")
    def _says_one(self) -> "RecordFormerName":
        if self.surname is None and self.forename is None:
            raise ValueError("Give the former surname, the former forename or both.")
        return self


class CorrectFormerName(RecordFormerName):
    """The former name recorded as ``wrong_surname`` and ``wrong_forename`` had been wrong; this is right."""

    wrong_surname: Name | None = None
    wrong_forename: Name | None = None
    reason: Text200
    evidence: Text200 | None = None


class WithdrawFormerName(RecordFormerName):
    """The pupil was never called this."""

    reason: Text200
    evidence: Text200 | None = None


COMMANDS: Final = (
    MakeUpnPermanent, RecordFormerUpn, WithdrawFormerUpn, RecordUln, CorrectUln, RecordFormerName, CorrectFormerName,
    WithdrawFormerName, RecordUci, CorrectUci,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Numbers:
    """What is known: former UPNs and names with the entry they were recorded at, the learner's and the candidate's."""

    former: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    names: Mapping[tuple[str | None, str | None], int] = field(default_factory=lambda: MappingProxyType({}))
    uln: Noted[str] | None = None
    uci: Noted[str] | None = None


def evolve(state: Numbers, event: Event, index: int) -> Numbers:
    """Fold one event of the pupil's identity."""
    match event:
        case FormerUpnRecorded():
            return replace(state, former={**state.former, event.upn: index})
        case FormerUpnWithdrawn():
            return replace(state, former={upn: at for upn, at in state.former.items() if upn != event.upn})
        case FormerNameRecorded():
            return replace(state, names={**state.names, (event.surname, event.forename): index})
        case FormerNameCorrected() | FormerNameWithdrawn():
            names = {name: at for name, at in state.names.items() if at != event.corrects}
            if isinstance(event, FormerNameCorrected):
                names[event.surname, event.forename] = index
            return replace(state, names=names)
        case UlnRecorded() | UlnCorrected():
            return replace(state, uln=Noted(event.uln, event.valid_on, index))
        case UciRecorded() | UciCorrected():
            return replace(state, uci=Noted(event.uci, event.valid_on, index))
        case _:
            return state


def decide(command: Command, state: Numbers, upn: str | None, before: frozenset[str]) -> Decided:
    """Decide a command about a pupil who is registered; ``upn`` is the present one, ``before`` those it came after."""
    match command:
        case MakeUpnPermanent():
            return _permanent(command, upn)
        case RecordFormerUpn() if command.upn not in {upn, *before, *state.former}:
            former = FormerUpnRecorded(subject=command.pupil, valid_on=command.valid_on, upn=command.upn)
            return Decided([former], claims=[Identifier(UPN, command.upn, command.pupil)])
        case WithdrawFormerUpn() if command.upn in state.former:
            withdrawn = FormerUpnWithdrawn(
                subject=command.pupil, valid_on=command.valid_on, upn=command.upn,
                corrects=state.former[command.upn], reason=command.reason, evidence=command.evidence,
            )  # fmt: skip
            kept = command.upn in {upn, *before}
            return Decided([withdrawn], releases=[] if kept else [Identifier(UPN, command.upn, command.pupil)])
        case RecordUln() | CorrectUln():
            return _learner(command, state)
        case RecordUci() | CorrectUci():
            return _candidate(command, state)
        case CorrectFormerName():
            return _former_name(command, state)
        case WithdrawFormerName():
            at = state.names.get((command.surname, command.forename))
            never = {
                "subject": command.pupil, "valid_on": command.valid_on, "corrects": at,
                "reason": command.reason, "evidence": command.evidence,
            }  # fmt: skip
            return Decided([FormerNameWithdrawn.model_validate(never)] if at else [])
        case RecordFormerName() if (command.surname, command.forename) not in state.names:
            name = FormerNameRecorded(
                subject=command.pupil, valid_on=command.valid_on, surname=command.surname, forename=command.forename
            )
            return Decided([name])
        case _:
            return Decided()


def _former_name(command: CorrectFormerName, state: Numbers) -> Decided:
    if (command.surname, command.forename) in state.names:
        return Decided()
    wrong = state.names.get((command.wrong_surname, command.wrong_forename))
    if wrong is None:
        raise Refused("No such former name is recorded of this pupil. Look it up, and send it as it stands there.")
    corrected = FormerNameCorrected(
        subject=command.pupil, valid_on=command.valid_on, surname=command.surname, forename=command.forename,
        corrects=wrong, reason=command.reason, evidence=command.evidence,
    )  # fmt: skip
    return Decided([corrected])


def _permanent(command: MakeUpnPermanent, upn: str | None) -> Decided:
    if command.upn == upn:
        return Decided()
    if upn is None:
        raise Refused("This pupil has no temporary UPN here. Record the permanent one as the pupil's UPN.")
    if is_temporary(command.upn):
        raise Refused("The new UPN is a temporary one too: its last character is a letter. Check it.")
    if not is_temporary(upn):
        raise Refused("This pupil's UPN is permanent already. If it was wrong, send a correction with the reason.")
    made = UpnMadePermanent(subject=command.pupil, valid_on=command.valid_on, upn=command.upn)
    return Decided([made], claims=[Identifier(UPN, command.upn, command.pupil)])


def _learner(command: RecordUln | CorrectUln, state: Numbers) -> Decided:
    known, claim = state.uln, Identifier(ULN, command.uln, command.pupil)
    if known is not None and known.value == command.uln:
        return Decided()
    if known is None:
        recorded = UlnRecorded(subject=command.pupil, valid_on=command.valid_on, uln=command.uln)
        return Decided([recorded], claims=[claim])
    if isinstance(command, RecordUln):
        raise Refused("This pupil already has another ULN. If it was wrong, send a correction with the reason.")
    corrected = UlnCorrected(
        subject=command.pupil, valid_on=command.valid_on, uln=command.uln, corrects=known.entry,
        reason=command.reason, evidence=command.evidence,
    )  # fmt: skip
    return Decided([corrected], claims=[claim], releases=[Identifier(ULN, known.value, command.pupil)])


def _candidate(command: RecordUci | CorrectUci, state: Numbers) -> Decided:
    known, claim = state.uci, Identifier(UCI, command.uci, command.pupil)
    if known is not None and known.value == command.uci:
        return Decided()
    if known is None:
        recorded = UciRecorded(subject=command.pupil, valid_on=command.valid_on, uci=command.uci)
        return Decided([recorded], claims=[claim])
    if isinstance(command, RecordUci):
        raise Refused("This pupil already has another UCI. If it was wrong, send a correction with the reason.")
    corrected = UciCorrected(
        subject=command.pupil, valid_on=command.valid_on, uci=command.uci, corrects=known.entry,
        reason=command.reason, evidence=command.evidence,
    )  # fmt: skip
    return Decided([corrected], claims=[claim], releases=[Identifier(UCI, known.value, command.pupil)])

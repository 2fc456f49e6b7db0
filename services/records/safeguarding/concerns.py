"""Safeguarding concerns: recorded, corrected, referred and closed by those whose work it is; a pupil is a stream."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar, Final, TypeAlias

from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.common import EntryIndex
from events.records.concerns import (
    Account,
    Closing,
    ConcernClosed,
    ConcernClosingCorrected,
    ConcernCorrected,
    ConcernRecorded,
    ConcernReferralCorrected,
    ConcernReferred,
    ConcernWithdrawn,
    Outcome,
    Referral,
)
from ledger.decider import Command, Decided, Decider, Refused, Stream
from services.deeds import Told as Deeds


class _AboutConcern(Command):
    """``concern`` is an id that the caller chooses for one concern, so that the same one sent twice is one."""

    scope: ClassVar[str] = "safeguarding:write"
    purpose: ClassVar[str] = "safeguarding"

    pupil: SubjectId
    concern: SubjectId
    valid_on: date

    @property
    def stream(self) -> Stream:
        """A pupil's concerns are one stream, under a name that nobody without keys can guess."""
        return Stream("concerns", self.pupil)


class RecordConcern(_AboutConcern):
    """Somebody noticed something, on ``valid_on``."""

    what: Text200
    account: Account
    noticed_by: Text200


class CorrectConcern(_AboutConcern):
    """What is recorded of a concern had been wrong; this is right."""

    what: Text200
    account: Account
    noticed_by: Text200
    reason: Text200
    evidence: Text200 | None = None


class ReferConcern(_AboutConcern):
    """The concern goes to somebody outside the school, on ``valid_on``."""

    referred_to: Text200


class CloseConcern(_AboutConcern):
    """Nothing more is to be done, from ``valid_on`` on."""

    outcome: Outcome


class WithdrawConcern(_AboutConcern):
    """There never was such a concern about this pupil: it was recorded of another child, or by mistake."""

    reason: Text200
    evidence: Text200 | None = None


class CorrectConcernReferral(_AboutConcern):
    """The referral that the entry ``wrong`` tells had been otherwise; without ``referral`` there was none."""

    wrong: EntryIndex
    referral: Referral | None = None
    reason: Text200
    evidence: Text200 | None = None


class CorrectConcernClosing(_AboutConcern):
    """The closing that the entry ``wrong`` tells had been otherwise; without ``closing`` it was never closed."""

    wrong: EntryIndex
    closing: Closing | None = None
    reason: Text200
    evidence: Text200 | None = None


Told: TypeAlias = tuple[date, str, str, str]


@dataclass(frozen=True, slots=True)
class Concern:
    """What a decider remembers of one concern; ``entry`` is what a correction names."""

    told: Told
    entry: int
    referrals: Deeds[Referral] = field(default_factory=Deeds)
    closings: Deeds[Closing] = field(default_factory=Deeds)
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Concerns:
    """A pupil's concerns by their ids."""

    known: Mapping[bytes, Concern] = field(default_factory=dict)


def evolve(state: Concerns, event: Event, index: int) -> Concerns:
    """Fold one event."""
    before = state.known.get(getattr(event, "concern", b""))
    match event:
        case ConcernRecorded():
            # Of two merged records each may have told a concern under one id: the last word counts.
            concern = replace(before or Concern(_told(event), index), told=_told(event), entry=index, withdrawn=False)
        case ConcernCorrected() if before:
            concern = replace(before, told=_told(event), entry=index, withdrawn=False)
        case ConcernWithdrawn() if before:
            concern = replace(before, withdrawn=True)
        case ConcernReferred() if before:
            concern = replace(before, referrals=before.referrals.told(index, _referral(event)))
        case ConcernReferralCorrected() if before:
            concern = replace(before, referrals=before.referrals.put_right(event.corrects, index, event.referral))
        case ConcernClosed() if before:
            concern = replace(before, closings=before.closings.told(index, _closing(event)))
        case ConcernClosingCorrected() if before:
            concern = replace(before, closings=before.closings.put_right(event.corrects, index, event.closing))
        case _:  # Also what is said of a concern that can no longer be read, or was another pupil's all along.
            return state
    return Concerns({**state.known, event.concern: concern})


def _told(said: RecordConcern | CorrectConcern | ConcernRecorded | ConcernCorrected) -> Told:
    return said.valid_on, said.what, said.account, said.noticed_by


def _referral(said: ReferConcern | ConcernReferred) -> Referral:
    return Referral(on=said.valid_on, referred_to=said.referred_to)


def _closing(said: CloseConcern | ConcernClosed) -> Closing:
    return Closing(on=said.valid_on, outcome=said.outcome)


def decide(command: Command, state: Concerns) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    match command:
        case RecordConcern():
            event: Event | None = _record(command, state)
        case CorrectConcern():
            event = _correct(command, state)
        case ReferConcern():
            event = _refer(command, state)
        case CloseConcern():
            event = _close(command, state)
        case WithdrawConcern():
            event = _withdraw(command, state)
        case CorrectConcernReferral():
            event = _correct_referral(command, state)
        case CorrectConcernClosing():
            event = _correct_closing(command, state)
        case _:
            event = None
    return Decided([event] if event else [])


def _record(command: RecordConcern, state: Concerns) -> Event | None:
    concern = state.known.get(command.concern)
    if concern is None:
        return ConcernRecorded(
            subject=command.pupil, valid_on=command.valid_on, concern=command.concern,
            what=command.what, account=command.account, noticed_by=command.noticed_by,
        )  # fmt: skip
    _refuse_withdrawn(concern)
    if concern.told != _told(command):
        raise Refused(
            "This concern is already recorded, and says something else. Correct it with a reason, or record what is "
            "new as a concern of its own."
        )
    return None


def _correct(command: CorrectConcern, state: Concerns) -> Event | None:
    concern = _known(command, state)
    _refuse_withdrawn(concern)
    if concern.told == _told(command):
        return None
    return ConcernCorrected(
        subject=command.pupil, valid_on=command.valid_on, concern=command.concern, what=command.what,
        account=command.account, noticed_by=command.noticed_by, corrects=concern.entry,
        reason=command.reason, evidence=command.evidence,
    )  # fmt: skip


def _refer(command: ReferConcern, state: Concerns) -> Event | None:
    concern = _known(command, state)
    if concern.referrals.has(_referral(command)):
        return None
    _refuse_withdrawn(concern)
    if concern.closings.last is not None:
        raise Refused("This concern is closed. Record what is new as a concern of its own, and refer that.")
    _refuse_before(command.valid_on, concern)
    return ConcernReferred(
        subject=command.pupil, valid_on=command.valid_on, concern=command.concern, referred_to=command.referred_to
    )


def _close(command: CloseConcern, state: Concerns) -> Event | None:
    concern = _known(command, state)
    if concern.closings.last == _closing(command):
        return None
    _refuse_withdrawn(concern)
    if concern.closings.last is not None:
        raise Refused("This concern is closed already. Record what is new as a concern of its own.")
    _refuse_before(command.valid_on, concern)
    return ConcernClosed(
        subject=command.pupil, valid_on=command.valid_on, concern=command.concern, outcome=command.outcome
    )


def _known(command: _AboutConcern, state: Concerns) -> Concern:
    concern = state.known.get(command.concern)
    if concern is None:
        raise Refused("There is no such concern about this pupil. Look it up in the pupil's record, then send its id.")
    return concern


def _withdraw(command: WithdrawConcern, state: Concerns) -> Event | None:
    concern = _known(command, state)
    if concern.withdrawn:
        return None
    return ConcernWithdrawn(
        subject=command.pupil, valid_on=command.valid_on, concern=command.concern, corrects=concern.entry,
        reason=command.reason, evidence=command.evidence,
    )  # fmt: skip


def _correct_referral(command: CorrectConcernReferral, state: Concerns) -> Event | None:
    concern = _known(command, state)
    if not concern.referrals.is_news(command.wrong, command.referral):
        return None
    if command.referral is not None:
        _refuse_before(command.referral.on, concern)
    return ConcernReferralCorrected(
        subject=command.pupil, valid_on=command.valid_on, concern=command.concern, referral=command.referral,
        corrects=command.wrong, reason=command.reason, evidence=command.evidence,
    )  # fmt: skip


def _correct_closing(command: CorrectConcernClosing, state: Concerns) -> Event | None:
    concern = _known(command, state)
    if not concern.closings.is_news(command.wrong, command.closing):
        return None
    if command.closing is not None:
        _refuse_before(command.closing.on, concern)
    return ConcernClosingCorrected(
        subject=command.pupil, valid_on=command.valid_on, concern=command.concern, closing=command.closing,
        corrects=command.wrong, reason=command.reason, evidence=command.evidence,
    )  # fmt: skip


def _refuse_withdrawn(concern: Concern) -> None:
    if concern.withdrawn:
        raise Refused("This concern was withdrawn, as it never was one about this pupil. Record the right one anew.")


def _refuse_before(day: date, concern: Concern) -> None:
    if day < concern.told[0]:
        raise Refused("That day is before the concern was noticed. Check the date, or correct when it was noticed.")


concerns: Final = Decider(
    "records",
    Concerns(),
    evolve,
    decide,
    commands=(
        RecordConcern, CorrectConcern, ReferConcern, CloseConcern, WithdrawConcern, CorrectConcernReferral,
        CorrectConcernClosing,
    ),
    categories=("safeguarding",),
    discreet=True,
    names=("corrects", "concern"),
)  # fmt: skip
"""Safeguarding concerns; only the designated safeguarding lead and the head may send these."""

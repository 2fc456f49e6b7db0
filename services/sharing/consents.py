"""Consents about a pupil: who was asked, and what each person answered; taking consent back asks for no reason."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Final, Literal, TypeAlias

from events.governance import Digest
from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.common import EntryIndex
from events.sharing.consents import (
    Answer,
    Capacity,
    ConsentAnswerCorrected,
    ConsentChannel,
    ConsentGiven,
    ConsentPurpose,
    ConsentRefused,
    ConsentRequested,
    ConsentVersion,
    ConsentWithdrawn,
    ObjectionWithdrawn,
)
from ledger.decider import Command, Decided, Decider, Refused, Stream
from services.permission import Action

AnswerEvent: TypeAlias = ConsentGiven | ConsentRefused | ConsentWithdrawn | ObjectionWithdrawn | ConsentAnswerCorrected
AnswerName: TypeAlias = Literal["given", "refused", "withdrawn", "objection-withdrawn", "none"]
OBJECTIONS: Final = ("refused", "withdrawn")
"""Answers that object to what is asked."""


class AboutConsent(Command):
    """What is said of one purpose's consent about one pupil, on a day."""

    scope: ClassVar[str] = "sharing:write"
    purpose: ClassVar[str] = "sharing"
    action: ClassVar[Action] = "change"

    pupil: SubjectId
    valid_on: date
    consent_purpose: ConsentPurpose

    @property
    def stream(self) -> Stream:
        """The consents about a pupil are a stream of their own."""
        return Stream("consents", self.pupil)


class RequestConsent(AboutConsent):
    """Somebody was asked, in the wording of a version."""

    purpose_version: ConsentVersion
    wording: Digest
    asked_of: SubjectId
    capacity: Capacity
    channel: ConsentChannel


class _Answered(AboutConsent):
    by: SubjectId
    capacity: Capacity
    channel: ConsentChannel


class GiveConsent(_Answered):
    """Somebody consented, in the wording of a version."""

    purpose_version: ConsentVersion
    wording: Digest


class RefuseConsent(_Answered):
    """Somebody did not consent, or objects: to the wording of a version."""

    purpose_version: ConsentVersion
    wording: Digest


class WithdrawConsent(_Answered):
    """Somebody takes consent back, whoever gave it. It holds at once."""


class WithdrawObjection(_Answered):
    """Somebody who refused, or took consent back, objects no longer; to consent they say so besides."""


class CorrectConsentAnswer(_Answered):
    """What entry ``corrects`` says had been answered was recorded wrongly; this is right. none: there was no answer."""

    corrects: EntryIndex
    answer: Answer
    purpose_version: ConsentVersion | None = None
    wording: Digest | None = None
    reason: Text200
    evidence: Text200 | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """One answer: to which version, whose, on which day, at which entry; ``instead`` are entries that it corrected."""

    consent_purpose: str
    answer: AnswerName
    version: int | None
    wording: str | None
    by: bytes
    capacity: str
    channel: str
    day: date
    entry: int = 0
    instead: tuple[int, ...] = ()

    def is_as(self, other: "Said") -> bool:
        """Whether both say the same, wherever they stand."""
        return replace(self, entry=0, instead=()) == replace(other, entry=0, instead=())


@dataclass(frozen=True, slots=True)
class Consents:
    """What was asked and answered about a pupil, as recorded; a correction takes the wrong one's place."""

    requests: tuple[ConsentRequested, ...] = ()
    answers: tuple[Said, ...] = ()

    def last_of(self, said: Said) -> Said | None:
        """Give the latest answer of the same person to the same question, up to the day of this one."""
        theirs = [
            one
            for one in self.answers
            if (one.consent_purpose, one.by) == (said.consent_purpose, said.by) and one.day <= said.day
        ]
        # Of two answers of one day the later entry is the latest; what is only just decided comes last.
        return max(reversed(theirs), key=lambda one: one.day, default=None)


def answer_of(event: AnswerEvent) -> AnswerName:
    """Give what an event says was answered."""
    match event:
        case ConsentGiven():
            return "given"
        case ConsentRefused():
            return "refused"
        case ConsentWithdrawn():
            return "withdrawn"
        case ObjectionWithdrawn():
            return "objection-withdrawn"
        case ConsentAnswerCorrected():
            return event.answer


def evolve(state: Consents, event: Event, index: int) -> Consents:
    """Fold one event."""
    match event:
        case ConsentRequested():
            return replace(state, requests=(*state.requests, event))
        case ConsentAnswerCorrected():
            right = _said(event, index)
            wrong = _standing(state.answers, event.corrects)
            if wrong is None:
                return replace(state, answers=(*state.answers, replace(right, instead=(event.corrects,))))
            right = replace(right, instead=(*wrong.instead, wrong.entry))
            return replace(state, answers=tuple(right if one is wrong else one for one in state.answers))
        case ConsentGiven() | ConsentRefused() | ConsentWithdrawn() | ObjectionWithdrawn():
            return replace(state, answers=(*state.answers, _said(event, index)))
        case _:
            return state


def _said(event: AnswerEvent, index: int) -> Said:
    version = None if isinstance(event, ConsentWithdrawn | ObjectionWithdrawn) else event.purpose_version
    digest = None if isinstance(event, ConsentWithdrawn | ObjectionWithdrawn) else event.wording
    return Said(
        event.consent_purpose, answer_of(event), version, digest, event.by, event.capacity, event.channel,
        event.valid_on, index,
    )  # fmt: skip


def _standing(answers: Sequence[Said], entry: int) -> Said | None:
    """Give the answer that stands for an entry: its own, or what took its place."""
    return next((one for one in answers if entry == one.entry or entry in one.instead), None)


def decide(command: Command, state: Consents) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    if isinstance(command, _Answered) and (command.capacity == "pupil") != (command.by == command.pupil):
        raise Refused(
            "Whoever answered does not do so in this capacity: a child answers for themselves, nobody else does. "
            "Check both."
        )
    match command:
        case RequestConsent():
            event: Event | None = _requested(command)
            event = None if event in state.requests else event
        case CorrectConsentAnswer():
            event = _corrected(command, state)
        case _Answered():
            event = _answered(command, state)
        case _:
            event = None
    return Decided([event] if event else [])


def _requested(command: RequestConsent) -> ConsentRequested:
    return ConsentRequested(
        subject=command.pupil, valid_on=command.valid_on, consent_purpose=command.consent_purpose,
        purpose_version=command.purpose_version, wording=command.wording, asked_of=command.asked_of,
        capacity=command.capacity, channel=command.channel,
    )  # fmt: skip


def _answered(command: _Answered, state: Consents) -> Event | None:
    event = _event(command)
    said = _said(event, 0)
    last = state.last_of(said)
    if last is not None and (last.is_as(said) or (last.answer == said.answer and said.version is None)):
        return None  # whoever has taken consent back has done so, however often they say it
    if isinstance(event, ObjectionWithdrawn) and (last is None or last.answer not in OBJECTIONS):
        raise Refused("This person has not objected on that day, so there is nothing to take back. Check the person.")
    return event


def _event(command: _Answered) -> ConsentGiven | ConsentRefused | ConsentWithdrawn | ObjectionWithdrawn:
    match command:
        case GiveConsent():
            return ConsentGiven(
                subject=command.pupil, valid_on=command.valid_on, consent_purpose=command.consent_purpose,
                purpose_version=command.purpose_version, wording=command.wording, by=command.by,
                capacity=command.capacity, channel=command.channel,
            )  # fmt: skip
        case RefuseConsent():
            return ConsentRefused(
                subject=command.pupil, valid_on=command.valid_on, consent_purpose=command.consent_purpose,
                purpose_version=command.purpose_version, wording=command.wording, by=command.by,
                capacity=command.capacity, channel=command.channel,
            )  # fmt: skip
        case WithdrawConsent():
            return ConsentWithdrawn(
                subject=command.pupil, valid_on=command.valid_on, consent_purpose=command.consent_purpose,
                by=command.by, capacity=command.capacity, channel=command.channel,
            )  # fmt: skip
        case WithdrawObjection():
            return ObjectionWithdrawn(
                subject=command.pupil, valid_on=command.valid_on, consent_purpose=command.consent_purpose,
                by=command.by, capacity=command.capacity, channel=command.channel,
            )  # fmt: skip
        case _:
            raise TypeError(f"{type(command).__name__} answers nothing")


def _corrected(command: CorrectConsentAnswer, state: Consents) -> Event | None:
    wrong = _standing(state.answers, command.corrects)
    if wrong is None:
        raise Refused("No answer is recorded at this entry. Take the entry's number from the pupil's consents.")
    if wrong.consent_purpose != command.consent_purpose:
        raise Refused(
            "This answer is about another purpose. Correct it to none there, and record it under its own purpose."
        )
    if command.answer in ("given", "refused") and (command.purpose_version is None or command.wording is None):
        raise Refused("Say which version and wording was answered: take both from the purpose.")
    event = ConsentAnswerCorrected(
        subject=command.pupil, valid_on=command.valid_on, consent_purpose=command.consent_purpose,
        answer=command.answer, purpose_version=command.purpose_version, wording=command.wording, by=command.by,
        capacity=command.capacity, channel=command.channel, corrects=wrong.entry or command.corrects,
        reason=command.reason, evidence=command.evidence,
    )  # fmt: skip
    return None if wrong.is_as(_said(event, 0)) else event


COMMANDS: Final[tuple[type[Command], ...]] = (
    RequestConsent, GiveConsent, RefuseConsent, WithdrawConsent, WithdrawObjection, CorrectConsentAnswer,
)  # fmt: skip
consents: Final[Decider[Consents]] = Decider(
    "sharing", Consents(), evolve, decide, commands=COMMANDS, categories=("media",)
)
"""The consents about a pupil."""

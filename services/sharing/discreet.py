"""What was told discreetly, and what families may not yet see: that these exist is itself a secret."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.common import EntryIndex
from events.sharing.disclosures import (
    Commitment,
    DisclosedDiscreetly,
    DisclosureRevealed,
    DisclosureWithheld,
    DiscreetEmergencyReviewed,
    DiscreetOutcomeNoted,
    Sent,
)
from events.text import PlainText
from ledger.decider import Command, Decided, Decider, Refused, Stream

WITHHELD_DAYS_MAX: Final = 366
"""Days until somebody must look again; a year is the most that nobody should have to remember. Our own number."""


class _Discreet(Command):
    scope: ClassVar[str] = "sharing:write"
    purpose: ClassVar[str] = "safeguarding"

    pupil: SubjectId
    disclosure: SubjectId
    valid_on: date

    @property
    def stream(self) -> Stream:
        """What is secret of a pupil's disclosures is one stream."""
        return Stream("discreet-disclosures", self.pupil)


class DiscloseDiscreetly(_Discreet):
    """Give facts about one pupil where that anything was told is a secret. Only the gate sends this."""

    known_at: EntryIndex
    sent: Sent
    salt: Commitment
    commitment: Commitment


class NoteDiscreetOutcome(_Discreet):
    """Say what became of what was told discreetly."""

    outcome: Literal["delivered", "receipt-confirmed", "failed", "recalled"]
    reason: Annotated[PlainText, Field(max_length=200)] | None = None


class ReviewDiscreetEmergency(_Discreet):
    """Look at what was told at once and discreetly in an emergency; somebody else than the sender does."""

    found_right: bool
    reason: Text200
    by: SubjectId = bytes(16)
    """Who sends it. Rollbook fills this in: whatever is sent here is passed over."""


class WithholdDisclosure(_Discreet):
    """Do not show families this disclosure until a day, at most a year away; ``reviewer`` looks at it again then."""

    until: date
    reason: Text200
    reviewer: SubjectId


class RevealDisclosure(_Discreet):
    """Families may be shown it from this day on."""

    reason: Text200


_ALL: Final = (
    DisclosedDiscreetly, DiscreetOutcomeNoted, DiscreetEmergencyReviewed, DisclosureWithheld, DisclosureRevealed,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Secret:
    """One disclosure's secrets: its commitment if it was told discreetly, its last outcome, until when it is hidden."""

    commitment: str | None = None
    sent_by: bytes | None = None
    emergency: bool = False
    reviewed: bool = False
    outcome: tuple[str, str | None] | None = None
    until: date | None = None
    why: tuple[str, bytes] | None = None
    revealed: bool = False


@dataclass(frozen=True, slots=True)
class Secrets:
    """A pupil's, by disclosure."""

    known: dict[bytes, Secret] = field(default_factory=dict)


def evolve(state: Secrets, event: Event, index: int) -> Secrets:  # noqa: ARG001  # the same shape in every aggregate
    """Fold one event."""
    if not isinstance(event, _ALL):
        return state
    one = state.known.get(event.disclosure, Secret())
    match event:
        case DisclosedDiscreetly():
            sent = event.sent
            one = replace(
                one, commitment=event.commitment, sent_by=sent.sent_by, emergency=sent.sending.emergency
            )  # fmt: skip
        case DiscreetEmergencyReviewed():
            one = replace(one, reviewed=True)
        case DiscreetOutcomeNoted():
            one = replace(one, outcome=(event.outcome, event.reason))
        case DisclosureWithheld():
            one = replace(one, until=event.until, why=(event.reason, event.reviewer), revealed=False)
        case DisclosureRevealed():
            one = replace(one, revealed=True)
    return Secrets({**state.known, event.disclosure: one})


def decide(command: Command, state: Secrets) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    if not isinstance(command, _Discreet):
        return Decided()
    one = state.known.get(command.disclosure, Secret())
    match command:
        case DiscloseDiscreetly():
            event = _told(command, one)
        case NoteDiscreetOutcome():
            event = _outcome(command, one)
        case ReviewDiscreetEmergency():
            event = _reviewed(command, one)
        case WithholdDisclosure():
            event = _withheld(command, one)
        case RevealDisclosure():
            if one.until is None and one.commitment is None:
                raise Refused("Families are not kept from seeing this disclosure. Nothing needs to be revealed.")
            event = (
                None
                if one.revealed
                else DisclosureRevealed(
                    subject=command.pupil,
                    valid_on=command.valid_on,
                    disclosure=command.disclosure,
                    reason=command.reason,
                )
            )
        case _:
            event = None
    return Decided([event] if event else [])


def _told(command: DiscloseDiscreetly, one: Secret) -> Event | None:
    if one.commitment is not None:
        if one.commitment == command.commitment:
            return None
        raise Refused("Something else was already told under this id. Use a fresh one for each disclosure.")
    return DisclosedDiscreetly(
        subject=command.pupil, valid_on=command.valid_on, disclosure=command.disclosure, known_at=command.known_at,
        sent=command.sent, salt=command.salt, commitment=command.commitment,
    )  # fmt: skip


def _outcome(command: NoteDiscreetOutcome, one: Secret) -> Event | None:
    if one.commitment is None:
        raise Refused("There is no such disclosure. Look it up in the register of disclosures.")
    if one.outcome == (command.outcome, command.reason):
        return None
    return DiscreetOutcomeNoted(
        subject=command.pupil, valid_on=command.valid_on, disclosure=command.disclosure, outcome=command.outcome,
        reason=command.reason,
    )  # fmt: skip


def _reviewed(command: ReviewDiscreetEmergency, one: Secret) -> Event | None:
    if one.commitment is None:
        raise Refused("There is no such disclosure. Look it up in the register of disclosures.")
    if not one.emergency:
        raise Refused("This did not go in an emergency, so there is nothing to review. Recall it if it was wrong.")
    if command.by == one.sent_by:
        raise Refused("Whoever sent this cannot review it. Ask somebody else to look at it.")
    if one.reviewed:
        return None
    return DiscreetEmergencyReviewed(
        subject=command.pupil, valid_on=command.valid_on, disclosure=command.disclosure,
        found_right=command.found_right, reason=command.reason,
    )  # fmt: skip


def _withheld(command: WithholdDisclosure, one: Secret) -> Event | None:
    if not 0 <= (command.until - command.valid_on).days <= WITHHELD_DAYS_MAX:
        raise Refused("Name a day within a year on which somebody looks at this again.")
    if (one.until, one.why, one.revealed) == (command.until, (command.reason, command.reviewer), False):
        return None
    return DisclosureWithheld(
        subject=command.pupil, valid_on=command.valid_on, disclosure=command.disclosure, until=command.until,
        reason=command.reason, reviewer=command.reviewer,
    )  # fmt: skip


discreet: Final[Decider[Secrets]] = Decider(
    "sharing", Secrets(), evolve, decide,
    commands=(DiscloseDiscreetly, NoteDiscreetOutcome, ReviewDiscreetEmergency, WithholdDisclosure, RevealDisclosure),
    categories=("safeguarding",), discreet=True,
)  # fmt: skip

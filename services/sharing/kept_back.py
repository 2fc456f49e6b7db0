"""That nothing left: as the gate decided it, written down as openly or as discreetly as it would have been sent."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from events.identifiers import SubjectId
from events.model import Entry, Event
from events.sharing.disclosures import (
    CohortDisclosed,
    CohortSharingBlocked,
    Disclosed,
    DisclosedDiscreetly,
    NotShared,
    Sending,
    Sent,
    SharingBlocked,
)
from events.sharing.kept_discreetly import NotSharedDiscreetly
from ledger.decider import Command, Decided, Decider, Refused, Step, Stream
from services.sharing import gate
from services.sharing.asking import Asked, ToSend
from services.sharing.disclosures import KeepBack, KeepBackCohort, disclosures

DISCREET_STREAMS: Final = ("discreet-disclosures", "discreet-not-shared")
"""Under which names what is secret of a pupil's disclosures stands."""


class KeepBackDiscreetly(Command):
    """Nothing was told discreetly. Only the gate sends this."""

    scope: ClassVar[str] = "sharing:write"
    purpose: ClassVar[str] = "safeguarding"

    decision: SubjectId
    pupil: SubjectId
    valid_on: date
    not_shared: NotShared

    @property
    def stream(self) -> Stream:
        """What was kept back of a pupil discreetly is one stream."""
        return Stream("discreet-not-shared", self.pupil)


Kept = dict[bytes, NotShared]


def evolve(state: Kept, event: Event, index: int) -> Kept:  # noqa: ARG001  # the same shape in every aggregate
    """Fold one event."""
    return {**state, event.decision: event.not_shared} if isinstance(event, NotSharedDiscreetly) else state


def decide(command: Command, state: Kept) -> Decided:
    """Decide; the same decision again yields no event."""
    if not isinstance(command, KeepBackDiscreetly):
        return Decided()
    known = state.get(command.decision)
    if known == command.not_shared:
        return Decided()
    if known is not None:
        raise Refused("Something else was already decided under this id. Use a fresh one for each disclosure.")
    return Decided([NotSharedDiscreetly(
        subject=command.pupil, valid_on=command.valid_on, decision=command.decision, not_shared=command.not_shared
    )])  # fmt: skip


kept_discreetly: Final[Decider[Kept]] = Decider(
    "sharing", {}, evolve, decide, commands=(KeepBackDiscreetly,), categories=("safeguarding",), discreet=True
)


def kept_back(asked: ToSend, decision: gate.Decision, reasons: tuple[str, ...], today: date) -> Step:
    """Give the step that writes a refusal down."""
    if asked.cohort_on is not None:
        return Step(disclosures, KeepBackCohort(
            disclosure=asked.disclosure, cohort_on=asked.cohort_on, recipient=asked.recipient,
            sharing_purpose=asked.sharing_purpose, fields=asked.fields, reasons=reasons, by_gate=True,
        ))  # fmt: skip
    said = NotShared(
        recipient=asked.recipient, sharing_purpose=asked.sharing_purpose, fields=asked.fields, reasons=reasons,
        by_gate=True,
    )  # fmt: skip
    own = {
        one: said.model_copy(update={"reasons": (why, *reasons)[: len(reasons) or 1]})
        for one, why in decision.pupils_against.items()
    }
    parts = {one: own.get(one, said) for one in asked.pupils}
    if not asked.discreetly:
        return Step(disclosures, KeepBack(disclosure=asked.disclosure, not_shared=parts))
    pupil = asked.pupils[0]
    return Step(kept_discreetly, KeepBackDiscreetly(
        decision=asked.disclosure, pupil=pupil, valid_on=today, not_shared=parts[pupil]
    ))  # fmt: skip


SENT: Final = True
SENT_NOTHING: Final = False


@dataclass(frozen=True, slots=True)
class Before:
    """What an earlier attempt under an id came to, and what it was about."""

    sent: bool
    recipient: bytes
    purpose: str
    fields: frozenset[str]
    pupils: frozenset[bytes] | None
    cohort_on: date | None = None

    def is_of(self, asked: Asked) -> bool:
        """Whether it was the same wish."""
        return (
            (self.recipient, self.purpose, self.fields)
            == (asked.recipient, asked.sharing_purpose, frozenset(asked.fields))
            and self.cohort_on == asked.cohort_on
            and (self.pupils is None or self.pupils == frozenset(asked.pupils))
        )


def before_of(entry: Entry, which: bytes) -> Before | None:
    """Give what an entry says of an id; None where it says nothing of it."""
    event, pupils = entry.event, frozenset(entry.header.subjects)
    match event:
        case SharingBlocked() if event.decision == which:
            part = next((one for one in entry.parts.values() if isinstance(one, NotShared)), None)
            return _kept(part, pupils) if part else None
        case NotSharedDiscreetly() if event.decision == which:
            return _kept(event.not_shared, pupils)
        case CohortSharingBlocked() if event.decision == which:
            fields = frozenset(event.fields)
            return Before(SENT_NOTHING, event.recipient, event.sharing_purpose, fields, None, event.cohort_on)
        case Disclosed() if event.disclosure == which:
            sent = next((one for one in entry.parts.values() if isinstance(one, Sent)), None)
            return _sent(sent.sending, pupils) if sent else None
        case DisclosedDiscreetly() if event.disclosure == which:
            return _sent(event.sent.sending, pupils)
        case CohortDisclosed() if event.disclosure == which:
            return _sent(event.sending, None, event.cohort.reference_date)
        case _:
            return None


def _kept(said: NotShared, pupils: frozenset[bytes]) -> Before:
    return Before(SENT_NOTHING, said.recipient, said.sharing_purpose, frozenset(said.fields), pupils)


def _sent(sending: Sending, pupils: frozenset[bytes] | None, cohort_on: date | None = None) -> Before:
    fields = frozenset(sending.fields)
    return Before(SENT, sending.recipient, sending.sharing_purpose, fields, pupils, cohort_on)

"""Disclosures as they are shown: what was given of each pupil, returns about cohorts, and what became of each."""

from datetime import date
from typing import Any

from events.model import Recorded
from events.sharing.disclosures import (
    Cohort,
    CohortDisclosed,
    CohortSharingBlocked,
    Delivered,
    DeliveryFailed,
    Disclosed,
    DisclosedDiscreetly,
    DisclosureRevealed,
    DisclosureWithheld,
    DiscreetEmergencyReviewed,
    DiscreetOutcomeNoted,
    EmergencyReviewed,
    NotShared,
    Recalled,
    ReceiptConfirmed,
    Reviewed,
    Sending,
    Sent,
    SharingBlocked,
)
from events.sharing.kept_discreetly import NotSharedDiscreetly
from events.sharing.persons import GivenToPerson
from ledger.view import AnyView, PersonRow, Row, View
from services.facts import Provenance


class DisclosureRow(PersonRow):
    """What was given of one pupil: the facts' exact entries by field, under which rule, as known and true when.

    ``sent`` has more than one part only where records of one pupil are merged that a disclosure had held both.
    """

    disclosure: bytes
    sent: tuple[Sent, ...]
    known_at: int
    valid_on: date
    salt: str
    commitment: str
    discreet: bool
    at: Provenance

    @property
    def entries(self) -> frozenset[int]:
        """Every entry of a fact that was in it."""
        return frozenset(entry for sent in self.sent for one in sent.fields for entry in one.entries)

    @property
    def sending(self) -> Sending:
        """To whom, why and how it went."""
        return self.sent[0].sending

    @property
    def fields(self) -> list[str]:
        """The fields that were given."""
        return sorted({one.field for sent in self.sent for one in sent.fields})


class CohortRow(Row):
    """What was given of everyone in a cohort."""

    disclosure: bytes
    cohort: Cohort
    sending: Sending
    pupils: int
    salt: str
    commitment: str
    at: Provenance


class Review(Row):
    """Somebody else's review of what had gone at once."""

    found_right: bool
    at: Provenance


class OutcomeRow(Row):
    """How far a disclosure came: recorded, delivered, confirmed, failed or recalled; each step's entry, in order."""

    disclosure: bytes
    state: str
    receipt: str | None = None
    confirmed_on: date | None = None
    reason: str | None = None
    review: Review | None = None
    steps: tuple[Provenance, ...] = ()


class NotSharedRow(PersonRow):
    """What was not given of one pupil, and why."""

    decision: bytes
    not_shared: NotShared
    discreet: bool
    at: Provenance


class CohortNotSharedRow(Row):
    """What was not given of everyone on the roll on a day, and why."""

    decision: bytes
    cohort_on: date
    recipient: bytes
    sharing_purpose: str
    fields: tuple[str, ...]
    reasons: tuple[str, ...]
    by_gate: bool
    at: Provenance


class SecretRow(PersonRow):
    """What is secret of a disclosure: its outcome where it was told discreetly, until when families do not see it."""

    disclosure: bytes
    outcome: str | None = None
    reviewed: bool = False
    until: date | None = None
    reason: str | None = None
    reviewer: bytes | None = None
    revealed: bool = False
    at: Provenance


class ReviewRow(PersonRow):
    """Why what had gone at once of one pupil was found right or not; a row of the pupil, as words may name them."""

    disclosure: bytes
    found_right: bool
    reason: str
    at: Provenance


class PersonGivenRow(PersonRow):
    """Which person a disclosure about a pupil was to."""

    disclosure: bytes
    person: bytes
    at: Provenance


def _of(recorded: Recorded[Any]) -> tuple[bytes, ...]:
    event: Any = recorded.event
    subject: Any = recorded.subject
    return subject, event.disclosure


disclosures = View(
    "disclosures", version=1, row=DisclosureRow, key=["subject", "disclosure"], key_of=_of, indexed=[["disclosure"]]
)
cohorts = View(
    "cohort_disclosures", version=1, row=CohortRow, key=["disclosure"], key_of=lambda r: (r.event.disclosure,)
)
outcomes = View(
    "disclosure_outcomes", version=1, row=OutcomeRow, key=["disclosure"], key_of=lambda r: (r.event.disclosure,)
)
not_shared = View(
    "not_shared", version=1, row=NotSharedRow, key=["subject", "decision"],
    key_of=lambda r: (r.subject, r.event.decision), indexed=[["decision"]],
)  # fmt: skip
cohorts_not_shared = View(
    "cohorts_not_shared", version=1, row=CohortNotSharedRow, key=["decision"], key_of=lambda r: (r.event.decision,)
)
secrets = View("disclosure_secrets", version=1, row=SecretRow, key=["subject", "disclosure"], key_of=_of)

reviews = View("emergency_reviews", version=1, row=ReviewRow, key=["subject", "disclosure"], key_of=_of)
persons_given = View("persons_given", version=1, row=PersonGivenRow, key=["subject", "disclosure"], key_of=_of)


@disclosures.on(Disclosed)
def _disclosed(row: DisclosureRow | None, recorded: Recorded[Sent]) -> DisclosureRow:
    event: Any = recorded.event
    subject: Any = recorded.subject
    return DisclosureRow(
        subject=subject, disclosure=event.disclosure, sent=(*(row.sent if row else ()), recorded.body),
        known_at=event.known_at,
        valid_on=event.valid_on, salt=event.salt, commitment=event.commitment, discreet=False,
        at=Provenance.of(recorded),
    )  # fmt: skip


@disclosures.on(DisclosedDiscreetly)
def _told(row: DisclosureRow | None, recorded: Recorded[DisclosedDiscreetly]) -> DisclosureRow:  # noqa: ARG001
    body = recorded.body
    return DisclosureRow(
        subject=body.subject, disclosure=body.disclosure, sent=(body.sent,), known_at=body.known_at,
        valid_on=body.valid_on, salt=body.salt, commitment=body.commitment, discreet=True, at=Provenance.of(recorded),
    )  # fmt: skip


@cohorts.on(CohortDisclosed)
def _of_cohort(row: CohortRow | None, recorded: Recorded[CohortDisclosed]) -> CohortRow:  # noqa: ARG001  # sent once
    body = recorded.body
    return CohortRow(
        disclosure=body.disclosure, cohort=body.cohort, sending=body.sending, pupils=body.pupils,
        salt=body.salt, commitment=body.commitment, at=Provenance.of(recorded),
    )  # fmt: skip


def _stepped(row: OutcomeRow | None, recorded: Recorded[Any], **became: Any) -> OutcomeRow:
    known = row or OutcomeRow(disclosure=recorded.event.disclosure, state="recorded")  # type: ignore[attr-defined]
    step = Provenance.of(recorded)
    if step not in known.steps:  # an entry about several pupils is one step
        became["steps"] = (*known.steps, step)
    return known.model_copy(update=became)


@outcomes.on(Disclosed, CohortDisclosed)
def _recorded(row: OutcomeRow | None, recorded: Recorded[Any]) -> OutcomeRow:
    return _stepped(row, recorded)


@outcomes.on(Delivered)
def _delivered(row: OutcomeRow | None, recorded: Recorded[Delivered]) -> OutcomeRow:
    return _stepped(row, recorded, state="delivered", receipt=recorded.body.receipt, reason=None)


@outcomes.on(ReceiptConfirmed)
def _confirmed(row: OutcomeRow | None, recorded: Recorded[ReceiptConfirmed]) -> OutcomeRow:
    return _stepped(row, recorded, state="confirmed", confirmed_on=recorded.body.valid_on)


@outcomes.on(DeliveryFailed)
def _failed(row: OutcomeRow | None, recorded: Recorded[DeliveryFailed]) -> OutcomeRow:
    return _stepped(row, recorded, state="failed", reason=recorded.body.reason)


@outcomes.on(Recalled)
def _recalled(row: OutcomeRow | None, recorded: Recorded[Recalled]) -> OutcomeRow:
    return _stepped(row, recorded, state="recalled", reason=recorded.body.reason)


@outcomes.on(EmergencyReviewed)
def _reviewed(row: OutcomeRow | None, recorded: Recorded[Reviewed]) -> OutcomeRow:
    event: Any = recorded.event
    review = Review(found_right=event.found_right, at=Provenance.of(recorded))
    return _stepped(row, recorded, review=review)


@not_shared.on(SharingBlocked)
def _blocked(row: NotSharedRow | None, recorded: Recorded[NotShared]) -> NotSharedRow:  # noqa: ARG001  # decided once
    event: Any = recorded.event
    subject: Any = recorded.subject
    at = Provenance.of(recorded)
    return NotSharedRow(subject=subject, decision=event.decision, not_shared=recorded.body, discreet=False, at=at)


@not_shared.on(NotSharedDiscreetly)
def _kept_discreetly(row: NotSharedRow | None, recorded: Recorded[NotSharedDiscreetly]) -> NotSharedRow:  # noqa: ARG001
    said, at = recorded.body, Provenance.of(recorded)
    return NotSharedRow(subject=said.subject, decision=said.decision, not_shared=said.not_shared, discreet=True, at=at)


@cohorts_not_shared.on(CohortSharingBlocked)
def _cohort_blocked(row: CohortNotSharedRow | None, recorded: Recorded[CohortSharingBlocked]) -> CohortNotSharedRow:  # noqa: ARG001
    said = {name: getattr(recorded.body, name) for name in CohortSharingBlocked.model_fields}
    return CohortNotSharedRow(**said, at=Provenance.of(recorded))


def _secret(row: SecretRow | None, recorded: Recorded[Any], **became: Any) -> SecretRow:
    body, at = recorded.body, Provenance.of(recorded)
    known = row or SecretRow(subject=body.subject, disclosure=body.disclosure, at=at)
    return known.model_copy(update={**became, "at": at})


@secrets.on(DiscreetOutcomeNoted)
def _noted(row: SecretRow | None, recorded: Recorded[DiscreetOutcomeNoted]) -> SecretRow:
    return _secret(row, recorded, outcome=recorded.body.outcome)


@secrets.on(DiscreetEmergencyReviewed)
def _reviewed_discreetly(row: SecretRow | None, recorded: Recorded[DiscreetEmergencyReviewed]) -> SecretRow:
    return _secret(row, recorded, reviewed=True)


@secrets.on(DisclosureWithheld)
def _withheld(row: SecretRow | None, recorded: Recorded[DisclosureWithheld]) -> SecretRow:
    body = recorded.body
    return _secret(row, recorded, until=body.until, reason=body.reason, reviewer=body.reviewer, revealed=False)


@secrets.on(DisclosureRevealed)
def _revealed(row: SecretRow | None, recorded: Recorded[DisclosureRevealed]) -> SecretRow:
    return _secret(row, recorded, revealed=True)


@reviews.on(EmergencyReviewed)
@reviews.on(DiscreetEmergencyReviewed)
def _why_reviewed(row: ReviewRow | None, recorded: Recorded[Any]) -> ReviewRow:  # noqa: ARG001  # the last one stands
    event: Any = recorded.event
    subject: Any = recorded.subject
    return ReviewRow(
        subject=subject, disclosure=event.disclosure, found_right=event.found_right, reason=recorded.body.reason,
        at=Provenance.of(recorded),
    )  # fmt: skip


@persons_given.on(GivenToPerson)
def _to_person(row: PersonGivenRow | None, recorded: Recorded[GivenToPerson]) -> PersonGivenRow:  # noqa: ARG001  # once
    body = recorded.body
    return PersonGivenRow(
        subject=body.subject, disclosure=body.disclosure, person=body.person, at=Provenance.of(recorded)
    )


VIEWS: tuple[AnyView, ...] = (
    disclosures, cohorts, outcomes, not_shared, cohorts_not_shared, persons_given, secrets, reviews,
)  # fmt: skip

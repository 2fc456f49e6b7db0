"""What left the school: of whom, to whom, under which rule, which facts exactly; and what became of it.

Who was told what of a pupil is sealed under that pupil's own key: in clear stands no more than that something was sent.
"""

from datetime import date, datetime
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field

from events.identifiers import SubjectId
from events.model import Event, Part, PersonEvent, RegisterEvent, Strict, Text200
from events.records.common import EntryIndex
from events.sharing.words import Channel, FieldName, FieldSent, GatewayId, Party, SharingPurpose
from events.text import PlainText

Commitment: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""An HMAC of what left, under a key made of each pupil's own: once one of them is erased, it confirms no guess."""
FIELDS_MAX: Final = 60
Receipt: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z0-9 .,:;()/@+_-]*$", max_length=200)]
"""What a carrier says of what it carried. It stands in clear, so only carriers write it."""
FailureReason: TypeAlias = Literal[
    "not-configured", "recipient-unusable", "not-allowed-any-more", "cannot-be-made-again", "not-reached", "not-taken"
]
"""Why something could not be delivered: codes, as they stand in clear beside whom it was about."""
RecallReason: TypeAlias = Literal["wrong-recipient", "wrong-pupil", "wrong-facts", "not-allowed", "something-else"]
"""Why something should not have been sent: codes, as they stand in clear beside whom it was about."""


class Sending(Strict):
    """What every disclosure says of itself: to whom, why, by which rule, which fields in their order, as which file."""

    recipient: SubjectId
    recipient_kind: Annotated[PlainText, Field(min_length=1, max_length=40)]
    to: Party
    sender: Party
    sharing_purpose: SharingPurpose
    gateway: GatewayId
    gateway_version: Annotated[int, Field(ge=1)]
    agreement: SubjectId | None = None
    fields: Annotated[tuple[FieldName, ...], Field(min_length=1, max_length=FIELDS_MAX)]
    channel: Channel
    exporter: Annotated[PlainText, Field(min_length=1, max_length=40)]
    exporter_version: Annotated[int, Field(ge=1)]
    file_number: Annotated[int, Field(ge=0)] = 0
    made_at: datetime
    necessity: Text200 | None = None
    decided_because: Text200 | None = None
    emergency: bool = False


class Sent(Part):
    """What was sent of one pupil; ``withheld`` are the fields that were asked for and kept back of this one.

    ``sent_by`` is who sent it: of an emergency, somebody else must look at it.
    """

    sending: Sending
    sent_by: SubjectId
    fields: Annotated[tuple[FieldSent, ...], Field(max_length=FIELDS_MAX)]
    withheld: Annotated[tuple[FieldName, ...], Field(max_length=FIELDS_MAX)] = ()


class Disclosed(RegisterEvent[Sent], name="disclosed", category="correspondence"):
    """Facts about pupils were given to a recipient, as known at an entry and as true on a day."""

    disclosure: SubjectId
    known_at: EntryIndex
    valid_on: date
    salt: Commitment
    commitment: Commitment


class DisclosedDiscreetly(PersonEvent, name="disclosed-discreetly", category="safeguarding", discreet=True):
    """As above, of one pupil, where that anything was told is itself a secret; ``valid_on`` is the facts' day."""

    disclosure: SubjectId
    known_at: EntryIndex
    sent: Sent
    salt: Commitment
    commitment: Commitment


class DiscreetOutcomeNoted(PersonEvent, name="discreet-outcome-noted", category="safeguarding", discreet=True):
    """What became of what was told discreetly; in clear it looks like every other discreet entry."""

    disclosure: SubjectId
    outcome: Literal["delivered", "receipt-confirmed", "failed", "recalled"]
    reason: Annotated[PlainText, Field(max_length=200)] | None = None


class DiscreetEmergencyReviewed(
    PersonEvent, name="discreet-emergency-reviewed", category="safeguarding", discreet=True
):
    """Somebody else than the sender looked at what had been told at once and discreetly, and found it right or not."""

    disclosure: SubjectId
    found_right: bool
    reason: Text200


class Cohort(Strict):
    """Whom a return is about: everybody whom a question selects on a day, as known at an entry, but for those named."""

    predicate: Literal["on-roll"]
    predicate_version: Annotated[int, Field(ge=1)]
    reference_date: date
    known_at: EntryIndex
    included: Annotated[tuple[SubjectId, ...], Field(max_length=500)] = ()
    excluded: Annotated[tuple[SubjectId, ...], Field(max_length=500)] = ()


class CohortDisclosed(Event, name="cohort-disclosed"):
    """Facts about everyone in a cohort were given to a recipient: one entry, whatever their number.

    All of it stands in clear, so its sending says neither why it was necessary nor why somebody decided so.
    """

    disclosure: SubjectId
    cohort: Cohort
    sending: Sending
    pupils: Annotated[int, Field(ge=0)]
    salt: Commitment
    commitment: Commitment

    @property
    def is_cohort(self) -> bool:
        """It is about everyone in its cohort."""
        return True


# What became of it


class _OfDisclosure(Event):
    disclosure: SubjectId


class Delivered(_OfDisclosure, name="delivered"):
    """What was disclosed reached its recipient's door; ``receipt`` is what the carrier said."""

    receipt: Receipt | None = None


class ReceiptConfirmed(_OfDisclosure, name="receipt-confirmed"):
    """The recipient said on a day that they have it."""

    valid_on: date


class DeliveryFailed(_OfDisclosure, name="delivery-failed"):
    """It could not be delivered: why. It may be tried again."""

    reason: FailureReason


class Recalled(_OfDisclosure, name="disclosure-recalled"):
    """It should not have been sent; the recipient was asked to destroy it."""

    reason: RecallReason


class Reviewed(Part):
    """Why what had gone at once of one pupil was found right or not."""

    reason: Text200


class EmergencyReviewed(RegisterEvent[Reviewed], name="emergency-reviewed", category="correspondence"):
    """Somebody else than the sender looked at what had gone at once in an emergency, and found it right or not."""

    disclosure: SubjectId
    found_right: bool


# What did not leave


class NotShared(Part):
    """What was not given of one pupil: to whom, for what, and by which sentence."""

    recipient: SubjectId
    sharing_purpose: SharingPurpose
    fields: Annotated[tuple[FieldName, ...], Field(max_length=FIELDS_MAX)]
    reasons: Annotated[tuple[Text200, ...], Field(max_length=20)]
    by_gate: bool


class SharingBlocked(RegisterEvent[NotShared], name="sharing-blocked", category="correspondence"):
    """Somebody wanted to share and the gate refused, or somebody decided not to: nothing left, and that is kept."""

    decision: SubjectId


class CohortSharingBlocked(Event, name="cohort-sharing-blocked"):
    """As above, of everyone on the roll on a day."""

    decision: SubjectId
    cohort_on: date
    recipient: SubjectId
    sharing_purpose: SharingPurpose
    fields: Annotated[tuple[FieldName, ...], Field(max_length=FIELDS_MAX)]
    reasons: Annotated[tuple[Text200, ...], Field(max_length=20)]
    by_gate: bool


# Hidden from families until a day


class DisclosureWithheld(PersonEvent, name="disclosure-withheld", category="safeguarding", discreet=True):
    """Families are not shown this disclosure until a day: why, and who looks at it again (who, not what, is secret)."""

    disclosure: SubjectId
    until: date
    reason: Text200
    reviewer: SubjectId


class DisclosureRevealed(PersonEvent, name="disclosure-revealed", category="safeguarding", discreet=True):
    """Families may be shown it from this day on, earlier than was said."""

    disclosure: SubjectId
    reason: Text200

"""Consents: what a school asks them for, in which wording, and what each person answered about a pupil.

A school's own purposes stand in clear; whom it asked and what they answered is sealed under the pupil's key.
"""

from datetime import date
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field

from events.governance import Digest, Title
from events.identifiers import SubjectId
from events.model import Event, PersonEvent, Text200
from events.records.common import EntryIndex
from events.sharing.disclosures import FIELDS_MAX
from events.sharing.words import FieldName
from events.text import Prose

ConsentPurpose: TypeAlias = Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)*$", max_length=60)]
"""What consent is asked for, as the gateways of the law and the school name it: photographs, biometrics, visits."""
Capacity: TypeAlias = Literal["parent", "pupil", "other"]
"""In which capacity somebody answers: as a parent (whoever has parental responsibility), as the pupil, or otherwise."""
ConsentChannel: TypeAlias = Literal["paper", "online", "spoken"]
"""How somebody was asked or answered; the first two are in writing."""
Conflicts: TypeAlias = Literal["any-objection", "latest-answer", "competent-pupil"]
"""The school's own rule for answers that differ: any objection wins, the latest answer counts, or the pupil's does."""
Answer: TypeAlias = Literal["given", "refused", "withdrawn", "objection-withdrawn", "none"]
"""What somebody had really answered; none: they had not answered at all."""
RECIPIENTS_MAX: Final = 50
"""Recipients of one consent: as many as a family can be expected to read."""
ConsentVersion: TypeAlias = Annotated[int, Field(ge=1)]


class ConsentPurposeDefinedV1(Event, name="consent-purpose-defined"):
    """The same, as written before a purpose named who is given what.

    ``wording`` is the SHA-256 of ``text``. With ``biometric`` the Protection of Freedoms Act 2012 sections 26 to 28
    decides between answers that differ; else ``conflicts`` does, which is the school's own rule.
    """

    consent_purpose: ConsentPurpose
    purpose_version: ConsentVersion
    valid_on: date
    title: Title
    text: Annotated[Prose, Field(min_length=1, max_length=4_000)]
    wording: Digest
    biometric: bool
    givers: Annotated[tuple[Capacity, ...], Field(min_length=1, max_length=3)]
    valid_months: Annotated[int, Field(ge=1, le=240)] | None = None
    conflicts: Conflicts


class ConsentPurposeDefined(Event, name="consent-purpose-defined", version=2):
    """The school asks consent for a purpose from a day on: in this wording, of these people, valid for so long.

    ``wording`` is the SHA-256 of ``text``. With ``biometric`` the Protection of Freedoms Act 2012 sections 26 to 28
    decides between answers that differ; else ``conflicts`` does, which is the school's own rule. ``recipients`` are
    given ``fields`` by whoever consents, and nobody and nothing else is: where both are empty, nothing leaves the
    school by this consent.
    """

    consent_purpose: ConsentPurpose
    purpose_version: ConsentVersion
    valid_on: date
    title: Title
    text: Annotated[Prose, Field(min_length=1, max_length=4_000)]
    wording: Digest
    biometric: bool
    givers: Annotated[tuple[Capacity, ...], Field(min_length=1, max_length=3)]
    valid_months: Annotated[int, Field(ge=1, le=240)] | None = None
    conflicts: Conflicts
    recipients: Annotated[tuple[SubjectId, ...], Field(max_length=RECIPIENTS_MAX)] = ()
    fields: Annotated[tuple[FieldName, ...], Field(max_length=FIELDS_MAX)] = ()

    @staticmethod
    def upcast_v1_v2(event: ConsentPurposeDefinedV1) -> "ConsentPurposeDefined":
        """Give what version 1 said: it named no recipient, so nobody is given anything by it.

        What was asked about photographs can only have meant the photograph.
        """
        fields = ("photograph",) if event.consent_purpose == "photographs" else ()
        return ConsentPurposeDefined(**event.model_dump(), fields=fields)


class ConsentRequested(PersonEvent, name="consent-requested", category="media"):
    """Somebody was asked for their consent about a pupil, in a version's wording."""

    consent_purpose: ConsentPurpose
    purpose_version: ConsentVersion
    wording: Digest
    asked_of: SubjectId
    capacity: Capacity
    channel: ConsentChannel


class ConsentGiven(PersonEvent, name="consent-given", category="media"):
    """Somebody consented, in a version's wording (UK GDPR Articles 4(11) and 7)."""

    consent_purpose: ConsentPurpose
    purpose_version: ConsentVersion
    wording: Digest
    by: SubjectId
    capacity: Capacity
    channel: ConsentChannel


class ConsentRefused(PersonEvent, name="consent-refused", category="media"):
    """Somebody did not consent, or objected without having been asked."""

    consent_purpose: ConsentPurpose
    purpose_version: ConsentVersion
    wording: Digest
    by: SubjectId
    capacity: Capacity
    channel: ConsentChannel


class ConsentWithdrawn(PersonEvent, name="consent-withdrawn", category="media"):
    """Somebody takes consent back, from this day on and at once (UK GDPR Art 7(3))."""

    consent_purpose: ConsentPurpose
    by: SubjectId
    capacity: Capacity
    channel: ConsentChannel


class ObjectionWithdrawn(PersonEvent, name="objection-withdrawn", category="media"):
    """Somebody who had refused, objected or withdrawn objects no longer; that alone is no consent."""

    consent_purpose: ConsentPurpose
    by: SubjectId
    capacity: Capacity
    channel: ConsentChannel


class ConsentAnswerCorrectedV1(PersonEvent, name="consent-answer-corrected", category="media"):
    """What version 2 says, as written before evidence was asked for."""

    consent_purpose: ConsentPurpose
    answer: Answer
    purpose_version: ConsentVersion | None = None
    wording: Digest | None = None
    by: SubjectId
    capacity: Capacity
    channel: ConsentChannel
    corrects: EntryIndex
    reason: Text200


class ConsentAnswerCorrected(ConsentAnswerCorrectedV1, name="consent-answer-corrected", version=2, category="media"):
    """An answer recorded at an earlier entry had been wrong: this is what was answered, by whom and on which day."""

    evidence: Text200 | None = None

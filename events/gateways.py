"""What an organisation adopts of the law by which data is given away, and of what it keeps back by its own policy.

Published by governance. A rule reaches a fold only through one of these, so each holds all that a decision needs.
"""

from datetime import date
from typing import Annotated, Final, TypeAlias

from pydantic import Field

from events.governance import Digest, RuleId, Title
from events.model import Event, Strict, Text200
from events.sharing.words import FieldName, SharingPurpose
from events.text import PlainText

KINDS_MAX: Final = 40
"""Kinds of recipient, purposes or types of school in one rule: several times what any rule names."""
FIELDS_MAX: Final = 60
"""Fields in one rule: half as many again as there are."""
AGE_MAX: Final = 25
"""Years: an authority's duties to young people with an EHC plan end there."""

RecipientName: TypeAlias = Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)*$", max_length=40)]
"""A kind of recipient as the law's gateways name it: school, authority, dfe."""
SchoolType: TypeAlias = Annotated[PlainText, Field(min_length=1, max_length=60)]
Article6: TypeAlias = Annotated[str, Field(pattern=r"^6\(1\)\([a-f]\)$")]
Article9: TypeAlias = Annotated[str, Field(pattern=r"^9\(2\)\([a-j]\)$")]
Paragraph: TypeAlias = Annotated[int, Field(ge=1, le=36)]
"""A condition of DPA 2018 Schedule 1 by its paragraph."""
Age: TypeAlias = Annotated[int, Field(ge=0, le=AGE_MAX)]


class Adopted(Strict):
    """What every adoption says: which rule, in which version, and the SHA-256 of its text."""

    rule: RuleId
    rule_version: Annotated[int, Field(ge=1)]
    digest: Digest


class InLaw(Strict):
    """How a gateway stands in law: since and until when, for which types of school ("*": all but those excepted)."""

    title: Annotated[PlainText, Field(min_length=1, max_length=200)]
    citation: Annotated[PlainText, Field(min_length=1, max_length=500)]
    in_force_from: date
    in_force_until: date | None = None
    school_types: Annotated[tuple[SchoolType, ...], Field(min_length=1, max_length=KINDS_MAX)] = ("*",)
    except_school_types: Annotated[tuple[SchoolType, ...], Field(max_length=KINDS_MAX)] = ()
    verified: bool


class Terms(Strict):
    """What a gateway lets be given: to which kinds of recipient, for which purposes, which fields, on which conditions.

    ``schedule_1`` is the condition of DPA 2018 Schedule 1 that section 10 asks beside Article 9; ``article_10`` the one
    it asks for criminal-offence data; ``policy_document`` whether either asks for an appropriate policy document.
    ``necessity``: why it is necessary must be said. ``person``: a person decides each time. ``emergency``: it goes at
    once, and somebody else reviews it. ``consent``: for what each pupil's consent must stand. ``agreement``: the
    recipient must have one that is live. Ages are in whole years, both inclusive.
    """

    purposes: Annotated[tuple[SharingPurpose, ...], Field(min_length=1, max_length=KINDS_MAX)]
    recipients: Annotated[tuple[RecipientName, ...], Field(min_length=1, max_length=KINDS_MAX)]
    fields: Annotated[tuple[FieldName, ...], Field(min_length=1, max_length=FIELDS_MAX)]
    article_6: Article6
    article_9: Article9 | None = None
    schedule_1: Paragraph | None = None
    article_10: Paragraph | None = None
    policy_document: bool = False
    ages_from: Age | None = None
    ages_until: Age | None = None
    necessity: bool = False
    person: bool = False
    emergency: bool = False
    consent: SharingPurpose | None = None
    agreement: bool = False


class GatewayAdopted(Terms, InLaw, Adopted, Event, name="gateway-adopted"):
    """The organisation may give data away under this law, as it stood when adopted; its conditions are all here.

    UK GDPR Articles 6, 9 and 10; Data Protection Act 2018 sections 10 and 11.
    """


class Narrowing(Strict):
    """What an organisation gives nobody, or not to some, or not for some purposes, though a law would let it.

    What is left empty means all of it. It permits nothing.
    """

    title: Title
    reason: Text200
    in_force_from: date
    in_force_until: date | None = None
    fields: Annotated[tuple[FieldName, ...], Field(max_length=FIELDS_MAX)] = ()
    recipients: Annotated[tuple[RecipientName, ...], Field(max_length=KINDS_MAX)] = ()
    purposes: Annotated[tuple[SharingPurpose, ...], Field(max_length=KINDS_MAX)] = ()


class PolicyAdopted(Narrowing, Adopted, Event, name="policy-adopted"):
    """The organisation's own rule narrows what it gives away. "Our policy" can never permit what no law does."""


class PolicyDocument(Strict):
    """Which conditions of DPA 2018 Schedule 1 a policy document speaks for, and when it is looked at again."""

    title: Title
    conditions: Annotated[tuple[Paragraph, ...], Field(min_length=1, max_length=KINDS_MAX)]
    review_on: date


class PolicyDocumentAdopted(PolicyDocument, Adopted, Event, name="policy-document-adopted"):
    """The organisation has an appropriate policy document for these conditions; the digest is of its text.

    Data Protection Act 2018 Schedule 1 paragraphs 38 to 41.
    """


class RuleWithdrawn(Event, name="rule-withdrawn"):
    """The organisation no longer goes by a rule that it had adopted; nothing is decided by it from here on."""

    rule: RuleId
    rule_version: Annotated[int, Field(ge=1)]
    reason: Text200

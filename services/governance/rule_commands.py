"""What an organisation may ask of its rule book: adopt each kind of rule, or go by one no longer."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Final

from pydantic import Field

from events import governance as said
from events.gateways import (
    GatewayAdopted,
    InLaw,
    Narrowing,
    PolicyAdopted,
    PolicyDocument,
    PolicyDocumentAdopted,
    Terms,
)
from events.governance import Digest, RuleId
from events.model import CATEGORIES, Category, Event, Text200
from events.records.collection import Item
from events.text import PlainText
from ledger.decider import Command, Stream


class OfRules(Command):
    """A command about one version of a rule."""

    scope: ClassVar[str] = "rules:write"
    purpose: ClassVar[str] = "accountability"

    rule: RuleId
    rule_version: Annotated[int, Field(ge=1)]

    @property
    def stream(self) -> Stream:
        """An organisation's rule book is one stream."""
        return Stream("rules")


class Adopt(OfRules):
    """Go by a rule, in the version whose text has this SHA-256 (None: the text that the law has)."""

    digest: Digest | None


class AdoptPurpose(Adopt):
    """Process personal data for this purpose. Its bases and categories are the law's: they need not be said."""

    digest: Digest | None = None
    bases: Annotated[tuple[RuleId, ...], Field(min_length=1)] | None = None
    categories: Annotated[tuple[Category, ...], Field(max_length=len(CATEGORIES))] | None = None


class AdoptLawfulBasis(Adopt):
    """Rely on this lawful basis. Its citation and days are the law's: they need not be said."""

    digest: Digest | None = None
    citation: Annotated[PlainText, Field(min_length=1, max_length=500)] | None = None
    in_force_from: date | None = None
    in_force_until: date | None = None


class AdoptText(Adopt):
    """Go by a rule in the words that the command itself gives."""

    digest: Digest


class AdoptClockRule(AdoptText):
    """Apply this numeric rule."""

    parameters: dict[str, int]


class AdoptFieldRule(AdoptText):
    """Collect none of these fields."""

    not_collected: Annotated[tuple[Annotated[PlainText, Field(min_length=1, max_length=60)], ...], Field(min_length=1)]


class AdoptCollectionField(AdoptText):
    """Ask families for this, as required by a law or as a choice."""

    item: Item
    label: Annotated[PlainText, Field(min_length=1, max_length=200)]
    required: bool
    why: Text200
    citation: Annotated[PlainText, Field(min_length=1, max_length=500)]
    in_force_from: date
    in_force_until: date | None = None


class AdoptGateway(Terms, InLaw, AdoptText):
    """Give data away under this law."""


class AdoptPolicy(Narrowing, AdoptText):
    """Keep something back by the organisation's own rule, though a law would let it be given."""


class AdoptPolicyDocument(PolicyDocument, AdoptText):
    """Go by this appropriate policy document; ``digest`` is the SHA-256 of its text."""


class WithdrawRule(OfRules):
    """Go by this version of a rule no longer."""

    reason: Text200


KINDS: Final[Mapping[type[Command], type[Event]]] = {
    AdoptPurpose: said.PurposeAdopted,
    AdoptLawfulBasis: said.LawfulBasisAdopted,
    AdoptClockRule: said.ClockRuleAdopted,
    AdoptFieldRule: said.FieldRuleAdopted,
    AdoptCollectionField: said.CollectionFieldAdopted,
    AdoptGateway: GatewayAdopted,
    AdoptPolicy: PolicyAdopted,
    AdoptPolicyDocument: PolicyDocumentAdopted,
}
"""Which event each adoption becomes: it has the command's fields."""

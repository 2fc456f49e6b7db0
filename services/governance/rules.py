"""Adopted rules: the law is data, and a rule applies to an organisation from the entry that adopted it."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Final, NamedTuple, TypeAlias

from pydantic import Field

from events.governance import (
    ClockRuleAdopted,
    CollectionFieldAdopted,
    Digest,
    FieldRuleAdopted,
    LawfulBasisAdopted,
    PurposeAdopted,
    RuleId,
)
from events.model import CATEGORIES, Category, Event, Text200
from events.records.collection import Item
from events.text import PlainText
from ledger.decider import Command, Decided, Decider, Refused, Stream


class _OfRules(Command):
    scope: ClassVar[str] = "rules:write"
    purpose: ClassVar[str] = "accountability"

    rule: RuleId
    rule_version: Annotated[int, Field(ge=1)]
    digest: Digest

    @property
    def stream(self) -> Stream:
        """An organisation's rule book is one stream."""
        return Stream("rules")


class AdoptPurpose(_OfRules):
    """Process personal data for this purpose, on these bases."""

    bases: Annotated[tuple[RuleId, ...], Field(min_length=1)]
    categories: Annotated[tuple[Category, ...], Field(max_length=len(CATEGORIES))]


class AdoptLawfulBasis(_OfRules):
    """Rely on this lawful basis."""

    citation: Annotated[PlainText, Field(min_length=1, max_length=500)]
    in_force_from: date
    in_force_until: date | None = None


class AdoptClockRule(_OfRules):
    """Apply this numeric rule."""

    parameters: dict[str, int]


class AdoptFieldRule(_OfRules):
    """Collect none of these fields."""

    not_collected: Annotated[tuple[Annotated[PlainText, Field(min_length=1, max_length=60)], ...], Field(min_length=1)]


class AdoptCollectionField(_OfRules):
    """Ask families for this, as required by a law or as a choice."""

    item: Item
    label: Annotated[PlainText, Field(min_length=1, max_length=200)]
    required: bool
    why: Text200
    citation: Annotated[PlainText, Field(min_length=1, max_length=500)]
    in_force_from: date
    in_force_until: date | None = None


class Adoption(NamedTuple):
    """The newest version of a rule and its digest, and by which event it was adopted: a rule keeps its kind."""

    version: int
    digest: str
    kind: str


Adopted: TypeAlias = Mapping[str, Adoption]
"""The newest adoption by rule."""


def evolve(state: Adopted, event: Event, index: int) -> Adopted:  # noqa: ARG001  # the same shape in every aggregate
    """Fold one event."""
    match event:
        case (
            PurposeAdopted() | LawfulBasisAdopted() | ClockRuleAdopted() | FieldRuleAdopted() | CollectionFieldAdopted()
        ):
            return {**state, event.rule: Adoption(event.rule_version, event.digest, event.definition.name)}
        case _:
            return state


def decide(command: Command, state: Adopted) -> Decided:
    """Decide an adoption; a version that is already in force here yields no event."""
    if not isinstance(command, _OfRules):
        return Decided()
    known = state.get(command.rule)
    if known is not None and known.kind != _KINDS[type(command)].definition.name:
        raise Refused("This name is a rule's of another kind. Adopt this rule under a name of its own.")
    if known is not None and command.rule_version == known.version:
        if command.digest != known.digest:
            raise Refused("This version of the rule was adopted with another text. Adopt it under a new version.")
        return Decided()
    if known is not None and command.rule_version < known.version:
        raise Refused("A newer version of this rule is already adopted. Adopt a version after that one.")
    return Decided([_adopted(command, state)])


def _adopted(command: _OfRules, state: Adopted) -> Event:
    match command:
        case AdoptPurpose():
            bases = {rule for rule, known in state.items() if known.kind == LawfulBasisAdopted.definition.name}
            missing = [basis for basis in command.bases if basis not in bases]
            if missing:
                raise Refused("Adopt the lawful bases of this purpose first.", missing=missing)
            return PurposeAdopted(
                rule=command.rule, rule_version=command.rule_version, digest=command.digest, bases=command.bases,
                categories=command.categories,
            )  # fmt: skip
        case AdoptLawfulBasis():
            if command.in_force_until is not None and command.in_force_until < command.in_force_from:
                raise Refused("The lawful basis ends before it begins. Check both dates.")
            return LawfulBasisAdopted(
                rule=command.rule, rule_version=command.rule_version, digest=command.digest,
                citation=command.citation, in_force_from=command.in_force_from, in_force_until=command.in_force_until,
            )  # fmt: skip
        case AdoptClockRule():
            return ClockRuleAdopted(
                rule=command.rule, rule_version=command.rule_version, digest=command.digest,
                parameters=command.parameters,
            )  # fmt: skip
        case AdoptFieldRule():
            return FieldRuleAdopted(
                rule=command.rule, rule_version=command.rule_version, digest=command.digest,
                not_collected=command.not_collected,
            )  # fmt: skip
        case AdoptCollectionField():
            return CollectionFieldAdopted(
                rule=command.rule, rule_version=command.rule_version, digest=command.digest, item=command.item,
                label=command.label, required=command.required, why=command.why, citation=command.citation,
                in_force_from=command.in_force_from, in_force_until=command.in_force_until,
            )  # fmt: skip
        case _:
            raise TypeError(f"{type(command).__name__} adopts nothing")


_KINDS: Final[Mapping[type[Command], type[Event]]] = {
    AdoptPurpose: PurposeAdopted,
    AdoptLawfulBasis: LawfulBasisAdopted,
    AdoptClockRule: ClockRuleAdopted,
    AdoptFieldRule: FieldRuleAdopted,
    AdoptCollectionField: CollectionFieldAdopted,
}

rules: Final[Decider[Adopted]] = Decider("governance", {}, evolve, decide, commands=tuple(_KINDS), categories=())

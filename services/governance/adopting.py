"""What the law has in force, as the commands that adopt it: bases come before the purposes that rest on them."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, TypeVar

from law.gateways import gateways
from law.rules import (
    Rule,
    adoptable,
    clock_rules,
    collection_fields,
    field_rules,
    lawful_bases,
    purposes,
    rules_in_force,
)
from ledger.decider import Refused
from services.governance import rule_commands as adopt

AdoptT = TypeVar("AdoptT", bound=adopt.Adopt)
_OF_ALL: Final = frozenset(adopt.Adopt.model_fields)


def of_law(day: date, school_type: str | None) -> list[adopt.Adopt]:
    """Give the commands that adopt every rule that is in force on a day for a type of school."""

    def in_force(rules: Sequence[Any]) -> list[Any]:
        return rules_in_force(rules, day, school_type)

    bases = in_force(lawful_bases())
    known = {basis.id for basis in bases}
    commands: list[adopt.Adopt] = [_adopt(adopt.AdoptLawfulBasis, basis) for basis in bases]
    for purpose in in_force(purposes()):
        resting = tuple(basis for basis in purpose.bases if basis in known)
        if resting:
            commands.append(_adopt(adopt.AdoptPurpose, purpose, bases=resting))
    commands += [_adopt(adopt.AdoptClockRule, one, parameters=dict(one.parameters)) for one in in_force(clock_rules())]
    commands += [_adopt(adopt.AdoptFieldRule, one, not_collected=tuple(one.fields)) for one in in_force(field_rules())]
    commands += [_adopt(adopt.AdoptCollectionField, one, label=one.title) for one in in_force(collection_fields())]
    commands += [_adopt(adopt.AdoptGateway, one) for one in in_force(gateways())]
    return commands


def as_law_says(command: adopt.AdoptGateway) -> adopt.AdoptGateway:
    """Give the adoption of a gateway in the law's own words, whatever the command says beside its name and digest.

    Raises Refused where it is none of the law's: an organisation's own policy only keeps back, and permits nothing.
    """
    for one in gateways():
        if adoptable(one) == (command.rule, command.rule_version, command.digest):
            return _adopt(adopt.AdoptGateway, one)
    raise Refused(
        "No law here has this name, version and text. Nothing may be given by an organisation's own rule: adopt the "
        "law as it stands, or a policy that keeps something back."
    )


def _adopt(kind: type[AdoptT], rule: Rule, **said: Any) -> AdoptT:
    """Give the adoption of a rule: what it does not say otherwise, it says in the rule's own words."""
    name, version, digest = adoptable(rule)
    own = {field: getattr(rule, field) for field in kind.model_fields if field not in _OF_ALL | said.keys()}
    return kind(rule=name, rule_version=version, digest=digest, **own, **said)

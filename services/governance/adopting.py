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
from ledger.decider import Command, Refused
from services.governance import rule_commands as adopt

AdoptT = TypeVar("AdoptT", bound=adopt.Adopt)
RuleT = TypeVar("RuleT", bound=Rule)
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


def as_law_says(command: Command, day: date, school_type: str | None) -> Command:
    """Give the adoption of a purpose, lawful basis or gateway in the law's own words; any other command as it is.

    Raises Refused for another text: an organisation's own policy only keeps back, and permits nothing.
    """
    match command:
        case adopt.AdoptGateway():
            return _gateway(command)
        case adopt.AdoptPurpose():
            purpose = _released(purposes(), command)
            known = {one.id for one in rules_in_force(lawful_bases(), day, school_type)}
            resting = tuple(basis for basis in purpose.bases if basis in known)
            return _unless_otherwise(command, _adopt(adopt.AdoptPurpose, purpose, bases=resting or purpose.bases))
        case adopt.AdoptLawfulBasis():
            return _unless_otherwise(command, _adopt(adopt.AdoptLawfulBasis, _released(lawful_bases(), command)))
        case _:
            return command


def _gateway(command: adopt.AdoptGateway) -> adopt.AdoptGateway:
    for one in gateways():
        if adoptable(one) == (command.rule, command.rule_version, command.digest):
            return _adopt(adopt.AdoptGateway, one)
    raise Refused(
        "No law here has this name, version and text. Nothing may be given by an organisation's own rule: adopt the "
        "law as it stands, or a policy that keeps something back."
    )


def _released(rules: Sequence[RuleT], command: adopt.Adopt) -> RuleT:
    for one in rules:
        if (one.id, one.version) == (command.rule, command.rule_version):
            return one
    raise Refused(
        "No released rule has this name and version. Data is kept for the law's purposes and on its bases alone: look "
        "up both on the page of the law. A rule of your own that keeps something back is a policy."
    )


def _unless_otherwise(command: AdoptT, of_law: AdoptT) -> AdoptT:
    """Give the law's own words, unless the command says something else of the rule. Raises Refused."""
    if any(getattr(command, name) not in (None, getattr(of_law, name)) for name in type(command).model_fields):
        raise Refused(
            "This is not what the released law says of this rule. Send its name and version alone: its text is the "
            "law's. A rule of your own that keeps something back is a policy."
        )
    return of_law


def _adopt(kind: type[AdoptT], rule: Rule, **said: Any) -> AdoptT:
    """Give the adoption of a rule: what it does not say otherwise, it says in the rule's own words."""
    name, version, digest = adoptable(rule)
    own = {field: getattr(rule, field) for field in kind.model_fields if field not in _OF_ALL | said.keys()}
    return kind(rule=name, rule_version=version, digest=digest, **own, **said)

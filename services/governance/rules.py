"""Adopted rules: the law is data, and a rule applies to an organisation from the entry that adopted it."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, TypeAlias

from events.gateways import RuleWithdrawn
from events.governance import LawfulBasisAdopted, PurposeAdopted
from events.model import Event
from ledger.decider import Command, Decided, Decider, Refused
from services.governance.rule_commands import (
    KINDS,
    Adopt,
    AdoptGateway,
    AdoptLawfulBasis,
    AdoptPolicy,
    AdoptPurpose,
    WithdrawRule,
)


class Adoption(NamedTuple):
    """The newest version of a rule and its digest, by which event it was adopted, and whether it was withdrawn since.

    A rule keeps its kind. ``bases`` are what a purpose rests on.
    """

    version: int
    digest: str
    kind: str
    bases: tuple[str, ...] = ()
    withdrawn: bool = False


Adopted: TypeAlias = Mapping[str, Adoption]
"""The newest adoption by rule."""

_ADOPTED: Final = frozenset(KINDS.values())


def evolve(state: Adopted, event: Event, index: int) -> Adopted:  # noqa: ARG001  # the same shape in every aggregate
    """Fold one event."""
    if isinstance(event, RuleWithdrawn):
        return {**state, event.rule: state[event.rule]._replace(withdrawn=True)}
    if type(event) not in _ADOPTED:
        return state
    said: Any = event
    bases = event.bases if isinstance(event, PurposeAdopted) else ()
    return {**state, said.rule: Adoption(said.rule_version, said.digest, event.definition.name, bases)}


def decide(command: Command, state: Adopted) -> Decided:
    """Decide an adoption or a withdrawal; a version that the organisation goes by already yields no event."""
    match command:
        case WithdrawRule():
            return _withdraw(command, state)
        case Adopt():
            return _adopt(command, state)
        case _:
            return Decided()


def _adopt(command: Adopt, state: Adopted) -> Decided:
    kind, known = KINDS[type(command)], state.get(command.rule)
    if command.digest is None:
        raise TypeError("an adoption of the law has the law's own text by the time that it is decided")
    if known is not None and known.kind != kind.definition.name:
        raise Refused("This name is a rule's of another kind. Adopt this rule under a name of its own.")
    if known is not None and command.rule_version == known.version:
        if command.digest != known.digest:
            raise Refused("This version of the rule was adopted with another text. Adopt it under a new version.")
        if not known.withdrawn:
            return Decided()
    if known is not None and command.rule_version < known.version:
        raise Refused("A newer version of this rule is already adopted. Adopt a version after that one.")
    _CHECKS.get(type(command), _nothing)(command, state)
    return Decided([kind.model_validate({name: getattr(command, name) for name in kind.model_fields})])


def _nothing(command: Any, state: Adopted) -> None:
    """Find nothing wrong."""


def _bases_are_adopted(command: AdoptPurpose, state: Adopted) -> None:
    bases = {
        rule
        for rule, known in state.items()
        if known.kind == LawfulBasisAdopted.definition.name and not known.withdrawn
    }
    missing = [basis for basis in command.bases or () if basis not in bases]
    if missing:
        raise Refused("Adopt the lawful bases of this purpose first.", missing=missing)


def _begins_first(command: AdoptLawfulBasis | AdoptGateway | AdoptPolicy, state: Adopted) -> None:  # noqa: ARG001
    first, last = command.in_force_from, command.in_force_until
    if first is not None and last is not None and last < first:
        raise Refused("It ends before it begins. Check both dates.")


def _keeps_something_back(command: AdoptPolicy, state: Adopted) -> None:
    _begins_first(command, state)
    if not (command.fields or command.recipients or command.purposes):
        raise Refused(
            "Say what this policy keeps back: fields, kinds of recipient or purposes. Left empty, it would stop "
            "everything that the law obliges you to give."
        )


_CHECKS: Final[Mapping[type[Command], Callable[[Any, Adopted], None]]] = {
    AdoptPurpose: _bases_are_adopted,
    AdoptLawfulBasis: _begins_first,
    AdoptGateway: _begins_first,
    AdoptPolicy: _keeps_something_back,
}
"""What is asked of some adoptions beyond what is asked of all."""


def _withdraw(command: WithdrawRule, state: Adopted) -> Decided:
    known = state.get(command.rule)
    if known is None:
        raise Refused("The organisation has not adopted this rule, so there is nothing to withdraw.")
    if known.version != command.rule_version:
        raise Refused("Another version of this rule counts now. Withdraw the newest version that was adopted.")
    if known.withdrawn:
        return Decided()
    if command.rule == command.purpose:
        raise Refused("The rule book itself is kept for this purpose. Adopt its next version instead.")
    resting = [name for name, one in state.items() if command.rule in one.bases and not one.withdrawn]
    if resting:
        raise Refused(
            "Purposes rest on this lawful basis. Withdraw them first, or adopt them on others.", rules=resting
        )
    return Decided([RuleWithdrawn(rule=command.rule, rule_version=command.rule_version, reason=command.reason)])


rules: Final[Decider[Adopted]] = Decider(
    "governance", {}, evolve, decide, commands=(*KINDS, WithdrawRule), categories=()
)

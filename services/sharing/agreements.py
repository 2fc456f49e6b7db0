"""Agreements: what a recipient may have, for what, on which terms; what is new in one was asked for and decided."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import product
from typing import ClassVar, Final, TypeAlias

from events.identifiers import SubjectId
from events.model import Event, Text200
from events.sharing.agreements import AgreementEnded, AgreementSigned, AgreementTerms, Fields, Purposes
from events.sharing.recipients import RecipientRegistered
from events.sharing.requests import SharingRequestDecided
from ledger.decider import Command, Decided, Decider, Refused, Stream
from services.permission import Action

_ANOTHER: Final = "Another agreement was signed under this id. Use a fresh one: what was signed is never changed."


class _OfAgreement(Command):
    scope: ClassVar[str] = "sharing:write"
    purpose: ClassVar[str] = "sharing"
    action: ClassVar[Action] = "agree"

    agreement: SubjectId
    recipient: SubjectId
    valid_on: date

    @property
    def stream(self) -> Stream:
        """What was agreed with a recipient is decided on that recipient's stream."""
        return Stream("recipient", self.recipient)


class SignAgreement(_OfAgreement):
    """Agree what a recipient may be given from ``valid_on`` until ``until``; under a fresh id of the agreement's."""

    purposes: Purposes
    fields: Fields
    terms: AgreementTerms
    document: Text200
    until: date


class EndAgreement(_OfAgreement):
    """End an agreement before it runs out; ``valid_on`` is its last day."""

    reason: Text200


Agreed: TypeAlias = tuple[AgreementSigned, date | None]
"""An agreement, and its last day where it was ended."""


@dataclass(frozen=True, slots=True)
class Agreements:
    """What was agreed with one recipient."""

    is_registered: bool = False
    agreed: Mapping[bytes, Agreed] = field(default_factory=dict)
    cleared: frozenset[tuple[str, str]] = frozenset()
    """Each purpose with each field that was granted to it: by a request that was decided, or an agreement signed."""


def evolve(state: Agreements, event: Event, index: int) -> Agreements:  # noqa: ARG001  # the same shape everywhere
    """Fold one event."""
    match event:
        case RecipientRegistered():
            return replace(state, is_registered=True)
        case SharingRequestDecided():
            return replace(state, cleared=state.cleared | _pairs(event.purposes, event.fields))
        case AgreementSigned():
            cleared = state.cleared | _pairs(event.purposes, event.fields)
            return replace(state, agreed={**state.agreed, event.agreement: (event, None)}, cleared=cleared)
        case AgreementEnded() if event.agreement in state.agreed:
            signed, _ = state.agreed[event.agreement]
            return replace(state, agreed={**state.agreed, event.agreement: (signed, event.valid_on)})
        case _:
            return state


def decide(command: Command, state: Agreements) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    if not state.is_registered:
        raise Refused("There is no such recipient. Look it up in the list of recipients, or register it first.")
    match command:
        case SignAgreement():
            return _sign(command, state)
        case EndAgreement():
            return _end(command, state)
        case _:
            return Decided()


def _sign(command: SignAgreement, state: Agreements) -> Decided:
    if command.until < command.valid_on:
        raise Refused("The agreement ends before it begins. Check both dates.")
    signed = AgreementSigned(
        agreement=command.agreement, recipient=command.recipient, purposes=command.purposes, fields=command.fields,
        terms=command.terms, document=command.document, valid_on=command.valid_on, until=command.until,
    )  # fmt: skip
    known = state.agreed.get(command.agreement)
    if known is not None and known[0] == signed:
        return Decided()
    if known is not None:
        raise Refused(_ANOTHER)
    unasked = _pairs(command.purposes, command.fields) - state.cleared
    if unasked:
        raise Refused(
            "Some of this was never given to this recipient. Answer the four questions (who asks, for what, how "
            "sensitive, how handled) and let somebody else decide, before you sign.",
            new_purposes=sorted({purpose for purpose, _ in unasked}), new_fields=sorted({one for _, one in unasked}),
        )  # fmt: skip
    return Decided([signed])


def _pairs(purposes: Iterable[str], fields: Iterable[str]) -> frozenset[tuple[str, str]]:
    return frozenset(product(purposes, fields))


def _end(command: EndAgreement, state: Agreements) -> Decided:
    known = state.agreed.get(command.agreement)
    if known is None:
        raise Refused("There is no such agreement with this recipient. Look it up in the list of agreements.")
    signed, ended = known
    if ended == command.valid_on:
        return Decided()
    if ended is not None and command.valid_on > ended:
        raise Refused("This agreement ended earlier. Sign a new one if the recipient is to be given data again.")
    if command.valid_on > signed.until:
        raise Refused("This agreement runs out before that day, so there is nothing to end.")
    if command.valid_on < signed.valid_on:
        raise Refused("The last day of the agreement is before its first. Check both dates.")
    return Decided([AgreementEnded(
        agreement=command.agreement, recipient=command.recipient, reason=command.reason, valid_on=command.valid_on,
    )])  # fmt: skip


agreements: Final[Decider[Agreements]] = Decider(
    "sharing", Agreements(), evolve, decide, commands=(SignAgreement, EndAgreement), categories=("correspondence",)
)

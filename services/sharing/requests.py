"""Requests: nothing new is agreed before four questions are answered and somebody else has decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from events.identifiers import SubjectId
from events.model import Event, Text200
from events.sharing.agreements import FIELDS_MAX, PURPOSES_MAX, Fields, Purposes
from events.sharing.recipients import RecipientRegistered
from events.sharing.requests import Assessment, SharingRequestDecided, SharingRequested
from events.sharing.words import FieldName, SharingPurpose
from ledger.decider import Command, Decided, Decider, Refused, Stream
from services.permission import Action


class _OfRequest(Command):
    scope: ClassVar[str] = "sharing:write"
    purpose: ClassVar[str] = "sharing"
    action: ClassVar[Action] = "share"

    request: SubjectId
    recipient: SubjectId
    by: SubjectId = bytes(16)
    """Who sends it. Rollbook fills this in: whatever is sent here is passed over."""
    valid_on: date

    @property
    def stream(self) -> Stream:
        """What a recipient asks for is decided on its stream."""
        return Stream("recipient", self.recipient)


class RequestSharing(_OfRequest):
    """A recipient asks for data that it was not given before: what, and the answers to the four questions."""

    purposes: Purposes
    fields: Fields
    assessment: Assessment


class DecideRequest(_OfRequest):
    """Decide what somebody else has assessed: all of it, less of it (``purposes`` and ``fields`` say what), or nothing.

    Both are left empty unless it is narrowed.
    """

    action: ClassVar[Action] = "agree"

    outcome: Literal["approved", "narrowed", "refused"]
    purposes: Annotated[tuple[SharingPurpose, ...], Field(max_length=PURPOSES_MAX)] = ()
    fields: Annotated[tuple[FieldName, ...], Field(max_length=FIELDS_MAX)] = ()
    reason: Text200


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, and what was decided of it."""

    requested: SharingRequested
    decided: SharingRequestDecided | None = None


@dataclass(frozen=True, slots=True)
class Requests:
    """What one recipient asked for."""

    is_registered: bool = False
    asked: Mapping[bytes, Asked] = field(default_factory=dict)


def evolve(state: Requests, event: Event, index: int) -> Requests:  # noqa: ARG001  # the same shape everywhere
    """Fold one event."""
    match event:
        case RecipientRegistered():
            return replace(state, is_registered=True)
        case SharingRequested():
            return replace(state, asked={**state.asked, event.request: Asked(event)})
        case SharingRequestDecided() if event.request in state.asked:
            asked = replace(state.asked[event.request], decided=event)
            return replace(state, asked={**state.asked, event.request: asked})
        case _:
            return state


def decide(command: Command, state: Requests) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    if not state.is_registered:
        raise Refused("There is no such recipient. Look it up in the list of recipients, or register it first.")
    match command:
        case RequestSharing():
            return _request(command, state.asked.get(command.request))
        case DecideRequest():
            return _decide(command, state.asked.get(command.request))
        case _:
            return Decided()


def _request(command: RequestSharing, known: Asked | None) -> Decided:
    requested = SharingRequested(
        request=command.request, recipient=command.recipient, purposes=command.purposes, fields=command.fields,
        assessment=command.assessment, author=command.by, valid_on=command.valid_on,
    )  # fmt: skip
    if known is None:
        return Decided([requested])
    if known.requested == requested:
        return Decided()
    raise Refused("Something else was asked for under this id. Use a fresh one for each request.")


def _decide(command: DecideRequest, known: Asked | None) -> Decided:
    if known is None:
        raise Refused("This recipient made no such request. Look it up in the list of requests.")
    if known.requested.author == command.by:
        raise Refused("Whoever answered the four questions cannot decide as well. Ask somebody else to decide.")
    purposes, fields = _granted(command, known.requested)
    decided = SharingRequestDecided(
        request=command.request, recipient=command.recipient, outcome=command.outcome, purposes=purposes,
        fields=fields, reason=command.reason, decided_by=command.by, valid_on=command.valid_on,
    )  # fmt: skip
    if known.decided is None:
        return Decided([decided])
    if known.decided == decided:
        return Decided()
    raise Refused("This request is decided already. If it should be decided anew, let the recipient ask anew.")


def _granted(command: DecideRequest, asked: SharingRequested) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the purposes and fields that may be agreed. Raises Refused for more than was asked for."""
    if command.outcome == "approved":
        return asked.purposes, asked.fields
    if command.outcome == "refused":
        return (), ()
    if not command.purposes or not command.fields:
        raise Refused("Say which purposes and which fields are left, or refuse the request.")
    if not set(command.purposes) <= set(asked.purposes) or not set(command.fields) <= set(asked.fields):
        raise Refused("More is granted here than was asked for and assessed. Leave out what is not in the request.")
    return command.purposes, command.fields


requests: Final[Decider[Requests]] = Decider(
    "sharing", Requests(), evolve, decide, commands=(RequestSharing, DecideRequest), categories=("correspondence",)
)

"""Recipients: an organisation is registered, verified before anything is given to it, and again when it changes."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from events.governance import Title
from events.identifiers import LaEstab, SubjectId, Urn
from events.model import Event, Text200
from events.sharing.recipients import (
    NUMBERS_MAX,
    ROUTES_MAX,
    OrganisationNumber,
    RecipientKind,
    RecipientRegistered,
    RecipientRenamed,
    RecipientRerouted,
    RecipientResumed,
    RecipientSuspended,
    RecipientVerified,
    Route,
)
from ledger.decider import Command, Decided, Decider, Refused, Stream
from services.permission import Action

PARENTS: Final = "Parents"
"""What parents are called as a recipient: an organisation's list names no family, so there is one such recipient."""
_UNKNOWN: Final = "There is no such recipient. Look it up in the list of recipients, or register it first."


class _OfRecipient(Command):
    scope: ClassVar[str] = "sharing:write"
    purpose: ClassVar[str] = "sharing"
    action: ClassVar[Action] = "share"

    recipient: SubjectId
    valid_on: date

    @property
    def stream(self) -> Stream:
        """A recipient is a stream, with what it asked for and what was agreed with it."""
        return Stream("recipient", self.recipient)


class RegisterRecipient(_OfRecipient):
    """An organisation becomes known as one to which data may be given, once it is verified."""

    kind: RecipientKind
    title: Title
    laestab: LaEstab | None = None
    urn: Urn | None = None
    numbers: Annotated[tuple[OrganisationNumber, ...], Field(max_length=NUMBERS_MAX)] = ()
    routes: Annotated[tuple[Route, ...], Field(max_length=ROUTES_MAX)] = ()


class VerifyRecipient(_OfRecipient):
    """Say how you made sure of who a recipient is and how it is reached, and until when that holds if it lapses."""

    how: Literal["register", "called-back", "in-person", "contract", "official-letter"]
    evidence: Text200
    until: date | None = None


class RenameRecipient(_OfRecipient):
    """A recipient has another name; it must be verified under that name."""

    title: Title
    reason: Text200


class RerouteRecipient(_OfRecipient):
    """A recipient is reached in other ways; they must be verified."""

    routes: Annotated[tuple[Route, ...], Field(max_length=ROUTES_MAX)]
    reason: Text200


class SuspendRecipient(_OfRecipient):
    """Give nothing more to a recipient, from now on."""

    reason: Text200


class ResumeRecipient(_OfRecipient):
    """What had suspended a recipient is settled."""

    reason: Text200


@dataclass(frozen=True, slots=True)
class Recipient:
    """A recipient so far; ``verified`` is None as long as it was not, or not since it changed."""

    registered: RecipientRegistered
    title: str
    routes: tuple[Route, ...]
    verified: RecipientVerified | None = None
    suspended: bool = False
    newest: date = date.min
    """The day of the last change of name or ways, before which nothing verifies them."""


State = Recipient | None


def evolve(state: State, event: Event, index: int) -> State:  # noqa: ARG001  # the same shape everywhere
    """Fold one event."""
    if isinstance(event, RecipientRegistered):
        return Recipient(event, event.title, event.routes, newest=event.valid_on)
    if state is None:
        return None
    match event:
        case RecipientVerified():
            return replace(state, verified=event)
        case RecipientRenamed():
            return replace(state, title=event.title, verified=None, newest=max(state.newest, event.valid_on))
        case RecipientRerouted():
            return replace(state, routes=event.routes, verified=None, newest=max(state.newest, event.valid_on))
        case RecipientSuspended():
            return replace(state, suspended=True)
        case RecipientResumed():
            return replace(state, suspended=False)
        case _:
            return state


def decide(command: Command, state: State) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    if isinstance(command, RegisterRecipient):
        return _made(_register(command, state))
    if state is None:
        raise Refused(_UNKNOWN)
    match command:
        case VerifyRecipient():
            return _made(_verify(command, state))
        case RenameRecipient():
            return _made(_rename(command, state))
        case RerouteRecipient():
            return _made(_reroute(command, state))
        case SuspendRecipient() if not state.suspended:
            return _made(RecipientSuspended(**command.model_dump()))
        case ResumeRecipient() if state.suspended:
            return _made(RecipientResumed(**command.model_dump()))
        case _:
            return Decided()


def _made(event: Event | None) -> Decided:
    return Decided([event] if event else [])


def _register(command: RegisterRecipient, state: State) -> Event | None:
    if command.kind == "parent" and command.title != PARENTS:
        raise Refused(
            f'Parents are one recipient, called "{PARENTS}": this list names no family. Whoever of them is given a '
            "record is named with the disclosure."
        )
    registered = RecipientRegistered(
        recipient=command.recipient, kind=command.kind, title=command.title, laestab=command.laestab, urn=command.urn,
        numbers=command.numbers, routes=command.routes, valid_on=command.valid_on,
    )  # fmt: skip
    if state is None:
        return registered
    if state.registered == registered:
        return None
    raise Refused("This recipient is registered already, with other details. Rename or reroute it, or use a fresh id.")


def _verify(command: VerifyRecipient, state: Recipient) -> Event | None:
    if command.valid_on < state.newest:
        raise Refused("This was verified before the recipient's last change. Verify it as it is now.")
    if command.until is not None and command.until < command.valid_on:
        raise Refused("The verification lapses before the day it was made. Check both dates.")
    verified = RecipientVerified(
        recipient=command.recipient, how=command.how, evidence=command.evidence, valid_on=command.valid_on,
        until=command.until,
    )  # fmt: skip
    return None if state.verified == verified else verified


def _rename(command: RenameRecipient, state: Recipient) -> Event | None:
    if command.title == state.title:
        return None
    if state.registered.kind == "parent":
        raise Refused("Parents are one recipient and keep that name: this list names no family.")
    return RecipientRenamed(
        recipient=command.recipient, title=command.title, reason=command.reason, valid_on=command.valid_on
    )


def _reroute(command: RerouteRecipient, state: Recipient) -> Event | None:
    if command.routes == state.routes:
        return None
    return RecipientRerouted(
        recipient=command.recipient, routes=command.routes, reason=command.reason, valid_on=command.valid_on
    )


recipients: Final[Decider[State]] = Decider(
    "sharing", None, evolve, decide,
    commands=(
        RegisterRecipient, VerifyRecipient, RenameRecipient, RerouteRecipient, SuspendRecipient, ResumeRecipient,
    ),
    categories=("correspondence",),
)  # fmt: skip

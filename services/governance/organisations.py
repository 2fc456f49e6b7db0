"""Organisations: a log is an establishment; federations, trusts and authorities have members and rules, no pupils."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, ClassVar, Final, Literal, NamedTuple

from pydantic import Field

from events.governance import OrganisationJoined, OrganisationKind, OrganisationLeft, OrganisationRegistered, Title
from events.identifiers import LaEstab, OrganisationId, Urn
from events.model import Event
from events.text import PlainText
from ledger.decider import Command, Decided, Decider, Identifier, Refused, Stream


class _OfOrganisation(Command):
    scope: ClassVar[str] = "organisation:write"
    purpose: ClassVar[str] = "school-administration"

    @property
    def stream(self) -> Stream:
        """An organisation's own facts are one stream of its log."""
        return Stream("organisation")


class RegisterOrganisation(_OfOrganisation):
    """Begin a log. An establishment has a URN."""

    organisation: OrganisationId
    kind: OrganisationKind
    title: Title
    urn: Urn | None = None
    laestab: LaEstab | None = None
    school_type: Annotated[PlainText, Field(max_length=60)] | None = None
    valid_on: date


class JoinOrganisation(_OfOrganisation):
    """Become a member of a federation, trust or authority on a date."""

    body: OrganisationId
    body_kind: Literal["federation", "trust", "authority"]
    valid_on: date


class LeaveOrganisation(_OfOrganisation):
    """End a membership; ``valid_on`` is its last day."""

    body: OrganisationId
    valid_on: date


class Membership(NamedTuple):
    """The newest membership of a body: of which kind, from which day on and, once it has ended, its last day."""

    kind: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Organisation:
    """What the organisation was registered as, and the bodies it belongs or belonged to."""

    registered: OrganisationRegistered | None = None
    bodies: Mapping[bytes, Membership] = field(default_factory=dict)


def evolve(state: Organisation, event: Event, index: int) -> Organisation:  # noqa: ARG001  # the same shape in every aggregate
    """Fold one event."""
    match event:
        case OrganisationRegistered():
            return replace(state, registered=event)
        case OrganisationJoined():
            joined = Membership(event.body_kind, event.valid_on)
            return replace(state, bodies={**state.bodies, event.body: joined})
        case OrganisationLeft() if event.body in state.bodies:
            left = state.bodies[event.body]._replace(until=event.valid_on)
            return replace(state, bodies={**state.bodies, event.body: left})
        case _:
            return state


def decide(command: Command, state: Organisation) -> Decided:
    """Decide a command; a membership that exists, or has ended, as the command says yields no event."""
    if isinstance(command, RegisterOrganisation):
        return _register(command, state)
    if state.registered is None:
        raise Refused("This organisation is not registered yet. Register it first.")
    match command:
        case JoinOrganisation():
            return _join(command, state.registered.kind, state.bodies.get(command.body))
        case LeaveOrganisation():
            return _leave(command, state.bodies.get(command.body))
        case _:
            return Decided()


def _join(command: JoinOrganisation, own: OrganisationKind, known: Membership | None) -> Decided:
    if command.body_kind == own:
        raise Refused("A body cannot be a member of one of its own kind. Check which body is meant.")
    if known is not None and known.until is None:
        if known == (command.body_kind, command.valid_on, None):
            return Decided()
        raise Refused(
            "The organisation is already a member of this body, since another day or as of another kind. End that "
            "membership first."
        )
    if known is not None and known.until is not None and command.valid_on <= known.until:
        raise Refused("The organisation was a member of this body until that day or a later one. Check the date.")
    return Decided([OrganisationJoined(body=command.body, body_kind=command.body_kind, valid_on=command.valid_on)])


def _leave(command: LeaveOrganisation, known: Membership | None) -> Decided:
    if known is not None and known.until == command.valid_on:
        return Decided()
    if known is None or known.until is not None:
        raise Refused("The organisation is not a member of this body, or no longer. Check which body is meant.")
    if command.valid_on < known.since:
        raise Refused("The last day of the membership is before its first. Check both dates.")
    return Decided([OrganisationLeft(body=command.body, valid_on=command.valid_on)])


def _register(command: RegisterOrganisation, state: Organisation) -> Decided:
    if command.kind == "establishment" and command.urn is None:
        raise Refused("A school is registered with its URN: six digits, from Get Information About Schools.")
    claims = [Identifier("urn", command.urn, command.organisation)] if command.urn else []
    registered = OrganisationRegistered(
        kind=command.kind, title=command.title, urn=command.urn, laestab=command.laestab,
        school_type=command.school_type, valid_on=command.valid_on,
    )  # fmt: skip
    if state.registered is not None:
        if state.registered != registered:
            raise Refused(
                "This organisation is already registered, with other details. Check which organisation is meant."
            )
        return Decided()
    return Decided([registered], claims=claims)


organisations: Final = Decider(
    "governance",
    Organisation(),
    evolve,
    decide,
    commands=(RegisterOrganisation, JoinOrganisation, LeaveOrganisation),
)

"""Organisations: a log is an establishment; federations, trusts and authorities have members and rules, no pupils."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, ClassVar, Final, Literal

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


@dataclass(frozen=True, slots=True)
class Organisation:
    """The kind of organisation, and the bodies it belongs to."""

    kind: OrganisationKind | None = None
    bodies: Mapping[bytes, str] = field(default_factory=dict)


def evolve(state: Organisation, event: Event, index: int) -> Organisation:  # noqa: ARG001  # the same shape in every aggregate
    """Fold one event."""
    match event:
        case OrganisationRegistered():
            return Organisation(event.kind, state.bodies)
        case OrganisationJoined():
            return Organisation(state.kind, {**state.bodies, event.body: event.body_kind})
        case OrganisationLeft():
            return Organisation(state.kind, {body: kind for body, kind in state.bodies.items() if body != event.body})
        case _:
            return state


def decide(command: Command, state: Organisation) -> Decided:
    """Decide a command; a membership that exists, or has ended, yields no event."""
    match command:
        case RegisterOrganisation():
            return _register(command, state)
        case JoinOrganisation() if command.body not in state.bodies:
            if command.body_kind == state.kind:
                raise Refused("A federation, trust or authority cannot be a member of one of its own kind.")
            joined = OrganisationJoined(body=command.body, body_kind=command.body_kind, valid_on=command.valid_on)
            return Decided([joined])
        case LeaveOrganisation() if command.body in state.bodies:
            return Decided([OrganisationLeft(body=command.body, valid_on=command.valid_on)])
        case _:
            return Decided()


def _register(command: RegisterOrganisation, state: Organisation) -> Decided:
    if state.kind is not None:
        return Decided()
    if command.kind == "establishment" and command.urn is None:
        raise Refused("A school is registered with its URN: six digits, from Get Information About Schools.")
    claims = [Identifier("urn", command.urn, command.organisation)] if command.urn else []
    registered = OrganisationRegistered(
        kind=command.kind, title=command.title, urn=command.urn, laestab=command.laestab,
        school_type=command.school_type, valid_on=command.valid_on,
    )  # fmt: skip
    return Decided([registered], claims=claims)


organisations: Final = Decider("governance", Organisation(), evolve, decide)

"""To whom data may be given: organisations by name, how they are reached, and whether they are who they say.

All of it stands in clear, so it is about organisations alone: no name of a person belongs in any of its texts.
"""

from datetime import date
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field

from events.governance import Title
from events.identifiers import LaEstab, SubjectId, Urn
from events.model import Event, Strict, Text200
from events.sharing.words import Channel
from events.text import PlainText

RecipientKind: TypeAlias = Literal[
    "school", "authority", "dfe", "ofsted", "school-nurse", "health", "ambulance", "social-care", "police", "court",
    "examining-body", "youth-support", "processor", "parent", "other",
]  # fmt: skip
ROUTES_MAX: Final = 10
"""Ways in which one recipient is reached: each channel twice, and no list of addresses."""
NUMBERS_MAX: Final = 10
"""Numbers of one organisation beside LAESTAB and URN: a company, the register of charities, an ODS code."""


class Route(Strict):
    """A way to reach a recipient. ``endpoint`` is the name under which it is configured, and never a secret of it."""

    channel: Channel
    endpoint: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)] | None = None


class OrganisationNumber(Strict):
    """A number that some register knows an organisation by: ``register`` is which, ods or company or ico."""

    given_by: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
    number: Annotated[PlainText, Field(min_length=1, max_length=40)]


class _OfRecipient(Event):
    recipient: SubjectId


class RecipientRegistered(_OfRecipient, name="recipient-registered"):
    """An organisation became known as one to which data may be given, once it is verified."""

    kind: RecipientKind
    title: Title
    laestab: LaEstab | None = None
    urn: Urn | None = None
    numbers: Annotated[tuple[OrganisationNumber, ...], Field(max_length=NUMBERS_MAX)] = ()
    routes: Annotated[tuple[Route, ...], Field(max_length=ROUTES_MAX)]
    valid_on: date


class RecipientVerified(_OfRecipient, name="recipient-verified"):
    """Somebody made sure that a recipient is who it says, and is reached where it says, until a day if it lapses."""

    how: Literal["register", "called-back", "in-person", "contract", "official-letter"]
    evidence: Text200
    valid_on: date
    until: date | None = None


class RecipientRenamed(_OfRecipient, name="recipient-renamed"):
    """A recipient has another name from a day on; nothing is given to it until it is verified under that name."""

    title: Title
    reason: Text200
    valid_on: date


class RecipientRerouted(_OfRecipient, name="recipient-rerouted"):
    """A recipient is reached in other ways from a day on; nothing is given to it until they are verified."""

    routes: Annotated[tuple[Route, ...], Field(max_length=ROUTES_MAX)]
    reason: Text200
    valid_on: date


class RecipientSuspended(_OfRecipient, name="recipient-suspended"):
    """Nothing is given to a recipient from here on, whatever was agreed."""

    reason: Text200
    valid_on: date


class RecipientResumed(_OfRecipient, name="recipient-resumed"):
    """What had suspended a recipient is settled."""

    reason: Text200
    valid_on: date

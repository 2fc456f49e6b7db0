"""The record of processing that UK GDPR Article 30 asks of a controller: generated from what really flows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Protocol

from ledger.view import Reader
from services.routes import plain
from services.sharing.agreement_views import live
from services.sharing.disclosure_queries import Filter, Line
from services.sharing.flow_queries import Flow, Known, flows

PERIOD: Final = timedelta(days=365)
"""How far back "what flows" looks: a year, so that what is given once a year is there."""
SECURITY: Final = (
    "Every entry about a person is sealed under that person's own key; erasing somebody destroys the key.",
    "The log only grows, and a changed byte in it is found.",
    "Organisations are kept apart by row-level security in the database.",
    "What a role may do is one table, and what is not in it is refused; every read is written down first.",
    "The views that pages read are in clear: whoever runs Rollbook encrypts their disk and does not back them up.",
)
"""A general description (Article 30(1)(g)), as SECURITY.md has it at length."""
SUBJECTS: Final[Mapping[str, str]] = {"contact": "Parents and other contacts", "access": "Staff who use the register"}
"""Whom a category is about, besides pupils."""


@dataclass(frozen=True, slots=True)
class AdoptedPurpose:
    """A purpose that the school has adopted: on which bases, of which categories, and how long it is kept."""

    purpose: str
    title: str
    covers: str
    bases: Sequence[str]
    categories: Sequence[str]
    retention: str | None = None


@dataclass(frozen=True, slots=True)
class Controller:
    """The school as a controller, and its data protection officers by name."""

    title: str
    urn: str | None
    officers: Sequence[str]
    purposes: Sequence[AdoptedPurpose]


class Governing(Protocol):
    """Whoever knows the school and what it adopted."""

    async def controller(self, reader: Reader, today: date) -> Controller:
        """Give the school as a controller. Raises Refused where it is not registered."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a kind of recipient was given: each flow."""

    kind: str
    flows: Sequence[Flow]


@dataclass(frozen=True, slots=True)
class Signed:
    """An agreement that is live: with whom, for what, until when."""

    to: str
    purposes: Sequence[str]
    fields: Sequence[str]
    until: date


@dataclass(frozen=True, slots=True)
class Processing:
    """The whole record, over a year that ends on a day."""

    controller: Controller
    first: date
    last: date
    subjects: Sequence[str]
    given: Sequence[Given]
    agreements: Sequence[Signed]
    security: Sequence[str] = SECURITY


def period(today: date) -> Filter:
    """Give which of the register the record rests on."""
    return Filter(first=today - PERIOD, last=today)


def processing(controller: Controller, lines: Iterable[Line], named: Known, today: date) -> Processing:
    """Put the record together from what was given in the last year and what was adopted."""
    found = flows(lines, named, today)
    categories = {category for one in controller.purposes for category in one.categories}
    return Processing(
        controller, today - PERIOD, today,
        ["Pupils, also those who left", *(said for category, said in SUBJECTS.items() if category in categories)],
        [Given(kind, [one for one in found if one.kind == kind]) for kind in sorted({one.kind for one in found})],
        [
            Signed(named.to(one.recipient), one.purposes, one.fields, one.last)
            for one in named.agreements if live(one, today)
        ],
    )  # fmt: skip


def processing_json(record: Processing) -> dict[str, Any]:
    """Give the record as JSON."""
    found: dict[str, Any] = plain(record)
    return found

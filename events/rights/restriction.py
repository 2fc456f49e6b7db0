"""Restriction of processing (UK GDPR Article 18): of which data of a person, on which ground, and how it ends."""

from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from events.governance import CaseNumber
from events.model import CATEGORIES, Category, PersonEvent, Text200
from events.records.common import EntryIndex

RestrictionGround: TypeAlias = Literal[
    "accuracy-contested", "unlawful-processing", "needed-for-claims", "objection-pending"
]
"""Article 18(1)(a) to (d), in their order."""


class ProcessingRestricted(PersonEvent, name="processing-restricted", category="correspondence"):
    """From ``valid_on`` on, data of these categories (None: of all) is kept and not used: Article 18(1)."""

    categories: Annotated[tuple[Category, ...], Field(min_length=1, max_length=len(CATEGORIES))] | None = None
    on_ground: RestrictionGround
    case: CaseNumber


class RestrictionLiftAnnounced(PersonEvent, name="restriction-lift-announced", category="correspondence"):
    """Whoever asked for it was told, on ``valid_on``, that a restriction will be lifted on a day (Article 18(3))."""

    restriction: EntryIndex
    lifts_on: date


class RestrictionLifted(PersonEvent, name="restriction-lifted", category="correspondence"):
    """The restriction made at an earlier entry ended; ``valid_on`` is the first day without it."""

    restriction: EntryIndex
    reason: Text200

"""The sections of a pupil's record, in the order of the page, each read for whoever may see its category."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from events.model import Category
from ledger.view import Reader
from services.records import (
    admission_queries,
    assessment_queries,
    care_queries,
    characteristics_queries,
    collection_queries,
    concerns_queries,
    document_queries,
    family_queries,
    identity_queries,
    part_time_queries,
    pastoral_queries,
    progress_queries,
)
from services.records.disagreement_views import Notes
from services.records.section import Fact, Section


@dataclass(frozen=True, slots=True)
class Filled:
    """A section as read for one pupil."""

    name: str
    title: str
    category: Category
    facts: Sequence[Fact]


async def filled(  # what a section is read with
    sections: Sequence[Section], reader: Reader, subject: bytes, valid_on: date, categories: frozenset[Category],
    notes: Notes,
) -> list[Filled]:  # fmt: skip
    """Read the sections that may be seen, with what is said against their facts.

    Another is not there at all: that it exists may itself be private.
    """
    return [
        Filled(one.name, one.title, one.category, [
            _noted(fact, notes) for fact in await one.read(reader, subject, valid_on)
        ])
        for one in sections
        if one.category in categories
    ]  # fmt: skip


def _noted(fact: Fact, notes: Notes) -> Fact:
    disputed = notes.of(fact.at.index)
    said = " ".join(text for text in (fact.note, disputed) if text)
    return replace(fact, note=said) if disputed else fact


SECTIONS: Final[tuple[Section, ...]] = (
    identity_queries.NUMBERS,
    admission_queries.ADMISSION,
    part_time_queries.SECTION,
    *characteristics_queries.SECTIONS,
    family_queries.PROTECTION,
    *care_queries.SECTIONS,
    assessment_queries.SECTION,
    progress_queries.SECTION,
    pastoral_queries.NOTES,
    pastoral_queries.EXCLUSIONS,
    concerns_queries.SECTION,
    *document_queries.SECTIONS,
    collection_queries.COLLECTION,
)  # fmt: skip
"""Every section, in the order of the page; a feature adds its own here."""

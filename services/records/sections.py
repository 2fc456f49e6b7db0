"""The sections of a pupil's record, in the order of the page, each read for whoever may see its category."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from events.model import Category
from ledger.view import Reader
from services.records.care import care_queries
from services.records.characteristics import characteristics_queries
from services.records.documents import document_queries
from services.records.families import collection_queries, family_queries, mistakes_queries, residence_queries
from services.records.families.disagreement_views import Notes
from services.records.learning import assessment_queries, progress_queries
from services.records.pastoral import pastoral_queries
from services.records.pupils import identity_queries
from services.records.registers import part_time_queries
from services.records.roll import admission_queries, earlier_queries
from services.records.safeguarding import concerns_queries
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
    *earlier_queries.SECTIONS,
    residence_queries.RESIDENCE,
    part_time_queries.SECTION,
    *characteristics_queries.SECTIONS,
    family_queries.PROTECTION,
    mistakes_queries.MISTAKES,
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

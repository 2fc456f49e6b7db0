"""The sections of a pupil's record, in the order of the page, each read for whoever may see its category."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from events.model import Category
from ledger.view import Reader
from services.records import (
    admission_queries,
    assessment_queries,
    care_queries,
    characteristics_queries,
    concerns_queries,
    document_queries,
    identity_queries,
    pastoral_queries,
)
from services.records.section import Fact, Section


@dataclass(frozen=True, slots=True)
class Filled:
    """A section as read for one pupil."""

    name: str
    title: str
    category: Category
    facts: Sequence[Fact]


async def filled(
    sections: Sequence[Section], reader: Reader, subject: bytes, valid_on: date, categories: frozenset[Category]
) -> list[Filled]:
    """Read the sections that may be seen. Another is not there at all: that it exists may itself be private."""
    return [
        Filled(one.name, one.title, one.category, await one.read(reader, subject, valid_on))
        for one in sections
        if one.category in categories
    ]


SECTIONS: Final[tuple[Section, ...]] = (
    identity_queries.NUMBERS,
    admission_queries.ADMISSION,
    *characteristics_queries.SECTIONS,
    *care_queries.SECTIONS,
    assessment_queries.SECTION,
    pastoral_queries.NOTES,
    pastoral_queries.EXCLUSIONS,
    concerns_queries.SECTION,
    *document_queries.SECTIONS,
)  # fmt: skip
"""Every section, in the order of the page; a feature adds its own here."""

"""Every section of a pupil's record in the order of the page; a feature adds its own here."""

from typing import Final

from services.records import assessment_queries, concerns_queries, pastoral_queries
from services.records.sections import Section

SECTIONS: Final[tuple[Section, ...]] = (
    assessment_queries.SECTION,
    pastoral_queries.NOTES,
    pastoral_queries.EXCLUSIONS,
    concerns_queries.SECTION,
)

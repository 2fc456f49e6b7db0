"""For which purpose a document or a statement is kept, by the category of what it is about."""

from collections.abc import Mapping
from typing import Final

from events.records.documents import DocumentCategory

PURPOSES: Final[Mapping[DocumentCategory, str]] = {
    "correspondence": "pupil-record",
    "characteristics": "pupil-record",
    "identity": "contact-families",
    "contact": "contact-families",
    "enrolment": "learning",
    "assessment": "learning",
    "sen": "learning",
    "health": "pastoral-care",
    "pastoral": "pastoral-care",
}
"""The purpose of each category; each purpose covers its categories as adopted."""

"""What the Department for Education says of itself: to whom it gives on what schools sent it, as it publishes the list.

It is the Department's statement about its own data and names no pupil: nothing in it is known of any one child.
"""

from datetime import date
from typing import Annotated, Final

from pydantic import Field

from events.governance import Digest
from events.model import Event, Strict, Text200
from events.text import PlainText

SHARES_MAX: Final = 50
"""Rows of the list in one event: at their longest a third of what a message broker carries."""
PARTS_MAX: Final = 1_000
"""Parts of one list: fifty thousand rows, many times what was ever published."""
LONG_MAX: Final = 2_000
"""Characters of a purpose or of the data asked for: some are whole paragraphs."""


class ExternalShare(Strict):
    """A row of the list, as published; what a row does not say is None."""

    organisation: Annotated[PlainText, Field(min_length=1, max_length=300)]
    title: Annotated[PlainText, Field(min_length=1, max_length=500)] | None = None
    purpose: Annotated[PlainText, Field(min_length=1, max_length=LONG_MAX)] | None = None
    dataset: Annotated[PlainText, Field(min_length=1, max_length=LONG_MAX)] | None = None
    sensitivity: Annotated[PlainText, Field(min_length=1, max_length=300)] | None = None
    gateway: Annotated[PlainText, Field(min_length=1, max_length=LONG_MAX)] | None = None
    begins: date | None = None
    ends: date | None = None


class ExternalRegisterImported(Event, name="external-register-imported"):
    """A part of a published list of what others give on was taken in: whose, as at which day, the file's SHA-256."""

    source: Text200
    as_at: date
    digest: Digest
    part: Annotated[int, Field(ge=1, le=PARTS_MAX)]
    of_parts: Annotated[int, Field(ge=1, le=PARTS_MAX)]
    shares: Annotated[tuple[ExternalShare, ...], Field(min_length=1, max_length=SHARES_MAX)]

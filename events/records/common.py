"""What facts about people are made of: names, addresses, and the entry that a correction names."""

from typing import Annotated, TypeAlias

from pydantic import Field

from events.model import Strict
from events.text import PlainText

Name: TypeAlias = Annotated[PlainText, Field(min_length=1, max_length=100)]
Line: TypeAlias = Annotated[PlainText, Field(min_length=1, max_length=100)]
EntryIndex: TypeAlias = Annotated[int, Field(ge=1)]


class FullName(Strict):
    """A person's legal name, and the name they are called by where it differs."""

    surname: Name
    forename: Name
    middle_names: Name | None = None
    preferred_surname: Name | None = None
    preferred_forename: Name | None = None


class PostalAddress(Strict):
    """Where a person lives, as lines of a letter."""

    lines: Annotated[tuple[Line, ...], Field(min_length=1, max_length=6)]
    postcode: Annotated[PlainText, Field(max_length=10)] | None = None

"""Words that the events of sharing have in common: fields, purposes, rules, and the ways that data travels."""

from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field

from events.model import Strict
from events.records.common import EntryIndex
from events.text import PlainText

FieldName: TypeAlias = Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*$", max_length=40)]
"""A field as law/shared_fields.toml names it."""
SharingPurpose: TypeAlias = Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)*$", max_length=60)]
"""What data is shared for, as the gateways of the law name it: school-census, transfer, emergency."""
GatewayId: TypeAlias = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Channel: TypeAlias = Literal["folder", "sftp", "http", "by-hand", "by-word"]
"""How data travels; by-hand is on paper or a carrier, by-word is told, as to an ambulance crew."""
ENTRIES_MAX: Final = 1_000
"""Entries of one field of one pupil: marks of a year and a half, and far below the size of an event."""


class FieldSent(Strict):
    """A field that was sent of somebody, and the exact entries of the facts in it."""

    field: FieldName
    entries: Annotated[tuple[EntryIndex, ...], Field(max_length=ENTRIES_MAX)]


class Party(Strict):
    """An organisation as a file names it: what it was called on that day, and its LAESTAB where it has one."""

    title: Annotated[PlainText, Field(min_length=1, max_length=100)]
    laestab: Annotated[PlainText, Field(max_length=8)] | None = None

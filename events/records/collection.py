"""Collection: what a family was asked and in which wording, what it gave or declined, and which notice it was given."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from events.identifiers import SubjectId
from events.model import PersonEvent, Strict, Text200
from events.records.common import EntryIndex

Item: TypeAlias = Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*$", max_length=60)]
"""A field of the collection form, by its name in the adopted rules."""
TextDigest: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""The SHA-256 of a text that is no secret, in hex."""
Channel: TypeAlias = Literal["paper", "online", "spoken"]

ASKED_MAX = 60
"""Fields of one form: several times what a school asks."""


class Asked(Strict):
    """A field as it was shown: whether an answer was required, by which version of its rule."""

    item: Item
    required: bool
    rule_version: Annotated[int, Field(ge=1)]


class FieldShown(PersonEvent, name="field-shown", category="correspondence"):
    """Somebody was shown fields of the collection form about a pupil: which, in which wording, how.

    UK GDPR Article 13(2)(e).
    """

    to: SubjectId
    wording: TextDigest
    channel: Channel
    asked: Annotated[tuple[Asked, ...], Field(min_length=1, max_length=ASKED_MAX)]


class FieldGiven(PersonEvent, name="field-given", category="correspondence"):
    """Somebody gave a field that they had been shown at an entry. What they gave is an event of its own."""

    item: Item
    shown: EntryIndex
    by: SubjectId


class FieldDeclined(PersonEvent, name="field-declined", category="correspondence"):
    """Somebody declined a field that they had been shown at an entry; of a required one, with the reason they told."""

    item: Item
    shown: EntryIndex
    by: SubjectId
    reason: Text200 | None = None


class NoticeGiven(PersonEvent, name="notice-given", category="correspondence"):
    """A family received a version of the privacy notice."""

    notice_version: Annotated[int, Field(ge=1)]
    digest: TextDigest
    to: SubjectId

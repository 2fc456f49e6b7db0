"""The ripple of Article 19: whoever was given a fact is owed a notice when it is corrected, erased or restricted.

What a notice is about and to whom is sealed under the pupil's key, as the disclosure itself is.
"""

from datetime import date
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field

from events.identifiers import SubjectId
from events.model import PersonEvent, Text200
from events.records.common import EntryIndex
from events.sharing.words import ENTRIES_MAX, Channel, FieldName

Ripples: TypeAlias = Literal["correction", "withdrawal", "restriction"]
"""What was done to the fact; a withdrawal takes an entry to have never been."""
Acted: TypeAlias = Literal["corrected", "erased", "restricted", "not-held"]
DISCLOSURES_MAX: Final = 500
"""Disclosures that one notice is about: a weekly feed of more than nine years."""


class _OfNotice(PersonEvent):
    notice: SubjectId


class NoticeOwed(_OfNotice, name="notice-owed", category="correspondence"):
    """A recipient was given exactly these facts, and something was done to them at an entry: they must be told."""

    recipient: SubjectId
    ripples: Ripples
    since_entry: EntryIndex
    disclosures: Annotated[tuple[SubjectId, ...], Field(min_length=1, max_length=DISCLOSURES_MAX)]
    field_names: Annotated[tuple[FieldName, ...], Field(min_length=1, max_length=60)]
    told_entries: Annotated[tuple[EntryIndex, ...], Field(max_length=ENTRIES_MAX)] = ()


class RecipientNotified(_OfNotice, name="recipient-notified", category="correspondence"):
    """The recipient was told on a day."""

    channel: Channel


class RecipientActed(_OfNotice, name="recipient-acted", category="correspondence"):
    """The recipient said on a day what they did."""

    acted: Acted


class RecipientSilent(_OfNotice, name="recipient-silent", category="correspondence"):
    """The recipient had not answered by a day, and was asked again."""

    chased_by: Text200
    until_asked_again: date | None = None


class NoticeNotPossible(_OfNotice, name="notice-not-possible", category="correspondence"):
    """Telling them proved impossible or would involve disproportionate effort (Article 19): why, as a person found."""

    found: Literal["impossible", "disproportionate"]
    reason: Text200

"""The ripple of Article 19 where that a fact exists, or that it was given, is itself a secret (docs/adr/0017).

Whoever looks whether a notice is owed writes down that they looked, whatever they found: one look is as another.
"""

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import Field

from events.identifiers import SubjectId
from events.model import PersonEvent, Strict, Text200
from events.records.common import EntryIndex
from events.sharing.ripple import DISCLOSURES_MAX, Acted, Ripples
from events.sharing.words import ENTRIES_MAX, Channel, FieldName

NOTICES_MAX: Final = 500
"""Notices that one look can find: recipients of one pupil's facts, where each has had a weekly feed for years."""

_NUMBER_BYTES: Final = 2


def numbered(look: bytes, number: int) -> bytes:
    """Give the id of a look's notice: the look's own, which ends with 0, ending with the notice's number from 1."""
    return look[:-_NUMBER_BYTES] + number.to_bytes(_NUMBER_BYTES, "big")


def look_of(notice: bytes) -> bytes:
    """Give the look by which a notice was found."""
    return numbered(notice, 0)


class NoticeFound(Strict):
    """A recipient was given exactly these facts, and something was done to them at an entry: they must be told."""

    notice: SubjectId
    recipient: SubjectId
    ripples: Ripples
    since_entry: EntryIndex
    disclosures: Annotated[tuple[SubjectId, ...], Field(min_length=1, max_length=DISCLOSURES_MAX)]
    field_names: Annotated[tuple[FieldName, ...], Field(min_length=1, max_length=60)]
    told_entries: Annotated[tuple[EntryIndex, ...], Field(max_length=ENTRIES_MAX)] = ()


class NoticesLookedFor(PersonEvent, name="notices-looked-for", category="safeguarding", discreet=True):
    """It was looked whether anybody is owed a discreet notice about one person; mostly there is none."""

    look: SubjectId
    notices: Annotated[tuple[NoticeFound, ...], Field(max_length=NOTICES_MAX)] = ()


class _OfNotice(PersonEvent):
    notice: SubjectId


class RecipientNotifiedDiscreetly(
    _OfNotice, name="recipient-notified-discreetly", category="safeguarding", discreet=True
):
    """The recipient was told on a day."""

    channel: Channel


class RecipientActedDiscreetly(_OfNotice, name="recipient-acted-discreetly", category="safeguarding", discreet=True):
    """The recipient said on a day what they did."""

    acted: Acted


class RecipientSilentDiscreetly(_OfNotice, name="recipient-silent-discreetly", category="safeguarding", discreet=True):
    """The recipient had not answered by a day, and was asked again."""

    chased_by: Text200
    until_asked_again: date | None = None


class DiscreetNoticeNotPossible(_OfNotice, name="discreet-notice-not-possible", category="safeguarding", discreet=True):
    """Telling them proved impossible or would involve disproportionate effort (Article 19): why, as a person found."""

    found: Literal["impossible", "disproportionate"]
    reason: Text200

"""What the office may send about a family's form: what was shown, answered and given, and what of it was wrong."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from events.identifiers import SubjectId
from events.model import Text200
from events.records.collection import ASKED_MAX, Asked, Channel, Item, TextDigest
from events.records.collection_corrections import Answered, NoticeReceived, Showing
from events.records.common import EntryIndex
from ledger.decider import Command, Stream


class OfPupil(Command):
    """What was asked of a pupil's family, or told to it."""

    scope: ClassVar[str] = "pupils:write"
    purpose: ClassVar[str] = "pupil-record"

    pupil: SubjectId
    valid_on: date

    @property
    def stream(self) -> Stream:
        """What a pupil's family was asked and told is a stream of its own."""
        return Stream("collection", self.pupil)


class ShowFields(OfPupil):
    """These fields of the collection form were shown to somebody; ``wording`` is the SHA-256 of what they read."""

    to: SubjectId
    wording: TextDigest
    channel: Channel
    asked: Annotated[tuple[Asked, ...], Field(min_length=1, max_length=ASKED_MAX)]


class GiveField(OfPupil):
    """A field was given by somebody who had been shown it at the entry ``shown``."""

    item: Item
    shown: EntryIndex
    by: SubjectId


class DeclineField(OfPupil):
    """A field was declined by somebody who had been shown it; a required one with the reason they told."""

    item: Item
    shown: EntryIndex
    by: SubjectId
    reason: Text200 | None = None


class GiveNotice(OfPupil):
    """Somebody of the family received this version of the privacy notice."""

    notice_version: Annotated[int, Field(ge=1)]
    digest: TextDigest
    to: SubjectId


class _Wrong(OfPupil):
    """``wrong`` is the entry that was wrong, and ``valid_on`` the day it gives."""

    wrong: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


class CorrectShowing(_Wrong):
    """What the entry says was shown had been otherwise; without ``showing`` nothing of this pupil was shown then."""

    showing: Showing | None = None


class CorrectAnswer(_Wrong):
    """What the entry says was answered had been otherwise; without ``answer`` nothing was answered then."""

    answer: Answered | None = None


class CorrectNoticeGiving(_Wrong):
    """What the entry says of a notice had been otherwise; without ``received`` none was given to this family then."""

    received: NoticeReceived | None = None

"""What corrects a family's form: what was shown to whom, what was answered, and which notice was given."""

from datetime import date
from typing import Annotated

from pydantic import Field

from events.identifiers import SubjectId
from events.model import PersonEvent, Strict, Text200
from events.records.collection import ASKED_MAX, Asked, Channel, Item, TextDigest
from events.records.common import EntryIndex


class Showing(Strict):
    """Which fields were shown, on which day, to whom, in which wording, and how."""

    on: date
    to: SubjectId
    wording: TextDigest
    channel: Channel
    asked: Annotated[tuple[Asked, ...], Field(min_length=1, max_length=ASKED_MAX)]


class FieldShowingCorrected(PersonEvent, name="field-showing-corrected", category="correspondence"):
    """What an earlier entry said was shown had been otherwise; without ``showing`` nothing was shown of this pupil."""

    showing: Showing | None = None
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


class Answered(Strict):
    """What was answered, on which day and by whom, to a field shown at an entry; of a declined one why, if told."""

    on: date
    item: Item
    shown: EntryIndex
    by: SubjectId
    given: bool
    because: Text200 | None = None


class FieldAnswerCorrected(PersonEvent, name="field-answer-corrected", category="correspondence"):
    """What an earlier entry said was answered had been otherwise; without ``answer`` nothing was answered then."""

    answer: Answered | None = None
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


class NoticeReceived(Strict):
    """Which version of the privacy notice somebody received, and on which day."""

    on: date
    notice_version: Annotated[int, Field(ge=1)]
    digest: TextDigest
    to: SubjectId


class NoticeGivingCorrected(PersonEvent, name="notice-giving-corrected", category="correspondence"):
    """What an earlier entry said of a notice had been otherwise; without ``received`` none was given to this family."""

    received: NoticeReceived | None = None
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None

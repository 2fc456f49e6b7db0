"""What may not be told to whom: orders of courts about a pupil, and markers on what a person must not be found by.

An order is an event about the pupil alone: nothing of it stands in the record of whom it restrains.
"""

from datetime import date
from typing import Annotated

from pydantic import Field

from events.codes.families import CourtOrder, Prohibition, Withheld
from events.identifiers import SubjectId
from events.model import PersonEvent, Strict, Text200
from events.records.common import EntryIndex
from events.text import PlainText


class CourtOrderRecorded(PersonEvent, name="court-order-recorded", category="contact"):
    """A court made an order about a pupil on a date: whom it restrains from what, and until when (its last day)."""

    order: SubjectId
    order_kind: CourtOrder
    restrains: SubjectId | None = None
    forbids: Annotated[tuple[Prohibition, ...], Field(max_length=3)] = ()
    until: date | None = None
    document: Annotated[PlainText, Field(min_length=1, max_length=100)] | None = None


class CourtOrderCorrectedV1(PersonEvent, name="court-order-corrected", category="contact"):
    """What version 2 says, as written before evidence was asked for."""

    order: SubjectId
    order_kind: CourtOrder
    restrains: SubjectId | None = None
    forbids: Annotated[tuple[Prohibition, ...], Field(max_length=3)] = ()
    until: date | None = None
    document: Annotated[PlainText, Field(min_length=1, max_length=100)] | None = None
    corrects: EntryIndex
    reason: Text200


class CourtOrderCorrected(CourtOrderCorrectedV1, name="court-order-corrected", version=2, category="contact"):
    """An order had been recorded wrongly at an earlier entry; this is what it says."""

    evidence: Text200 | None = None


class CourtOrderLifted(PersonEvent, name="court-order-lifted", category="contact"):
    """An order holds no longer; the date is the first day without it."""

    order: SubjectId
    reason: Text200


class NonDisclosureMarked(PersonEvent, name="non-disclosure-marked", category="contact"):
    """A person's address, or anything about them, is not to be told: to one person, or to anybody at all."""

    marker: SubjectId
    withholds: Withheld
    against: SubjectId | None = None
    until: date | None = None
    reason: Text200


class NonDisclosureLifted(PersonEvent, name="non-disclosure-lifted", category="contact"):
    """A non-disclosure marker holds no longer; the date is the first day without it."""

    marker: SubjectId
    reason: Text200


class CourtOrderLiftingCorrected(PersonEvent, name="court-order-lifting-corrected", category="contact"):
    """The lifting recorded at an earlier entry had been wrong: ``lifted`` is right, and None if the order holds."""

    order: SubjectId
    lifted: date | None = None
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


class NonDisclosureLiftingCorrected(PersonEvent, name="non-disclosure-lifting-corrected", category="contact"):
    """The lifting recorded at an earlier entry had been wrong: ``lifted`` is right, and None if the marker holds."""

    marker: SubjectId
    lifted: date | None = None
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


class CourtOrderWithdrawn(PersonEvent, name="court-order-withdrawn", category="contact"):
    """An order recorded at an earlier entry was never made about this pupil."""

    order: SubjectId
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


class Marking(Strict):
    """What a non-disclosure marker says: from which day it withholds what from whom, until when, and why."""

    since: date
    withholds: Withheld
    against: SubjectId | None = None
    until: date | None = None
    because: Text200


class NonDisclosureCorrected(PersonEvent, name="non-disclosure-corrected", category="contact"):
    """A marker had been recorded wrongly at an earlier entry; without ``marking`` there should have been none."""

    marker: SubjectId
    marking: Marking | None = None
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None

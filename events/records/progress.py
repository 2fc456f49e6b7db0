"""Progress: what a school reports of a pupil's year or term to parents, and to whom it was sent.

Education (Pupil Information) (England) Regulations 2005, SI 2005/1437. Attendance is not copied: it is in the marks.
"""

from datetime import date
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field

from events.identifiers import SubjectId
from events.model import PersonEvent, Strict, Text200
from events.records.common import EntryIndex
from events.text import PlainText, Prose

STATEMENT_MAX: Final = 5_000
"""Characters of a statement or comment: two pages; what is longer is a document."""
SUBJECTS_MAX: Final = 40
"""Subjects of one report: more than any timetable has."""
Statement: TypeAlias = Annotated[Prose, Field(min_length=1, max_length=STATEMENT_MAX)]
Term: TypeAlias = Literal["autumn", "spring", "summer"]
Channel: TypeAlias = Literal["paper", "email", "portal", "in-person"]


class SubjectProgress(Strict):
    """What is said of one subject: attainment and progress in words, and how hard the pupil tries."""

    taught: Annotated[PlainText, Field(min_length=1, max_length=60)]
    statement: Statement
    effort: Annotated[PlainText, Field(min_length=1, max_length=60)] | None = None


class Progress(Strict):
    """A report of a school year (named by the year it begins in) or, with ``term``, of a part of it."""

    school_year: Annotated[int, Field(ge=2000, le=2100)]
    term: Term | None = None
    subjects: Annotated[tuple[SubjectProgress, ...], Field(max_length=SUBJECTS_MAX)] = ()
    comment: Statement | None = None


class ProgressReportRecorded(PersonEvent, name="progress-report-recorded", category="assessment"):
    """A report of a pupil's progress was written, on ``valid_on``."""

    report: SubjectId
    progress: Progress


class ProgressReportCorrectedV1(PersonEvent, name="progress-report-corrected", category="assessment"):
    """What version 2 says, as written before evidence was asked for."""

    report: SubjectId
    progress: Progress
    corrects: EntryIndex
    reason: Text200


class ProgressReportCorrected(
    ProgressReportCorrectedV1, name="progress-report-corrected", version=2, category="assessment"
):
    """What an earlier entry reports, or its day, had been wrong."""

    evidence: Text200 | None = None


class ProgressReportWithdrawnV1(PersonEvent, name="progress-report-withdrawn", category="assessment"):
    """What version 2 says, as written before evidence was asked for."""

    report: SubjectId
    corrects: EntryIndex
    reason: Text200


class ProgressReportWithdrawn(
    ProgressReportWithdrawnV1, name="progress-report-withdrawn", version=2, category="assessment"
):
    """The report of an earlier entry never was this pupil's: it is shown no longer, and that it was withdrawn is."""

    evidence: Text200 | None = None


class ProgressReportSent(PersonEvent, name="progress-report-sent", category="assessment"):
    """A report was sent to a parent, on ``valid_on``."""

    report: SubjectId
    to: SubjectId
    channel: Channel


class Sending(Strict):
    """To whom a report went, by which way, and on which day."""

    on: date
    to: SubjectId
    channel: Channel


class ProgressSendingCorrected(PersonEvent, name="progress-sending-corrected", category="assessment"):
    """A sending recorded at an earlier entry had been otherwise; without ``sending`` the report was not sent then."""

    report: SubjectId
    sending: Sending | None = None
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None

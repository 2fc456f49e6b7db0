"""Pastoral care: notes, and suspensions and exclusions, of which the log's columns do not tell that there are any."""

from datetime import date
from typing import Annotated, Final, TypeAlias

from pydantic import Field

from events.codes.exclusions import ExclusionKind, ExclusionReason, ReviewBody
from events.identifiers import SubjectId
from events.model import PersonEvent, Strict, Text200
from events.records.common import EntryIndex
from events.text import Prose

NOTE_MAX: Final = 5_000
"""Characters of a note: two pages; what is longer is a document."""
SESSIONS_MAX: Final = 90
"""Sessions of suspensions in a school year: 45 school days (Education Act 2002 s.51A and its regulations)."""
NoteText: TypeAlias = Annotated[Prose, Field(min_length=1, max_length=NOTE_MAX)]


class PastoralNoteRecorded(PersonEvent, name="pastoral-note-recorded", category="pastoral"):
    """Somebody at the school noted something about a pupil's welfare or conduct, of ``valid_on``."""

    note: SubjectId
    text: NoteText


class PastoralNoteCorrectedV1(PersonEvent, name="pastoral-note-corrected", category="pastoral"):
    """What version 2 says, as written before evidence was asked for."""

    note: SubjectId
    text: NoteText
    corrects: EntryIndex
    reason: Text200


class PastoralNoteCorrected(PastoralNoteCorrectedV1, name="pastoral-note-corrected", version=2, category="pastoral"):
    """What an earlier entry notes, or its day, had been wrong."""

    evidence: Text200 | None = None


class Episode(Strict):
    """A suspension or exclusion as the school decided it. ``last`` is its last day; a permanent one has none.

    Education Act 2002 s.51A.
    """

    exclusion_kind: ExclusionKind
    exclusion_reasons: Annotated[tuple[ExclusionReason, ...], Field(min_length=1, max_length=3)]
    last: date | None = None
    sessions: Annotated[int, Field(ge=1, le=SESSIONS_MAX)] | None = None


class ExclusionRecorded(PersonEvent, name="exclusion-recorded", category="pastoral", discreet=True):
    """A pupil was suspended or permanently excluded, from ``valid_on``."""

    exclusion: SubjectId
    episode: Episode


class ExclusionCorrectedV1(PersonEvent, name="exclusion-corrected", category="pastoral", discreet=True):
    """What version 2 says, as written before evidence was asked for."""

    exclusion: SubjectId
    episode: Episode
    corrects: EntryIndex
    reason: Text200


class ExclusionCorrected(
    ExclusionCorrectedV1, name="exclusion-corrected", version=2, category="pastoral", discreet=True
):
    """What an earlier entry says of an exclusion, or its first day, had been wrong."""

    evidence: Text200 | None = None


class ExclusionReviewed(PersonEvent, name="exclusion-reviewed", category="pastoral", discreet=True):
    """The governing board or an independent review panel considered an exclusion, on ``valid_on``."""

    exclusion: SubjectId
    review: ReviewBody
    outcome: Text200


class PupilReinstated(PersonEvent, name="pupil-reinstated", category="pastoral", discreet=True):
    """A suspended or excluded pupil was reinstated, from ``valid_on``."""

    exclusion: SubjectId


class PastoralNoteWithdrawn(PersonEvent, name="pastoral-note-withdrawn", category="pastoral"):
    """What an earlier entry notes never was about this pupil; ``valid_on`` is the day this was found."""

    note: SubjectId
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


class Consideration(Strict):
    """Who considered an exclusion, on which day, and what came of it."""

    on: date
    review: ReviewBody
    outcome: Text200


class ExclusionWithdrawn(PersonEvent, name="exclusion-withdrawn", category="pastoral", discreet=True):
    """The suspension or exclusion recorded at an earlier entry never was one of this pupil."""

    exclusion: SubjectId
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


class ExclusionReviewCorrected(PersonEvent, name="exclusion-review-corrected", category="pastoral", discreet=True):
    """A review recorded at an earlier entry had been otherwise; without ``consideration`` there was none."""

    exclusion: SubjectId
    consideration: Consideration | None = None
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


class ReinstatementCorrected(PersonEvent, name="reinstatement-corrected", category="pastoral", discreet=True):
    """The day of a reinstatement recorded at an earlier entry had been wrong; without one there was none."""

    exclusion: SubjectId
    reinstated: date | None = None
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None

"""A pupil's pastoral notes and exclusions as rows: everything that was said of each, in order."""

from datetime import date
from typing import Any, Final, TypeAlias

from events.model import Recorded
from events.records.pastoral import (
    Episode,
    ExclusionCorrected,
    ExclusionRecorded,
    ExclusionReviewCorrected,
    ExclusionReviewed,
    ExclusionWithdrawn,
    PastoralNoteCorrected,
    PastoralNoteRecorded,
    PastoralNoteWithdrawn,
    PupilReinstated,
    ReinstatementCorrected,
)
from ledger.view import AnyView, PersonRow, Row, View
from services.deeds import Deed, Never, never, put_right
from services.facts import Provenance, why

_OfNote: TypeAlias = PastoralNoteRecorded | PastoralNoteCorrected | PastoralNoteWithdrawn
_OfExclusion: TypeAlias = (
    ExclusionRecorded | ExclusionCorrected | ExclusionWithdrawn | ExclusionReviewed | ExclusionReviewCorrected
    | PupilReinstated | ReinstatementCorrected
)  # fmt: skip


class NoteVersion(Row):
    """What a note said, and by which entry; ``reason`` is a correction's."""

    text: str
    on: date
    at: Provenance
    reason: str | None = None


class Note(Row):
    """One note; ``never`` is why it never was about this pupil."""

    note: bytes
    versions: tuple[NoteVersion, ...]
    never: Never | None = None


class NotesRow(PersonRow):
    """A pupil's notes in the order in which they were recorded."""

    notes: tuple[Note, ...] = ()


class EpisodeVersion(Row):
    """What was said of an exclusion, and by which entry; ``reason`` is a correction's."""

    first: date
    episode: Episode
    at: Provenance
    reason: str | None = None


class Review(Row):
    """Who considered an exclusion, and what came of it."""

    review: str
    outcome: str


class Exclusion(Row):
    """One suspension or exclusion. ``back`` are the days from which the pupil was told to come back."""

    exclusion: bytes
    versions: tuple[EpisodeVersion, ...]
    reviews: tuple[Deed[Review], ...] = ()
    back: tuple[Deed[date], ...] = ()
    never: Never | None = None


class ExclusionsRow(PersonRow):
    """A pupil's exclusions in the order in which they were recorded."""

    exclusions: tuple[Exclusion, ...] = ()


notes = View("pastoral_notes", version=2, row=NotesRow, key=["subject"], key_of=lambda r: (r.subject,))
exclusions = View("exclusions", version=2, row=ExclusionsRow, key=["subject"], key_of=lambda r: (r.subject,))
VIEWS: Final[tuple[AnyView, ...]] = (notes, exclusions)


@notes.on(PastoralNoteRecorded, PastoralNoteCorrected, PastoralNoteWithdrawn)
def _noted(row: NotesRow | None, recorded: Recorded[_OfNote]) -> NotesRow | None:
    body = recorded.body
    known = row or NotesRow(subject=body.subject)
    before = {one.note: one for one in known.notes}
    note = before.get(body.note)
    if note is None and not isinstance(body, PastoralNoteRecorded):
        return row  # What is said of a note that can no longer be read, or was another pupil's all along.
    versions = note.versions if note else ()
    if isinstance(body, PastoralNoteWithdrawn):
        gone = Never(at=Provenance.of(recorded), why=why(body))
        now = Note(note=body.note, versions=versions, never=gone)
    else:
        reason = why(body) if isinstance(body, PastoralNoteCorrected) else None
        said = NoteVersion(text=body.text, on=body.valid_on, at=Provenance.of(recorded), reason=reason)
        now = Note(note=body.note, versions=(*versions, said))
    return known.model_copy(update={"notes": tuple({**before, body.note: now}.values())})


@exclusions.on(
    ExclusionRecorded, ExclusionCorrected, ExclusionWithdrawn, ExclusionReviewed, ExclusionReviewCorrected,
    PupilReinstated, ReinstatementCorrected,
)  # fmt: skip
def _excluded(row: ExclusionsRow | None, recorded: Recorded[_OfExclusion]) -> ExclusionsRow | None:
    body = recorded.body
    known = row or ExclusionsRow(subject=body.subject)
    before = {one.exclusion: one for one in known.exclusions}
    now = _now(before.get(body.exclusion), recorded)
    if now is None:  # As of a note.
        return row
    return known.model_copy(update={"exclusions": tuple({**before, body.exclusion: now}.values())})


def _now(exclusion: Exclusion | None, recorded: Recorded[Any]) -> Exclusion | None:
    body, at = recorded.body, Provenance.of(recorded)
    if exclusion is None:
        is_first = isinstance(body, ExclusionRecorded)
        return Exclusion(exclusion=body.exclusion, versions=(_version(recorded),)) if is_first else None
    match body:
        case ExclusionRecorded() | ExclusionCorrected():
            told: dict[str, object] = {"versions": (*exclusion.versions, _version(recorded)), "never": None}
        case ExclusionWithdrawn():
            told = {"never": never(recorded)}
        case ExclusionReviewed():
            review = Review(review=body.review, outcome=body.outcome)
            told = {"reviews": (*exclusion.reviews, Deed[Review](value=review, on=body.valid_on, at=at))}
        case ExclusionReviewCorrected():
            right = body.consideration
            told = {"reviews": put_right(
                exclusion.reviews, recorded,
                (right.on, Review(review=right.review, outcome=right.outcome)) if right else None,
            )}  # fmt: skip
        case PupilReinstated():
            told = {"back": (*exclusion.back, Deed[date](value=body.valid_on, on=body.valid_on, at=at))}
        case _:
            day = body.reinstated
            told = {"back": put_right(exclusion.back, recorded, (day, day) if day else None)}
    return exclusion.model_copy(update=told)


def _version(recorded: Recorded[ExclusionRecorded | ExclusionCorrected]) -> EpisodeVersion:
    body = recorded.body
    reason = why(body) if isinstance(body, ExclusionCorrected) else None
    return EpisodeVersion(first=body.valid_on, episode=body.episode, at=Provenance.of(recorded), reason=reason)

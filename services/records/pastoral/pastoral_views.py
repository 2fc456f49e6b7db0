"""A pupil's pastoral notes and exclusions as rows: everything that was said of each, in order."""

from datetime import date
from typing import Final, TypeAlias

from events.model import Recorded
from events.records.pastoral import (
    Episode,
    ExclusionCorrected,
    ExclusionRecorded,
    ExclusionReviewed,
    PastoralNoteCorrected,
    PastoralNoteRecorded,
    PupilReinstated,
)
from ledger.view import AnyView, PersonRow, Row, View
from services.facts import Provenance

_OfNote: TypeAlias = PastoralNoteRecorded | PastoralNoteCorrected
_OfExclusion: TypeAlias = ExclusionRecorded | ExclusionCorrected | ExclusionReviewed | PupilReinstated


class NoteVersion(Row):
    """What a note said, and by which entry; ``reason`` is a correction's."""

    text: str
    on: date
    at: Provenance
    reason: str | None = None


class Note(Row):
    """One note."""

    note: bytes
    versions: tuple[NoteVersion, ...]


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
    """Who considered an exclusion, when, and what came of it."""

    review: str
    outcome: str
    on: date
    at: Provenance


class Exclusion(Row):
    """One suspension or exclusion. ``reinstated`` is the day from which the pupil may come back."""

    exclusion: bytes
    versions: tuple[EpisodeVersion, ...] = ()
    reviews: tuple[Review, ...] = ()
    reinstated: date | None = None
    reinstated_at: Provenance | None = None


class ExclusionsRow(PersonRow):
    """A pupil's exclusions in the order in which they were recorded."""

    exclusions: tuple[Exclusion, ...] = ()


notes = View("pastoral_notes", version=2, row=NotesRow, key=["subject"], key_of=lambda r: (r.subject,))
exclusions = View("exclusions", version=2, row=ExclusionsRow, key=["subject"], key_of=lambda r: (r.subject,))
VIEWS: Final[tuple[AnyView, ...]] = (notes, exclusions)


@notes.on(PastoralNoteRecorded, PastoralNoteCorrected)
def _noted(row: NotesRow | None, recorded: Recorded[_OfNote]) -> NotesRow | None:
    body = recorded.body
    known = row or NotesRow(subject=body.subject)
    reason = body.reason if isinstance(body, PastoralNoteCorrected) else None
    said = NoteVersion(text=body.text, on=body.valid_on, at=Provenance.of(recorded), reason=reason)
    before = {one.note: one for one in known.notes}
    if body.note not in before and not isinstance(body, PastoralNoteRecorded):
        return row  # What corrects a note that is not there is passed by, as its decider does.
    versions = before[body.note].versions if body.note in before else ()
    before[body.note] = Note(note=body.note, versions=(*versions, said))
    return known.model_copy(update={"notes": tuple(before.values())})


@exclusions.on(ExclusionRecorded, ExclusionCorrected, ExclusionReviewed, PupilReinstated)
def _excluded(row: ExclusionsRow | None, recorded: Recorded[_OfExclusion]) -> ExclusionsRow | None:
    body, at = recorded.body, Provenance.of(recorded)
    known = row or ExclusionsRow(subject=body.subject)
    before = {one.exclusion: one for one in known.exclusions}
    if body.exclusion not in before and not isinstance(body, ExclusionRecorded):
        return row  # As for a note.
    now = before.get(body.exclusion) or Exclusion(exclusion=body.exclusion)
    match body:
        case ExclusionReviewed():
            review = Review(review=body.review, outcome=body.outcome, on=body.valid_on, at=at)
            now = now.model_copy(update={"reviews": (*now.reviews, review)})
        case PupilReinstated():
            now = now.model_copy(update={"reinstated": body.valid_on, "reinstated_at": at})
        case _:
            reason = body.reason if isinstance(body, ExclusionCorrected) else None
            said = EpisodeVersion(first=body.valid_on, episode=body.episode, at=at, reason=reason)
            now = now.model_copy(update={"versions": (*now.versions, said)})
    before[body.exclusion] = now
    return known.model_copy(update={"exclusions": tuple(before.values())})

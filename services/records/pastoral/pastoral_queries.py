"""A pupil's pastoral notes and exclusions in words, for the record's two sections."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from events.codes.exclusions import exclusion_codes
from events.identifiers import id_text
from events.records.pastoral import Episode
from ledger.view import Reader
from services.dates import eve
from services.deeds import last
from services.records.pastoral.pastoral_views import EpisodeVersion, Exclusion, Review, exclusions, notes
from services.records.section import Fact, Section, done, withdrawn


async def read_notes(reader: Reader, subject: bytes, valid_on: date) -> Sequence[Fact]:
    """Give the notes up to a date, in the order in which they were recorded."""
    row = await reader.get(notes, subject)
    facts = []
    for one in row.notes if row else ():
        now, before = one.versions[-1], one.versions[-2] if len(one.versions) > 1 else None
        if now.on <= valid_on:
            value = {"note": id_text(one.note), "text": now.text}
            reason = f"Corrected: {now.reason}" if now.reason else None
            was = before.text if before else None
            told = Fact("Note", value, now.text, now.on, now.at, was=was, note=reason)
            facts.append(withdrawn(told, one.never, "There never was such a note about this pupil."))
    return facts


async def read_exclusions(reader: Reader, subject: bytes, valid_on: date) -> Sequence[Fact]:
    """Give the suspensions and exclusions that had begun by a date, with their reviews and reinstatement by then."""
    row = await reader.get(exclusions, subject)
    return [fact for one in (row.exclusions if row else ()) for fact in _facts(one, valid_on)]


def _facts(one: Exclusion, valid_on: date) -> Iterator[Fact]:
    now, before = one.versions[-1], one.versions[-2] if len(one.versions) > 1 else None
    if now.first > valid_on:
        return
    came = last(one.back)
    back = came.on if came and came.on <= valid_on else None
    ends = [day for day in (now.episode.last, eve(back) if back else None) if day]
    ends = [max(min(ends), now.first)] if ends else []  # whoever is back on the first day was excluded on that day
    value = {"exclusion": id_text(one.exclusion), **now.episode.model_dump(mode="json")}
    told = Fact(
        exclusion_codes("exclusion_kind")[now.episode.exclusion_kind].capitalize(), value, words(now.episode),
        now.first, now.at, until=next(iter(ends), None), was=_before(before, now) if before else None,
        note=f"Corrected: {now.reason}" if now.reason else None, was_at=before.at if before else None,
    )  # fmt: skip
    yield withdrawn(told, one.never, "There never was such an exclusion of this pupil.")
    for review in one.reviews:
        if review.on <= valid_on:
            known = done(_body(review.value), review, review.value.outcome, _considered, "It was not considered.")
            moved = review.was is not None and review.was.review != review.value.review
            yield replace(known, was=f"{_body(review.was)}: {known.was}") if moved and review.was else known
    for day in one.back:
        if day.on <= valid_on and (day.never or day is came):
            yield done("Reinstated", day, day.on, date.isoformat, "The pupil was not reinstated.")


def _before(was: EpisodeVersion, now: EpisodeVersion) -> str:
    """Write what an exclusion was said to be and, where these were corrected, of which kind and from which day."""
    kind = was.episode.exclusion_kind
    other = f"{exclusion_codes('exclusion_kind')[kind].capitalize()}: " if kind != now.episode.exclusion_kind else ""
    dated = f", from {was.first.isoformat()}" if was.first != now.first else ""
    return f"{other}{words(was.episode)}{dated}"


def _body(review: Review) -> str:
    return exclusion_codes("review")[review.review].capitalize()


def _considered(review: Review) -> str:
    return review.outcome


def words(episode: Episode) -> str:
    """Give an episode's reasons and length in words."""
    meanings = exclusion_codes("exclusion_reason")
    reasons = "; ".join(f"{code} {meanings[code]}".strip() for code in episode.exclusion_reasons)
    length = f", {episode.sessions} sessions" if episode.sessions else ""
    until = f", until {episode.last.isoformat()}" if episode.last else ""
    return f"{reasons}{until}{length}"


NOTES: Final = Section("pastoral", "Pastoral notes", "pastoral", read_notes)
EXCLUSIONS: Final = Section("exclusions", "Suspensions and exclusions", "pastoral", read_exclusions)

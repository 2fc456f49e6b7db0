"""Suspensions and exclusions: decided, corrected, reviewed and ended by reinstatement."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar, Final

from events.codes.exclusions import ReviewBody
from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.pastoral import Episode, ExclusionCorrected, ExclusionRecorded, ExclusionReviewed, PupilReinstated
from ledger.decider import Command, Decided, Decider, Refused, Stream


class _AboutExclusion(Command):
    """``exclusion`` is an id that the caller chooses for one episode, so that the same one sent twice is one."""

    scope: ClassVar[str] = "pastoral:write"
    purpose: ClassVar[str] = "pastoral-care"

    pupil: SubjectId
    exclusion: SubjectId
    valid_on: date

    @property
    def stream(self) -> Stream:
        """A pupil's exclusions are one stream, under a name that nobody without keys can guess."""
        return Stream("exclusions", self.pupil)


class RecordExclusion(_AboutExclusion):
    """The pupil is suspended or excluded from ``valid_on``, the first day."""

    episode: Episode


class CorrectExclusion(_AboutExclusion):
    """What is recorded had been wrong; this is right."""

    episode: Episode
    reason: Text200


class ReviewExclusion(_AboutExclusion):
    """The governing board or a panel considered it, on ``valid_on``."""

    review: ReviewBody
    outcome: Text200


class ReinstatePupil(_AboutExclusion):
    """The pupil may come back from ``valid_on``."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """What a decider remembers of an episode; ``entry`` is what a correction names."""

    first: date
    episode: Episode
    entry: int
    reviews: frozenset[tuple[date, str, str]] = frozenset()
    reinstated: date | None = None


@dataclass(frozen=True, slots=True)
class Exclusions:
    """A pupil's episodes by their ids."""

    known: Mapping[bytes, Exclusion] = field(default_factory=dict)


def evolve(state: Exclusions, event: Event, index: int) -> Exclusions:
    """Fold one event."""
    before = state.known.get(getattr(event, "exclusion", b""))
    match event:
        case ExclusionRecorded():
            now = Exclusion(event.valid_on, event.episode, index)
        case ExclusionCorrected() if before:
            now = replace(before, first=event.valid_on, episode=event.episode, entry=index)
        case ExclusionReviewed() if before:
            now = replace(before, reviews=before.reviews | {(event.valid_on, event.review, event.outcome)})
        case PupilReinstated() if before:
            now = replace(before, reinstated=event.valid_on)
        case _:  # Also what is said of an episode that can no longer be read, or was another pupil's all along.
            return state
    return Exclusions({**state.known, event.exclusion: now})


def decide(command: Command, state: Exclusions) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    match command:
        case RecordExclusion():
            event: Event | None = _record(command, state)
        case CorrectExclusion():
            event = _correct(command, state)
        case ReviewExclusion():
            event = _review(command, state)
        case ReinstatePupil():
            event = _reinstate(command, state)
        case _:
            event = None
    return Decided([event] if event else [])


def _record(command: RecordExclusion, state: Exclusions) -> Event | None:
    known = state.known.get(command.exclusion)
    if known is not None and (known.first, known.episode) == (command.valid_on, command.episode):
        return None
    if known is not None:
        raise Refused("This exclusion is already recorded, and says something else. Correct it with a reason.")
    _refuse_unfit(command.valid_on, command.episode)
    return ExclusionRecorded(
        subject=command.pupil, valid_on=command.valid_on, exclusion=command.exclusion, episode=command.episode
    )


def _correct(command: CorrectExclusion, state: Exclusions) -> Event | None:
    known = _known(command, state)
    if (known.first, known.episode) == (command.valid_on, command.episode):
        return None
    _refuse_unfit(command.valid_on, command.episode)
    if any(day < command.valid_on for day in (*(day for day, _, _ in known.reviews), known.reinstated) if day):
        raise Refused(
            "The pupil was reinstated, or the exclusion considered, before that day, so it began earlier. Check the "
            "first day against the letter."
        )
    return ExclusionCorrected(
        subject=command.pupil, valid_on=command.valid_on, exclusion=command.exclusion, episode=command.episode,
        corrects=known.entry, reason=command.reason,
    )  # fmt: skip


def _review(command: ReviewExclusion, state: Exclusions) -> Event | None:
    known = _known(command, state)
    if (command.valid_on, command.review, command.outcome) in known.reviews:
        return None
    _refuse_before(command, known)
    return ExclusionReviewed(
        subject=command.pupil, valid_on=command.valid_on, exclusion=command.exclusion, review=command.review,
        outcome=command.outcome,
    )  # fmt: skip


def _reinstate(command: ReinstatePupil, state: Exclusions) -> Event | None:
    known = _known(command, state)
    if known.reinstated == command.valid_on:
        return None
    if known.reinstated is not None:
        raise Refused("The pupil was reinstated already, on another day. Look it up in the pupil's record.")
    _refuse_before(command, known)
    return PupilReinstated(subject=command.pupil, valid_on=command.valid_on, exclusion=command.exclusion)


def _known(command: _AboutExclusion, state: Exclusions) -> Exclusion:
    known = state.known.get(command.exclusion)
    if known is None:
        raise Refused("There is no such exclusion of this pupil. Look it up in the pupil's record, then send its id.")
    return known


def _refuse_before(command: _AboutExclusion, known: Exclusion) -> None:
    if command.valid_on < known.first:
        raise Refused("That day is before the exclusion began. Check the date, or correct the exclusion's first day.")


def _refuse_unfit(first: date, episode: Episode) -> None:
    if episode.exclusion_kind == "PERM":
        if episode.last is not None or episode.sessions is not None:
            raise Refused("A permanent exclusion has no last day and no number of sessions. Leave both out.")
        return
    if episode.last is None or episode.last < first:
        raise Refused("A suspension has a last day, on or after its first one. Check both dates.")


exclusions: Final = Decider(
    "records",
    Exclusions(),
    evolve,
    decide,
    commands=(RecordExclusion, CorrectExclusion, ReviewExclusion, ReinstatePupil),
    categories=("pastoral",),
    discreet=True,
    names=("corrects", "exclusion"),
)
"""Suspensions and exclusions, stored discreetly."""

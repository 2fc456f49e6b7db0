"""Suspensions and exclusions: decided, corrected, reviewed and ended by reinstatement."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar, Final

from events.codes.exclusions import ReviewBody
from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.common import EntryIndex
from events.records.pastoral import (
    Consideration,
    Episode,
    ExclusionCorrected,
    ExclusionRecorded,
    ExclusionReviewCorrected,
    ExclusionReviewed,
    ExclusionWithdrawn,
    PupilReinstated,
    ReinstatementCorrected,
)
from ledger.decider import Command, Decided, Decider, Refused, Stream
from services.deeds import Told


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
    evidence: Text200 | None = None


class ReviewExclusion(_AboutExclusion):
    """The governing board or a panel considered it, on ``valid_on``."""

    review: ReviewBody
    outcome: Text200


class ReinstatePupil(_AboutExclusion):
    """The pupil may come back from ``valid_on``."""


class WithdrawExclusion(_AboutExclusion):
    """There never was such a suspension or exclusion of this pupil: it was another's, or was never given."""

    reason: Text200
    evidence: Text200 | None = None


class CorrectExclusionReview(_AboutExclusion):
    """The review that the entry ``wrong`` tells had been otherwise; without ``consideration`` there was none."""

    wrong: EntryIndex
    consideration: Consideration | None = None
    reason: Text200
    evidence: Text200 | None = None


class CorrectReinstatement(_AboutExclusion):
    """The day that the entry ``wrong`` tells was another; without ``reinstated`` the pupil was not reinstated."""

    wrong: EntryIndex
    reinstated: date | None = None
    reason: Text200
    evidence: Text200 | None = None


@dataclass(frozen=True, slots=True)
class Exclusion:
    """What a decider remembers of an episode; ``entry`` is what a correction names."""

    first: date
    episode: Episode
    entry: int
    reviews: Told[Consideration] = field(default_factory=Told)
    back: Told[date] = field(default_factory=Told)
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Exclusions:
    """A pupil's episodes by their ids."""

    known: Mapping[bytes, Exclusion] = field(default_factory=dict)


def evolve(state: Exclusions, event: Event, index: int) -> Exclusions:
    """Fold one event."""
    before = state.known.get(getattr(event, "exclusion", b""))
    match event:
        case ExclusionRecorded():
            # Of two merged records each may have told an exclusion under one id: the last word counts.
            known = before or Exclusion(event.valid_on, event.episode, index)
            now = replace(known, first=event.valid_on, episode=event.episode, entry=index, withdrawn=False)
        case ExclusionCorrected() if before:
            now = replace(before, first=event.valid_on, episode=event.episode, entry=index, withdrawn=False)
        case ExclusionWithdrawn() if before:
            now = replace(before, withdrawn=True)
        case ExclusionReviewed() if before:
            now = replace(before, reviews=before.reviews.told(index, _considered(event)))
        case ExclusionReviewCorrected() if before:
            now = replace(before, reviews=before.reviews.put_right(event.corrects, index, event.consideration))
        case PupilReinstated() if before:
            now = replace(before, back=before.back.told(index, event.valid_on))
        case ReinstatementCorrected() if before:
            now = replace(before, back=before.back.put_right(event.corrects, index, event.reinstated))
        case _:  # Also what is said of an episode that can no longer be read, or was another pupil's all along.
            return state
    return Exclusions({**state.known, event.exclusion: now})


def _considered(said: ReviewExclusion | ExclusionReviewed) -> Consideration:
    return Consideration(on=said.valid_on, review=said.review, outcome=said.outcome)


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
        case WithdrawExclusion():
            event = _withdraw(command, state)
        case CorrectExclusionReview():
            event = _correct_review(command, state)
        case CorrectReinstatement():
            event = _correct_reinstatement(command, state)
        case _:
            event = None
    return Decided([event] if event else [])


def _record(command: RecordExclusion, state: Exclusions) -> Event | None:
    known = state.known.get(command.exclusion)
    if known is not None:
        _refuse_withdrawn(known)
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
    _refuse_withdrawn(known)
    if (known.first, known.episode) == (command.valid_on, command.episode):
        return None
    _refuse_unfit(command.valid_on, command.episode)
    if any(
        day < command.valid_on for day in (*(one.on for one in known.reviews.standing.values()), known.back.last) if day
    ):
        raise Refused(
            "The pupil was reinstated, or the exclusion considered, before that day, so it began earlier. Check the "
            "first day against the letter."
        )
    return ExclusionCorrected(
        subject=command.pupil, valid_on=command.valid_on, exclusion=command.exclusion, episode=command.episode,
        corrects=known.entry, reason=command.reason, evidence=command.evidence,
    )  # fmt: skip


def _review(command: ReviewExclusion, state: Exclusions) -> Event | None:
    known = _known(command, state)
    if known.reviews.has(_considered(command)):
        return None
    _refuse_withdrawn(known)
    _refuse_before(command.valid_on, known)
    return ExclusionReviewed(
        subject=command.pupil, valid_on=command.valid_on, exclusion=command.exclusion, review=command.review,
        outcome=command.outcome,
    )  # fmt: skip


def _reinstate(command: ReinstatePupil, state: Exclusions) -> Event | None:
    known = _known(command, state)
    if known.back.last == command.valid_on:
        return None
    _refuse_withdrawn(known)
    if known.back.last is not None:
        raise Refused("The pupil was reinstated already, on another day. If that day is wrong, correct it.")
    _refuse_before(command.valid_on, known)
    return PupilReinstated(subject=command.pupil, valid_on=command.valid_on, exclusion=command.exclusion)


def _known(command: _AboutExclusion, state: Exclusions) -> Exclusion:
    known = state.known.get(command.exclusion)
    if known is None:
        raise Refused("There is no such exclusion of this pupil. Look it up in the pupil's record, then send its id.")
    return known


def _withdraw(command: WithdrawExclusion, state: Exclusions) -> Event | None:
    known = _known(command, state)
    if known.withdrawn:
        return None
    return ExclusionWithdrawn(
        subject=command.pupil, valid_on=command.valid_on, exclusion=command.exclusion, corrects=known.entry,
        reason=command.reason, evidence=command.evidence,
    )  # fmt: skip


def _correct_review(command: CorrectExclusionReview, state: Exclusions) -> Event | None:
    known = _known(command, state)
    if not known.reviews.is_news(command.wrong, command.consideration):
        return None
    if command.consideration is not None:
        _refuse_before(command.consideration.on, known)
    return ExclusionReviewCorrected(
        subject=command.pupil, valid_on=command.valid_on, exclusion=command.exclusion,
        consideration=command.consideration, corrects=command.wrong, reason=command.reason, evidence=command.evidence,
    )  # fmt: skip


def _correct_reinstatement(command: CorrectReinstatement, state: Exclusions) -> Event | None:
    known = _known(command, state)
    if not known.back.is_news(command.wrong, command.reinstated):
        return None
    if command.reinstated is not None:
        _refuse_before(command.reinstated, known)
    return ReinstatementCorrected(
        subject=command.pupil, valid_on=command.valid_on, exclusion=command.exclusion, reinstated=command.reinstated,
        corrects=command.wrong, reason=command.reason, evidence=command.evidence,
    )  # fmt: skip


def _refuse_withdrawn(known: Exclusion) -> None:
    if known.withdrawn:
        raise Refused("This exclusion was withdrawn, as it never was one of this pupil. Record the right one anew.")


def _refuse_before(day: date, known: Exclusion) -> None:
    if day < known.first:
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
    commands=(
        RecordExclusion, CorrectExclusion, ReviewExclusion, ReinstatePupil, WithdrawExclusion, CorrectExclusionReview,
        CorrectReinstatement,
    ),
    categories=("pastoral",),
    discreet=True,
    names=("corrects", "exclusion"),
)  # fmt: skip
"""Suspensions and exclusions, stored discreetly."""

"""Free school meals as episodes with a start and an end, which never overlap and never count twice."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, Final

from events.codes.characteristics import FsmCategory, UkCountry, code_sets
from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.characteristics import (
    FsmEpisode,
    FsmEpisodeCorrected,
    FsmEpisodeEnded,
    FsmEpisodeStarted,
    FsmReviewCorrected,
    FsmReviewSet,
    FsmReviewWithdrawn,
)
from events.records.common import EntryIndex
from ledger.decider import Command, Decided, Decider, Refused, Stream
from services.deeds import is_to_strike
from services.facts import Noted, noted, noted_on, to_correct


class _AboutPupil(Command):
    scope: ClassVar[str] = "pupils:write"
    purpose: ClassVar[str] = "pupil-record"

    pupil: SubjectId
    valid_on: date

    @property
    def stream(self) -> Stream:
        """A pupil's free school meals are a stream of their own."""
        return Stream("free-school-meals", self.pupil)


class StartFsmEpisode(_AboutPupil):
    """The pupil may have free school meals from ``valid_on``; ``until`` is the last day of an episode that is over."""

    until: date | None = None
    country: UkCountry = "ENG"
    fsm_category: FsmCategory | None = None


class EndFsmEpisode(_AboutPupil):
    """The episode that started on a day ended; ``valid_on`` was its last day."""

    started: date


class CorrectFsmEpisode(_AboutPupil):
    """The episode recorded as starting on a day had been wrong; without ``episode`` there never was one."""

    started: date
    episode: FsmEpisode | None = None
    reason: Text200
    evidence: Text200 | None = None


class SetFsmReview(_AboutPupil):
    """The entitlement is to be looked at again on a day."""

    review: date


class CorrectFsmReview(_AboutPupil):
    """The day of the review that ``valid_on`` has had been wrong; ``review`` is right."""

    review: date
    reason: Text200
    evidence: Text200 | None = None


class WithdrawFsmReview(_AboutPupil):
    """No review was due, as the entry ``wrong`` had said; ``valid_on`` is since when it said so."""

    wrong: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


@dataclass(frozen=True, slots=True)
class Meals:
    """The episodes with the entry that a correction of each names, days of episodes that never were, and reviews."""

    episodes: tuple[tuple[int, FsmEpisode], ...] = ()
    retracted: frozenset[date] = frozenset()
    reviews: tuple[Noted[date], ...] = ()
    not_due: frozenset[int] = frozenset()

    def starting(self, day: date) -> tuple[int, FsmEpisode] | None:
        """Give the episode that starts on a day."""
        return next((known for known in self.episodes if known[1].start == day), None)


def evolve(state: Meals, event: Event, index: int) -> Meals:
    """Fold one event."""
    match event:
        case FsmEpisodeStarted():
            begun = FsmEpisode(
                start=event.valid_on, until=event.until, country=event.country, fsm_category=event.fsm_category
            )
            episodes = (*state.episodes, (index, begun))
            return replace(state, episodes=episodes, retracted=state.retracted - {event.valid_on})
        case FsmEpisodeEnded():
            ended = tuple(
                (entry, one.model_copy(update={"until": event.valid_on}) if one.start == event.started else one)
                for entry, one in state.episodes
            )
            return replace(state, episodes=ended)
        case FsmEpisodeCorrected():
            wrong = frozenset(one.start for entry, one in state.episodes if entry == event.corrects)
            rest = tuple(known for known in state.episodes if known[0] != event.corrects)
            if event.episode is None:
                return replace(state, episodes=rest, retracted=state.retracted | wrong)
            return replace(
                state,
                episodes=(*rest, (index, event.episode)),
                retracted=(state.retracted | wrong) - {event.episode.start},
            )
        case FsmReviewSet():
            return replace(state, reviews=noted(state.reviews, Noted(event.review, event.valid_on, index)))
        case FsmReviewCorrected():
            right = Noted(event.review, event.valid_on, index)
            return replace(state, reviews=noted(state.reviews, right, event.corrects))
        case FsmReviewWithdrawn():
            due = tuple(one for one in state.reviews if one.entry != event.corrects)
            return replace(state, reviews=due, not_due=state.not_due | {event.corrects})
        case _:
            return state


def decide(command: Command, state: Meals) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    match command:
        case StartFsmEpisode():
            event = _start(command, state)
        case EndFsmEpisode():
            return _end(command, state)
        case CorrectFsmEpisode():
            return Decided(_correct(command, state))
        case SetFsmReview():
            known = noted_on(state.reviews, command.valid_on)
            told = FsmReviewSet(subject=command.pupil, valid_on=command.valid_on, review=command.review)
            event = told if known is None or known.value != command.review else None
        case CorrectFsmReview():
            event = _correct_review(command, state)
        case WithdrawFsmReview():
            event = _withdraw_review(command, state)
        case _:
            event = None
    return Decided([event] if event else [])


def _start(command: StartFsmEpisode, state: Meals) -> Event | None:
    wanted = FsmEpisode(
        start=command.valid_on, until=command.until, country=command.country, fsm_category=command.fsm_category
    )
    known = state.starting(wanted.start)
    if known is not None and known[1] == wanted:
        return None
    if known is not None and known[1] == wanted.model_copy(update={"until": known[1].until}) and wanted.until is None:
        return None  # Started, and ended since: its start is no news.
    if known is not None:
        raise Refused("An episode that starts on that day is recorded otherwise. Send its end, or a correction.")
    _refuse_odd(wanted, [one for _, one in state.episodes])
    return FsmEpisodeStarted(
        subject=command.pupil, valid_on=wanted.start, until=wanted.until, country=wanted.country,
        fsm_category=wanted.fsm_category,
    )  # fmt: skip


def _end(command: EndFsmEpisode, state: Meals) -> Decided:
    known = state.starting(command.started)
    if known is None:
        raise Refused("No episode of free school meals starts on that day. Look the pupil's episodes up again.")
    if command.valid_on < command.started:
        raise Refused("The last day is before the first. Check both days.")
    going = [one for one in state.episodes if one[1].start == command.started and one[1].until != command.valid_on]
    if any(one.until is not None for _, one in going):
        raise Refused("This episode has ended on another day. If that day is wrong, send a correction with the reason.")
    end = FsmEpisodeEnded(subject=command.pupil, valid_on=command.valid_on, started=command.started)
    return Decided([end for _ in going], ends=[entry for entry, _ in going])  # of two merged records perhaps two


def _correct(command: CorrectFsmEpisode, state: Meals) -> list[Event]:
    """Put right every episode that starts on the day: of two merged records each may have one."""
    wanted = command.episode
    begun = [known for known in state.episodes if known[1].start == command.started]
    wrong = {entry for entry, one in begun if one != wanted}
    if not wrong:
        known = any(one == wanted for _, one in state.episodes)
        if known or (wanted is None and command.started in state.retracted):
            return []
        raise Refused("No episode of free school meals starts on that day. Look the pupil's episodes up again.")
    if wanted is not None:
        _refuse_odd(wanted, [known[1] for known in state.episodes if known not in begun])
    about: dict[str, Any] = {"subject": command.pupil, "valid_on": command.valid_on}
    why: dict[str, Any] = {"reason": command.reason, "evidence": command.evidence}
    return [FsmEpisodeCorrected(**about, episode=wanted, corrects=entry, **why) for entry in sorted(wrong)]


def _correct_review(command: CorrectFsmReview, state: Meals) -> Event | None:
    wrong = to_correct(state.reviews, command.valid_on)
    if wrong is None:
        raise Refused("No review of this pupil's free school meals is recorded. Set one instead.")
    if wrong.value == command.review:
        return None
    return FsmReviewCorrected(
        subject=command.pupil, valid_on=command.valid_on, review=command.review, corrects=wrong.entry,
        reason=command.reason, evidence=command.evidence,
    )  # fmt: skip


def _withdraw_review(command: WithdrawFsmReview, state: Meals) -> Event | None:
    if not is_to_strike((one.entry for one in state.reviews), state.not_due, command.wrong):
        return None
    return FsmReviewWithdrawn(
        subject=command.pupil, valid_on=command.valid_on, corrects=command.wrong, reason=command.reason,
        evidence=command.evidence,
    )  # fmt: skip


def _refuse_odd(wanted: FsmEpisode, others: list[FsmEpisode]) -> None:
    if wanted.until is not None and wanted.until < wanted.start:
        raise Refused("The last day is before the first. Check both days.")
    first = code_sets()["fsm_category"].first
    if wanted.fsm_category is not None and first is not None and wanted.start < first:
        raise Refused("Categories of free school meals exist from September 2026 only. Leave the category out.")
    if any(overlap(wanted, one) for one in others):
        raise Refused("The pupil already has free school meals in that time. End that episode first, or correct it.")


def overlap(one: FsmEpisode, other: FsmEpisode) -> bool:
    """Whether two episodes have a day in common."""
    return (one.until is None or other.start <= one.until) and (other.until is None or one.start <= other.until)


free_meals: Final = Decider(
    "records",
    Meals(),
    evolve,
    decide,
    commands=(
        StartFsmEpisode,
        EndFsmEpisode,
        CorrectFsmEpisode,
        SetFsmReview,
        CorrectFsmReview,
        WithdrawFsmReview,
    ),
    categories=("characteristics",),
)

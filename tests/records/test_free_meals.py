"""Free school meals: episodes that start, end and are put right, and that never overlap."""

from datetime import date
from typing import Any

from support.folded import at, folded
from support.given import given

from events.records.characteristics import (
    FsmEpisode,
    FsmEpisodeCorrected,
    FsmEpisodeEnded,
    FsmEpisodeStarted,
    FsmReviewCorrected,
    FsmReviewSet,
)
from services.records.characteristics import free_meals as ask
from services.records.characteristics.characteristics_views import free_meals as view
from services.records.characteristics.free_meals import free_meals

ADA = b"a" * 16
LAST_YEAR, SEPTEMBER, OCTOBER, NOVEMBER = date(2025, 9, 3), date(2026, 9, 3), date(2026, 10, 1), date(2026, 11, 2)


def started(day: date = SEPTEMBER, **said: Any) -> FsmEpisodeStarted:
    return FsmEpisodeStarted(subject=ADA, valid_on=day, country="ENG", **said)


def start(day: date = SEPTEMBER, **said: Any) -> ask.StartFsmEpisode:
    return ask.StartFsmEpisode(pupil=ADA, valid_on=day, **said)


def end(day: date, of: date = SEPTEMBER) -> ask.EndFsmEpisode:
    return ask.EndFsmEpisode(pupil=ADA, valid_on=day, started=of)


def correct(episode: FsmEpisode | None, of: date = SEPTEMBER) -> ask.CorrectFsmEpisode:
    return ask.CorrectFsmEpisode(
        pupil=ADA, valid_on=NOVEMBER, started=of, episode=episode, reason="another child's", evidence="letter"
    )


ENDED = FsmEpisodeEnded(subject=ADA, valid_on=OCTOBER, started=SEPTEMBER)
VOID = FsmEpisodeCorrected(subject=ADA, valid_on=NOVEMBER, corrects=1, reason="another child's", evidence="letter")


def test_an_episode_starts_once_and_ends_once() -> None:
    given(free_meals).when(start(fsm_category="TFSM")).then(started(fsm_category="TFSM"))
    given(free_meals, started()).when(end(OCTOBER)).then(ENDED)
    given(free_meals, started(), ENDED).when(start()).then()
    given(free_meals, started(), ENDED).when(end(NOVEMBER)).then_refused("ended on another day")
    given(free_meals).when(end(OCTOBER)).then_refused("No episode")
    given(free_meals, started(OCTOBER)).when(end(SEPTEMBER, OCTOBER)).then_refused("last day is before the first")


def test_episodes_never_overlap() -> None:
    given(free_meals, started()).when(start(OCTOBER)).then_refused("already has free school meals")
    given(free_meals, started(OCTOBER)).when(start()).then_refused("already has free school meals")
    given(free_meals, started(), ENDED).when(start(NOVEMBER)).then(started(NOVEMBER))
    given(free_meals, started(OCTOBER)).when(start(LAST_YEAR, until=SEPTEMBER)).then(
        started(LAST_YEAR, until=SEPTEMBER)
    )


def test_a_category_is_of_september_2026_and_later() -> None:
    given(free_meals).when(start(LAST_YEAR, fsm_category="TFSM")).then_refused("September 2026")


def test_an_episode_is_put_right_or_never_was() -> None:
    right = FsmEpisode(start=OCTOBER, country="WLS")
    given(free_meals, started()).when(correct(right)).then(VOID.model_copy(update={"episode": right}))
    given(free_meals, started()).when(correct(None)).then(VOID)
    given(free_meals, started(), VOID).when(start()).then(started())
    given(free_meals).when(correct(None)).then_refused("No episode")


def test_one_correction_puts_right_the_episodes_of_two_merged_records() -> None:
    second, right = VOID.model_copy(update={"corrects": 2}), FsmEpisode(start=OCTOBER, country="ENG")
    both = [one.model_copy(update={"episode": right}) for one in (VOID, second)]
    given(free_meals, started(), started()).when(correct(right)).then(*both)
    given(free_meals, started(), started()).when(correct(None)).then(VOID, second)
    given(free_meals, started(), started(until=OCTOBER)).when(correct(FsmEpisode(start=SEPTEMBER, country="ENG"))).then(
        second.model_copy(update={"episode": FsmEpisode(start=SEPTEMBER, country="ENG")})
    )
    given(free_meals, started(), started()).when(end(OCTOBER)).then(ENDED, ENDED)


def test_a_review_is_noted_once() -> None:
    review = ask.SetFsmReview(pupil=ADA, valid_on=SEPTEMBER, review=NOVEMBER)
    given(free_meals).when(review).then(FsmReviewSet(subject=ADA, valid_on=SEPTEMBER, review=NOVEMBER))


def test_the_day_of_a_review_is_put_right() -> None:
    said = FsmReviewSet(subject=ADA, valid_on=SEPTEMBER, review=NOVEMBER)
    right = FsmReviewCorrected(subject=ADA, valid_on=OCTOBER, review=OCTOBER, corrects=1, reason="misread")
    correct_review = ask.CorrectFsmReview(pupil=ADA, valid_on=OCTOBER, review=OCTOBER, reason="misread")
    given(free_meals, said).when(correct_review).then(right)
    given(free_meals).when(correct_review).then_refused("Set one instead")
    (row,) = folded(view, said, right).values()
    (review,) = row.reviews
    assert (review.value, review.since, review.at) == (OCTOBER, SEPTEMBER, at(2))
    assert (review.was, review.was_at) == (NOVEMBER, at(1))


def test_the_row_keeps_episodes_and_what_was_put_right() -> None:
    (row,) = folded(view, started(fsm_category="EFSM"), ENDED, started(NOVEMBER)).values()
    assert [(one.start, one.until, one.fsm_category) for one in row.episodes] == [
        (SEPTEMBER, OCTOBER, "EFSM"), (NOVEMBER, None, None),
    ]  # fmt: skip
    assert row.episodes[0].ended_at == at(2)
    (row,) = folded(view, started(), VOID).values()
    assert [(one.voided, one.was_start, one.why, one.at) for one in row.episodes] == [
        (True, SEPTEMBER, "another child's Evidence: letter", at(2))
    ]

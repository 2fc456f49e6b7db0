"""Pastoral notes and exclusions: recorded once, corrected with a reason, and read as of any day."""

import asyncio
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError
from support.folded import at, folded
from support.given import given

from events.codes.exclusions import exclusion_codes
from events.records.pastoral import (
    Consideration,
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
from ledger.view import MemoryReader, MemoryRows, Position
from services.deeds import Deed, Never
from services.records.pastoral import exclusions as ask
from services.records.pastoral import pastoral as noting
from services.records.pastoral.exclusions import exclusions
from services.records.pastoral.pastoral import pastoral
from services.records.pastoral.pastoral_queries import EXCLUSIONS, words
from services.records.pastoral.pastoral_views import (
    EpisodeVersion,
    Exclusion,
    ExclusionsRow,
    Note,
    NotesRow,
    NoteVersion,
    Review,
)
from services.records.pastoral.pastoral_views import exclusions as exclusions_view
from services.records.pastoral.pastoral_views import notes as notes_view

ADA, ONE = b"a" * 16, b"1" * 16
MONDAY, TUESDAY, FRIDAY, BEFORE = date(2026, 9, 7), date(2026, 9, 8), date(2026, 9, 11), date(2026, 9, 1)
NOTED = PastoralNoteRecorded(subject=ADA, valid_on=MONDAY, note=ONE, text="A hard week at home.")
NOTE_CORRECTED = PastoralNoteCorrected(
    subject=ADA, valid_on=TUESDAY, note=ONE, text="A hard week at home.", corrects=1, reason="It was Tuesday"
)
SUSPENDED = Episode(exclusion_kind="SUSP", exclusion_reasons=("PP", "DB"), last=TUESDAY, sessions=4)
PERMANENT = Episode(exclusion_kind="PERM", exclusion_reasons=("OW",))
RECORDED = ExclusionRecorded(subject=ADA, valid_on=MONDAY, exclusion=ONE, episode=SUSPENDED)
CORRECTED = ExclusionCorrected(
    subject=ADA, valid_on=MONDAY, exclusion=ONE, episode=PERMANENT, corrects=1, reason="The head's letter"
)
REVIEWED = ExclusionReviewed(subject=ADA, valid_on=FRIDAY, exclusion=ONE, review="GB", outcome="Reinstated")
REINSTATED = PupilReinstated(subject=ADA, valid_on=FRIDAY, exclusion=ONE)

NOTE_WITHDRAWN = PastoralNoteWithdrawn(subject=ADA, valid_on=FRIDAY, note=ONE, corrects=1, reason="Another child's")
WITHDRAWN = ExclusionWithdrawn(subject=ADA, valid_on=FRIDAY, exclusion=ONE, corrects=1, reason="Another child's")
BY_PANEL = Consideration(on=FRIDAY, review="IRP", outcome="Quashed")
REVIEWED_OTHERWISE = ExclusionReviewCorrected(
    subject=ADA, valid_on=FRIDAY, exclusion=ONE, consideration=BY_PANEL, corrects=2, reason="Wrong letter",
    evidence="Letter of 11 September",
)  # fmt: skip
BACK_ON_TUESDAY = ReinstatementCorrected(
    subject=ADA, valid_on=FRIDAY, exclusion=ONE, reinstated=TUESDAY, corrects=2, reason="Wrong day"
)
NOT_BACK = BACK_ON_TUESDAY.model_copy(update={"reinstated": None})


def exclude(episode: Episode = SUSPENDED, day: date = MONDAY) -> ask.RecordExclusion:
    return ask.RecordExclusion(pupil=ADA, valid_on=day, exclusion=ONE, episode=episode)


def correct(episode: Episode = PERMANENT) -> ask.CorrectExclusion:
    return ask.CorrectExclusion(pupil=ADA, valid_on=MONDAY, exclusion=ONE, episode=episode, reason="The head's letter")


def review(day: date = FRIDAY) -> ask.ReviewExclusion:
    return ask.ReviewExclusion(pupil=ADA, valid_on=day, exclusion=ONE, review="GB", outcome="Reinstated")


def reinstate(day: date = FRIDAY) -> ask.ReinstatePupil:
    return ask.ReinstatePupil(pupil=ADA, valid_on=day, exclusion=ONE)


def test_a_note_is_recorded_and_corrected() -> None:
    said: dict[str, Any] = {"pupil": ADA, "note": ONE, "text": "A hard week at home."}
    given(pastoral).when(noting.RecordPastoralNote(**said, valid_on=MONDAY)).then(NOTED)
    given(pastoral, NOTED).when(noting.RecordPastoralNote(**said, valid_on=TUESDAY)).then_refused("Correct it")
    wrong = noting.CorrectPastoralNote(**said, valid_on=TUESDAY, reason="It was Tuesday")
    given(pastoral, NOTED).when(wrong).then(NOTE_CORRECTED)
    given(pastoral).when(wrong).then_refused("no such note")


def test_a_suspension_is_recorded() -> None:
    given(exclusions).when(exclude()).then(RECORDED)
    given(exclusions).when(exclude(PERMANENT)).then(RECORDED.model_copy(update={"episode": PERMANENT}))
    given(exclusions, RECORDED).when(exclude(PERMANENT)).then_refused("Correct it with a reason")


def test_a_suspension_ends_and_a_permanent_exclusion_does_not() -> None:
    given(exclusions).when(exclude(day=FRIDAY)).then_refused("on or after its first one")
    given(exclusions).when(exclude(SUSPENDED.model_copy(update={"last": None}))).then_refused("has a last day")
    given(exclusions).when(exclude(PERMANENT.model_copy(update={"last": FRIDAY}))).then_refused("no last day")


def test_an_exclusion_is_corrected() -> None:
    given(exclusions, RECORDED).when(correct()).then(CORRECTED)
    given(exclusions).when(correct()).then_refused("no such exclusion")


def test_an_exclusion_is_not_corrected_to_begin_after_what_came_of_it() -> None:
    later = correct().model_copy(update={"valid_on": date(2026, 10, 1)})
    given(exclusions, RECORDED, REINSTATED).when(later).then_refused("Check the first day")
    given(exclusions, RECORDED, REVIEWED).when(later).then_refused("Check the first day")
    on_the_day = later.model_copy(update={"valid_on": FRIDAY})
    given(exclusions, RECORDED, REVIEWED, REINSTATED).when(on_the_day).then(
        CORRECTED.model_copy(update={"valid_on": FRIDAY})
    )


def test_an_exclusion_is_reviewed_and_the_pupil_reinstated() -> None:
    given(exclusions, RECORDED).when(review()).then(REVIEWED)
    given(exclusions, RECORDED).when(reinstate()).then(REINSTATED)
    given(exclusions, RECORDED).when(review(BEFORE)).then_refused("before the exclusion began")
    given(exclusions, RECORDED).when(reinstate(BEFORE)).then_refused("before the exclusion began")
    given(exclusions, RECORDED, REINSTATED).when(reinstate(MONDAY)).then_refused("reinstated already")


def test_a_note_of_another_child_is_withdrawn() -> None:
    said: dict[str, Any] = {"pupil": ADA, "note": ONE}
    withdraw = noting.WithdrawPastoralNote(**said, valid_on=FRIDAY, reason="Another child's")
    given(pastoral, NOTED).when(withdraw).then(NOTE_WITHDRAWN)
    given(pastoral).when(withdraw).then_refused("no such note")
    for command in (
        noting.RecordPastoralNote(**said, valid_on=MONDAY, text=NOTED.text),
        noting.CorrectPastoralNote(**said, valid_on=TUESDAY, text=NOTED.text, reason="It was Tuesday"),
    ):
        given(pastoral, NOTED, NOTE_WITHDRAWN).when(command).then_refused("was withdrawn")
    (row,) = folded(notes_view, NOTED, NOTE_WITHDRAWN).values()
    assert row.notes[0].never == Never(at=at(2), why="Another child's")


def test_an_exclusion_of_another_child_is_withdrawn() -> None:
    withdraw = ask.WithdrawExclusion(pupil=ADA, valid_on=FRIDAY, exclusion=ONE, reason="Another child's")
    given(exclusions, RECORDED).when(withdraw).then(WITHDRAWN)
    given(exclusions).when(withdraw).then_refused("no such exclusion")
    for command in (exclude(), correct(), review(), reinstate()):
        given(exclusions, RECORDED, WITHDRAWN).when(command).then_refused("was withdrawn")


def test_a_review_is_corrected() -> None:
    def otherwise(how: Consideration | None = BY_PANEL, wrong: int = 2) -> ask.CorrectExclusionReview:
        return ask.CorrectExclusionReview(
            pupil=ADA, valid_on=FRIDAY, exclusion=ONE, wrong=wrong, consideration=how, reason="Wrong letter",
            evidence="Letter of 11 September",
        )  # fmt: skip

    given(exclusions, RECORDED, REVIEWED).when(otherwise()).then(REVIEWED_OTHERWISE)
    given(exclusions, RECORDED, REVIEWED).when(otherwise(None)).then(
        REVIEWED_OTHERWISE.model_copy(update={"consideration": None})
    )
    given(exclusions, RECORDED, REVIEWED).when(otherwise(wrong=1)).then_refused("tells nothing of the kind")
    early = BY_PANEL.model_copy(update={"on": BEFORE})
    given(exclusions, RECORDED, REVIEWED).when(otherwise(early)).then_refused("before the exclusion began")


def test_the_day_of_a_reinstatement_is_corrected() -> None:
    def otherwise(day: date | None = TUESDAY) -> ask.CorrectReinstatement:
        return ask.CorrectReinstatement(
            pupil=ADA, valid_on=FRIDAY, exclusion=ONE, wrong=2, reinstated=day, reason="Wrong day"
        )

    given(exclusions, RECORDED, REINSTATED).when(otherwise()).then(BACK_ON_TUESDAY)
    given(exclusions, RECORDED, REINSTATED).when(otherwise(None)).then(NOT_BACK)
    given(exclusions, RECORDED, REINSTATED, NOT_BACK).when(reinstate()).then(REINSTATED)
    given(exclusions, RECORDED, REINSTATED).when(otherwise(BEFORE)).then_refused("before the exclusion began")
    (row,) = folded(exclusions_view, RECORDED, REINSTATED, BACK_ON_TUESDAY).values()
    (back,) = row.exclusions[0].back
    assert (back.on, back.was_on, back.at, back.why) == (TUESDAY, FRIDAY, at(3), "Wrong day")
    (row,) = folded(exclusions_view, RECORDED, REINSTATED, NOT_BACK).values()
    assert row.exclusions[0].back[0].never


def test_what_is_said_of_a_thing_that_cannot_be_read_is_not_shown() -> None:
    for event in (CORRECTED, REVIEWED, REVIEWED_OTHERWISE, REINSTATED, BACK_ON_TUESDAY, WITHDRAWN):
        assert folded(exclusions_view, event) == {}
    for noted in (NOTE_CORRECTED, NOTE_WITHDRAWN):
        assert folded(notes_view, noted) == {}


def test_the_section_shows_what_a_correction_replaced() -> None:
    rows = MemoryRows()
    rows.save(exclusions_view, folded(exclusions_view, RECORDED, REVIEWED, REVIEWED_OTHERWISE, WITHDRAWN))

    async def read() -> Any:
        return await EXCLUSIONS.read(MemoryReader(rows, Position(4, None)), ADA, FRIDAY)

    facts = asyncio.run(read())
    assert [(one.text, one.was, one.at) for one in facts] == [
        ("There never was such an exclusion of this pupil.", words(SUSPENDED), at(4)),
        ("Quashed", "Governing board: Reinstated", at(3)),
    ]
    assert facts[1].note == "Corrected: Wrong letter Evidence: Letter of 11 September"


def test_what_is_said_of_an_exclusion_that_cannot_be_read_stops_nobody() -> None:
    given(exclusions, CORRECTED, REVIEWED, REINSTATED).when(exclude()).then(RECORDED)


def test_at_most_three_known_reasons() -> None:
    assert len(exclusion_codes("exclusion_reason")) == 29
    for reasons in ((), ("PP",) * 4, ("XX",)):
        with pytest.raises(ValidationError):
            Episode(exclusion_kind="SUSP", exclusion_reasons=reasons)


def test_the_rows_keep_all_that_was_said() -> None:
    first = NoteVersion(text=NOTED.text, on=MONDAY, at=at(1))
    second = NoteVersion(text=NOTED.text, on=TUESDAY, at=at(2), reason="It was Tuesday")
    assert folded(notes_view, NOTED, NOTE_CORRECTED) == {
        (ADA,): NotesRow(subject=ADA, notes=(Note(note=ONE, versions=(first, second)),))
    }
    assert folded(exclusions_view, RECORDED, CORRECTED, REVIEWED, REINSTATED) == {
        (ADA,): ExclusionsRow(subject=ADA, exclusions=(
            Exclusion(
                exclusion=ONE,
                versions=(
                    EpisodeVersion(first=MONDAY, episode=SUSPENDED, at=at(1)),
                    EpisodeVersion(first=MONDAY, episode=PERMANENT, at=at(2), reason="The head's letter"),
                ),
                reviews=(Deed[Review](value=Review(review="GB", outcome="Reinstated"), on=FRIDAY, at=at(3)),),
                back=(Deed[date](value=FRIDAY, on=FRIDAY, at=at(4)),),
            ),
        ))
    }  # fmt: skip


def test_an_episode_is_read_in_words() -> None:
    assert words(SUSPENDED).startswith("PP physical assault against a pupil; DB persistent disruptive behaviour, until")
    assert words(PERMANENT.model_copy(update={"exclusion_reasons": ("TB",)})) == "TB"


def test_what_is_said_of_a_note_or_exclusion_that_is_not_there_makes_no_row() -> None:
    assert folded(notes_view, NOTE_CORRECTED) == {}
    assert folded(exclusions_view, CORRECTED, REVIEWED, REINSTATED) == {}

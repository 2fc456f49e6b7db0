"""Enrolment: on the roll from a starting day, as what, until a last day; and back again."""

from datetime import date
from typing import Any

import pytest
from support.folded import at, folded
from support.given import given

from events.codes.deletion import deletion_grounds
from events.records.enrolment import (
    Enrolled,
    EnrolmentCorrected,
    LeavingCorrected,
    LeavingUndone,
    PupilLeft,
    PupilLeftV1,
    StartingDayCorrected,
)
from ledger.codec import upcast
from services.records.roll.enrolment import (
    CorrectEnrolment,
    CorrectLeaving,
    CorrectStartingDay,
    Enrol,
    Leave,
    UndoLeaving,
    enrolment,
)
from services.records.roll.roll_views import corrected_from, roll

ADA = b"a" * 16
SEPTEMBER, MIDDLE, OCTOBER, NOVEMBER = date(2026, 9, 3), date(2026, 9, 15), date(2026, 10, 1), date(2026, 11, 2)


def enrol(day: date = SEPTEMBER, year_group: str = "1", status: str = "C") -> Enrol:
    return Enrol(pupil=ADA, valid_on=day, status=status, year_group=year_group)


def enrolled(day: date = SEPTEMBER, year_group: str = "1", status: str = "C") -> Enrolled:
    return Enrolled(subject=ADA, valid_on=day, status=status, year_group=year_group)


def leave(day: date = OCTOBER, ground: str | None = "moved-away") -> Leave:
    return Leave(pupil=ADA, valid_on=day, ground=ground)


def left(day: date = OCTOBER) -> PupilLeft:
    return PupilLeft(subject=ADA, valid_on=day, ground="moved-away")


def test_a_pupil_is_enrolled() -> None:
    given(enrolment).when(enrol()).then(enrolled())


def test_what_is_already_so_on_that_day_is_no_event() -> None:
    given(enrolment, enrolled()).when(enrol(OCTOBER)).then()


@pytest.mark.parametrize("what", [{"year_group": "2"}, {"status": "M"}])
def test_year_group_and_status_change_from_a_day_on(what: dict[str, str]) -> None:
    given(enrolment, enrolled()).when(enrol(OCTOBER, **what)).then(enrolled(OCTOBER, **what))


def test_a_starting_day_may_turn_out_to_have_been_earlier() -> None:
    given(enrolment, enrolled(MIDDLE)).when(enrol(SEPTEMBER)).then(enrolled(SEPTEMBER))


def test_what_was_entered_late_does_not_hide_the_present_year_group() -> None:
    entered = (enrolled(OCTOBER, "2"), enrolled(SEPTEMBER, "1"))
    given(enrolment, *entered).when(enrol(OCTOBER, "2")).then()
    given(enrolment, *entered).when(enrol(NOVEMBER, "1")).then(enrolled(NOVEMBER, "1"))


def test_a_pupil_leaves_and_their_last_day_stands() -> None:
    given(enrolment, enrolled()).when(leave()).then(left())
    given(enrolment, enrolled(), left()).when(leave(NOVEMBER)).then_refused("already recorded")
    given(enrolment, enrolled(), left()).when(leave(ground="died")).then_refused("already recorded")


def test_a_pupil_may_leave_before_a_change_that_was_entered_ahead() -> None:
    given(enrolment, enrolled(), enrolled(NOVEMBER, "2")).when(leave()).then(left())
    given(enrolment, enrolled(), enrolled(NOVEMBER, "2"), left()).when(enrol(MIDDLE)).then_refused("not after")


def test_nobody_leaves_before_they_came() -> None:
    given(enrolment, enrolled(MIDDLE)).when(leave(SEPTEMBER)).then_refused("before the starting day")
    given(enrolment).when(leave()).then_refused("Enrol the pupil first")


def test_a_pupil_comes_back_after_their_last_day() -> None:
    given(enrolment, enrolled(), left()).when(enrol(OCTOBER)).then_refused("not after the pupil's last day")
    given(enrolment, enrolled(), left()).when(enrol(NOVEMBER)).then(enrolled(NOVEMBER))
    given(enrolment, enrolled(), left(), enrolled(NOVEMBER)).when(leave(date(2026, 12, 4))).then(
        left(date(2026, 12, 4))
    )


def test_a_pupil_who_came_back_was_not_here_in_between() -> None:
    given(enrolment, enrolled(), left(), enrolled(NOVEMBER)).when(enrol(MIDDLE)).then_refused("not after")
    given(enrolment, enrolled(), left(), enrolled(NOVEMBER)).when(leave(OCTOBER)).then_refused(
        "before the starting day"
    )


def test_a_leaver_without_a_ground_is_refused_with_the_list_of_them() -> None:
    refused = given(enrolment, enrolled()).when(leave(ground=None)).then_refused("on which ground")
    assert all(ground in refused.sentence for ground in deletion_grounds())
    with pytest.raises(ValueError, match="not a ground of regulation 9"):
        leave(ground="fed up")


def test_what_was_written_without_a_ground_stays_readable() -> None:
    old = PupilLeftV1(subject=ADA, valid_on=OCTOBER, reason="moved away")
    assert upcast(old) == PupilLeft(subject=ADA, valid_on=OCTOBER, ground=None, reason="moved away")


def corrected_start(day: date, corrects: int = 1) -> StartingDayCorrected:
    return StartingDayCorrected(subject=ADA, valid_on=day, corrects=corrects, reason="letter")


def correct_start(wrong: date, day: date) -> CorrectStartingDay:
    return CorrectStartingDay(pupil=ADA, wrong=wrong, valid_on=day, reason="letter")


def test_a_starting_day_that_was_wrong_is_corrected() -> None:
    given(enrolment, enrolled()).when(correct_start(SEPTEMBER, MIDDLE)).then(corrected_start(MIDDLE))
    given(enrolment, enrolled()).when(correct_start(OCTOBER, MIDDLE)).then_refused("No starting day")
    given(enrolment, enrolled(), left()).when(correct_start(SEPTEMBER, NOVEMBER)).then_refused("after the last day")
    back = (enrolled(), left(), enrolled(NOVEMBER))
    given(enrolment, *back).when(correct_start(NOVEMBER, MIDDLE)).then_refused("not after the pupil's last day")


def test_a_year_group_that_was_wrong_is_corrected_and_the_day_stays() -> None:
    correct = CorrectEnrolment(
        pupil=ADA, valid_on=SEPTEMBER, status="C", year_group="2", reason="list", evidence="list"
    )
    right = EnrolmentCorrected(
        subject=ADA, valid_on=SEPTEMBER, status="C", year_group="2", corrects=1, reason="list", evidence="list"
    )
    given(enrolment, enrolled()).when(correct).then(right)
    given(enrolment, enrolled(), left()).when(correct).then(right)
    given(enrolment, enrolled(year_group="2")).when(correct).then()
    given(enrolment, enrolled(OCTOBER)).when(correct).then_refused("Nothing enrolled this pupil from that day")
    (row,) = folded(roll, enrolled(), left(), right).values()
    (spell,) = row.spells
    assert (spell.since, spell.until, spell.year_group, spell.at) == (
        SEPTEMBER, OCTOBER, "2", at(3).model_copy(update={"reason": "list Evidence: list"})
    )  # fmt: skip
    was = corrected_from(row, spell)
    assert was is not None
    assert (was.value.year_group, was.at) == ("1", at(1))
    assert folded(roll, right) == {}


def correct_leaving(day: date, ground: str | None = "died") -> CorrectLeaving:
    return CorrectLeaving(pupil=ADA, valid_on=day, ground=ground, reason="letter")


def corrected_leaving(day: date, ground: str = "died", corrects: int = 2) -> LeavingCorrected:
    return LeavingCorrected(subject=ADA, valid_on=day, ground=ground, corrects=corrects, reason="letter")


def test_a_last_day_or_a_ground_that_was_wrong_is_corrected() -> None:
    given(enrolment, enrolled(), left()).when(correct_leaving(MIDDLE)).then(corrected_leaving(MIDDLE))
    given(enrolment, enrolled(), left()).when(correct_leaving(OCTOBER, "moved-away")).then()
    given(enrolment, enrolled(), left()).when(correct_leaving(OCTOBER, None)).then_refused("on which ground")
    given(enrolment, enrolled(MIDDLE), left()).when(correct_leaving(SEPTEMBER)).then_refused("before the starting day")
    given(enrolment, enrolled()).when(correct_leaving(OCTOBER)).then_refused("none to correct")
    back = (enrolled(), left(), enrolled(NOVEMBER))
    given(enrolment, *back).when(correct_leaving(NOVEMBER)).then_refused("enrolled again by that day")
    given(enrolment, *back).when(correct_leaving(MIDDLE)).then(corrected_leaving(MIDDLE))


def test_a_leaving_that_never_happened_is_undone() -> None:
    undone = LeavingUndone(subject=ADA, valid_on=OCTOBER, corrects=2, reason="letter")
    undo = UndoLeaving(pupil=ADA, valid_on=OCTOBER, reason="letter")
    given(enrolment, enrolled(), left()).when(undo).then(undone)
    given(enrolment, enrolled()).when(undo).then_refused("not on that day")
    given(enrolment, enrolled(), left(), undone).when(enrol(NOVEMBER, "2")).then(enrolled(NOVEMBER, "2"))


def test_the_roll_after_a_correction_is_the_roll_written_right_the_first_time() -> None:
    def spells(*events: Any) -> list[tuple[date, date | None, str]]:
        return [(one.since, one.until, one.year_group) for one in folded(roll, *events)[ADA,].spells]

    ahead = (enrolled(), enrolled(NOVEMBER, "2"), left())
    undone = LeavingUndone(subject=ADA, valid_on=OCTOBER, corrects=3, reason="letter")
    assert spells(*ahead, undone) == spells(enrolled(), enrolled(NOVEMBER, "2"))
    late = date(2026, 12, 4)
    assert spells(*ahead, corrected_leaving(late, corrects=3)) == spells(*ahead[:2], left(late))
    assert spells(enrolled(), left(), corrected_start(MIDDLE)) == spells(enrolled(MIDDLE), left())
    (leaving,) = folded(roll, *ahead, corrected_leaving(late, corrects=3))[ADA,].leavings
    assert (leaving.day, leaving.ground, leaving.at.index) == (late, "died", 4)
    assert leaving.was is not None
    assert (leaving.was.day, leaving.was.ground, leaving.was_at) == (OCTOBER, "moved-away", at(3))

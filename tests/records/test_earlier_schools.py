"""Earlier schools and their counts: a later word adds, another word of the same day is a correction, a file never is."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError
from support.folded import at, folded
from support.given import given

from events.records.earlier_schools import (
    EarlierAttendanceCorrected,
    EarlierAttendanceRecorded,
    EarlierAttendanceWithdrawn,
    EarlierSchoolCorrected,
    EarlierSchoolRecorded,
    EarlierSchoolWithdrawn,
    MarksSent,
    Stay,
    StayEnd,
    YearCounted,
    YearElsewhere,
)
from events.records.withdrawing import AttendanceEntryWithdrawn
from services.facts import Dated
from services.records.files.intake import Known, Plan
from services.records.roll import earlier_intake
from services.records.roll import earlier_schools as ask
from services.records.roll.earlier_queries import counted, school_named
from services.records.roll.earlier_schools import earlier_attendance, earlier_schools
from services.records.roll.earlier_views import EarlierSchoolsRow, StayHeld
from services.records.roll.earlier_views import earlier_attendance as attendance_view
from services.records.roll.earlier_views import earlier_schools as schools_view

ADA = b"a" * 16
CAME, LEFT, TOLD, LATER = date(2023, 9, 5), date(2026, 7, 17), date(2026, 9, 7), date(2026, 10, 1)
FEN = Stay(school="Fen Road", laestab="9269901", entered=CAME)
GONE = StayEnd(left=LEFT, reason="MOVED")
THERE = EarlierSchoolRecorded(subject=ADA, valid_on=CAME, which=FEN, said=StayEnd())
YEAR = YearElsewhere(year=2026, school="Fen Road", laestab="9269901")
HALF, WHOLE = YearCounted(possible=190, attended=180), YearCounted(possible=380, attended=360, authorised=20)
COUNTED = EarlierAttendanceRecorded(subject=ADA, valid_on=TOLD, which=YEAR, said=HALF)


def school(said: StayEnd, day: date = CAME, which: Stay = FEN) -> ask.RecordEarlierSchool:
    return ask.RecordEarlierSchool(pupil=ADA, valid_on=day, which=which, said=said)


def year(said: YearCounted, day: date = TOLD) -> ask.RecordEarlierAttendance:
    return ask.RecordEarlierAttendance(pupil=ADA, valid_on=day, which=YEAR, said=said)


def test_a_school_is_recorded_and_later_that_the_pupil_left_it() -> None:
    given(earlier_schools).when(school(StayEnd())).then(THERE)
    left = THERE.model_copy(update={"valid_on": LEFT, "said": GONE})
    given(earlier_schools, THERE).when(school(GONE, LEFT)).then(left)
    spelt = Stay(school="Fen Rd", laestab="9269901", entered=CAME)
    given(earlier_schools, THERE, left).when(school(StayEnd(reason="MOVED"), LEFT, spelt)).then()


def test_what_is_not_said_blanks_nothing() -> None:
    left = THERE.model_copy(update={"valid_on": LEFT, "said": GONE})
    grounds = left.model_copy(update={"said": StayEnd(left=LEFT, reason="MOVED", ground="8(1)(c)")})
    given(earlier_schools, left).when(school(StayEnd(ground="8(1)(c)"), LEFT)).then(grounds)


def test_another_word_of_the_same_day_is_a_correction() -> None:
    given(earlier_attendance, COUNTED).when(year(WHOLE)).then_refused("correct it with a reason")
    correct = ask.CorrectEarlierAttendance(pupil=ADA, valid_on=TOLD, which=YEAR, said=WHOLE, reason="letter seen")
    corrected = EarlierAttendanceCorrected(
        subject=ADA, valid_on=TOLD, which=YEAR, said=WHOLE, corrects=1, reason="letter seen"
    )
    given(earlier_attendance, COUNTED).when(correct).then(corrected)
    given(earlier_attendance).when(correct).then_refused("Record it first")
    given(earlier_attendance, COUNTED).when(year(WHOLE, LATER)).then(
        COUNTED.model_copy(update={"valid_on": LATER, "said": WHOLE})
    )


def test_what_never_was_is_withdrawn_and_may_be_recorded_anew() -> None:
    withdraw = ask.WithdrawEarlierSchool(pupil=ADA, valid_on=CAME, which=FEN, reason="another child's")
    gone = EarlierSchoolWithdrawn(subject=ADA, valid_on=CAME, which=FEN, corrects=1, reason="another child's")
    given(earlier_schools, THERE).when(withdraw).then(gone)
    given(earlier_schools).when(withdraw).then_refused("Look up the day")
    given(earlier_schools, THERE, gone).when(school(StayEnd())).then(THERE)
    never = ask.WithdrawEarlierAttendance(pupil=ADA, valid_on=TOLD, which=YEAR, reason="another child's")
    given(earlier_attendance, COUNTED).when(never).then(
        EarlierAttendanceWithdrawn(subject=ADA, valid_on=TOLD, which=YEAR, corrects=1, reason="another child's")
    )


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (school(GONE, which=Stay(entered=CAME)), "Say which school"),
        (school(StayEnd(left=date(2023, 9, 4))), "before the first"),
        (year(YearCounted(possible=10, authorised=6, unauthorised=5)), "More sessions"),
        (year(YearCounted(possible=10, attended=11)), "More sessions"),
        (year(YearCounted()), "at least one figure"),
    ],
    ids=["no school", "left before it began", "more absent", "more there", "nothing"],
)
def test_what_cannot_be_is_refused(command: Any, says: str) -> None:
    decider = earlier_schools if isinstance(command, ask.RecordEarlierSchool) else earlier_attendance
    given(decider).when(command).then_refused(says)


def test_the_row_shows_what_stands_and_what_it_replaced() -> None:
    corrected = EarlierSchoolCorrected(
        subject=ADA, valid_on=CAME, which=FEN, said=GONE, corrects=1, reason="letter seen"
    )
    (row,) = folded(schools_view, THERE, corrected).values()
    item = Dated[StayEnd](value=GONE, since=CAME, at=at(2), was=StayEnd(), was_at=at(1))
    assert row == EarlierSchoolsRow(subject=ADA, schools=(StayHeld(which=FEN, series=(item,)),))
    gone = EarlierSchoolWithdrawn(subject=ADA, valid_on=CAME, which=FEN, corrects=2, reason="another child's")
    (row,) = folded(schools_view, THERE, corrected, gone).values()
    assert row.schools[0].series == ()


def test_a_withdrawn_entry_never_was() -> None:
    undone = AttendanceEntryWithdrawn(
        subject=ADA, valid_on=LATER, withdraws=1, was="earlier-attendance-recorded", reason="another school's file"
    )
    assert folded(attendance_view, COUNTED, undone) == {}


def planned(held: dict[Any, Any], *facts: earlier_intake.SchoolFact) -> Plan:
    made = Plan()
    known = Known(rows={schools_view.name: list(held.values())})
    earlier_intake.plan_schools(made, earlier_intake.SchoolsFact(schools=facts), known, ADA, TOLD)
    return made


def test_a_file_adds_schools_and_ends() -> None:
    new = planned({}, earlier_intake.SchoolFact(which=FEN, said=GONE))
    assert [step.command for step in new.steps] == [school(GONE)]
    same = planned(folded(schools_view, THERE), earlier_intake.SchoolFact(which=FEN))
    assert ([one.effect for one in same.effects], same.steps) == (["same"], [])
    ended = planned(folded(schools_view, THERE), earlier_intake.SchoolFact(which=FEN, said=GONE))
    assert [one.effect for one in ended.effects] == ["changed"]
    assert [step.command for step in ended.steps] == [school(GONE, LEFT)]
    given(earlier_schools, THERE).when(school(GONE, LEFT)).then(
        THERE.model_copy(update={"valid_on": LEFT, "said": GONE})
    )


def test_a_file_without_a_first_day_means_the_only_time_there() -> None:
    undated = earlier_intake.SchoolFact(which=Stay(laestab="9269901"), said=GONE)
    (step,) = planned(folded(schools_view, THERE), undated).steps
    assert step.command == school(GONE, LEFT)
    twice = folded(schools_view, THERE, THERE.model_copy(update={"which": FEN.model_copy(update={"entered": LATER})}))
    (step,) = planned(twice, undated).steps
    assert step.command == school(GONE, LEFT, Stay(laestab="9269901"))


def test_a_file_never_corrects_the_end_of_a_time() -> None:
    left = THERE.model_copy(update={"said": StayEnd(left=TOLD)})
    made = planned(folded(schools_view, left), earlier_intake.SchoolFact(which=FEN, said=GONE))
    assert (made.steps, made.effects) == ([], [])
    assert "correct the record first" in made.reasons[0]


def test_a_later_file_counts_more_of_a_year() -> None:
    def plan(said: YearCounted, day: date) -> Plan:
        made = Plan()
        known = Known(rows={attendance_view.name: list(folded(attendance_view, COUNTED).values())})
        facts = earlier_intake.AttendanceFact(years=(earlier_intake.YearFact(which=YEAR, said=said),))
        earlier_intake.plan_attendance(made, facts, known, ADA, day)
        return made

    assert [step.command for step in plan(WHOLE, LATER).steps] == [year(WHOLE, LATER)]
    assert [one.effect for one in plan(HALF, LATER).effects] == ["same"]
    assert plan(YearCounted(possible=190), LATER).steps == []
    assert "same day" in plan(WHOLE, TOLD).reasons[0]


def test_a_slip_of_the_year_in_a_file_is_refused_however_deep_it_stands() -> None:
    with pytest.raises(ValidationError, match="between 1900 and 2100"):
        earlier_intake.SchoolFact(which=FEN.model_copy(update={"entered": date(1066, 9, 5)}))
    sent = MarksSent(first=date(2205, 9, 5), marks="/")
    with pytest.raises(ValidationError, match="between 1900 and 2100"):
        earlier_intake.YearFact(which=YEAR, said=YearCounted(marks_sent=(sent,)))


def test_they_are_read_in_words() -> None:
    assert school_named(FEN) == "Fen Road (LAESTAB 9269901)"
    assert school_named(Stay(laestab="9269901")) == "LAESTAB 9269901"
    assert school_named(Stay(school="Fen Road")) == "Fen Road"
    sent = YearCounted(possible=4, unauthorised=1, marks_sent=(MarksSent(first=CAME, marks="/\\O\\"),))
    assert counted(sent) == (
        "4 sessions possible, 1 unauthorised absences, marks from 5 September 2023, as their sender wrote them: /\\O\\"
    )

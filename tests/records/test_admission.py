"""Admission: the school attended last, recorded for a starting day, and corrected where it was wrong."""

from datetime import date

from support.folded import folded
from support.given import given

from events.records.admission import (
    FirstDayExpected,
    FirstDayExpectedCorrected,
    LastSchoolCorrected,
    LastSchoolRecorded,
)
from services.records.roll.admission import (
    CorrectExpectedFirstDay,
    CorrectLastSchool,
    ExpectFirstDay,
    RecordLastSchool,
    admission,
)
from services.records.roll.admission_views import admissions

ADA = b"a" * 16
SEPTEMBER, NOVEMBER = date(2026, 9, 3), date(2026, 11, 2)


def record(school: str | None = "Fen Road", day: date = SEPTEMBER) -> RecordLastSchool:
    return RecordLastSchool(pupil=ADA, valid_on=day, school=school)


def recorded(school: str | None = "Fen Road", day: date = SEPTEMBER) -> LastSchoolRecorded:
    return LastSchoolRecorded(subject=ADA, valid_on=day, school=school)


CORRECT = CorrectLastSchool(pupil=ADA, valid_on=SEPTEMBER, school="Marsh End", reason="a letter")
CORRECTED = LastSchoolCorrected(subject=ADA, valid_on=SEPTEMBER, school="Marsh End", corrects=1, reason="a letter")


def test_a_school_of_before_is_recorded_or_that_there_was_none() -> None:
    given(admission).when(record()).then(recorded())
    given(admission).when(record(None)).then(recorded(None))
    given(admission, recorded()).when(record("Reed End", NOVEMBER)).then(recorded("Reed End", NOVEMBER))


def test_a_wrong_one_is_corrected() -> None:
    given(admission, recorded()).when(CORRECT).then(CORRECTED)
    given(admission).when(CORRECT).then_refused("Record it first")


def test_a_correction_takes_the_wrong_ones_place() -> None:
    row = folded(admissions, recorded(), CORRECTED)[ADA,]
    assert [(one.value, one.since, one.at.index) for one in row.last_schools] == [("Marsh End", SEPTEMBER, 2)]


MARCH = date(2026, 3, 2)
EXPECTED = FirstDayExpected(subject=ADA, valid_on=MARCH, first_day=SEPTEMBER)
PUT_OFF = FirstDayExpected(subject=ADA, valid_on=SEPTEMBER, first_day=NOVEMBER)
MISREAD = FirstDayExpectedCorrected(subject=ADA, valid_on=MARCH, first_day=NOVEMBER, corrects=1, reason="a letter")


def expect(first_day: date | None, day: date = MARCH) -> ExpectFirstDay:
    return ExpectFirstDay(pupil=ADA, valid_on=day, first_day=first_day)


def test_a_first_day_is_expected_put_off_and_given_up() -> None:
    given(admission).when(expect(SEPTEMBER)).then(EXPECTED)
    given(admission, EXPECTED).when(expect(NOVEMBER, SEPTEMBER)).then(PUT_OFF)
    given(admission, EXPECTED).when(expect(None, SEPTEMBER)).then(
        FirstDayExpected(subject=ADA, valid_on=SEPTEMBER, first_day=None)
    )
    given(admission).when(expect(None)).then()


def test_a_wrong_first_day_is_corrected() -> None:
    correct = CorrectExpectedFirstDay(pupil=ADA, valid_on=MARCH, first_day=NOVEMBER, reason="a letter")
    given(admission, EXPECTED).when(correct).then(MISREAD)
    given(admission).when(correct).then_refused("none to correct")
    row = folded(admissions, EXPECTED, recorded(), MISREAD)[ADA,]
    assert [(one.value, one.was) for one in row.first_days] == [(NOVEMBER, SEPTEMBER)]
    assert [one.value for one in row.last_schools] == ["Fen Road"]

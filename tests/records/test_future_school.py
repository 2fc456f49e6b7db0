"""The school to which a pupil is to go: notified, taken back, and corrected where it was wrong."""

from datetime import date

from support.folded import folded
from support.given import given

from events.records.future_school import FutureSchool, FutureSchoolCorrected, FutureSchoolNotified
from services.records.roll.future_school import CorrectFutureSchool, NotifyFutureSchool, future_school
from services.records.roll.future_school_views import future_schools

ADA = b"a" * 16
SEPTEMBER, NOVEMBER = date(2026, 9, 3), date(2026, 11, 2)
FEN = FutureSchool(school="Fen Road", first_day=NOVEMBER)
MARSH = FutureSchool(school="Marsh End")
TOLD = FutureSchoolNotified(subject=ADA, valid_on=SEPTEMBER, future=FEN)
CORRECT = CorrectFutureSchool(pupil=ADA, valid_on=SEPTEMBER, future=MARSH, reason="letter", evidence="seen")
CORRECTED = FutureSchoolCorrected(
    subject=ADA, valid_on=SEPTEMBER, future=MARSH, corrects=1, reason="letter", evidence="seen"
)


def test_a_future_school_is_notified_and_taken_back() -> None:
    given(future_school).when(NotifyFutureSchool(pupil=ADA, valid_on=SEPTEMBER, future=FEN)).then(TOLD)
    given(future_school).when(NotifyFutureSchool(pupil=ADA, valid_on=SEPTEMBER, future=None)).then()
    back = NotifyFutureSchool(pupil=ADA, valid_on=NOVEMBER, future=None)
    given(future_school, TOLD).when(back).then(FutureSchoolNotified(subject=ADA, valid_on=NOVEMBER, future=None))


def test_a_wrong_one_is_corrected_and_what_it_was_stays_readable() -> None:
    given(future_school, TOLD).when(CORRECT).then(CORRECTED)
    given(future_school).when(CORRECT).then_refused("No future school is recorded")
    (row,) = folded(future_schools, TOLD, CORRECTED).values()
    (told,) = row.told
    assert (told.value, told.was, told.at.reason) == (MARSH, FEN, "letter Evidence: seen")

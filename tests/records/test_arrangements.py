"""Part-time timetables and dual registrations: agreed, agreed anew, ended, corrected, withdrawn, and never a mark."""

from datetime import date
from typing import Any

from support.folded import at, folded
from support.given import given

from events.codes.week import WEEK, of_week
from events.model import Event
from events.records import dual_registration as dual
from events.records import part_time as part
from services.episodes import Lasting
from services.records.registers.part_time import (
    AgreePartTime,
    CorrectPartTime,
    EndPartTime,
    WithdrawPartTime,
    part_time,
)
from services.records.registers.part_time_views import PartTimeRow, part_time_timetables
from services.records.roll.dual_registration import (
    CorrectDualRegistration,
    EndDualRegistration,
    RecordDualRegistration,
    WithdrawDualRegistration,
    dual_registration,
)
from services.records.roll.dual_views import DualRow, dual_registrations

ADA = b"a" * 16
MONDAY, TUESDAY, NEXT, LAST = date(2026, 9, 14), date(2026, 9, 15), date(2026, 9, 21), date(2026, 10, 16)
PUPIL: dict[str, Any] = {"pupil": ADA}
FROM: dict[str, Any] = {"subject": ADA, "valid_on": MONDAY}
WRONG: dict[str, Any] = {"corrects": 1, "reason": "the letter was seen"}


def timetable(*attends: str, review_on: date = NEXT) -> part.PartTimeTimetable:
    return part.PartTimeTimetable.model_validate({
        "attends": attends, "review_on": review_on, "agreed_with": "the mother",
    })  # fmt: skip


def agree(*attends: str, first: date = MONDAY, last: date = LAST, review_on: date = NEXT) -> AgreePartTime:
    return AgreePartTime(pupil=ADA, valid_on=first, timetable=timetable(*attends, review_on=review_on), until=last)


AGREED = part.PartTimeAgreed(**FROM, timetable=timetable("MON AM", "TUE AM"), until=LAST)
ANEW = part.PartTimeAgreed(subject=ADA, valid_on=NEXT, timetable=timetable("MON AM", "TUE AM", "TUE PM"), until=LAST)
ENDED = part.PartTimeEnded(subject=ADA, valid_on=TUESDAY, started=MONDAY)
CORRECTED = part.PartTimeCorrected(**FROM, timetable=timetable("WED AM"), until=LAST, **WRONG)
WITHDRAWN = part.PartTimeWithdrawn(**FROM, **WRONG)


def test_a_timetable_is_agreed_and_agreed_anew() -> None:
    given(part_time).when(agree("TUE AM", "MON AM", "MON AM")).then(AGREED)
    given(part_time, AGREED).when(agree("MON AM", "TUE AM", "TUE PM", first=NEXT)).then(ANEW)
    given(part_time, AGREED).when(agree("WED AM")).then_refused("already recorded from that day")


def test_a_timetable_is_ended_corrected_and_withdrawn() -> None:
    given(part_time, AGREED).when(EndPartTime(pupil=ADA, valid_on=TUESDAY)).then(ENDED)
    given(part_time, AGREED, ENDED).when(EndPartTime(pupil=ADA, valid_on=MONDAY)).then_refused("send a correction")
    given(part_time).when(EndPartTime(pupil=ADA, valid_on=TUESDAY)).then_refused("nothing of this kind")
    said: dict[str, Any] = {
        "started": MONDAY,
        "timetable": timetable("WED AM"),
        "until": LAST,
        "reason": WRONG["reason"],
    }
    given(part_time, AGREED).when(CorrectPartTime(pupil=ADA, valid_on=MONDAY, **said)).then(CORRECTED)
    withdraw = WithdrawPartTime(pupil=ADA, valid_on=MONDAY, reason=WRONG["reason"])
    given(part_time, AGREED).when(withdraw).then(WITHDRAWN)
    given(part_time).when(withdraw).then_refused("No part-time timetable")
    given(part_time, AGREED, WITHDRAWN).when(agree("MON AM", "TUE AM")).then(AGREED)


def test_what_is_no_temporary_part_time_timetable_is_refused() -> None:
    given(part_time).when(agree("MON AM", last=date(2026, 9, 13))).then_refused("not be before the first")
    given(part_time).when(agree("MON AM", last=date(2027, 9, 30))).then_refused("at most a year")
    given(part_time).when(agree("MON AM", review_on=date(2026, 12, 1))).then_refused("day of review")
    given(part_time).when(agree(*WEEK)).then_refused("nothing is part-time")
    early = agree("MON AM", first=date(2024, 7, 1), last=date(2024, 7, 19), review_on=date(2024, 7, 8))
    given(part_time).when(early).then_refused("19 August 2024")


def part_time_row(*events: Event) -> PartTimeRow:
    row = folded(part_time_timetables, *events)[ADA,]
    assert isinstance(row, PartTimeRow)
    return row


def test_a_session_outside_the_timetable_is_one_away_while_it_holds() -> None:
    row = part_time_row(AGREED)
    shown = Lasting[part.PartTimeTimetable](value=AGREED.timetable, since=MONDAY, until=LAST, at=at(1))
    assert row.timetables == (shown,)
    assert [row.away(MONDAY, session) for session in ("AM", "PM")] == [None, shown]
    assert row.away(date(2026, 9, 11), "PM") is None
    assert row.away(date(2026, 10, 19), "PM") is None
    assert row.away(date(2026, 9, 19), "PM") is None  # a Saturday
    assert part_time_row(AGREED, ANEW).away(date(2026, 9, 22), "PM") is None
    assert part_time_row(AGREED, ENDED).away(date(2026, 9, 16), "AM") is None
    assert part_time_row(AGREED, WITHDRAWN).timetables == ()
    (right,) = part_time_row(AGREED, CORRECTED).timetables
    assert (right.value, right.replaced) == (CORRECTED.timetable, AGREED.timetable)


def other(*sessions: str, school: str = "Fen Road Junior School") -> dual.OtherSchool:
    return dual.OtherSchool.model_validate({"school": school, "laestab": "9262001", "attends": sessions})


REGISTERED = dual.DualRegistrationRecorded(**FROM, other=other("MON AM", "MON PM"))
LEFT = dual.DualRegistrationEnded(subject=ADA, valid_on=NEXT, started=MONDAY)
RIGHT = dual.DualRegistrationCorrected(**FROM, other=other("TUE AM"), **WRONG)
NEVER = dual.DualRegistrationWithdrawn(**FROM, **WRONG)


def test_a_dual_registration_is_recorded_ended_corrected_and_withdrawn() -> None:
    record = RecordDualRegistration(pupil=ADA, valid_on=MONDAY, other=other("MON PM", "MON AM"))
    given(dual_registration).when(record).then(REGISTERED)
    given(dual_registration, REGISTERED).when(record).then()
    given(dual_registration, REGISTERED).when(EndDualRegistration(pupil=ADA, valid_on=NEXT)).then(LEFT)
    sooner = EndDualRegistration(pupil=ADA, valid_on=TUESDAY)
    given(dual_registration, REGISTERED, LEFT).when(sooner).then_refused("send a correction")
    planned = REGISTERED.model_copy(update={"until": LAST})
    given(dual_registration, planned).when(EndDualRegistration(pupil=ADA, valid_on=NEXT)).then(LEFT)
    right = CorrectDualRegistration(
        pupil=ADA, valid_on=MONDAY, started=MONDAY, other=other("TUE AM"), reason=WRONG["reason"]
    )
    given(dual_registration, REGISTERED).when(right).then(RIGHT)
    given(dual_registration).when(right).then_refused("Nothing of this kind is recorded")
    never = WithdrawDualRegistration(pupil=ADA, valid_on=MONDAY, reason=WRONG["reason"])
    given(dual_registration, REGISTERED).when(never).then(NEVER)
    given(dual_registration).when(never).then_refused("No dual registration")


def test_a_session_at_the_other_school_is_one_away_while_the_registration_holds() -> None:
    def row(*events: Event) -> DualRow:
        found = folded(dual_registrations, *events)[ADA,]
        assert isinstance(found, DualRow)
        return found

    assert row(REGISTERED).away(NEXT, "AM") is not None
    assert row(REGISTERED).away(TUESDAY, "AM") is None
    assert row(REGISTERED, LEFT).away(date(2026, 9, 28), "AM") is None
    assert row(REGISTERED, RIGHT).away(TUESDAY, "AM") is not None
    assert row(REGISTERED, NEVER).others == ()


def test_the_sessions_of_a_week_are_ten() -> None:
    days = [date(2026, 9, day) for day in range(14, 21)]
    assert [of_week(day, session) for day in days for session in ("AM", "PM")] == [*WEEK, None, None, None, None]

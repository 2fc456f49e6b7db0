"""Safeguarding concerns: recorded once, corrected with a reason, referred and closed, and read as of any day."""

from datetime import date

from support.folded import ERASED, at, folded
from support.given import given

from events.records.concerns import ConcernClosed, ConcernCorrected, ConcernRecorded, ConcernReferred
from services.records.safeguarding import concerns as ask
from services.records.safeguarding.concerns import concerns
from services.records.safeguarding.concerns_views import Concern, ConcernsRow, Step, Told
from services.records.safeguarding.concerns_views import concerns as view

ADA, ONE, TWO = b"a" * 16, b"1" * 16, b"2" * 16
MONDAY, TUESDAY, FRIDAY = date(2026, 9, 7), date(2026, 9, 8), date(2026, 9, 11)
BRUISE = {"what": "A bruise", "account": "On the arm.\n\nShe said she fell.", "noticed_by": "The class teacher"}
GRAZE = {**BRUISE, "what": "A graze"}
RECORDED = ConcernRecorded(subject=ADA, valid_on=MONDAY, concern=ONE, **BRUISE)
CORRECTED = ConcernCorrected(subject=ADA, valid_on=MONDAY, concern=ONE, **GRAZE, corrects=1, reason="Seen by a nurse")
REFERRED = ConcernReferred(subject=ADA, valid_on=TUESDAY, concern=ONE, referred_to="Children's services")
CLOSED = ConcernClosed(subject=ADA, valid_on=FRIDAY, concern=ONE, outcome="No further action")


def record(concern: bytes = ONE, **said: str) -> ask.RecordConcern:
    return ask.RecordConcern(pupil=ADA, valid_on=MONDAY, concern=concern, **{**BRUISE, **said})


def correct(**said: str) -> ask.CorrectConcern:
    return ask.CorrectConcern(pupil=ADA, valid_on=MONDAY, concern=ONE, **{**GRAZE, **said}, reason="Seen by a nurse")


def refer(day: date = TUESDAY, concern: bytes = ONE) -> ask.ReferConcern:
    return ask.ReferConcern(pupil=ADA, valid_on=day, concern=concern, referred_to="Children's services")


def close(outcome: str = "No further action", day: date = FRIDAY) -> ask.CloseConcern:
    return ask.CloseConcern(pupil=ADA, valid_on=day, concern=ONE, outcome=outcome)


def test_a_concern_is_recorded_with_its_lines() -> None:
    given(concerns).when(record()).then(RECORDED)
    assert RECORDED.account.count("\n") == 2


def test_another_concern_of_the_same_day_is_another() -> None:
    given(concerns, RECORDED).when(record(TWO)).then(RECORDED.model_copy(update={"concern": TWO}))


def test_a_concern_is_never_written_over() -> None:
    given(concerns, RECORDED).when(record(what="A graze")).then_refused("Correct it with a reason")


def test_a_correction_names_the_entry_that_it_corrects() -> None:
    given(concerns, RECORDED).when(correct()).then(CORRECTED)
    given(concerns, RECORDED, CORRECTED).when(correct(what="A cut")).then(
        CORRECTED.model_copy(update={"what": "A cut", "corrects": 2})
    )
    given(concerns).when(correct()).then_refused("no such concern")


def test_a_closed_concern_can_still_be_corrected() -> None:
    given(concerns, RECORDED, CLOSED).when(correct()).then(CORRECTED)


def test_a_concern_is_referred() -> None:
    given(concerns, RECORDED).when(refer()).then(REFERRED)
    given(concerns, RECORDED, REFERRED).when(refer(FRIDAY)).then(REFERRED.model_copy(update={"valid_on": FRIDAY}))


def test_what_cannot_be_referred() -> None:
    given(concerns, RECORDED).when(refer(date(2026, 9, 1))).then_refused("before the concern was noticed")
    given(concerns, RECORDED).when(refer(concern=TWO)).then_refused("no such concern")
    given(concerns, RECORDED, CLOSED).when(refer()).then_refused("is closed")


def test_what_is_said_of_a_concern_that_cannot_be_read_stops_nobody() -> None:
    given(concerns, CORRECTED, REFERRED, CLOSED).when(record()).then(RECORDED)


def test_a_concern_is_closed_once() -> None:
    given(concerns, RECORDED, REFERRED).when(close()).then(CLOSED)
    given(concerns, RECORDED, CLOSED).when(close("Help given")).then_refused("closed already")
    given(concerns, RECORDED).when(close(day=date(2026, 9, 1))).then_refused("before the concern was noticed")


def test_the_row_keeps_all_that_was_said() -> None:
    told = Told(**BRUISE, noticed_on=MONDAY, at=at(1))
    assert folded(view, RECORDED, CORRECTED, REFERRED, CLOSED) == {
        (ADA,): ConcernsRow(subject=ADA, concerns=(
            Concern(
                concern=ONE,
                told=(told, Told(**GRAZE, noticed_on=MONDAY, at=at(2), reason="Seen by a nurse")),
                referrals=(Step(on=TUESDAY, text="Children's services", at=at(3)),),
                closed=Step(on=FRIDAY, text="No further action", at=at(4)),
            ),
        ))
    }  # fmt: skip


def test_an_erased_concern_leaves_no_row() -> None:
    assert folded(view, ERASED) == {}


def test_what_is_said_of_a_concern_that_is_not_there_makes_no_row() -> None:
    assert folded(view, CORRECTED, REFERRED, CLOSED) == {}

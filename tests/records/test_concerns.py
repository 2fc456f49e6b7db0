"""Safeguarding concerns: recorded once, corrected with a reason, referred and closed, and read as of any day."""

from datetime import date

from support.folded import ERASED, at, folded
from support.given import given

from events.records.concerns import (
    Closing,
    ConcernClosed,
    ConcernClosingCorrected,
    ConcernCorrected,
    ConcernRecorded,
    ConcernReferralCorrected,
    ConcernReferred,
    ConcernWithdrawn,
    Referral,
)
from services.deeds import Deed, Never
from services.records.safeguarding import concerns as ask
from services.records.safeguarding.concerns import concerns
from services.records.safeguarding.concerns_views import Concern, ConcernsRow, Told
from services.records.safeguarding.concerns_views import concerns as view

ADA, ONE, TWO = b"a" * 16, b"1" * 16, b"2" * 16
MONDAY, TUESDAY, FRIDAY = date(2026, 9, 7), date(2026, 9, 8), date(2026, 9, 11)
BRUISE = {"what": "A bruise", "account": "On the arm.\n\nShe said she fell.", "noticed_by": "The class teacher"}
GRAZE = {**BRUISE, "what": "A graze"}
RECORDED = ConcernRecorded(subject=ADA, valid_on=MONDAY, concern=ONE, **BRUISE)
CORRECTED = ConcernCorrected(subject=ADA, valid_on=MONDAY, concern=ONE, **GRAZE, corrects=1, reason="Seen by a nurse")
REFERRED = ConcernReferred(subject=ADA, valid_on=TUESDAY, concern=ONE, referred_to="Children's services")
CLOSED = ConcernClosed(subject=ADA, valid_on=FRIDAY, concern=ONE, outcome="No further action")

POLICE = Referral(on=TUESDAY, referred_to="The police")
REFERRED_OTHERWISE = ConcernReferralCorrected(
    subject=ADA, valid_on=FRIDAY, concern=ONE, referral=POLICE, corrects=2, reason="Misheard", evidence="Call log 4"
)
NOT_REFERRED = REFERRED_OTHERWISE.model_copy(update={"referral": None})
CLOSED_LATER = ConcernClosingCorrected(
    subject=ADA, valid_on=FRIDAY, concern=ONE, closing=Closing(on=FRIDAY, outcome="Help given"), corrects=2,
    reason="Wrong minutes",
)  # fmt: skip
REOPENED = CLOSED_LATER.model_copy(update={"closing": None})
WITHDRAWN = ConcernWithdrawn(subject=ADA, valid_on=FRIDAY, concern=ONE, corrects=1, reason="Another child's")


def refer_otherwise(to: Referral | None = POLICE, wrong: int = 2) -> ask.CorrectConcernReferral:
    return ask.CorrectConcernReferral(
        pupil=ADA, valid_on=FRIDAY, concern=ONE, wrong=wrong, referral=to, reason="Misheard", evidence="Call log 4"
    )


def close_otherwise(how: Closing | None = CLOSED_LATER.closing, wrong: int = 2) -> ask.CorrectConcernClosing:
    return ask.CorrectConcernClosing(
        pupil=ADA, valid_on=FRIDAY, concern=ONE, wrong=wrong, closing=how, reason="Wrong minutes"
    )


def withdraw() -> ask.WithdrawConcern:
    return ask.WithdrawConcern(pupil=ADA, valid_on=FRIDAY, concern=ONE, reason="Another child's")


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
                referrals=(Deed[str](on=TUESDAY, value="Children's services", at=at(3)),),
                closings=(Deed[str](on=FRIDAY, value="No further action", at=at(4)),),
            ),
        ))
    }  # fmt: skip


def test_a_referral_is_corrected_by_its_entry() -> None:
    given(concerns, RECORDED, REFERRED).when(refer_otherwise()).then(REFERRED_OTHERWISE)
    given(concerns, RECORDED, REFERRED).when(refer_otherwise(None)).then(NOT_REFERRED)
    given(concerns, RECORDED, REFERRED, REFERRED_OTHERWISE).when(refer_otherwise(None)).then_refused("put right before")
    given(concerns, RECORDED, REFERRED).when(refer_otherwise(wrong=1)).then_refused("tells nothing of the kind")
    early = Referral(on=date(2026, 9, 1), referred_to="The police")
    given(concerns, RECORDED, REFERRED).when(refer_otherwise(early)).then_refused("before the concern was noticed")
    given(concerns).when(refer_otherwise()).then_refused("no such concern")
    right = Referral(on=TUESDAY, referred_to="Children's services")
    given(concerns, RECORDED, REFERRED).when(refer_otherwise(right)).then()


def test_a_closing_is_corrected_or_never_was() -> None:
    given(concerns, RECORDED, CLOSED).when(close_otherwise()).then(CLOSED_LATER)
    given(concerns, RECORDED, CLOSED).when(close_otherwise(None)).then(REOPENED)
    given(concerns, RECORDED, CLOSED, REOPENED).when(refer()).then(REFERRED)
    given(concerns, RECORDED, CLOSED, REOPENED).when(close("Help given")).then(
        CLOSED.model_copy(update={"outcome": "Help given"})
    )


def test_a_concern_of_another_child_is_withdrawn() -> None:
    given(concerns, RECORDED).when(withdraw()).then(WITHDRAWN)
    given(concerns, RECORDED, CORRECTED).when(withdraw()).then(WITHDRAWN.model_copy(update={"corrects": 2}))
    given(concerns).when(withdraw()).then_refused("no such concern")
    for command in (record(), correct(), refer(), close()):
        given(concerns, RECORDED, WITHDRAWN).when(command).then_refused("was withdrawn")
    given(concerns, RECORDED, REFERRED, WITHDRAWN).when(refer_otherwise(None)).then(NOT_REFERRED)


def test_the_row_shows_what_a_correction_replaced() -> None:
    (row,) = folded(view, RECORDED, REFERRED, REFERRED_OTHERWISE, WITHDRAWN).values()
    (concern,) = row.concerns
    assert concern.referrals == (
        Deed[str](
            on=TUESDAY, value="The police", at=at(3), was="Children's services", was_on=TUESDAY, was_at=at(2),
            why="Misheard Evidence: Call log 4",
        ),
    )  # fmt: skip
    assert concern.never == Never(at=at(4), why="Another child's")
    (row,) = folded(view, RECORDED, CLOSED, REOPENED).values()
    assert [(one.never, one.was, one.at) for one in row.concerns[0].closings] == [(True, "No further action", at(3))]


def test_what_is_said_of_a_concern_that_cannot_be_read_is_not_shown() -> None:
    for event in (CORRECTED, REFERRED, REFERRED_OTHERWISE, CLOSED, CLOSED_LATER, WITHDRAWN):
        assert folded(view, event) == {}
    (row,) = folded(view, RECORDED, REFERRED_OTHERWISE).values()
    assert row.concerns[0].referrals == ()


def test_an_erased_concern_leaves_no_row() -> None:
    assert folded(view, ERASED) == {}


def test_what_is_said_of_a_concern_that_is_not_there_makes_no_row() -> None:
    assert folded(view, CORRECTED, REFERRED, CLOSED) == {}

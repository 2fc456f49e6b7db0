"""Former UPNs, the learner number, former names, and a temporary UPN that becomes permanent."""

from datetime import date

from support.folded import folded
from support.given import given
from support.school import upn

from events.records.common import FullName
from events.records.identity import PupilRegistered, UpnCorrected, UpnRecorded
from events.records.numbers import (
    FormerNameCorrected,
    FormerNameRecorded,
    FormerNameWithdrawn,
    FormerUpnRecorded,
    FormerUpnWithdrawn,
    UciCorrected,
    UciRecorded,
    UlnCorrected,
    UlnRecorded,
    UpnMadePermanent,
)
from ledger.decider import Identifier
from services.records.pupils import numbers as ask
from services.records.pupils.identity import CorrectUpn, identity
from services.records.pupils.identity_views import pupils

ADA, DAY = b"a" * 16, date(2026, 9, 3)
TEMPORARY = "P92620002401A"
REGISTERED = PupilRegistered(
    subject=ADA,
    valid_on=DAY,
    full_name=FullName(surname="Lark", forename="Ada"),
    date_of_birth=date(2020, 5, 6),
    sex="F",
)
NUMBERED = UpnRecorded(subject=ADA, valid_on=DAY, upn=TEMPORARY)
PERMANENT = UpnMadePermanent(subject=ADA, valid_on=DAY, upn=upn(1))
REASON = "letter seen"


def test_a_temporary_upn_becomes_permanent_and_both_stay_the_pupils() -> None:
    made = ask.MakeUpnPermanent(pupil=ADA, valid_on=DAY, upn=upn(1))
    decided = given(identity, REGISTERED, NUMBERED).when(made).then(PERMANENT)
    assert decided.claims == [Identifier("upn", upn(1), ADA)]
    assert decided.releases == ()
    given(identity, REGISTERED).when(made).then_refused("no temporary UPN")
    other = ask.MakeUpnPermanent(pupil=ADA, valid_on=DAY, upn=upn(2))
    given(identity, REGISTERED, NUMBERED, PERMANENT).when(other).then_refused("permanent already")
    again = ask.MakeUpnPermanent(pupil=ADA, valid_on=DAY, upn="E82344311501Z")
    given(identity, REGISTERED, NUMBERED).when(again).then_refused("temporary one too")


def test_a_former_upn_is_recorded_and_withdrawn() -> None:
    former = FormerUpnRecorded(subject=ADA, valid_on=DAY, upn=upn(3))
    record = ask.RecordFormerUpn(pupil=ADA, valid_on=DAY, upn=upn(3))
    assert given(identity, REGISTERED).when(record).then(former).claims == [Identifier("upn", upn(3), ADA)]
    withdraw = ask.WithdrawFormerUpn(pupil=ADA, valid_on=DAY, upn=upn(3), reason=REASON)
    withdrawn = FormerUpnWithdrawn(subject=ADA, valid_on=DAY, upn=upn(3), corrects=2, reason=REASON)
    decided = given(identity, REGISTERED, former).when(withdraw).then(withdrawn)
    assert decided.releases == [Identifier("upn", upn(3), ADA)]
    given(identity, REGISTERED).when(withdraw).then()
    own = ask.RecordFormerUpn(pupil=ADA, valid_on=DAY, upn=TEMPORARY)
    given(identity, REGISTERED, NUMBERED).when(own).then()
    given(identity, REGISTERED, NUMBERED, PERMANENT).when(own).then()


def test_a_number_that_is_present_and_former_is_given_up_only_by_both() -> None:
    former = FormerUpnRecorded(subject=ADA, valid_on=DAY, upn=upn(3))
    present = UpnRecorded(subject=ADA, valid_on=DAY, upn=upn(3))
    withdraw = ask.WithdrawFormerUpn(pupil=ADA, valid_on=DAY, upn=upn(3), reason=REASON)
    withdrawn = FormerUpnWithdrawn(subject=ADA, valid_on=DAY, upn=upn(3), corrects=2, reason=REASON)
    assert given(identity, REGISTERED, former, present).when(withdraw).then(withdrawn).releases == []
    correct = CorrectUpn(pupil=ADA, valid_on=DAY, upn=upn(4), reason=REASON)
    corrected = UpnCorrected(subject=ADA, valid_on=DAY, upn=upn(4), corrects=3, reason=REASON)
    assert given(identity, REGISTERED, former, present).when(correct).then(corrected).releases == []


def test_a_learner_number_is_recorded_once_and_corrected() -> None:
    recorded = UlnRecorded(subject=ADA, valid_on=DAY, uln="1000000019")
    record = ask.RecordUln(pupil=ADA, valid_on=DAY, uln="1000000019")
    assert given(identity, REGISTERED).when(record).then(recorded).claims == [Identifier("uln", "1000000019", ADA)]
    other = ask.RecordUln(pupil=ADA, valid_on=DAY, uln="1234567899")
    given(identity, REGISTERED, recorded).when(other).then_refused("send a correction")
    correct = ask.CorrectUln(pupil=ADA, valid_on=DAY, uln="1234567899", reason=REASON)
    corrected = UlnCorrected(subject=ADA, valid_on=DAY, uln="1234567899", corrects=2, reason=REASON)
    assert given(identity, REGISTERED, recorded).when(correct).then(corrected).releases == [
        Identifier("uln", "1000000019", ADA)
    ]


def test_a_former_name_is_recorded_once() -> None:
    name = FormerNameRecorded(subject=ADA, valid_on=DAY, surname="Rook", forename=None)
    given(identity, REGISTERED).when(ask.RecordFormerName(pupil=ADA, valid_on=DAY, surname="Rook")).then(name)
    given(identity).when(ask.RecordFormerName(pupil=ADA, valid_on=DAY, surname="Rook")).then_refused("no such pupil")


ROOK = FormerNameRecorded(subject=ADA, valid_on=DAY, surname="Rook", forename=None)
CROW = FormerNameCorrected(subject=ADA, valid_on=DAY, surname="Crow", forename=None, corrects=2, reason="Misread")


def test_a_former_name_is_corrected_by_the_name_that_stands() -> None:
    right = ask.CorrectFormerName(pupil=ADA, valid_on=DAY, surname="Crow", wrong_surname="Rook", reason="Misread")
    given(identity, REGISTERED, ROOK).when(right).then(CROW)
    given(identity, REGISTERED).when(right).then_refused("No such former name")
    given(identity, REGISTERED, ROOK, CROW).when(right).then()
    (row,) = folded(pupils, REGISTERED, ROOK, CROW).values()
    ((now, was),) = [(one.value.surname, one.was.surname if one.was else None) for one in row.former_names]
    assert (now, was) == ("Crow", "Rook")


def test_a_former_name_that_never_was_is_withdrawn() -> None:
    never = ask.WithdrawFormerName(pupil=ADA, valid_on=DAY, surname="Crow", reason="A twin's")
    withdrawn = FormerNameWithdrawn(subject=ADA, valid_on=DAY, corrects=3, reason="A twin's")
    given(identity, REGISTERED, ROOK, CROW).when(never).then(withdrawn)
    given(identity, REGISTERED, ROOK).when(never).then()
    (row,) = folded(pupils, REGISTERED, ROOK, CROW, withdrawn).values()
    assert row.former_names == ()
    again = ask.RecordFormerName(pupil=ADA, valid_on=DAY, surname="Crow")
    given(identity, REGISTERED, ROOK, CROW, withdrawn).when(again).then(
        FormerNameRecorded(subject=ADA, valid_on=DAY, surname="Crow", forename=None)
    )


def test_a_candidates_number_is_recorded_once_and_corrected() -> None:
    recorded = UciRecorded(subject=ADA, valid_on=DAY, uci="689990980001D")
    record = ask.RecordUci(pupil=ADA, valid_on=DAY, uci="68999 0 98 0001 d")
    decided = given(identity, REGISTERED).when(record).then(recorded)
    assert decided.claims == [Identifier("uci", "689990980001D", ADA)]
    other = ask.RecordUci(pupil=ADA, valid_on=DAY, uci="681990012058G")
    given(identity, REGISTERED, recorded).when(other).then_refused("send a correction")
    correct = ask.CorrectUci(pupil=ADA, valid_on=DAY, uci="681990012058G", reason=REASON)
    corrected = UciCorrected(subject=ADA, valid_on=DAY, uci="681990012058G", corrects=2, reason=REASON)
    decided = given(identity, REGISTERED, recorded).when(correct).then(corrected)
    assert decided.releases == [Identifier("uci", "689990980001D", ADA)]
    (row,) = folded(pupils, REGISTERED, recorded, corrected).values()
    assert [(item.value, item.was) for item in row.uci] == [("681990012058G", "689990980001D")]

"""A pupil's identity: registered once, changed from a date on, corrected because it had been wrong."""

from datetime import date

from support.given import given
from support.school import upn

from events.records import (
    DateOfBirthCorrected,
    FullName,
    NameChanged,
    NameCorrected,
    PupilRegistered,
    SexCorrected,
    UpnCorrected,
    UpnRecorded,
)
from ledger.decider import Identifier
from services.records import identity as ask
from services.records.identity import identity

ADA, DAY, BORN = b"a" * 16, date(2026, 9, 3), date(2020, 5, 6)
LARK, SWIFT = FullName(surname="Larksong", forename="Ada"), FullName(surname="Swiftwing", forename="Ada")
REGISTERED = PupilRegistered(subject=ADA, valid_on=DAY, full_name=LARK, date_of_birth=BORN, sex="F")
NUMBERED = UpnRecorded(subject=ADA, valid_on=DAY, upn=upn(1))
REASON = "certificate seen"


def register(name: FullName = LARK) -> ask.RegisterPupil:
    return ask.RegisterPupil(pupil=ADA, valid_on=DAY, full_name=name, date_of_birth=BORN, sex="F")


def test_a_pupil_is_registered_once() -> None:
    given(identity).when(register()).then(REGISTERED)
    given(identity, REGISTERED).when(register(SWIFT)).then_refused("already registered")


def test_a_name_is_changed_or_corrected() -> None:
    given(identity, REGISTERED).when(ask.ChangeName(pupil=ADA, valid_on=DAY, full_name=SWIFT)).then(
        NameChanged(subject=ADA, valid_on=DAY, full_name=SWIFT)
    )
    given(identity, REGISTERED).when(ask.CorrectName(pupil=ADA, valid_on=DAY, full_name=SWIFT, reason=REASON)).then(
        NameCorrected(subject=ADA, valid_on=DAY, full_name=SWIFT, corrects=1, reason=REASON)
    )


def test_a_correction_names_the_entry_it_corrects() -> None:
    other = date(2020, 6, 5)
    born = ask.CorrectDateOfBirth(pupil=ADA, valid_on=DAY, date_of_birth=other, reason=REASON)
    given(identity, NUMBERED, REGISTERED).when(born).then(
        DateOfBirthCorrected(subject=ADA, valid_on=DAY, date_of_birth=other, corrects=2, reason=REASON)
    )
    sex = ask.CorrectSex(pupil=ADA, valid_on=DAY, sex="M", reason=REASON)
    given(identity, REGISTERED).when(sex).then(
        SexCorrected(subject=ADA, valid_on=DAY, sex="M", corrects=1, reason=REASON)
    )


def test_a_upn_is_claimed_and_a_wrong_one_given_up() -> None:
    recorded = given(identity, REGISTERED).when(ask.RecordUpn(pupil=ADA, valid_on=DAY, upn=upn(1))).then(NUMBERED)
    assert recorded.claims == [Identifier("upn", upn(1), ADA)]
    command = ask.CorrectUpn(pupil=ADA, valid_on=DAY, upn=upn(2), reason=REASON)
    corrected = (
        given(identity, REGISTERED, NUMBERED)
        .when(command)
        .then(UpnCorrected(subject=ADA, valid_on=DAY, upn=upn(2), corrects=2, reason=REASON))
    )
    assert corrected.claims == [Identifier("upn", upn(2), ADA)]
    assert corrected.releases == [Identifier("upn", upn(1), ADA)]


def test_a_second_upn_is_no_mere_record() -> None:
    given(identity, REGISTERED, NUMBERED).when(ask.RecordUpn(pupil=ADA, valid_on=DAY, upn=upn(2))).then_refused(
        "send a correction with the reason"
    )


def test_nothing_is_said_of_a_pupil_whom_nobody_registered() -> None:
    given(identity).when(ask.ChangeName(pupil=ADA, valid_on=DAY, full_name=SWIFT)).then_refused("no such pupil")

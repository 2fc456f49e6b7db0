"""A pupil's identity: registered once, changed from a date on, corrected because it had been wrong."""

from datetime import date

from support.given import given
from support.school import upn

from events.records.common import FullName
from events.records.identity import (
    DateOfBirthCorrected,
    NameChanged,
    NameCorrected,
    PupilRegistered,
    SexCorrected,
    UpnCorrected,
    UpnRecorded,
)
from ledger.decider import Identifier
from services.records.pupils import identity as ask
from services.records.pupils.identity import identity

ADA, DAY, BORN = b"a" * 16, date(2026, 9, 3), date(2020, 5, 6)
LARK, SWIFT, WREN = (FullName(surname=name, forename="Ada") for name in ("Larksong", "Swiftwing", "Wrenfield"))
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


def test_a_name_is_that_of_its_day() -> None:
    october, november = date(2026, 10, 1), date(2026, 11, 2)
    now = NameChanged(subject=ADA, valid_on=october, full_name=SWIFT)

    def correct(name: FullName, day: date) -> ask.CorrectName:
        return ask.CorrectName(pupil=ADA, valid_on=day, full_name=name, reason=REASON)

    def corrected(name: FullName, day: date, corrects: int) -> NameCorrected:
        return NameCorrected(subject=ADA, valid_on=day, full_name=name, corrects=corrects, reason=REASON)

    given(identity, REGISTERED, now).when(correct(WREN, DAY)).then(corrected(WREN, DAY, corrects=1))
    given(identity, REGISTERED, now).when(correct(WREN, november)).then(corrected(WREN, november, corrects=2))
    given(identity, REGISTERED, now).when(correct(SWIFT, DAY)).then(corrected(SWIFT, DAY, corrects=1))
    given(identity, REGISTERED, now).when(ask.ChangeName(pupil=ADA, valid_on=november, full_name=LARK)).then(
        NameChanged(subject=ADA, valid_on=november, full_name=LARK)
    )
    given(identity, REGISTERED, now).when(ask.ChangeName(pupil=ADA, valid_on=november, full_name=SWIFT)).then()
    given(identity, REGISTERED, corrected(WREN, DAY, corrects=1)).when(correct(LARK, DAY)).then(
        corrected(LARK, DAY, corrects=2)
    )


def test_a_second_correction_corrects_the_first() -> None:
    def correct(born: date) -> ask.CorrectDateOfBirth:
        return ask.CorrectDateOfBirth(pupil=ADA, valid_on=DAY, date_of_birth=born, reason=REASON)

    def corrected(born: date, corrects: int) -> DateOfBirthCorrected:
        return DateOfBirthCorrected(subject=ADA, valid_on=DAY, date_of_birth=born, corrects=corrects, reason=REASON)

    other = date(2020, 6, 5)
    given(identity, REGISTERED, corrected(other, corrects=1)).when(correct(BORN)).then(corrected(BORN, corrects=2))


def test_a_correction_made_later_leaves_no_hole_in_the_past() -> None:
    november = date(2026, 11, 2)
    late = NameCorrected(subject=ADA, valid_on=november, full_name=SWIFT, corrects=1, reason=REASON)
    given(identity, REGISTERED, late).when(ask.ChangeName(pupil=ADA, valid_on=DAY, full_name=SWIFT)).then()


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

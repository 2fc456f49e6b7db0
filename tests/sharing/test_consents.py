"""Consents: what a school asks for, what people answer, and how their answers come to one standing on a day."""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from support.folded import folded
from support.given import given

from events.model import Event
from events.records.enrolment import Enrolled, LeavingUndone, PupilLeft, StartingDayCorrected
from events.records.identity import DateOfBirthCorrected, PupilRegistered
from events.sharing.consents import (
    ConsentAnswerCorrected,
    ConsentGiven,
    ConsentPurposeDefined,
    ConsentPurposeDefinedV1,
    ConsentRefused,
    ConsentRequested,
    ConsentWithdrawn,
    ObjectionWithdrawn,
)
from services.sharing import consents as ask
from services.sharing.consent_purposes import DefineConsentPurpose, consent_purposes
from services.sharing.consent_standing import BY_ADULT, BY_LAW, BY_SCHOOL, Child, due, judged, later, standing
from services.sharing.consent_views import children, consents, purposes
from services.sharing.consents import consents as aggregate

ADA, DANA, EVAN = (bytes([number]) * 16 for number in (1, 5, 6))
MON, TUE, WED, LATER = date(2026, 9, 7), date(2026, 9, 8), date(2026, 9, 9), date(2026, 10, 1)
TEXT = "May we use photographs of your child?"
WORDING = sha256(TEXT.encode()).hexdigest()
SHOWN: dict[str, Any] = {"purpose_version": 1, "wording": WORDING}
ABOUT: dict[str, Any] = {"consent_purpose": "photographs", "channel": "paper"}
PURPOSE: dict[str, Any] = {
    "consent_purpose": "photographs", "purpose_version": 1, "valid_on": MON, "title": "Photographs", "text": TEXT,
    "biometric": False, "givers": ("parent", "pupil"), "valid_months": None, "conflicts": "latest-answer",
    "recipients": (b"n" * 16,), "fields": ("photograph",),
}  # fmt: skip
NAME: dict[str, Any] = {"full_name": {"surname": "Lark", "forename": "Ada"}, "sex": "F"}


def define(**said: Any) -> DefineConsentPurpose:
    return DefineConsentPurpose(**{**PURPOSE, **said})


def defined(**said: Any) -> ConsentPurposeDefined:
    made = {**PURPOSE, "wording": WORDING, **said}
    return ConsentPurposeDefined(**made)


def who(by: bytes) -> dict[str, Any]:
    return {"by": by, "capacity": "pupil" if by == ADA else "parent"}


def given_by(by: bytes, day: date = MON, **said: Any) -> ConsentGiven:
    return ConsentGiven(**{"subject": ADA, "valid_on": day, **ABOUT, **SHOWN, **who(by), **said})


def refused_by(by: bytes, day: date = MON, **said: Any) -> ConsentRefused:
    return ConsentRefused(**{"subject": ADA, "valid_on": day, **ABOUT, **SHOWN, **who(by), **said})


def withdrawn_by(by: bytes, day: date = MON) -> ConsentWithdrawn:
    return ConsentWithdrawn(subject=ADA, valid_on=day, **ABOUT, **who(by))


def no_objection_of(by: bytes, day: date = MON) -> ObjectionWithdrawn:
    return ObjectionWithdrawn(subject=ADA, valid_on=day, **ABOUT, **who(by))


def righted(corrects: int, answer: Any, by: bytes = DANA, day: date = MON) -> ConsentAnswerCorrected:
    return ConsentAnswerCorrected(
        subject=ADA, valid_on=day, **ABOUT, **SHOWN, **who(by), answer=answer, corrects=corrects, reason="misread"
    )


def asked(day: date = MON) -> ConsentRequested:
    return ConsentRequested(subject=ADA, valid_on=day, **ABOUT, **SHOWN, asked_of=DANA, capacity="parent")


class Case:
    """What was answered, under which purpose, about a child."""

    def __init__(
        self, *answers: Event, child: Child | None = None, versions: Sequence[Event] = (), **rules: Any
    ) -> None:
        self.row = folded(consents, *answers).get((ADA, "photographs"))
        self.purpose = folded(purposes, *(versions or [defined(**rules)]))["photographs",]
        self.child = child or Child()

    def on(self, day: date = LATER) -> str:
        return standing(self.row, self.purpose, day, self.child)

    def rule(self, day: date = LATER) -> str | None:
        return judged(self.row, self.purpose, day, self.child).rule

    def due(self, day: date = LATER) -> list[str]:
        return list(due(self.row, self.purpose, day, self.child))


# What the school asks for -----------------------------------------------------------------------------------------


def test_a_purpose_is_defined_in_versions_each_with_its_wordings_hash() -> None:
    given(consent_purposes).when(define()).then(defined())
    second = define(purpose_version=2, valid_on=TUE, title="Pictures")
    given(consent_purposes, defined()).when(second).then(defined(purpose_version=2, valid_on=TUE, title="Pictures"))
    given(consent_purposes, defined()).when(define(title="Pictures")).then_refused("says something else")
    given(consent_purposes).when(second).then_refused("comes too early")
    early = define(purpose_version=2, valid_on=date(2026, 9, 1))
    given(consent_purposes, defined()).when(early).then_refused("before the one that it follows")


def test_for_biometrics_a_parent_consents_and_any_objection_wins() -> None:
    given(consent_purposes).when(define(biometric=True)).then_refused("Protection of Freedoms Act 2012")
    no_parent = define(biometric=True, conflicts="any-objection", givers=("pupil",))
    given(consent_purposes).when(no_parent).then_refused("a parent consents")
    right = define(biometric=True, conflicts="any-objection")
    given(consent_purposes).when(right).then(defined(biometric=True, conflicts="any-objection"))


# What people answer -----------------------------------------------------------------------------------------------


def command(kind: type[Any], by: bytes = DANA, day: date = MON, **said: Any) -> Any:
    return kind(**{"pupil": ADA, "valid_on": day, **ABOUT, **who(by), **said})


def test_answers_are_recorded_once() -> None:
    request = ask.RequestConsent(pupil=ADA, valid_on=MON, **ABOUT, **SHOWN, asked_of=DANA, capacity="parent")
    given(aggregate).when(request).then(asked())
    given(aggregate).when(command(ask.GiveConsent, **SHOWN)).then(given_by(DANA))
    given(aggregate).when(command(ask.RefuseConsent, **SHOWN)).then(refused_by(DANA))
    given(aggregate, given_by(DANA)).when(command(ask.GiveConsent, day=TUE, **SHOWN)).then(given_by(DANA, TUE))
    given(aggregate).when(command(ask.GiveConsent, by=EVAN, capacity="pupil", **SHOWN)).then_refused("in this capacity")


def test_consent_is_taken_back_by_the_same_few_words_and_given_again_on_the_same_day() -> None:
    take_back = command(ask.WithdrawConsent)
    given(aggregate, given_by(DANA)).when(take_back).then(withdrawn_by(DANA))
    given(aggregate, given_by(DANA), withdrawn_by(DANA)).when(command(ask.WithdrawConsent, day=TUE)).then()
    again = command(ask.GiveConsent, **SHOWN)
    given(aggregate, given_by(DANA), withdrawn_by(DANA)).when(again).then(given_by(DANA))
    given(aggregate, given_by(DANA)).when(command(ask.WithdrawConsent, by=ADA)).then(withdrawn_by(ADA))
    assert set(ask.WithdrawConsent.model_fields) < set(ask.GiveConsent.model_fields)


def test_only_who_objected_takes_an_objection_back() -> None:
    take_back = command(ask.WithdrawObjection, day=TUE)
    given(aggregate, refused_by(DANA)).when(take_back).then(no_objection_of(DANA, TUE))
    given(aggregate, given_by(DANA)).when(take_back).then_refused("nothing to take back")
    given(aggregate, refused_by(EVAN)).when(take_back).then_refused("nothing to take back")


def test_a_wrongly_recorded_answer_is_corrected_and_its_correction_too() -> None:
    said: dict[str, Any] = {**SHOWN, "corrects": 1, "reason": "misread"}
    correct = command(ask.CorrectConsentAnswer, answer="refused", **said)
    given(aggregate, given_by(DANA)).when(correct).then(righted(1, "refused"))
    given(aggregate, given_by(DANA)).when(command(ask.CorrectConsentAnswer, answer="given", **said)).then()
    twice = command(ask.CorrectConsentAnswer, answer="none", **said)
    given(aggregate, given_by(DANA), righted(1, "refused")).when(twice).then(righted(2, "none"))
    given(aggregate).when(correct).then_refused("No answer is recorded")
    elsewhere = command(ask.CorrectConsentAnswer, answer="refused", consent_purpose="visits", **said)
    given(aggregate, given_by(DANA)).when(elsewhere).then_refused("another purpose")
    bare = command(ask.CorrectConsentAnswer, answer="refused", corrects=1, reason="misread")
    given(aggregate, given_by(DANA)).when(bare).then_refused("which version and wording")


# How it stands ----------------------------------------------------------------------------------------------------


def test_nothing_stands_until_somebody_answers() -> None:
    assert Case().on() == "never asked"
    assert Case(asked()).on() == "not answered"
    assert Case(asked(LATER)).on(TUE) == "never asked"
    assert Case(given_by(DANA, TUE)).on(MON) == "never asked"
    assert standing(Case(given_by(DANA)).row, None, LATER) == "not answered"


def test_a_withdrawal_holds_on_its_own_day_and_a_later_consent_after_it() -> None:
    one = Case(given_by(DANA), withdrawn_by(DANA, TUE), given_by(DANA, LATER))
    assert [one.on(day) for day in (MON, TUE, WED, LATER)] == ["given", "withdrawn", "withdrawn", "given"]
    # Recorded late, it holds from the day on which it was said.
    assert Case(given_by(DANA, WED), withdrawn_by(DANA, TUE)).on(TUE) == "withdrawn"


@pytest.mark.parametrize(
    ("answers", "stands"),
    [
        ([given_by(DANA)], "given"),
        ([given_by(DANA), given_by(EVAN)], "given"),
        ([given_by(DANA), refused_by(EVAN, TUE)], "refused"),
        ([refused_by(EVAN), given_by(DANA, TUE)], "refused"),
        ([refused_by(ADA), given_by(DANA, TUE)], "refused"),
        ([given_by(DANA), withdrawn_by(EVAN, TUE)], "withdrawn"),
        ([given_by(DANA), refused_by(ADA, TUE), no_objection_of(ADA, WED)], "given"),
        ([refused_by(ADA), given_by(DANA, TUE), no_objection_of(EVAN, WED)], "refused"),
        ([given_by(ADA)], "never asked"),
        ([given_by(DANA, channel="spoken")], "not answered"),
        ([given_by(DANA, capacity="other")], "not answered"),
    ],
)  # fmt: skip
def test_biometrics_need_a_parents_written_consent_and_nobodys_objection(answers: list[Event], stands: str) -> None:
    case = Case(*answers, biometric=True, conflicts="any-objection")
    assert case.on() == stands
    assert case.rule() == (BY_LAW if stands != "never asked" else None)


TEENAGER = Child(born=date(2012, 9, 8), competent_from=12)  # twelve, and fourteen from Tuesday on
CHILD = Child(born=date(2018, 9, 8), competent_from=12)


@pytest.mark.parametrize(
    ("conflicts", "answers", "child", "stands"),
    [
        ("any-objection", [refused_by(EVAN), given_by(DANA, TUE)], CHILD, "refused"),
        ("any-objection", [refused_by(ADA), given_by(DANA, TUE)], CHILD, "refused"),
        ("latest-answer", [refused_by(EVAN), given_by(DANA, TUE)], CHILD, "given"),
        ("latest-answer", [given_by(DANA), refused_by(EVAN)], CHILD, "refused"),
        ("latest-answer", [refused_by(DANA), given_by(ADA, TUE)], CHILD, "refused"),
        ("latest-answer", [refused_by(DANA), given_by(ADA, TUE)], TEENAGER, "given"),
        ("competent-pupil", [given_by(ADA), refused_by(DANA, TUE), refused_by(EVAN, WED)], TEENAGER, "given"),
        ("competent-pupil", [given_by(DANA), withdrawn_by(ADA, TUE)], TEENAGER, "withdrawn"),
        ("competent-pupil", [given_by(DANA), refused_by(EVAN, TUE)], TEENAGER, "conflict"),
        ("competent-pupil", [given_by(DANA), given_by(EVAN, TUE)], CHILD, "given"),
        ("competent-pupil", [given_by(DANA), refused_by(ADA, TUE)], CHILD, "conflict"),
        ("competent-pupil", [refused_by(DANA)], CHILD, "refused"),
    ],
)  # fmt: skip
def test_elsewhere_the_schools_own_rule_decides_and_is_called_that(
    conflicts: str, answers: list[Event], child: Child, stands: str
) -> None:
    case = Case(*answers, child=child, conflicts=conflicts)
    assert case.on() == stands
    assert case.rule() == BY_SCHOOL[conflicts]


def test_a_consent_is_valid_as_long_as_the_version_it_was_given_to_says() -> None:
    case = Case(given_by(DANA), valid_months=12)
    assert judged(case.row, case.purpose, MON, case.child).until == date(2027, 9, 6)
    assert (case.on(date(2027, 9, 6)), case.on(date(2027, 9, 7))) == ("given", "expired")
    assert case.due(date(2027, 9, 7)) == ["expired"]
    renewed = Case(given_by(DANA), given_by(DANA, date(2027, 9, 1)), valid_months=12)
    assert renewed.on(date(2027, 9, 7)) == "given"
    objected = Case(given_by(DANA), refused_by(EVAN), valid_months=12, conflicts="any-objection")
    assert objected.on(date(2028, 1, 1)) == "refused"
    assert later(date(2027, 8, 31), 6) == date(2028, 2, 29)


def test_when_a_pupil_turns_eighteen_only_their_own_answer_counts() -> None:
    grown = Child(born=date(2008, 9, 8), competent_from=12)
    case = Case(given_by(DANA), child=grown)
    assert (case.on(MON), case.on(TUE), case.rule(TUE)) == ("given", "expired", BY_ADULT)
    assert (case.due(MON), case.due(TUE)) == (["competent"], ["expired", "adult"])
    theirs = Case(refused_by(DANA), given_by(ADA, TUE), child=grown, biometric=True, conflicts="any-objection")
    assert (theirs.on(MON), theirs.on(TUE), theirs.due(TUE)) == ("refused", "given", [])


def test_an_answer_put_right_stands_in_the_wrong_ones_place() -> None:
    case = Case(given_by(DANA), withdrawn_by(DANA), righted(1, "given"))
    assert case.on() == "withdrawn"  # what was corrected is the first answer of that day, not the last
    assert Case(given_by(DANA), righted(1, "none")).on() == "never asked"
    (answer,) = folded(consents, given_by(DANA), righted(1, "refused"))[ADA, "photographs"].answers
    assert (answer.answer, answer.was, answer.was_at.index, answer.reason) == ("refused", "given", 1, "misread")


# What must be asked again -----------------------------------------------------------------------------------------


def test_a_consent_is_asked_again_when_the_child_can_decide() -> None:
    born = Child(born=date(2014, 9, 8), competent_from=12)
    case = Case(given_by(DANA), child=born)
    assert (case.on(TUE), case.due(MON), case.due(TUE)) == ("given", [], ["competent"])
    assert Case(given_by(DANA), given_by(ADA, TUE), child=born).due() == []
    assert Case(given_by(DANA), child=born, givers=("parent",)).due() == []
    assert Case(given_by(DANA), child=Child(born=born.born)).due() == []  # the school has adopted no such rule
    assert Case(child=born).due(MON) == ["never-asked"]
    assert Case(asked()).due() == ["not-answered"]


def test_a_consent_is_asked_again_at_a_new_school_and_in_a_new_wording() -> None:
    turns = folded(children, ENROLLED, PupilLeft(subject=ADA, valid_on=TUE, ground=None))[ADA,]
    again = Child.of(turns, None, None)
    assert (again.started(TUE), again.started(WED)) == (MON, None)
    back = Enrolled(subject=ADA, valid_on=LATER, status="C", year_group="2")
    returned = Child.of(
        folded(children, ENROLLED, PupilLeft(subject=ADA, valid_on=TUE, ground=None), back)[ADA,], 12, 18
    )
    assert Case(given_by(DANA), child=returned).due() == ["new-school"]
    assert Case(given_by(DANA), child=returned).due(TUE) == []
    versions = [defined(), defined(purpose_version=2, valid_on=WED)]
    assert Case(given_by(DANA), versions=versions).due(TUE) == []
    assert Case(given_by(DANA), versions=versions).due(WED) == ["new-wording"]
    assert Case(refused_by(DANA), versions=versions).due(WED) == []


ENROLLED = Enrolled(subject=ADA, valid_on=MON, status="C", year_group="1")
REGISTERED = PupilRegistered(subject=ADA, valid_on=MON, date_of_birth=date(2014, 9, 8), **NAME)


def test_a_childs_birth_and_starting_day_are_those_put_right() -> None:
    corrected = DateOfBirthCorrected(
        subject=ADA, valid_on=TUE, date_of_birth=date(2013, 9, 8), corrects=1, reason="birth certificate"
    )
    started = StartingDayCorrected(subject=ADA, valid_on=TUE, corrects=2, reason="misread")
    left = PupilLeft(subject=ADA, valid_on=WED, ground=None)
    undone = LeavingUndone(subject=ADA, valid_on=WED, corrects=5, reason="another child")
    (row,) = folded(children, REGISTERED, ENROLLED, corrected, started, left, undone).values()
    child = Child.of(row, 12, None)
    assert (child.born, child.started(LATER), child.adult_from) == (date(2013, 9, 8), TUE, 18)


def test_a_consent_names_both_who_is_given_something_and_what_or_neither() -> None:
    for said in ({"recipients": ()}, {"fields": ()}):
        given(consent_purposes).when(define(**said)).then_refused("Name both who is given something")
    given(consent_purposes).when(define(recipients=(), fields=())).then(defined(recipients=(), fields=()))


def test_what_was_asked_before_recipients_were_named_is_for_nobody() -> None:
    old = {name: value for name, value in defined() if name not in {"recipients", "fields"}}
    upcast = ConsentPurposeDefined.upcast_v1_v2(ConsentPurposeDefinedV1(**old))
    assert upcast == defined(recipients=(), fields=("photograph",))
    other = ConsentPurposeDefinedV1(**{**old, "consent_purpose": "fingerprints"})
    assert ConsentPurposeDefined.upcast_v1_v2(other).fields == ()

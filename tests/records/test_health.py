"""Health: what a teacher must know, told apart by name, with its days and its corrections."""

from datetime import date
from typing import Any

import pytest
from support.folded import folded
from support.given import given

from events.records.health import (
    Allergy,
    AllergyCorrected,
    AllergyEnded,
    AllergyRecorded,
    CarePlan,
    CarePlanAgreed,
    CarePlanCorrected,
    CarePlanEnded,
    MedicalCondition,
    MedicalConditionCorrected,
    MedicalConditionEnded,
    MedicalConditionRecorded,
    MedicalFlagCorrected,
    MedicalFlagReceived,
)
from services.records.care import care_views
from services.records.care import health as ask
from services.records.care.health import health

ADA = b"a" * 16
SEPTEMBER, OCTOBER, NOVEMBER = date(2026, 9, 3), date(2026, 10, 1), date(2026, 11, 2)
BASE: dict[str, Any] = {"subject": ADA, "valid_on": SEPTEMBER}
FROM: dict[str, Any] = {"pupil": ADA, "valid_on": SEPTEMBER}
NUTS = Allergy(called="Nuts", severity="mild", what_to_do="Antihistamine")
WORSE = NUTS.model_copy(update={"severity": "life-threatening", "what_to_do": "Pen, then 999"})
ASTHMA = MedicalCondition(called="Asthma", what_to_do="Blue inhaler")
PLAN = CarePlan(called="Asthma", medication="Inhaler", agreed_with="Dana, mother", review_on=date(2027, 9, 1))

KINDS: list[Any] = [
    pytest.param(
        "condition", ASTHMA, ASTHMA.model_copy(update={"what_to_do": "Sit upright"}),
        (ask.RecordMedicalCondition, ask.EndMedicalCondition, ask.CorrectMedicalCondition),
        (MedicalConditionRecorded, MedicalConditionEnded, MedicalConditionCorrected), id="condition",
    ),
    pytest.param(
        "allergy", NUTS, WORSE, (ask.RecordAllergy, ask.EndAllergy, ask.CorrectAllergy),
        (AllergyRecorded, AllergyEnded, AllergyCorrected), id="allergy",
    ),
    pytest.param(
        "plan", PLAN, PLAN.model_copy(update={"review_on": OCTOBER}),
        (ask.AgreeCarePlan, ask.EndCarePlan, ask.CorrectCarePlan),
        (CarePlanAgreed, CarePlanEnded, CarePlanCorrected), id="care plan",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("what", "value", "other", "commands", "events"), KINDS)
def test_each_kind_is_recorded_changed_ended_and_corrected(
    what: str, value: Any, other: Any, commands: tuple[Any, ...], events: tuple[Any, ...]
) -> None:
    record, end, correct = commands
    recorded, ended, corrected = events
    first = recorded(**BASE, **{what: value})
    given(health).when(record(**FROM, **{what: value})).then(first)
    given(health, first).when(record(**FROM | {"valid_on": OCTOBER}, **{what: value})).then()
    later = recorded(**BASE | {"valid_on": OCTOBER}, **{what: other})
    given(health, first).when(record(**FROM | {"valid_on": OCTOBER}, **{what: other})).then(later)
    given(health, first).when(record(**FROM, **{what: other})).then_refused("send a correction")

    ending = end(pupil=ADA, valid_on=NOVEMBER, called=value.called.upper())
    over = ended(subject=ADA, valid_on=NOVEMBER, called=value.called, started=SEPTEMBER)
    given(health, first).when(ending).then(over)
    given(health).when(ending).then_refused("nothing of this kind")
    sooner = end(pupil=ADA, valid_on=OCTOBER, called=value.called)
    given(health, first, over).when(sooner).then_refused("send a correction")

    right = {what: other, "until": NOVEMBER, "reason": "the nurse rang", "evidence": "her letter"}
    correcting = correct(**FROM, called=value.called, started=SEPTEMBER, **right)
    given(health, first).when(correcting).then(corrected(**BASE, corrects=1, **right))
    given(health).when(correcting).then_refused("Nothing of this kind")


def test_a_wrong_name_is_corrected_too() -> None:
    given(health, AllergyRecorded(**BASE, allergy=NUTS), AllergyRecorded(**BASE, allergy=named("Egg"))).when(
        ask.CorrectAllergy(**FROM, called="nuts", started=SEPTEMBER, allergy=named("Sesame"), reason="misheard")
    ).then(AllergyCorrected(**BASE, allergy=named("Sesame"), corrects=1, reason="misheard"))


def test_a_previous_schools_flag_is_a_fact_of_its_own() -> None:
    flag = MedicalFlagReceived(**BASE, flagged=True)
    given(health).when(ask.ReceiveMedicalFlag(**FROM, flagged=True)).then(flag)
    correct = ask.CorrectMedicalFlag(**FROM, flagged=False, reason="read wrongly")
    given(health, flag).when(correct).then(
        MedicalFlagCorrected(**BASE, flagged=False, corrects=1, reason="read wrongly")
    )
    given(health).when(correct).then_refused("No previous school")
    assert not folded(care_views.health, flag)[ADA,].conditions


def test_an_end_ends_only_what_has_that_name() -> None:
    row = folded(
        care_views.health, AllergyRecorded(**BASE, allergy=NUTS), AllergyRecorded(**BASE, allergy=named("Egg")),
        AllergyEnded(subject=ADA, valid_on=NOVEMBER, called="nuts", started=SEPTEMBER),
        AllergyCorrected(**BASE, allergy=WORSE, until=None, corrects=1, reason="seen"),
    )[ADA,]  # fmt: skip
    assert {one.value.called: (one.until, one.replaced) for one in row.allergies} == {
        "Egg": (None, None), "Nuts": (None, NUTS),
    }  # fmt: skip


def named(called: str) -> Allergy:
    return NUTS.model_copy(update={"called": called})

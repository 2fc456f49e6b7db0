"""What a file says of special educational needs and health, against what is recorded."""

from datetime import UTC, date, datetime
from typing import Any

from events.records.sen import EhcPlan
from ledger.decider import Command
from services.episodes import Lasting
from services.facts import Dated, Provenance
from services.records.care import health, sen
from services.records.care.care_intake import PLANNERS, HealthFacts, SenFacts, plan_health, plan_sen
from services.records.care.care_views import HealthRow, SenRow
from services.records.files.intake import Known, Plan

ADA = b"a" * 16
SEPTEMBER, OCTOBER, DECEMBER = date(2026, 9, 3), date(2026, 10, 1), date(2026, 12, 18)
AT = Provenance(index=1, recorded_at=datetime(2026, 9, 3, 8, tzinfo=UTC), actor=b"o" * 16, role="office")
K = Lasting[str](value="K", since=SEPTEMBER, at=AT)


def planned(said: dict[str, Any], **row: Any) -> Plan:
    made = Plan()
    known = Known(rows={"sen": [SenRow(subject=ADA, **row)]} if row else {})
    plan_sen(made, SenFacts.model_validate(said, strict=False), known, ADA, OCTOBER)
    return made


def commands(made: Plan) -> list[Command]:
    assert not made.reasons
    return [step.command for step in made.steps]


def span(since: date = SEPTEMBER, until: date | None = None, provision: str = "K") -> dict[str, Any]:
    return {"provision": [{"since": since, "until": until, "provision": provision}]}


def test_what_is_new_is_recorded_and_what_is_known_is_the_same() -> None:
    start = sen.StartSenProvision(pupil=ADA, valid_on=SEPTEMBER, provision="K", until=DECEMBER)
    assert commands(planned(span(until=DECEMBER))) == [start]
    assert commands(planned(span(), provision=(K,))) == []
    assert commands(planned({"needs": ["ASD"]})) == [sen.RecordSenNeeds(pupil=ADA, valid_on=OCTOBER, needs=("ASD",))]
    known = (Dated[tuple[str, ...]](value=("ASD",), since=SEPTEMBER, at=AT),)
    assert commands(planned({"needs": ["ASD"]}, needs=known)) == []


def test_what_a_file_does_not_say_blanks_nothing() -> None:
    known = {"provision": (K,), "plans": (Lasting[EhcPlan](value=EhcPlan(), since=SEPTEMBER, at=AT),)}
    nothing: tuple[dict[str, Any], ...] = ({}, {"provision": []}, {"needs": None}, {"needs": []})
    for said in nothing:
        made = planned(said, **known)
        assert (made.steps, made.effects, made.reasons) == ([], [], [])


def test_a_file_ends_what_the_record_has_open_and_no_older_file_opens_it_again() -> None:
    assert commands(planned(span(until=DECEMBER), provision=(K,))) == [
        sen.EndSenProvision(pupil=ADA, valid_on=DECEMBER)
    ]
    over = K.model_copy(update={"until": OCTOBER})
    assert commands(planned(span(), provision=(over,))) == []


def test_a_file_that_contradicts_the_record_is_for_a_person_to_settle() -> None:
    assert "differs from the one recorded" in planned(span(provision="E"), provision=(K,)).reasons[0]
    over = K.model_copy(update={"until": OCTOBER})
    assert "differs from the one recorded" in planned(span(until=DECEMBER), provision=(over,)).reasons[0]
    assert "ends before it begins" in planned(span(until=date(2026, 9, 1))).reasons[0]
    assert "code was not in use" in planned(span(provision="S")).reasons[0]
    assert "given twice" in planned({"needs": ["ASD", "ASD"]}).reasons[0]


def test_the_medical_flag_is_a_flag_and_not_a_condition() -> None:
    made, known = Plan(), Known()
    plan_health(made, HealthFacts(medical_flag=True), known, ADA, OCTOBER)
    assert commands(made) == [health.ReceiveMedicalFlag(pupil=ADA, valid_on=OCTOBER, flagged=True)]
    flags = (Dated[bool](value=True, since=SEPTEMBER, at=AT),)
    again, known = Plan(), Known(rows={"health": [HealthRow(subject=ADA, flags=flags)]})
    plan_health(again, HealthFacts(medical_flag=True), known, ADA, OCTOBER)
    assert commands(again) == []
    plan_health(again, HealthFacts(), known, ADA, OCTOBER)
    assert [effect.effect for effect in again.effects] == ["same"]
    assert [planner.name for planner in PLANNERS] == ["sen", "health"]

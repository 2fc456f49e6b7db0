"""What is shown of special educational needs and health: episodes and dated facts, a row a pupil and a category."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from events.model import Recorded
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
from events.records.sen import (
    EhcPlan,
    EhcPlanCeased,
    EhcPlanCorrected,
    EhcPlanIssued,
    SenNeedsCorrected,
    SenNeedsRecorded,
    SenProvisionCorrected,
    SenProvisionEnded,
    SenProvisionStarted,
)
from ledger.view import AnyView, PersonRow, View
from services.episodes import Lasting, shown_over, shown_righted
from services.facts import Dated, Provenance, added, corrected


class SenRow(PersonRow):
    """A pupil's special educational needs."""

    provision: tuple[Lasting[str], ...] = ()
    needs: tuple[Dated[tuple[str, ...]], ...] = ()
    plans: tuple[Lasting[EhcPlan], ...] = ()


class HealthRow(PersonRow):
    """A pupil's health. Of one name several episodes may follow one another."""

    conditions: tuple[Lasting[MedicalCondition], ...] = ()
    allergies: tuple[Lasting[Allergy], ...] = ()
    plans: tuple[Lasting[CarePlan], ...] = ()
    flags: tuple[Dated[bool], ...] = ()


sen = View("sen", version=1, row=SenRow, key=["subject"], key_of=lambda r: (r.subject,))
health = View("health", version=1, row=HealthRow, key=["subject"], key_of=lambda r: (r.subject,))


def _lasting(recorded: Recorded[Any], value: Any, until: date | None = None) -> Lasting[Any]:
    return Lasting.model_construct(
        value=value, since=recorded.body.valid_on, until=until, replaced=None, at=Provenance.of(recorded)
    )


def _dated(recorded: Recorded[Any], value: Any) -> Dated[Any]:
    return Dated.model_construct(value=value, since=recorded.body.valid_on, at=Provenance.of(recorded))


# Special educational needs ----------------------------------------------------------------------------------------


@sen.on(SenProvisionStarted)
def _started(row: SenRow | None, recorded: Recorded[SenProvisionStarted]) -> SenRow:
    known, body = row or SenRow(subject=recorded.body.subject), recorded.body
    return known.model_copy(update={"provision": (*known.provision, _lasting(recorded, body.provision, body.until))})


@sen.on(SenProvisionEnded)
def _ended(row: SenRow | None, recorded: Recorded[SenProvisionEnded]) -> SenRow:
    known, body = row or SenRow(subject=recorded.body.subject), recorded.body
    return known.model_copy(update={"provision": shown_over(known.provision, body.started, body.valid_on)})


@sen.on(SenProvisionCorrected)
def _corrected(row: SenRow | None, recorded: Recorded[SenProvisionCorrected]) -> SenRow:
    known, body = row or SenRow(subject=recorded.body.subject), recorded.body
    item = _lasting(recorded, body.provision, body.until)
    return known.model_copy(update={"provision": shown_righted(known.provision, item, body.corrects)})


@sen.on(SenNeedsRecorded, SenNeedsCorrected)
def _needs(row: SenRow | None, recorded: Recorded[SenNeedsRecorded | SenNeedsCorrected]) -> SenRow:
    known, body = row or SenRow(subject=recorded.body.subject), recorded.body
    item = _dated(recorded, body.needs)
    if isinstance(body, SenNeedsCorrected):
        return known.model_copy(update={"needs": corrected(known.needs, item, body.corrects)})
    return known.model_copy(update={"needs": added(known.needs, item)})


@sen.on(EhcPlanIssued)
def _issued(row: SenRow | None, recorded: Recorded[EhcPlanIssued]) -> SenRow:
    known = row or SenRow(subject=recorded.body.subject)
    return known.model_copy(update={"plans": (*known.plans, _lasting(recorded, recorded.body.plan))})


@sen.on(EhcPlanCeased)
def _ceased(row: SenRow | None, recorded: Recorded[EhcPlanCeased]) -> SenRow:
    known, body = row or SenRow(subject=recorded.body.subject), recorded.body
    return known.model_copy(update={"plans": shown_over(known.plans, body.started, body.valid_on)})


@sen.on(EhcPlanCorrected)
def _plan_corrected(row: SenRow | None, recorded: Recorded[EhcPlanCorrected]) -> SenRow:
    known, body = row or SenRow(subject=recorded.body.subject), recorded.body
    item = _lasting(recorded, body.plan, body.until)
    return known.model_copy(update={"plans": shown_righted(known.plans, item, body.corrects)})


# Health -----------------------------------------------------------------------------------------------------------

_FIELDS: Final[Mapping[type[Any], tuple[str, str]]] = {
    MedicalConditionRecorded: ("conditions", "condition"),
    MedicalConditionEnded: ("conditions", "condition"),
    MedicalConditionCorrected: ("conditions", "condition"),
    AllergyRecorded: ("allergies", "allergy"),
    AllergyEnded: ("allergies", "allergy"),
    AllergyCorrected: ("allergies", "allergy"),
    CarePlanAgreed: ("plans", "plan"),
    CarePlanEnded: ("plans", "plan"),
    CarePlanCorrected: ("plans", "plan"),
}


@health.on(MedicalConditionRecorded, AllergyRecorded, CarePlanAgreed)
def _recorded(row: HealthRow | None, recorded: Recorded[Any]) -> HealthRow:
    known, (where, what) = row or HealthRow(subject=recorded.body.subject), _FIELDS[type(recorded.body)]
    return known.model_copy(update={where: (*getattr(known, where), _lasting(recorded, getattr(recorded.body, what)))})


@health.on(MedicalConditionEnded, AllergyEnded, CarePlanEnded)
def _over(row: HealthRow | None, recorded: Recorded[Any]) -> HealthRow:
    known, (where, _) = row or HealthRow(subject=recorded.body.subject), _FIELDS[type(recorded.body)]
    body, series = recorded.body, getattr(known, where)
    named = [one for one in series if same_name(one.value.called, body.called)]
    rest = tuple(one for one in series if not same_name(one.value.called, body.called))
    return known.model_copy(update={where: (*rest, *shown_over(named, body.started, body.valid_on))})


@health.on(MedicalConditionCorrected, AllergyCorrected, CarePlanCorrected)
def _righted(row: HealthRow | None, recorded: Recorded[Any]) -> HealthRow:
    known, (where, what) = row or HealthRow(subject=recorded.body.subject), _FIELDS[type(recorded.body)]
    item = _lasting(recorded, getattr(recorded.body, what), recorded.body.until)
    return known.model_copy(update={where: shown_righted(getattr(known, where), item, recorded.body.corrects)})


@health.on(MedicalFlagReceived, MedicalFlagCorrected)
def _flagged(row: HealthRow | None, recorded: Recorded[MedicalFlagReceived | MedicalFlagCorrected]) -> HealthRow:
    known, body = row or HealthRow(subject=recorded.body.subject), recorded.body
    item = _dated(recorded, body.flagged)
    if isinstance(body, MedicalFlagCorrected):
        return known.model_copy(update={"flags": corrected(known.flags, item, body.corrects)})
    return known.model_copy(update={"flags": added(known.flags, item)})


def same_name(one: str, other: str) -> bool:
    """Whether two names are of one condition, allergy or plan: case and spaces tell nothing apart."""
    return one.casefold().split() == other.casefold().split()


VIEWS: tuple[AnyView, ...] = (sen, health)
"""The views of special educational needs and health."""

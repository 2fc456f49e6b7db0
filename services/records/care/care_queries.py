"""The sections of a pupil's record on special educational needs and health, in words."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from events.codes.sen import sen_codes
from events.records.health import Allergy, CarePlan, MedicalCondition
from events.records.sen import EhcPlan
from ledger.view import Reader
from services.episodes import Lasting, one_at_a_time
from services.records.care import care_views as views
from services.records.section import Fact, Section, fact, lasted


async def sen(reader: Reader, subject: bytes, valid_on: date) -> Sequence[Fact]:
    """Give a pupil's provision, needs and plans: those of a date, and those that have ended."""
    row = await reader.get(views.sen, subject)
    if row is None:
        return []
    needs = fact("Needs, the primary one first", row.needs, valid_on, _needs)
    return [
        *lasted("SEN provision", one_at_a_time(row.provision), valid_on, _provision),
        *([needs] if needs else []),
        *lasted("EHC plan", one_at_a_time(row.plans), valid_on, _plan),
    ]


async def health(reader: Reader, subject: bytes, valid_on: date) -> Sequence[Fact]:
    """Give what must be known of a pupil's health, allergies first: those of a date, and those that have ended."""
    row = await reader.get(views.health, subject)
    if row is None:
        return []
    flag = fact("Flag of the previous school", row.flags, valid_on, _flag)
    return [
        *lasted("Allergy", _by_name(row.allergies), valid_on, _allergy),
        *lasted("Medical condition", _by_name(row.conditions), valid_on, _condition),
        *lasted("Care plan", _by_name(row.plans), valid_on, _care_plan),
        *([flag] if flag else []),
    ]


def _by_name(series: Iterable[Lasting[Any]]) -> list[Lasting[Any]]:
    named: dict[tuple[str, ...], list[Lasting[Any]]] = {}
    for one in series:
        named.setdefault(tuple(one.value.called.casefold().split()), []).append(one)
    return [one for name in sorted(named) for one in one_at_a_time(named[name])]


def _provision(code: str) -> str:
    return f"{sen_codes('provision')[code].meaning} ({code})"


def _needs(codes: Sequence[str]) -> str:
    return "; ".join(f"{sen_codes('need')[code].meaning} ({code})" for code in codes) or "none known any more"


def _plan(plan: EhcPlan) -> str:
    return f"maintained by {plan.authority}" if plan.authority else "in force"


def _allergy(allergy: Allergy) -> str:
    return f"{allergy.called}, {allergy.severity}. {allergy.what_to_do}"


def _condition(condition: MedicalCondition) -> str:
    return f"{condition.called}. {condition.what_to_do}" if condition.what_to_do else condition.called


def _care_plan(plan: CarePlan) -> str:
    medication = f" Medication: {plan.medication}." if plan.medication else ""
    return f"{plan.called}.{medication} Agreed with {plan.agreed_with}. To be reviewed on {plan.review_on.isoformat()}."


def _flag(flagged: bool) -> str:  # noqa: FBT001  # the flag is the fact
    return "said that it knew of a medical condition: ask the family" if flagged else "said that it knew of none"


SECTIONS: Final[tuple[Section, ...]] = (
    Section("sen", "Special educational needs", "sen", sen),
    Section("health", "Health", "health", health),
)

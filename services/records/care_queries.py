"""The sections of a pupil's record on special educational needs and health, in words."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, Final

from events.codes.sen import sen_codes
from events.records.health import Allergy, CarePlan, MedicalCondition
from events.records.sen import EhcPlan
from ledger.view import Reader
from services.episodes import Lasting
from services.records import care_views as views
from services.records.section import Fact, Section, fact


async def sen(reader: Reader, subject: bytes, valid_on: date) -> Sequence[Fact]:
    """Give a pupil's provision, needs and plans: those of a date, and those that have ended."""
    row = await reader.get(views.sen, subject)
    if row is None:
        return []
    needs = fact("Needs, the primary one first", row.needs, valid_on, _needs)
    return [
        *_lasted("SEN provision", _one_at_a_time(row.provision), valid_on, _provision),
        *([needs] if needs else []),
        *_lasted("EHC plan", _one_at_a_time(row.plans), valid_on, _plan),
    ]


async def health(reader: Reader, subject: bytes, valid_on: date) -> Sequence[Fact]:
    """Give what must be known of a pupil's health, allergies first: those of a date, and those that have ended."""
    row = await reader.get(views.health, subject)
    if row is None:
        return []
    flag = fact("Flag of the previous school", row.flags, valid_on, _flag)
    return [
        *_lasted("Allergy", _by_name(row.allergies), valid_on, _allergy),
        *_lasted("Medical condition", _by_name(row.conditions), valid_on, _condition),
        *_lasted("Care plan", _by_name(row.plans), valid_on, _care_plan),
        *([flag] if flag else []),
    ]


def _one_at_a_time(series: Sequence[Lasting[Any]]) -> list[Lasting[Any]]:
    """Give episodes of which the next one ends the one before, on the day before, unless that had ended earlier."""
    ordered = sorted(series, key=lambda one: one.since)
    found = []
    for place, one in enumerate(ordered):
        following = ordered[place + 1].since if place + 1 < len(ordered) else None
        if following is not None and (one.until is None or one.until >= following):
            one = one.model_copy(update={"until": date.fromordinal(following.toordinal() - 1)})  # noqa: PLW2901  # the same
        found.append(one)
    return found


def _by_name(series: Iterable[Lasting[Any]]) -> list[Lasting[Any]]:
    named: dict[tuple[str, ...], list[Lasting[Any]]] = {}
    for one in series:
        named.setdefault(tuple(one.value.called.casefold().split()), []).append(one)
    return [one for name in sorted(named) for one in _one_at_a_time(named[name])]


def _lasted(label: str, series: Iterable[Lasting[Any]], valid_on: date, words: Callable[[Any], str]) -> list[Fact]:
    return [
        Fact(
            label, one.value, words(one.value), one.since, one.at,
            until=one.until, was=None if one.replaced is None else words(one.replaced),
        )
        for one in series
        if one.since <= valid_on
    ]  # fmt: skip


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

"""What a record should say of needs, health and free meals, worked out from the log's events by brute force.

Each of these lasts from a first to a last day. For each day it is asked what had begun by then and begun last, and
whether that had ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from events.model import Event
from events.records import characteristics as meals
from events.records import health, sen
from support.oracle import Oracle, said_of, true_on
from support.oracle_mistakes import REVIEWS


@dataclass(frozen=True)
class Time:
    """A time from a first to a last day, by the entry that says so."""

    first: date
    last: date | None
    entry: int
    value: Any
    name: str = ""


def lasting(events: Sequence[tuple[int, Any]], field: str) -> list[Time]:
    """Give the times that events come to: what begins has the value, an end names the first day and perhaps a name."""
    found: list[Time] = []
    for index, event in events:
        value = getattr(event, field, None)
        name = " ".join(getattr(value if value is not None else event, "called", "").split()).casefold()
        if value is None and not hasattr(event, "started"):  # it never was
            found = [one for one in found if one.entry != event.corrects]
            continue
        if value is None:
            found = [
                replace(one, last=event.valid_on) if (one.first, one.name) == (event.started, name) else one
                for one in found
            ]
            continue
        found = [one for one in found if one.entry != getattr(event, "corrects", None)]
        found.append(Time(event.valid_on, getattr(event, "until", None), index, value, name))
    return found


def running(times: Sequence[Time], day: date) -> list[Any]:
    """Give of each name what was so on a day, without an order."""
    found = []
    for name in sorted({one.name for one in times}):
        named = [one for one in times if one.name == name]
        newest = max((one.first for one in named if one.first <= day), default=None)
        next_one = min((one.first for one in named if newest is not None and one.first > newest), default=date.max)
        told: list[tuple[Any, date]] = []
        for one in named:  # of one day two merged records may say two things, and one thing twice
            said = (one.value, min(one.last or date.max, next_one - timedelta(days=1)))
            if one.first == newest and said[1] >= day:
                told = [*(known for known in told if known != said), said]
        found += [value for value, _ in told]
    return found


def sen_on(oracle: Oracle, pupil: bytes, day: date) -> dict[str, Any]:
    """Give the provision, needs and plan of a day."""
    provision = (sen.SenProvisionStarted, sen.SenProvisionEnded, sen.SenProvisionCorrected)
    plans = (sen.EhcPlanIssued, sen.EhcPlanCeased, sen.EhcPlanCorrected)
    needs = said_of(oracle.facts(pupil, (sen.SenNeedsRecorded, sen.SenNeedsCorrected), "needs"), day)
    return {
        "SEN provision": running(lasting(oracle.of(pupil, provision), "provision"), day),
        "Needs, the primary one first": [needs.value] if needs else [],
        "EHC plan": running(lasting(oracle.of(pupil, plans), "plan"), day),
    }


def health_on(oracle: Oracle, pupil: bytes, day: date) -> dict[str, Any]:
    """Give the conditions, allergies and care plans of a day, and what a previous school said of any."""
    kinds: dict[str, tuple[str, tuple[type[Event], ...]]] = {
        "Allergy": ("allergy", (health.AllergyRecorded, health.AllergyEnded, health.AllergyCorrected)),
        "Medical condition": ("condition", (
            health.MedicalConditionRecorded, health.MedicalConditionEnded, health.MedicalConditionCorrected,
        )),
        "Care plan": ("plan", (health.CarePlanAgreed, health.CarePlanEnded, health.CarePlanCorrected)),
    }  # fmt: skip
    found = {label: running(lasting(oracle.of(pupil, of), field), day) for label, (field, of) in kinds.items()}
    flag = said_of(oracle.facts(pupil, (health.MedicalFlagReceived, health.MedicalFlagCorrected), "flagged"), day)
    return {**found, "Flag of the previous school": [flag.value] if flag else []}


def free_meals_on(oracle: Oracle, pupil: bytes, day: date) -> dict[str, Any]:
    """Give the episodes that had begun by a day, in their order, and when the entitlement is to be looked at."""
    times: list[Time] = []
    kinds = (meals.FsmEpisodeStarted, meals.FsmEpisodeEnded, meals.FsmEpisodeCorrected)
    for index, event in oracle.of(pupil, kinds):
        if isinstance(event, meals.FsmEpisodeStarted):
            times.append(Time(event.valid_on, event.until, index, (event.country, event.fsm_category)))
        elif isinstance(event, meals.FsmEpisodeEnded):
            times = [replace(one, last=event.valid_on) if one.first == event.started else one for one in times]
        else:
            times = [one for one in times if one.entry != event.corrects]
            right = event.episode
            if right is not None:
                times.append(Time(right.start, right.until, index, (right.country, right.fsm_category)))
    begun = sorted((one for one in times if one.first <= day), key=lambda one: (one.first, one.entry))
    return {
        "episodes": list(dict.fromkeys((one.first, one.last, *one.value) for one in begun)),
        "review": true_on(oracle.facts(pupil, REVIEWS, "review"), day),
    }

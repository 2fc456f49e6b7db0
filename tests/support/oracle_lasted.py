"""What lasts from a first to a last day, and had begun by a day: with its days, also where it has ended since."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from events.model import Event
from events.records import characteristics as meals
from events.records import dual_registration as dual
from events.records import health, sen
from events.records import part_time as part
from services.records.queries import PupilRecord
from services.records.roll.admission_queries import OTHER
from support.oracle import Oracle
from support.oracle_care import Time, lasting

KINDS: Final[Mapping[tuple[str, str], tuple[str, tuple[type[Event], ...]]]] = {
    ("sen", "SEN provision"): (
        "provision", (sen.SenProvisionStarted, sen.SenProvisionEnded, sen.SenProvisionCorrected),
    ),
    ("sen", "EHC plan"): ("plan", (sen.EhcPlanIssued, sen.EhcPlanCeased, sen.EhcPlanCorrected)),
    ("health", "Allergy"): ("allergy", (health.AllergyRecorded, health.AllergyEnded, health.AllergyCorrected)),
    ("health", "Medical condition"): ("condition", (
        health.MedicalConditionRecorded, health.MedicalConditionEnded, health.MedicalConditionCorrected,
    )),
    ("health", "Care plan"): ("plan", (health.CarePlanAgreed, health.CarePlanEnded, health.CarePlanCorrected)),
    ("part-time", "Part-time timetable"): ("timetable", (
        part.PartTimeAgreed, part.PartTimeEnded, part.PartTimeCorrected, part.PartTimeWithdrawn,
    )),
    ("admission", OTHER): ("other", (
        dual.DualRegistrationRecorded, dual.DualRegistrationEnded, dual.DualRegistrationCorrected,
        dual.DualRegistrationWithdrawn,
    )),
}  # fmt: skip
"""What lasts, by section and label: its field, and the events that say it."""


def begun(oracle: Oracle, pupil: bytes, day: date) -> Iterator[tuple[str, str, Time, Any]]:
    """Yield what had begun by a day: its section, label and time, and what a correction found there, if one did.

    Of each name what follows ends what was before, on the day before; what two merged records both say is told once.
    """
    for (section, label), (field, kinds) in KINDS.items():
        events = dict(oracle.of(pupil, kinds))
        times = lasting(list(events.items()), field)
        told: dict[tuple[Any, ...], Time] = {}
        for one in sorted(times, key=lambda time: time.entry):
            later = [other.first for other in times if other.name == one.name and other.first > one.first]
            ends = [end for end in (one.last, min(later) - timedelta(days=1) if later else None) if end]
            last = min(ends, default=None)
            if one.first <= day:
                told[one.name, one.first, last, repr(one.value)] = replace(one, last=last)
        for one in told.values():
            wrong = events.get(getattr(events[one.entry], "corrects", 0))
            yield section, label, one, getattr(wrong, field, None)


def expected(oracle: Oracle, pupil: bytes, day: date) -> set[tuple[Any, ...]]:
    """Give what lasts and had begun by a day, with its entry, its days and its value."""
    return {(label, one.entry, one.first, one.last, repr(one.value)) for _, label, one, _ in begun(oracle, pupil, day)}


def answered(record: PupilRecord) -> list[tuple[Any, ...]]:
    """Give the same of what the queries answered, each as often as it is shown."""
    return [
        (fact.label, fact.at.index, fact.since, fact.until, repr(fact.value))
        for section in record.sections
        for fact in section.facts
        if (section.name, fact.label) in KINDS
    ]


def meals_begun(oracle: Oracle, pupil: bytes, day: date) -> list[tuple[Time, tuple[date, date | None] | None]]:
    """Give the episodes of free meals begun by a day, with the days that a correction found; one that never was, too."""
    times: list[tuple[Time, tuple[date, date | None] | None]] = []
    for index, event in oracle.of(pupil, (meals.FsmEpisodeStarted, meals.FsmEpisodeEnded, meals.FsmEpisodeCorrected)):
        if isinstance(event, meals.FsmEpisodeStarted):
            times.append((Time(event.valid_on, event.until, index, (event.country, event.fsm_category)), None))
            continue
        if isinstance(event, meals.FsmEpisodeEnded):
            end = event.valid_on
            times = [
                (replace(one, last=end) if one.first == event.started and not one.name else one, wrong)
                for one, wrong in times
            ]
            continue
        before = next((one for one, _ in times if one.entry == event.corrects), None)
        days = (before.first, before.last) if before else None
        times = [(one, wrong) for one, wrong in times if one is not before]
        right = event.episode
        if right is not None:
            times.append((Time(right.start, right.until, index, (right.country, right.fsm_category)), days))
        elif before is not None:
            times.append((replace(before, entry=index, name="never"), days))
    found = [(one, wrong) for one, wrong in times if one.first <= day]
    found = sorted(found, key=lambda told: (told[0].first, told[0].entry))
    return list({(one.first, one.last, one.value, one.name): (one, wrong) for one, wrong in found}.values())

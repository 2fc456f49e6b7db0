"""What a record should say of numbers, leaving, characteristics, results, exclusions and plans, by brute force."""

from datetime import date, timedelta
from typing import Any

from events.records import assessment, characteristics, numbers, pastoral, progress
from events.records.admission import (
    FirstDayExpected,
    FirstDayExpectedCorrected,
    LastSchoolCorrected,
    LastSchoolRecorded,
)
from events.records.enrolment import PupilLeft
from events.records.future_school import FutureSchoolCorrected, FutureSchoolNotified
from events.records.identity import NameChanged, NameCorrected, PupilRegistered, UpnCorrected, UpnRecorded
from events.records.planned_absence import AbsencePlanCorrected, AbsencePlanned, AbsenceWithdrawn
from services.records.roll.admission_queries import FUTURE_SCHOOL
from support.oracle import Oracle, said_of, true_on
from support.oracle_deeds import day_of, last_told, standing

_UPNS = (UpnRecorded, UpnCorrected, numbers.UpnMadePermanent)


def _by(oracle: Oracle, person: bytes, *kinds: type[Any]) -> list[tuple[int, Any]]:
    """Give what was said of one record by its own id alone."""
    return [one for one in oracle.named(kinds) if one[1].subject == person]


def numbers_on(oracle: Oracle, pupil: bytes, day: date) -> dict[str, Any]:
    """Give the learner number of a day, and the numbers and names of before, of whichever day."""
    records = [] if oracle.shown(pupil) != pupil else [pupil, *oracle.merged_into(pupil)]
    learner = [
        true_on(oracle.said(_by(oracle, one, numbers.UlnRecorded, numbers.UlnCorrected), "uln"), day) for one in records
    ]
    candidate = [
        true_on(oracle.said(_by(oracle, one, numbers.UciRecorded, numbers.UciCorrected), "uci"), day) for one in records
    ]
    present = oracle.record(pupil, day)["upn"]
    names = [event for one in records for event in _names(oracle, one)]
    merged = [
        said_of(oracle.said(_by(oracle, one, PupilRegistered, NameChanged, NameCorrected), "full_name"), day)
        for one in records[1:]
    ]
    return {
        "Unique learner number": [one for one in learner if one][:1],
        "Unique candidate identifier": [one for one in candidate if one][:1],
        "Former UPN": sorted({upn for one in records for upn in _former(oracle, one, one == pupil)} - {present}),
        "Former name": sorted((one.forename or "", one.surname or "") for one in names),
        "Merged record": [(one.entry, one.value) for one in merged if one],
    }


def _names(oracle: Oracle, record: bytes) -> list[Any]:
    """Give what told a former name of one record and was neither corrected nor withdrawn."""
    kinds = (numbers.FormerNameRecorded, numbers.FormerNameCorrected, numbers.FormerNameWithdrawn)
    events = _by(oracle, record, *kinds)
    gone = {getattr(event, "corrects", None) for _, event in events}
    return [event for at, event in events if at not in gone and not isinstance(event, numbers.FormerNameWithdrawn)]


def _former(oracle: Oracle, record: bytes, is_own: bool) -> set[str]:  # whose word it is
    """Give the numbers that gave way or were told as former; of a merged record, those it had to the end as well."""
    gone = {event.corrects for _, event in _by(oracle, record, numbers.FormerUpnWithdrawn)}
    found = {event.upn for index, event in _by(oracle, record, numbers.FormerUpnRecorded) if index not in gone}
    held = _by(oracle, record, *_UPNS)
    for place, (_, event) in enumerate(held):
        if isinstance(event, numbers.UpnMadePermanent):
            # The number that gave way is the one that was told last.
            found |= {one.value for one in oracle.said(held[:place], "upn")[-1:]}
    return found if is_own else found | {one.value for one in oracle.said(held, "upn")}


def admission_on(oracle: Oracle, pupil: bytes, day: date) -> dict[str, Any]:
    """Give the school of before and the first day as known of a day, and each leaving by then with its ground."""
    school = said_of(oracle.facts(pupil, (LastSchoolRecorded, LastSchoolCorrected), "school"), day)
    first = said_of(oracle.facts(pupil, (FirstDayExpected, FirstDayExpectedCorrected), "first_day"), day)
    left = [event for _, event in oracle.turns(pupil) if isinstance(event, PupilLeft)]
    future = said_of(oracle.facts(pupil, (FutureSchoolNotified, FutureSchoolCorrected), "future"), day)
    return {
        FUTURE_SCHOOL: [future.value] if future else [],
        "Last school attended": [school.value] if school else [],
        "Expected first day of attendance": [first.value] if first else [],
        "Last day on the roll": [(one.valid_on, one.ground) for one in left if one.valid_on <= day],
    }


def characteristics_on(oracle: Oracle, pupil: bytes, day: date) -> dict[str, Any]:
    """Give what is known of each kind on a day: the codes, who says so, and whether the answer was refused."""
    kinds = (characteristics.CharacteristicChanged, characteristics.CharacteristicCorrected)
    found = {}
    for kind in {event.kind for _, event in oracle.of(pupil, kinds)}:
        said = said_of(oracle.facts(pupil, kinds, None, kind=kind), day)
        if said is not None:
            found[kind] = (said.entry, said.value.codes, said.value.source, said.value.refused)
    return found


def refused_fields_on(oracle: Oracle, pupil: bytes, day: date) -> set[str]:
    """Give the fields that had been given and not taken by a day."""
    events = oracle.of(pupil, (characteristics.FieldRefused,))
    return {event.field for _, event in events if event.valid_on <= day}


def results_on(oracle: Oracle, pupil: bytes, day: date) -> list[tuple[int, Any]]:
    """Give the latest result of each thing that was assessed by a day, with the entry that says it."""
    kinds = (assessment.ResultRecorded, assessment.ResultCorrected, assessment.ResultWithdrawn)
    found = []
    for thing in {event.assessed for _, event in oracle.of(pupil, kinds)}:
        said = oracle.facts(pupil, kinds, "outcome", assessed=thing)
        latest = said_of(said, day)
        found += [(latest.entry, latest.value)] if latest else []
    return sorted(found, key=lambda one: one[0])


def exclusions_on(oracle: Oracle, pupil: bytes, day: date) -> dict[str, list[Any]]:
    """Give each exclusion that had begun by a day as last told, to its last day, with what came of it by then."""
    known: dict[bytes, Any] = {}
    for _, event in oracle.of(pupil, (pastoral.ExclusionRecorded, pastoral.ExclusionCorrected)):
        if event.exclusion in known or isinstance(event, pastoral.ExclusionRecorded):
            known[event.exclusion] = event  # the last word counts
    begun = {one: event for one, event in known.items() if event.valid_on <= day}
    told = (pastoral.ExclusionRecorded, pastoral.ExclusionCorrected)
    stands = last_told(oracle, pupil, told, pastoral.ExclusionWithdrawn, "exclusion")
    found: dict[str, list[Any]] = {"episodes": [], "reviews": [], "back": []}
    for one, event in begun.items():
        back = _came(oracle, pupil, one, pastoral.PupilReinstated, pastoral.ReinstatementCorrected, "reinstated")
        returned = [came for came in [day_of(deed) for _, deed in back][-1:] if came <= day]
        ends = [event.episode.last, *(came - timedelta(days=1) for came in returned)]
        until = min((end for end in ends if end), default=None)
        if one in stands:
            found["episodes"].append((one, event.valid_on, until and max(until, event.valid_on)))
        found["back"] += returned
        reviews = _came(
            oracle, pupil, one, pastoral.ExclusionReviewed, pastoral.ExclusionReviewCorrected, "consideration"
        )
        found["reviews"] += [(day_of(deed), deed.outcome) for _, deed in reviews if day_of(deed) <= day]
    return {name: sorted(what, key=repr) for name, what in found.items()}


def _came(
    oracle: Oracle, pupil: bytes, exclusion: bytes, told: type[Any], corrected: type[Any], right: str
) -> list[tuple[int, Any]]:  # fmt: skip
    """Give what stands of what came of an exclusion."""
    return standing([one for one in oracle.of(pupil, (told, corrected)) if one[1].exclusion == exclusion], told, right)


def reports_on(oracle: Oracle, pupil: bytes, day: date) -> list[Any]:
    """Give the entries that tell each report written by a day, as it was last told, and each sending of it by then."""
    kinds = (progress.ProgressReportRecorded, progress.ProgressReportCorrected)
    last: dict[bytes, tuple[int, Any]] = {}
    for index, event in oracle.of(pupil, kinds):
        if event.report in last or isinstance(event, progress.ProgressReportRecorded):
            last[event.report] = (index, event)
    ends = {event.corrects: index for index, event in oracle.of(pupil, (progress.ProgressReportWithdrawn,))}
    written = {one: ends.get(index, index) for one, (index, event) in last.items() if event.valid_on <= day}
    begun: dict[bytes, int] = {}
    for index, event in oracle.of(pupil, kinds[:1]):
        begun.setdefault(event.report, index)
    told = oracle.of(pupil, (progress.ProgressReportSent, progress.ProgressSendingCorrected))
    sent = [(index, event) for index, event in told if begun.get(event.report, index) < index]
    of_these = [one for one in sent if one[1].report in written]
    return sorted([
        *written.values(),
        *(
            index
            for index, deed in standing(of_these, progress.ProgressReportSent, "sending")
            if day_of(deed) <= day
        ),
    ])  # fmt: skip


def planned(oracle: Oracle, pupil: bytes, day: date, session: str) -> list[tuple[int, str]]:
    """Give the plans that cover a session: the entry of each, and the code that it proposes."""
    withdrawn = {event.plan for _, event in oracle.of(pupil, (AbsenceWithdrawn,))}
    plans = standing(oracle.of(pupil, (AbsencePlanned, AbsencePlanCorrected)), AbsencePlanned, "planned")
    return [
        (index, one.code)
        for index, one in plans
        if index not in withdrawn
        and (one.valid_on if isinstance(one, AbsencePlanned) else one.first) <= day <= one.until
        and one.sessions in ("both", session)
    ]

"""What was told, with the entry that tells it and what it took the place of: reports, exclusions, orders, enrolment.

Worked out from the log's events by brute force and not by the folds. Each of these is told as a whole and, when it was
wrong, told anew: so what the last telling took the place of is the telling before it. The words are those of the page.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any, Final, NamedTuple

from events.codes.exclusions import exclusion_codes
from events.records import earlier_schools as earlier
from events.records import enrolment, pastoral, progress, residence
from services.records.learning import progress_queries
from services.records.pastoral import pastoral_queries
from services.records.queries import PupilRecord
from services.records.roll import earlier_queries
from support.oracle import Oracle, Said, replaced_by, said_of
from support.oracle_told_protection import Fact, Telling, last_of, markers, name_of, orders

SECTIONS: Final = frozenset({
    "progress", "exclusions", "protection", "residence", "earlier-schools", "earlier-attendance",
})  # fmt: skip
"""Of which every fact is compared; what the facts of other sections replaced is compared in oracle_was."""


def expected(oracle: Oracle, pupil: bytes, day: date) -> list[Fact]:
    """Give every fact of these sections on a day, and the enrolment of that day."""
    found = [
        *_reports(oracle, pupil, day), *_exclusions(oracle, pupil, day), *orders(oracle, pupil, day),
        *markers(oracle, pupil, day), *_residence(oracle, pupil, day), *_earlier(oracle, pupil, day),
        *_enrolment(oracle, pupil, day),
    ]  # fmt: skip
    return sorted(found, key=repr)


def answered(record: PupilRecord) -> list[Fact]:
    """Give the same of what the queries answered."""
    found: list[Fact] = [
        (section.name, fact.at.index, fact.since, fact.was)
        for section in record.sections
        if section.name in SECTIONS
        for fact in section.facts
    ]
    place = record.enrolment
    if place is not None:
        was = place.was
        before = None
        if was:
            before = f"{was.value['status']} {was.value['year_group']} from {was.value['since']}, entry {was.at.index}"
        found.append(("enrolment", place.at.index, place.since, before))
    return sorted(found, key=repr)


def _tellings(
    oracle: Oracle, who: bytes, first: type[Any], again: tuple[type[Any], ...], key: str
) -> dict[bytes, list[Telling]]:
    """Give how each thing was told, from its first telling on; of what was never told first, nothing counts."""
    told: dict[bytes, list[Telling]] = {}
    for index, event in oracle.of(who, (first, *again)):
        thing = getattr(event, key)
        if thing in told or isinstance(event, first):
            told.setdefault(thing, []).append(Telling(index, event))
    return told


class Done(NamedTuple):
    """A deed as it stands after its corrections: when, what, whether at all, and what was told before."""

    entry: int
    on: date
    value: Any
    never: bool
    before: tuple[date, Any] | None


def _deeds(  # a deed is told in one event and put right in another, of different fields
    events: Iterable[tuple[int, Any]], told: type[Any], right: str, say: Callable[[Any], tuple[date, Any]]
) -> list[Done]:
    found: list[Done] = []
    for index, event in events:
        if isinstance(event, told):
            found.append(Done(index, *say(event), never=False, before=None))
            continue
        how = getattr(event, right)
        for place, one in enumerate(found):
            if one.entry == event.corrects:
                on, value = (one.on, one.value) if how is None else say(how)
                found[place] = Done(index, on, value, how is None, (one.on, one.value))
    return found


def _was(one: Done, words: Callable[[Any], str]) -> str | None:
    """Write what a correction of a deed found there, with its day where that is not the same any more."""
    if one.before is None:
        return None
    on, value = one.before
    return f"{words(value)}, on {on.isoformat()}" if one.never or on != one.on else words(value)


def _reports(oracle: Oracle, pupil: bytes, day: date) -> Iterator[Fact]:
    told = _tellings(oracle, pupil, progress.ProgressReportRecorded, (progress.ProgressReportCorrected,), "report")
    gone = {event.corrects: index for index, event in oracle.of(pupil, (progress.ProgressReportWithdrawn,))}
    deeds = oracle.of(pupil, (progress.ProgressReportSent, progress.ProgressSendingCorrected))
    for report, tellings in told.items():
        entry, now = tellings[-1]
        if now.valid_on > day:
            continue
        if entry in gone:
            yield "progress", gone[entry], now.valid_on, _report(now)
        else:
            before = tellings[-2].event if len(tellings) > 1 else None
            yield "progress", entry, now.valid_on, before and _report(before, now)
        of_it = [one for one in deeds if one[1].report == report and one[0] > tellings[0].entry]
        for one in _deeds(of_it, progress.ProgressReportSent, "sending", _sent):
            if one.on <= day:
                yield "progress", one.entry, one.on, _was(one, _way)


def _report(one: Any, now: Any = None) -> str:
    """Write what a report said and, where these are not the same any more, of which time it was and from which day."""
    said = progress_queries.words(one.progress)
    if now is None:
        return said
    label = progress_queries.label(one.progress)
    moved = [f"{label}. "] if label != progress_queries.label(now.progress) else []
    dated = [f" Written on {one.valid_on.isoformat()}."] if one.valid_on != now.valid_on else []
    return "".join([*moved, said, *dated])


def _sent(said: Any) -> tuple[date, Any]:
    return getattr(said, "valid_on", None) or said.on, said.channel


def _way(channel: str) -> str:
    ways = {
        "paper": "on paper", "email": "by e-mail", "portal": "through the parents' portal", "in-person": "in person",
    }  # fmt: skip
    return f"to a parent, {ways[channel]}"


def _exclusions(oracle: Oracle, pupil: bytes, day: date) -> Iterator[Fact]:
    told = _tellings(oracle, pupil, pastoral.ExclusionRecorded, (pastoral.ExclusionCorrected,), "exclusion")
    gone = last_of(oracle, pupil, pastoral.ExclusionWithdrawn, "exclusion")
    considered = oracle.of(pupil, (pastoral.ExclusionReviewed, pastoral.ExclusionReviewCorrected))
    returned = oracle.of(pupil, (pastoral.PupilReinstated, pastoral.ReinstatementCorrected))
    for exclusion, tellings in told.items():
        entry, now = tellings[-1]
        if now.valid_on > day:
            continue
        end = gone.get(exclusion, 0)
        if end > entry:
            yield "exclusions", end, now.valid_on, pastoral_queries.words(now.episode)
        else:
            before = tellings[-2].event if len(tellings) > 1 else None
            yield "exclusions", entry, now.valid_on, before and _episode(before, now)
        first = tellings[0].entry
        of_it = [one for one in considered if one[1].exclusion == exclusion and one[0] > first]
        for one in _deeds(of_it, pastoral.ExclusionReviewed, "consideration", _review):
            if one.on <= day:
                was, body = _was(one, lambda said: said[1]), one.before[1][0] if one.before else one.value[0]
                other = exclusion_codes("review")[body].capitalize()
                yield "exclusions", one.entry, one.on, f"{other}: {was}" if body != one.value[0] else was
        of_it = [one for one in returned if one[1].exclusion == exclusion and one[0] > first]
        back = _deeds(of_it, pastoral.PupilReinstated, "reinstated", _returned)
        counts = next((one for one in reversed(back) if not one.never), None)  # only one can count
        for one in back:
            if one.on <= day and (one.never or one is counts):
                yield "exclusions", one.entry, one.on, _was(one, date.isoformat)


def _episode(one: Any, now: Any) -> str:
    """Write what an exclusion was said to be, with the kind and the first day where these are not the same any more."""
    kinds = exclusion_codes("exclusion_kind")
    kind = one.episode.exclusion_kind
    other = [f"{kinds[kind].capitalize()}: "] if kind != now.episode.exclusion_kind else []
    dated = [f", from {one.valid_on.isoformat()}"] if one.valid_on != now.valid_on else []
    return "".join([*other, pastoral_queries.words(one.episode), *dated])


def _review(said: Any) -> tuple[date, Any]:
    return getattr(said, "valid_on", None) or said.on, (said.review, said.outcome)


def _returned(said: Any) -> tuple[date, Any]:
    on = getattr(said, "valid_on", said)
    return on, on


def _then(section: str, said: list[Said], day: date, words: Callable[[Any], str]) -> Iterator[Fact]:
    now = said_of(said, day)
    if now is not None:
        before = replaced_by(said, now)
        yield section, now.entry, now.since, words(before.value) if before else None


def _residence(oracle: Oracle, pupil: bytes, day: date) -> Iterator[Fact]:
    def people(them: Sequence[bytes]) -> str:
        return ", ".join(name_of(oracle, pupil, one, day) for one in them)

    kinds = (residence.ResidenceRecorded, residence.ResidenceCorrected)
    yield from _then(
        "residence", oracle.facts(pupil, kinds, "lives_with"), day, lambda them: people(them) or "none of the contacts"
    )

    def words(future: Any) -> str:
        if future is None:
            return "none any more"
        code = [future.address.postcode] if future.address.postcode else []
        whom = f", with {people(future.lives_with)}" if future.lives_with else ""
        beside = " In addition to the present address." if future.in_addition else ""
        on = f"{future.expected_on.day} {future.expected_on:%B %Y}"
        text = f"{', '.join([*future.address.lines, *code])}. Expected from {on}{whom}.{beside}"
        come = " That day has come: record the change of address, or that the pupil is not to move after all."
        return f"{text}{come}" if future.expected_on <= day else text

    told = (residence.FutureAddressNotified, residence.FutureAddressCorrected)
    said = oracle.facts(pupil, told, "future")
    last = said_of(said, day)
    is_there = last is not None and last.value and oracle.record(pupil, day)["address"] == last.value.address
    yield from () if is_there else _then("residence", said, day, words)


def _earlier(oracle: Oracle, pupil: bytes, day: date) -> Iterator[Fact]:
    schools = (earlier.EarlierSchoolRecorded, earlier.EarlierSchoolCorrected, earlier.EarlierSchoolWithdrawn)
    years = (
        earlier.EarlierAttendanceRecorded, earlier.EarlierAttendanceCorrected, earlier.EarlierAttendanceWithdrawn
    )  # fmt: skip
    for which, said in _each(oracle.of(pupil, schools)):
        yield from _then("earlier-schools", said, day, partial(_stay, which))
    for _, said in _each(oracle.of(pupil, years)):
        yield from _then("earlier-attendance", said, day, earlier_queries.counted)


def _each(events: Iterable[tuple[int, Any]]) -> Iterator[tuple[Any, list[Said]]]:
    """Yield each school, or year at one, as it was first named, with what was said of it and still stands."""
    things: dict[Any, tuple[Any, list[Said]]] = {}
    for index, event in events:
        when = event.which.entered if isinstance(event.which, earlier.Stay) else event.which.year
        thing = event.which.laestab or event.which.school.lower(), when
        which, said = things.get(thing, (event.which, []))
        wrong = next((one for one in said if one.entry == getattr(event, "corrects", None)), None)
        said = [one for one in said if one is not wrong]
        if hasattr(event, "said"):
            right = Said(event.valid_on, index, event.said, wrong)
            # A right value holds from when the wrong one did, where nothing else is known of that time.
            if wrong is not None and wrong.since < right.since and said_of(said, wrong.since) is None:
                right.since = wrong.since
            said.append(right)
        things[thing] = which, said
    yield from things.values()


def _stay(which: Any, said: Any) -> str:
    def written(when: date) -> str:
        return f"{when.day} {when:%B %Y}"

    began = f"from {written(which.entered)}" if which.entered else "from a day that is not known"
    parts = [f"{began} to {written(said.left)}" if said.left else began]
    parts += [f"reason as its sender wrote it: {said.reason}"] if said.reason else []
    parts += [f"ground of removal as its sender wrote it: {said.ground}"] if said.ground else []
    return "; ".join(parts)


def _enrolment(oracle: Oracle, pupil: bytes, day: date) -> Iterator[Fact]:
    now, before = oracle.place_on(pupil, day)
    if now is None:
        return
    told = dict(oracle.of(pupil, (enrolment.Enrolled,)))
    wrong: dict[int, tuple[int, Any]] = {}
    for index, event in oracle.of(pupil, (enrolment.StartingDayCorrected, enrolment.EnrolmentCorrected)):
        if event.corrects in told:
            found = told.pop(event.corrects)
            wrong[index] = event.corrects, found
            fields = ("valid_on",) if isinstance(event, enrolment.StartingDayCorrected) else ("status", "year_group")
            told[index] = found.model_copy(update={name: getattr(event, name) for name in fields})
    was = wrong.get(now.entry) or ((before.entry, before.enrolled) if before else None)
    said = was and f"{was[1].status} {was[1].year_group} from {was[1].valid_on}, entry {was[0]}"
    yield "enrolment", now.entry, now.since, said

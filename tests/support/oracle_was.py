"""What each value of a record took the place of, worked out from the log's events by brute force and not by the folds.

A correction took the place of what it puts right; a change, of what was true just before it. What a section shows of it
stands in words, so the words are made here from what the events say.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Final, TypeAlias

from events.codes.characteristics import code_sets, in_words
from events.codes.deletion import deletion_grounds
from events.codes.sen import sen_codes
from events.records import (
    assessment,
    characteristics,
    enrolment,
    health,
    identity,
    numbers,
    sen,
)
from events.records.admission import (
    FirstDayExpected,
    FirstDayExpectedCorrected,
    LastSchoolCorrected,
    LastSchoolRecorded,
)
from events.records.future_school import FutureSchoolCorrected, FutureSchoolNotified
from services.records.learning import assessment_queries
from services.records.queries import PupilRecord
from services.records.registers import part_time_queries
from services.records.roll import admission_queries
from services.records.roll.admission_queries import OTHER
from services.records.values import Value
from support import oracle_family, oracle_lasted, oracle_mistakes
from support.oracle import Oracle, Said, replaced_by, said_of

Replaced: TypeAlias = dict[tuple[str, Any], Any]
"""What was replaced, by where it is shown and at which entry: of a section in words, else the value and its entry."""
COMPARED: Final = frozenset({
    "numbers", "admission", "part-time", "characteristics", "free-school-meals", "sen", "health", "assessment",
    "collection",
})  # fmt: skip
"""The sections whose replaced values are compared here; those of notes and concerns are in oracle_kept."""
_NEEDS: Final = (sen.SenNeedsRecorded, sen.SenNeedsCorrected)
_FLAGS: Final = (health.MedicalFlagReceived, health.MedicalFlagCorrected)


def _then(said: list[Said], day: date, words: Callable[[Any], Any] = lambda value: value) -> Iterator[tuple[int, Any]]:
    """Yield the entry of what is true on a day, with what it took the place of, if there was anything."""
    now = said_of(said, day)
    before = replaced_by(said, now) if now else None
    if now and before:
        yield now.entry, words(before.value)


def _valued(said: list[Said], day: date, say: Callable[[Any], Any] = lambda value: value) -> Iterator[tuple[int, Any]]:
    """Yield the same with the entry of what was before; where that was nothing, or nothing is left, nothing."""
    now = said_of(said, day)
    before = replaced_by(said, now) if now and now.value is not None else None
    if now and before and before.value is not None:
        yield now.entry, (say(before.value), before.entry)


def replaced(oracle: Oracle, pupil: bytes, day: date) -> Replaced:
    """Give all that the values of a record took the place of."""
    found: Replaced = {}
    for where, them in (*_of_the_pupil(oracle, pupil, day), *_of_contacts(oracle, pupil, day)):
        found |= {(where, entry): what for entry, what in them}
    for section, entry, what in _of_sections(oracle, pupil, day):
        found[section, entry] = what
    return found


def _of_the_pupil(oracle: Oracle, pupil: bytes, day: date) -> Iterator[tuple[str, Iterator[tuple[int, Any]]]]:
    names = (identity.PupilRegistered, identity.NameChanged, identity.NameCorrected)
    yield "name", _valued(oracle.own(pupil, names, "full_name"), day)
    born = (identity.PupilRegistered, identity.DateOfBirthCorrected)
    yield "date_of_birth", _valued(oracle.own(pupil, born, "date_of_birth"), day)
    yield "sex", _valued(oracle.own(pupil, (identity.PupilRegistered, identity.SexCorrected), "sex"), day)
    yield "upn", _valued(oracle.upns(pupil, day), day)
    yield from _reached(oracle, pupil, "", day)


def _reached(oracle: Oracle, person: bytes, whose: str, day: date) -> Iterator[tuple[str, Iterator[tuple[int, Any]]]]:
    yield f"{whose}address", _valued(oracle.facts(person, oracle_family.ADDRESSES, "address"), day)
    yield f"{whose}email", _valued(oracle.facts(person, oracle_family.EMAILS, "email"), day)
    for kind in ("M", "H"):
        yield f"{whose}phone", _valued(oracle.facts(person, oracle_family.PHONES, "number", phone_type=kind), day)


def _of_contacts(oracle: Oracle, pupil: bytes, day: date) -> Iterator[tuple[str, Iterator[tuple[int, Any]]]]:
    for contact in oracle_family.contacts_on(oracle, pupil, day):
        person, whose = oracle.shown(contact), f"{contact.hex()} "
        yield from _reached(oracle, person, whose, day)
        yield f"{whose}called", _valued(oracle.facts(person, oracle_family._NAMES, None), day, _called)
        links = oracle.facts(pupil, oracle_family.LINKS, "relationship", contact=contact)
        yield f"{whose}link", _valued(links, day)
        yield f"{whose}responsible", _valued(oracle.facts(pupil, oracle_family.HOLDS, "holds", contact=contact), day)


def _called(event: Any) -> tuple[str | None, Any]:
    return event.title, event.full_name


def _of_sections(oracle: Oracle, pupil: bytes, day: date) -> Iterator[tuple[str, int, Any]]:
    """Yield what the facts of each section took the place of, by section and entry, in the words of the page."""
    yield from (("numbers", *one) for one in _numbers(oracle, pupil, day))
    yield from (("admission", *one) for one in _admission(oracle, pupil, day))
    for kind in {one.kind for _, one in oracle.of(pupil, _SAID)}:
        words = _characteristic(kind)
        yield from (("characteristics", *one) for one in _then(oracle.facts(pupil, _SAID, None, kind=kind), day, words))
    yield from (("free-school-meals", *one) for one in _meals(oracle, pupil, day))
    for section, label, one, wrong in oracle_lasted.begun(oracle, pupil, day):
        if wrong is not None:
            yield section, one.entry, _LASTING[label](wrong)
    yield from (("sen", *one) for one in _then(oracle.facts(pupil, _NEEDS, "needs"), day, _needs))
    yield from (("health", *one) for one in _then(oracle.facts(pupil, _FLAGS, "flagged"), day, _flag))
    results = (assessment.ResultRecorded, assessment.ResultCorrected, assessment.ResultWithdrawn)
    for thing in {event.assessed for _, event in oracle.of(pupil, results)}:
        said = oracle.facts(pupil, results, "outcome", assessed=thing)
        yield from (("assessment", *one) for one in _then(said, day, assessment_queries.words))
    for first, _, shown in oracle_mistakes.shown_to(oracle, pupil):
        for asked in shown.asked if shown.on <= day else ():
            said = oracle_mistakes.answers_to(oracle, pupil, first, asked.item)
            yield from (("collection", *one) for one in _then(said, day, _answer))
    yield from (("collection", *one) for one in oracle_mistakes.notices_otherwise(oracle, pupil, day))


def _numbers(oracle: Oracle, pupil: bytes, day: date) -> Iterator[tuple[int, Any]]:
    yield from _then(oracle.first_known(pupil, (numbers.UlnRecorded, numbers.UlnCorrected), "uln", day), day)
    yield from _then(oracle.first_known(pupil, (numbers.UciRecorded, numbers.UciCorrected), "uci", day), day)
    told = (numbers.FormerNameRecorded, numbers.FormerNameCorrected, numbers.FormerNameWithdrawn)
    events = oracle.of(pupil, told)
    gone = {getattr(event, "corrects", None) for _, event in events}
    said = dict(events)
    for entry, event in events:
        wrong = said.get(event.corrects) if isinstance(event, numbers.FormerNameCorrected) else None
        if wrong is not None and entry not in gone:
            yield entry, " ".join(part for part in (wrong.forename, wrong.surname) if part)


def _admission(oracle: Oracle, pupil: bytes, day: date) -> Iterator[tuple[int, Any]]:
    schools = oracle.facts(pupil, (LastSchoolRecorded, LastSchoolCorrected), "school")
    yield from _then(schools, day, lambda school: school or "none")
    first_days = oracle.facts(pupil, (FirstDayExpected, FirstDayExpectedCorrected), "first_day")
    yield from _then(first_days, day, lambda one: f"{one.day} {one:%B %Y}" if one else "not expected any more")
    told = oracle.facts(pupil, (FutureSchoolNotified, FutureSchoolCorrected), "future")
    yield from _then(told, day, _to_come)
    written = dict(oracle.of(pupil, (enrolment.PupilLeft, enrolment.LeavingCorrected)))
    for entry, left in oracle.turns(pupil):
        right = written.get(entry)
        wrong = written.get(right.corrects) if isinstance(right, enrolment.LeavingCorrected) else None
        if wrong is not None and left.valid_on <= day:
            ground = deletion_grounds()[wrong.ground].meaning if wrong.ground else admission_queries.NO_GROUND
            gone = f"; gone to {wrong.destination}" if wrong.destination else ""
            on = f"{wrong.valid_on.day} {wrong.valid_on:%B %Y}"
            yield entry, f"{on}. Name deleted from the register: {ground}{gone}"


def _to_come(future: Any) -> str:
    if future is None:
        return "none any more"
    number = f" (LAESTAB {future.laestab})" if future.laestab else ""
    first = f"from {future.first_day.day} {future.first_day:%B %Y}" if future.first_day else "from a day not told yet"
    return f"{future.school}{number}, {first}"


def _meals(oracle: Oracle, pupil: bytes, day: date) -> Iterator[tuple[int, Any]]:
    for one, wrong in oracle_lasted.meals_begun(oracle, pupil, day):
        if wrong is not None:
            first, last = wrong
            yield one.entry, f"from {first.isoformat()}" + (f" to {last.isoformat()}" if last else "")
    yield from _then(oracle.facts(pupil, oracle_mistakes.REVIEWS, "review"), day, date.isoformat)
    yield from oracle_mistakes.reviews_not_due(oracle, pupil, day)


_SAID: Final = (characteristics.CharacteristicChanged, characteristics.CharacteristicCorrected)


def _answer(said: Any) -> str:
    if said.given:
        return "given"
    return f"declined: {said.because}" if said.because else "declined"


def _characteristic(kind: str) -> Callable[[Any], str]:
    def words(said: Any) -> str:
        authority = f", local authority {said.care_authority}" if said.care_authority else ""
        source = f" (said by {code_sets()['source'].codes[said.source]})" if said.source else ""
        return f"{in_words(kind, said.codes)}{authority}{source}"

    return words


def _needs(codes: tuple[str, ...]) -> str:
    return "; ".join(f"{sen_codes('need')[code].meaning} ({code})" for code in codes) or "none known any more"


def _flag(flagged: bool) -> str:
    return "said that it knew of a medical condition: ask the family" if flagged else "said that it knew of none"


def _medication(plan: Any) -> str:
    return f" Medication: {plan.medication}." if plan.medication else ""


_LASTING: Final[dict[str, Callable[[Any], str]]] = {
    "Part-time timetable": part_time_queries.in_words,
    OTHER: admission_queries.other_school,
    "SEN provision": lambda code: f"{sen_codes('provision')[code].meaning} ({code})",
    "EHC plan": lambda plan: f"maintained by {plan.authority}" if plan.authority else "in force",
    "Allergy": lambda one: f"{one.called}, {one.severity}. {one.what_to_do}",
    "Medical condition": lambda one: f"{one.called}. {one.what_to_do}" if one.what_to_do else one.called,
    "Care plan": lambda one: (
        f"{one.called}.{_medication(one)} Agreed with {one.agreed_with}. To be reviewed on {one.review_on}."
    ),
}


def answered(record: PupilRecord) -> Replaced:
    """Give the same of what the queries answered."""
    found: Replaced = {}

    def keep(where: str, value: Value | None, say: Callable[[Any], Any] = lambda one: one) -> None:
        if value is not None and value.was is not None:
            found[where, value.at.index] = (say(value.was.value), value.was.at.index)

    def keep_reach(whose: str, one: Any) -> None:
        keep(f"{whose}address", one.address)
        for email in one.emails:
            keep(f"{whose}email", email)
        for phone in one.phones:
            keep(f"{whose}phone", phone, lambda number: number.number)

    for where in ("name", "date_of_birth", "sex", "upn"):
        keep(where, getattr(record, where))
    keep_reach("", record)
    for contact in record.contacts:
        whose = f"{contact.contact.hex()} "
        keep_reach(whose, contact)
        keep(f"{whose}called", contact.called, lambda called: (called.title, called.full_name))
        keep(f"{whose}responsible", contact.responsibility, lambda said: said.holds)
        if contact.was:
            found[f"{whose}link", contact.at.index] = (contact.was.value.relationship, contact.was.at.index)
    for section in record.sections:
        for fact in section.facts:
            # What was not shown at all is told in the words of what had been, which are those of another fact here.
            is_so = not (isinstance(fact.value, dict) and "withdrawn" in fact.value)
            if fact.was is not None and section.name in COMPARED and is_so:
                found[section.name, fact.at.index] = fact.was
    return found

"""A record as the oracles know it: what the queries answered of a pupil, and what they should have answered."""

from datetime import date
from typing import Any, Final

from ledger.view import Reader
from services.records.families import family_queries
from services.records.queries import PupilRecord
from services.records.registers.part_time_views import PartTimeRow
from services.records.registers.planned_views import PlannedRow
from services.records.roll.admission_queries import FUTURE_SCHOOL, OTHER
from services.records.roll.dual_views import DualRow
from services.records.values import Value
from support import (
    oracle_answers,
    oracle_arrangements,
    oracle_care,
    oracle_earlier,
    oracle_family,
    oracle_kept,
    oracle_lasted,
    oracle_mistakes,
    oracle_school,
    oracle_told,
    oracle_was,
)
from support.commands.common import CONTACTS, PUPILS
from support.oracle import Oracle

PEOPLE: Final = (*PUPILS, *CONTACTS)
COMPARED: Final = frozenset({
    "residence/Normally lives with", "residence/Future address", "admission/Expected first day of attendance",
    "numbers/Unique learner number", "numbers/Unique candidate identifier", "earlier-schools", "earlier-attendance",
    "numbers/Former UPN", "numbers/Former name", "numbers/Merged record",
    f"admission/{FUTURE_SCHOOL}", "admission/Last school attended", "admission/Last day on the roll", f"admission/{OTHER}",
    "part-time/Part-time timetable", "characteristics", "refused-fields",
    "free-school-meals/episodes", "free-school-meals/review", "orders", "markers", "sen/SEN provision",
    "sen/Needs, the primary one first", "sen/EHC plan", "health/Allergy", "health/Medical condition",
    "health/Care plan", "health/Flag of the previous school", "assessment", "progress", "exclusions/episodes",
    "exclusions/reviews", "exclusions/back", "family/name", "family/responsibility", "barred",
    "pastoral", "safeguarding/Concern", "safeguarding/Referred to", "safeguarding/Outcome", "documents/sen",
    "collection/fields", "collection/given", "collection/declined", "collection/notices", "lasted",
    "contact-mistakes",
    *(f"was/{where}" for where in (
        "name", "date_of_birth", "sex", "upn", "address", "phone", "email", "called", "link", "responsible",
        "numbers", "admission", "part-time", "characteristics", "free-school-meals", "sen", "health", "assessment",
        "collection",
    )),
    *(f"told/{where}" for where in (*oracle_told.SECTIONS, "enrolment")),
})  # fmt: skip
"""Of what the scripts must say something, so that no comparison is of nothing with nothing."""


def expected(oracle: Oracle, pupil: bytes, day: date) -> dict[str, Any]:
    """Give what the sections of a pupil's record, and their family, should say of a day."""
    return {
        "numbers": oracle_school.numbers_on(oracle, pupil, day),
        "admission": {
            **oracle_school.admission_on(oracle, pupil, day),
            OTHER: oracle_arrangements.others_on(oracle, pupil, day),
        },
        "earlier-schools": oracle_earlier.schools_on(oracle, pupil, day),
        "earlier-attendance": oracle_earlier.attendance_on(oracle, pupil, day),
        "part-time": oracle_arrangements.timetables_on(oracle, pupil, day),
        "residence": oracle_family.residence_on(oracle, pupil, day),
        "characteristics": oracle_school.characteristics_on(oracle, pupil, day),
        "free-school-meals": oracle_care.free_meals_on(oracle, pupil, day),
        "refused-fields": oracle_school.refused_fields_on(oracle, pupil, day),
        "orders": oracle_family.orders_on(oracle, pupil, day),
        "markers": oracle_family.markers_on(oracle, pupil, day),
        "sen": oracle_care.sen_on(oracle, pupil, day),
        "health": oracle_care.health_on(oracle, pupil, day),
        "assessment": oracle_school.results_on(oracle, pupil, day),
        "progress": oracle_school.reports_on(oracle, pupil, day),
        "exclusions": oracle_school.exclusions_on(oracle, pupil, day),
        "pastoral": oracle_kept.notes_on(oracle, pupil, day),
        "safeguarding": oracle_kept.concerns_on(oracle, pupil, day),
        "documents": oracle_kept.documents_on(oracle, pupil, day),
        "contact-mistakes": oracle_mistakes.contact_mistakes_on(oracle, pupil, day),
        "collection": oracle_kept.collection_on(oracle, pupil, day),
        "family": oracle_family.contacts_on(oracle, pupil, day),
        "barred": {one: found for one in PEOPLE if (found := oracle_family.barred(oracle, pupil, one, day))},
        "lasted": sorted(oracle_lasted.expected(oracle, pupil, day), key=repr),
        "was": oracle_was.replaced(oracle, pupil, day),
        "told": oracle_told.expected(oracle, pupil, day),
    }


async def answered(reader: Reader, record: PupilRecord, day: date) -> dict[str, Any]:
    """Give the same of what the queries answered."""
    return {
        **oracle_answers.sections(record, day),
        **oracle_answers.warnings(record),
        "family": oracle_answers.family(record),
        "barred": {
            person: {(one.what, one.of) for one in found}
            for person in PEOPLE
            if (found := await family_queries.barred(reader, record.subject, person, day))
        },
        "lasted": sorted(oracle_lasted.answered(record), key=repr),
        "was": oracle_was.answered(record),
        "told": oracle_told.answered(record),
    }


def told(said: dict[str, Any]) -> set[str]:
    """Give of which sections, and of which of their labels, a record says something."""
    labels = {
        f"{name}/{label}"
        for name, what in said.items()
        if isinstance(what, dict) and name != "was"
        for label in what
        if what[label]
    }
    was = {f"was/{where.rsplit(' ', 1)[-1]}" for where, _ in said["was"]}
    family = {f"family/{label}" for one in said["family"].values() for label in one if one[label]}
    # Of what is told as a whole it counts only if a telling took the place of another.
    replaced = {f"told/{section}" for section, *_, before in said["told"] if before}
    return {name for name, what in said.items() if what} | labels | family | was | replaced


def notes(oracle: Oracle, record: PupilRecord) -> None:
    """Demand that each fact of a record is shown with what is said against it, and with nothing else."""
    pupil = record.subject
    values: list[tuple[Value | None, str | None]] = [
        (record.name, "full_name"),
        (record.date_of_birth, "date_of_birth"),
        (record.sex, "sex"),
    ]
    values += [(one, None) for one in (record.upn, record.address, record.enrolment, *record.phones, *record.emails)]
    noted: list[tuple[bytes, int, str | None, str | None]] = [
        (pupil, one.at.index, field, one.note) for one, field in values if one is not None
    ]
    noted += [(pupil, one.at.index, None, one.note) for section in record.sections for one in section.facts]
    noted += [(pupil, one.at.index, None, one.note) for one in record.groups]
    noted += [(pupil, one.at.index, None, one.note) for one in record.contacts]
    for contact in record.contacts:
        who = oracle.shown(contact.contact)
        theirs = [one for one in (contact.address, *contact.phones, *contact.emails) if one]
        noted += [(who, one.at.index, None, one.note) for one in theirs]
        noted += [(who, one.at.index, "full_name", one.note) for one in (contact.called,) if one]
        noted += [(pupil, one.at.index, None, one.note) for one in (contact.responsibility,) if one]
    for person, entry, field, note in noted:
        said = oracle_family.disputed(oracle, person, entry, field)
        shown = f"Disputed: {' '.join(said)}" if said else None
        assert (note or "").endswith(shown or ""), "what is said against a fact is not shown with it"
        assert shown or "Disputed: " not in (note or ""), "something is shown that nobody says against the fact"


def covering(row: PlannedRow | None, day: date, session: str) -> list[tuple[int, str]]:
    """Give the plans of a row that cover a session."""
    return [(one.at.index, one.code) for one in (row.plans if row else ()) if one.covers(day, session)]


def away(timetables: PartTimeRow | None, others: DualRow | None, day: date, session: str) -> str | None:
    """Give the code that the rows of agreements propose for a session; the other school goes before the timetable."""
    if others is not None and others.away(day, session):
        return "D"
    return "C2" if timetables is not None and timetables.away(day, session) else None

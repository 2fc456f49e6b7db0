"""What of one pupil's rows may be given to somebody, by the names that the law's gateways use for its fields."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, NamedTuple, TypeAlias

from events.codes.calendar import school_year
from events.identifiers import id_text
from events.model import Category
from ledger.view import Reader
from services.facts import on
from services.records import queries
from services.records.families.family_queries import (
    ContactRecord,
    Family,
    Withheld,
)
from services.records.learning.assessment_queries import label, words
from services.records.learning.assessment_views import results
from services.records.queries import PupilRecord
from services.records.registers import attendance_queries as days
from services.records.registers.attendance_views import registers_taken
from services.records.section import Fact
from services.records.sections import SECTIONS
from services.records.shared_schools import TAKEN_APART, taken_apart
from services.records.values import Value
from services.records.views import members
from services.routes import plain
from services.shared_facts import MAY_BE_KEPT_BACK, Pupil, SharedFact

YEAR: Final = timedelta(days=365)
"""How far back marks are given: about a school year up to the day asked about."""


NOBODY: Final = bytes(16)
"""An organisation as orders and markers see it: none of the people that they may be against."""
Told: TypeAlias = tuple[Family, bytes | None, frozenset[date]]
"""A pupil's protection, who is told where that is one person, and the days whose orders and markers hold.

What is in force on the day of sending holds besides what was on the day asked about: else whoever names an earlier
day would be told what is kept from them.
"""


class InSection(NamedTuple):
    """Where a field stands in a record's sections: the section, and the labels of its facts (None: all)."""

    section: str
    labels: tuple[str, ...] | None = None


_OF_RECORD: Final[Mapping[str, Category]] = {
    "full_name": "identity", "date_of_birth": "identity", "sex": "identity", "upn": "identity", "address": "contact",
    "phones": "contact", "emails": "contact", "contacts": "contact", "enrolment": "enrolment",
    "attendance": "attendance", "attendance_summary": "attendance", "results": "assessment",
}  # fmt: skip
IN_SECTIONS: Final[Mapping[str, InSection]] = {
    "uln": InSection("numbers", ("Unique learner number",)),
    "former_upn": InSection("numbers", ("Former UPN",)),
    "former_names": InSection("numbers", ("Former name",)),
    "admission": InSection("admission"),
    "previous_schools": InSection("earlier-schools"),
    "earlier_attendance": InSection("earlier-attendance"),
    "leaving": InSection("admission", ("Last day on the roll",)),
    "ethnicity": InSection("characteristics", ("Ethnicity",)),
    "first_language": InSection("characteristics", ("First language",)),
    "religion": InSection("characteristics", ("Religion",)),
    "service_child": InSection("characteristics", ("Service child",)),
    "young_carer": InSection("characteristics", ("Young carer",)),
    "looked_after": InSection("characteristics", ("Looked after", "Previously looked after")),
    "disability": InSection("characteristics", ("Disability",)),
    "free_school_meals": InSection("free-school-meals"),
    "sen_provision": InSection("sen", ("SEN provision",)),
    "sen_needs": InSection("sen", ("Needs, the primary one first",)),
    "ehc_plan": InSection("sen", ("EHC plan",)),
    "medical_conditions": InSection("health", ("Medical condition",)),
    "allergies": InSection("health", ("Allergy",)),
    "care_plans": InSection("health", ("Care plan",)),
    "progress_reports": InSection("progress"),
    "exclusions": InSection("exclusions"),
    "pastoral_notes": InSection("pastoral"),
    "safeguarding_concerns": InSection("safeguarding"),
}


async def pupil_facts(
    reader: Reader, subject: bytes, fields: frozenset[str], valid_on: date, told: Told
) -> Pupil | None:
    """Give what is known of a pupil in these fields on a day, less what must not be told; None where there is none."""
    record = await queries.pupil(reader, subject, valid_on, _categories(fields))
    if record is None:
        return None
    withheld: dict[str, str] = {}
    facts = [*_own(record, fields, told, withheld), *_of_sections(record, fields)]
    if fields & {"attendance", "attendance_summary"}:
        facts += await _attendance(reader, subject, fields, valid_on)
    if "results" in fields:
        facts += await _results(reader, subject, valid_on)
    if fields & TAKEN_APART:
        facts = await taken_apart(reader, subject, facts, valid_on)
    return Pupil(subject, facts, withheld)


def _categories(fields: frozenset[str]) -> frozenset[Category]:
    """Give what of a record must be read for these fields: a census of four hundred reads no more than it asks for."""
    sections = {IN_SECTIONS[one].section for one in fields & IN_SECTIONS.keys()}
    own = {category for field, category in _OF_RECORD.items() if field in fields}
    return frozenset(own | {one.category for one in SECTIONS if one.name in sections})


def _own(record: PupilRecord, fields: frozenset[str], told: Told, withheld: dict[str, str]) -> list[SharedFact]:
    """Give the facts of a record's head, without what a marker keeps from everybody."""
    kept = _kept_back(told)
    values: dict[str, Sequence[Value | None]] = {
        "full_name": [record.name], "date_of_birth": [record.date_of_birth], "sex": [record.sex], "upn": [record.upn],
        "enrolment": [record.enrolment], "address": [record.address], "phones": record.phones,
        "emails": record.emails,
    }  # fmt: skip
    found = []
    for field, several in values.items():
        if field not in fields:
            continue
        if field in _WHERE and kept.get(record.subject):
            withheld[field] = KEPT_BACK
            continue
        found += [_fact(field, record.subject, one) for one in several if one is not None]
    if "contacts" in fields:
        for contact in record.contacts:
            what = kept.get(contact.contact, frozenset())
            if what:
                withheld["contacts"] = KEPT_BACK
            if "person" not in what:
                found.append(_contact(contact, hidden="address" in what))
    return found


_WHERE: Final = MAY_BE_KEPT_BACK - {"contacts"}
KEPT_BACK: Final = "a non-disclosure marker in force keeps this from whoever is outside the school"


def _kept_back(told: Told) -> dict[bytes, frozenset[Withheld]]:
    """Give of whom what is kept from whoever is told; from an organisation, what a marker keeps from anybody at all."""
    around, person, held_on = told
    found: dict[bytes, frozenset[Withheld]] = {}
    for barred in (one for day in held_on for one in around.barred(person or NOBODY, day)):
        found[barred.of] = found.get(barred.of, frozenset()) | {barred.what}
    return found


def _fact(field: str, about: bytes, value: Value) -> SharedFact:
    return SharedFact(field, about, plain(value.value), _words(value.value), value.since, (value.at.index,))


def _words(value: Any) -> str:
    given = plain(value)
    if isinstance(given, dict):
        return ", ".join(str(one) for one in _leaves(given))
    return str(given)


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for one in value.values() for leaf in _leaves(one)]
    if isinstance(value, list):
        return [leaf for one in value for leaf in _leaves(one)]
    return [] if value is None else [value]


def _contact(contact: ContactRecord, *, hidden: bool) -> SharedFact:
    """Give a contact with how to reach them; ``hidden`` leaves out where they live and their numbers."""
    reach = [] if hidden else [contact.address, *contact.phones, *contact.emails]
    values = [one for one in (contact.called, contact.responsibility, *reach) if one is not None]
    value = {
        "contact": id_text(contact.contact), "relationship": contact.relationship, "priority": contact.priority,
        "parental_responsibility": contact.parental_responsibility,
        "called": plain(contact.called.value) if contact.called else None,
        "address": plain(contact.address.value) if contact.address and not hidden else None,
        "phones": [] if hidden else [plain(one.value) for one in contact.phones],
        "emails": [] if hidden else [plain(one.value) for one in contact.emails],
    }  # fmt: skip
    entries = tuple(sorted({contact.at.index, *(one.at.index for one in values)}))
    return SharedFact("contacts", contact.contact, value, contact.name, contact.since, entries)


def _of_sections(record: PupilRecord, fields: frozenset[str]) -> list[SharedFact]:
    sections = {one.name: one.facts for one in record.sections}
    found = []
    for field in sorted(fields & IN_SECTIONS.keys()):
        name, labels = IN_SECTIONS[field]
        facts = [one for one in sections.get(name, ()) if labels is None or one.label in labels]
        found += [_said(field, record.subject, one) for one in facts if field != "leaving" or one.until is None]
    return found


def _said(field: str, about: bytes, fact: Fact) -> SharedFact:
    value = {"label": fact.label, "value": plain(fact.value), "until": plain(fact.until), "note": fact.note}
    return SharedFact(field, about, value, fact.text, fact.since, (fact.at.index,))


async def _attendance(reader: Reader, subject: bytes, fields: frozenset[str], day: date) -> list[SharedFact]:
    marks = await days.marks(reader, subject, day - YEAR, day)
    if not marks:
        return []
    entries, since = await _entries(reader, subject, marks), marks[0].date
    found = []
    if "attendance" in fields:
        value = [{"date": plain(one.date), "session": one.session, "code": one.code} for one in marks]
        found.append(SharedFact("attendance", subject, value, f"{len(marks)} marks", since, entries))
    if "attendance_summary" in fields:
        counted = days.summary([one.code for one in marks])
        summed = _figures(counted)
        text = ", ".join(f"{number} {name}" for name, number in summed.items())
        year = school_year(day)
        of_year = [one.code for one in marks if school_year(one.date) == year]
        # A transfer file counts the school year, which it names by the calendar year in which it ends.
        counted_year = {"year": year + 1, **_figures(days.summary(of_year))} if of_year else None
        value_said = {**summed, "year": counted_year}
        found.append(SharedFact("attendance_summary", subject, value_said, text, since, entries))
    return found


def _figures(counted: days.Summary) -> dict[str, int]:
    return {name: getattr(counted, name) for name in ("possible", "attended", "authorised", "unauthorised")}


async def _results(reader: Reader, subject: bytes, day: date) -> list[SharedFact]:
    """Give each thing's latest result, with what was assessed as data: a transfer file takes it apart."""
    row = await reader.get(results, subject)
    found = []
    for one in row.results if row else ():
        latest = on(one.series, day)
        if latest is not None:
            value = {"assessed": plain(one.assessed), "outcome": plain(latest.value), "on": plain(latest.since)}
            text = f"{label(one.assessed)}: {words(latest.value)}"
            found.append(SharedFact("results", subject, value, text, latest.since, (latest.at.index,)))
    return found


async def _entries(reader: Reader, subject: bytes, marks: Sequence[days.SessionMark]) -> tuple[int, ...]:
    """Give the entries of marks: each amendment, and the registers of the groups that the pupil was in on the day."""
    spells = {row.group: row.spells for row in await reader.find(members, subject=subject)}
    on_days, sessions = sorted({one.date for one in marks}), {(one.date, one.session) for one in marks}
    taken = await reader.find(registers_taken, date=on_days, group=list(spells)) if spells else []
    own = [
        row
        for row in taken
        if (row.date, row.session) in sessions and queries.spell_on(spells[row.group], row.date) is not None
    ]
    amended = {change.at.index for one in marks for change in one.amendments}
    return tuple(sorted(amended | {at.index for row in own for at in (row.first, row.last)}))

"""What the queries answered of a pupil, a function for each section, in the form in which the oracles say it."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, get_args

from events.codes.characteristics import code_sets
from events.codes.deletion import deletion_grounds
from events.records.documents import DocumentCategory
from services.records.queries import PupilRecord
from services.records.roll.admission_queries import FUTURE_SCHOOL, OTHER
from services.records.section import Fact

_ALWAYS: Final = date.max


def sections(record: PupilRecord, day: date) -> dict[str, Any]:
    """Give what the sections of a record said of a day."""
    facts = {one.name: one.facts for one in record.sections}
    return {
        "numbers": _numbers(facts["numbers"]),
        "admission": {**_admission(facts["admission"]), **_each_running(facts["admission"], (OTHER,), day)},
        "earlier-schools": _by_entry(facts["earlier-schools"]),
        "earlier-attendance": _by_entry(facts["earlier-attendance"]),
        "part-time": _each_running(facts["part-time"], ("Part-time timetable",), day),
        "residence": {label: _values(facts["residence"], label) for label in ("Normally lives with", "Future address")},
        "characteristics": {
            _kind(one): (one.at.index, one.value.codes, one.value.source, one.value.refused)
            for one in facts["characteristics"]
        },
        "free-school-meals": _meals(facts["free-school-meals"]),
        "refused-fields": {one.label.lower().replace(" ", "_") for one in facts["refused-fields"]},
        "sen": _each_running(facts["sen"], ("SEN provision", "Needs, the primary one first", "EHC plan"), day),
        "health": _each_running(
            facts["health"], ("Allergy", "Medical condition", "Care plan", "Flag of the previous school"), day
        ),
        "assessment": _by_entry(facts["assessment"]),
        "progress": sorted(one.at.index for one in facts["progress"] if one.value is not None),
        "exclusions": _exclusions(facts["exclusions"]),
        "pastoral": sorted(
            (one.at.index, one.value["text"], one.since, one.was) for one in facts["pastoral"] if _is_so(one)
        ),
        "safeguarding": _concerns(facts["safeguarding"]),
        "documents": {
            category: [
                (
                    one.at.index,
                    one.text,
                    one.value["content_type"],
                    one.value["size"],
                    one.until,
                    "Withdrawn" in (one.note or ""),
                )
                for one in facts[f"{category}-documents"]
            ]
            for category in get_args(DocumentCategory)
        },
        "collection": _collection(facts["collection"]),
        "contact-mistakes": sorted(
            (one.at.index, one.label.rsplit(": ", 1)[-1], one.since) for one in facts["contact-mistakes"]
        ),
    }


def warnings(record: PupilRecord) -> dict[str, Any]:
    """Give the orders and the markers that a record warns of."""
    return {
        "orders": {
            (one.value["kind"], one.value["restrains"], tuple(one.value["forbids"]), one.since, one.at.index)
            for one in record.warnings
            if "order" in one.value
        },
        "markers": {
            (one.value["of"], one.value["covers"], one.value["against"], one.since, one.at.index)
            for one in record.warnings
            if "marker" in one.value
        },
    }


def family(record: PupilRecord) -> dict[bytes, dict[str, Any]]:
    """Give the contacts of a record, and how each is reached."""
    return {
        one.contact: {
            "name": one.name,
            "responsibility": one.parental_responsibility,
            "address": one.address.value if one.address else None,
            "phones": {phone.value.phone_type: phone.value.number for phone in one.phones},
            "emails": one.emails[0].value if one.emails else None,
            "barred": {(barred.what, barred.of) for barred in one.barred},
        }
        for one in record.contacts
    }


def _by_entry(facts: Sequence[Fact]) -> list[tuple[int, Any]]:
    return sorted(((one.at.index, one.value) for one in facts), key=lambda one: one[0])


def _numbers(facts: Sequence[Fact]) -> dict[str, list[Any]]:
    return {
        "Unique learner number": _values(facts, "Unique learner number"),
        "Unique candidate identifier": _values(facts, "Unique candidate identifier"),
        "Former UPN": sorted(_values(facts, "Former UPN")),
        "Former name": sorted((one.forename or "", one.surname or "") for one in _values(facts, "Former name")),
        "Merged record": [(one.at.index, one.value["name"]) for one in facts if one.label == "Merged record"],
    }


def _admission(facts: Sequence[Fact]) -> dict[str, list[Any]]:
    left = [(one.value, _ground(one)) for one in facts if one.label == "Last day on the roll"]
    known = {
        label: _values(facts, label)
        for label in ("Last school attended", "Expected first day of attendance", FUTURE_SCHOOL)
    }
    return {**known, "Last day on the roll": left}


def _is_so(fact: Fact) -> bool:
    """Whether a fact tells what was so, and not that something never was."""
    return fact.value is not None and not (isinstance(fact.value, dict) and fact.value.get("withdrawn"))


def _values(facts: Sequence[Fact], label: str) -> list[Any]:
    return [one.value for one in facts if one.label == label]


def _each_running(facts: Sequence[Fact], labels: Sequence[str], day: date) -> dict[str, list[Any]]:
    """Give what of each label is so on a day: names stand in order, so the values are in the order of their names."""
    return {
        label: [one.value for one in facts if one.label == label and (one.until or _ALWAYS) >= day] for label in labels
    }


def _kind(fact: Fact) -> str:
    return next(kind for kind, known in code_sets().items() if known.title == fact.label)


def _ground(fact: Fact) -> str | None:
    """Give the ground that the words of a leaving tell."""
    return next((code for code, one in deletion_grounds().items() if one.meaning in fact.text), None)


def _meals(facts: Sequence[Fact]) -> dict[str, Any]:
    episodes = [one for one in facts if one.label == "Free school meals" and not one.value["voided"]]
    return {
        "episodes": [(one.since, one.until, one.value["country"], one.value["category"]) for one in episodes],
        "review": next(iter(_values(facts, "Review of free school meals")), None),
    }


def _exclusions(facts: Sequence[Fact]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {"episodes": [], "reviews": [], "back": []}
    for one in facts:
        if not _is_so(one):
            continue
        if isinstance(one.value, dict):
            found["episodes"].append((bytes.fromhex(one.value["exclusion"].replace("-", "")), one.since, one.until))
        elif isinstance(one.value, date):
            found["back"].append(one.value)
        else:
            found["reviews"].append((one.since, one.value))
    return {name: sorted(what, key=repr) for name, what in found.items()}


def _concerns(facts: Sequence[Fact]) -> dict[str, list[Any]]:
    told = [
        (one.at.index, *(one.value[name] for name in ("what", "account", "noticed_by")), one.since, one.until, one.was)
        for one in facts
        if one.label == "Concern" and _is_so(one)
    ]
    done = {
        label: sorted((one.at.index, one.value) for one in facts if one.label == label and _is_so(one))
        for label in ("Referred to", "Outcome")
    }
    return {"Concern": sorted(told, key=lambda one: one[0]), **done}


def _collection(facts: Sequence[Fact]) -> dict[str, list[Any]]:
    names = ("shown", "item", "required", "to", "wording", "channel", "answer", "reason")
    so = [one for one in facts if one.value is not None and "withdrawn" not in one.value]
    fields = [(*(one.value[name] for name in names), one.at.index) for one in so if "item" in one.value]
    fields = sorted(fields, key=lambda one: (*one[:2], one[8]))
    notices = [
        (one.at.index, one.value["notice_version"], one.value["digest"], one.value["to"])
        for one in so
        if "notice_version" in one.value
    ]
    return {
        "fields": fields,
        "given": [one for one in fields if one[6] == "given"],
        "declined": [one for one in fields if one[6] == "declined"],
        "notices": notices,
    }

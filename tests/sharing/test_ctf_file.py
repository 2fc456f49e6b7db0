"""The transfer file's bytes: a released version makes the same for ever, and the newest carries what it can."""

from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, Final

from events.sharing.words import Party
from services.shared_facts import Pupil, SharedFact
from services.sharing.exporters import Export
from services.sharing.exporters.all import EXPORTERS

V1: Final = "093e77783d21430d70bc6a994881f0c11f70d3267abbb15cd5230a36062fef06"
"""Of the file as the first version made it when it was released."""
WHO: Final = bytes(range(16))
DAY: Final = date(2026, 9, 3)


def fact(field: str, value: Any, since: date | None = DAY) -> SharedFact:
    return SharedFact(field, WHO, value, "in words", since, (7,))


def said(field: str, value: Any, label: str = "", until: str | None = None) -> SharedFact:
    return fact(field, {"label": label, "value": value, "until": until, "note": None})


LINES: Final = ["Flat 2", "Mill House", "4 Mill Lane", "Hickling", "Norwich", "Norfolk"]
ADDRESS: Final = {"lines": LINES, "postcode": "NR12 8XX"}
HERONMERE: Final = {"school": "Heronmere", "laestab": "9269901"}
CONTACT: Final = {
    "contact": "c", "relationship": "MOT", "priority": 1, "parental_responsibility": True,
    "called": {"title": "Ms", "full_name": {"surname": "Otterwick", "forename": "Nadia", "middle_names": "Jo"}},
    "address": ADDRESS, "phones": [{"phone_type": "M", "number": "07700 900001"}],
    "emails": [{"email": "nadia@example.org"}],
}  # fmt: skip
FACTS: Final = [
    fact("upn", "K926200026077"), said("former_upn", "A926200026078"), said("uln", "1234567890"),
    fact("full_name", {"surname": "Ashmere", "forename": "Zoë", "middle_names": "Anne", "preferred_surname": "Ash"}),
    said("former_names", {"surname": "Reed", "forename": None}), fact("date_of_birth", "2019-03-02"), fact("sex", "F"),
    fact("address", ADDRESS), fact("phones", {"phone_type": "H", "number": "01632 960123"}),
    fact("emails", "home@example.org"), fact("contacts", CONTACT),
    fact("enrolment", {"status": "C", "year_group": "2", "entered": "2025-09-03"}),
    said("admission", "Heronmere", "Last school attended"), said("admission", "Fenside", "Last school attended"),
    SharedFact("leaving", WHO, {"label": "Last day on the roll", "value": "2026-11-20", "until": None, "note": None,
                                "ground": "another-school"}, "in words", date(2026, 11, 20), (9,)),
    said("ethnicity", {"codes": ["WBRI"], "source": "P"}), said("first_language", {"codes": ["ENG"]}),
    said("service_child", {"codes": ["N"]}), said("disability", {"codes": ["VIS"]}),
    said("looked_after", {"codes": ["true"], "care_authority": "926"}, "Looked after"),
    said("free_school_meals", {"country": "ENG", "voided": False}, until="2027-07-20"),
    said("sen_provision", "K"), said("sen_needs", ["SLCN", "SEMH"]), said("medical_conditions", {"what": "asthma"}),
    fact("results", {"assessed": {"stage": "KS1", "locale": "ENG", "year": 2026, "subject": "ENG", "method": "TA",
                                  "component": "REA"},
                     "outcome": {"status": "R", "qualifier": "NL", "result": "EXS"}, "on": "2026-06-30"}),
    fact("attendance_summary", {"possible": 130, "attended": 120, "authorised": 8, "unauthorised": 2,
                                "year": {"year": 2027, "possible": 100, "attended": 95, "authorised": 4,
                                         "unauthorised": 1}}),
    fact("previous_schools", {"label": "Heronmere", "value": {"left": "2026-07-21", "reason": "END", "ground": None},
                              "until": None, "note": None, "which": {**HERONMERE, "entered": "2023-09-05"}}),
    fact("earlier_attendance", {"label": "2025/26", "until": None, "note": None, "which": {"year": 2026, **HERONMERE},
                                "value": {"possible": 380, "attended": 364, "authorised": 12, "unauthorised": 4,
                                          "marks_sent": [{"first": "2026-06-01", "marks": "/\\/\\"}]}}),
]  # fmt: skip


def made(version: int, fields: list[str] | None = None) -> bytes:
    exporter = EXPORTERS["ctf", version]
    chosen = sorted(exporter.fields or ()) if fields is None else fields
    facts = [one for one in FACTS if one.field in chosen]
    return exporter.make(Export(
        Party(title="Marsh Lane Infant School", laestab="926/2000"), Party(title="Hickling", laestab="9262001"),
        datetime(2026, 11, 24, 9, 30, tzinfo=UTC), 3, date(2026, 11, 20), chosen, [Pupil(WHO, facts, {})],
    )).data  # fmt: skip


def test_the_first_version_makes_the_bytes_that_it_always_made() -> None:
    assert sha256(made(1)).hexdigest() == V1


def test_the_second_version_has_attendance_and_every_school_and_is_whole() -> None:
    content = made(2).decode()
    assert "<DocumentQualifier>full</DocumentQualifier>" in content
    assert "DataDescriptor" not in content
    for said in (
        "<Year>2027</Year>", "<SessionsAttended>95</SessionsAttended>", "<SessionsPossible>380</SessionsPossible>",
        "<AttendanceMarks>/\\/\\</AttendanceMarks>", "<EntryDate>2025-09-03</EntryDate>",
        "<GroundsForRemoval>another-school</GroundsForRemoval>", "<LeavingReason>END</LeavingReason>",
        "<County>Norfolk</County>", "<MiddleNames>Jo</MiddleNames>", "<SchoolName>Fenside</SchoolName>",
    ):  # fmt: skip
        assert said in content
    assert content.count("<SchoolName>Heronmere</SchoolName>") == 2


def test_a_partial_file_names_what_it_lacks_wholly_or_in_part() -> None:
    content = made(2, ["upn", "full_name", "results"]).decode()
    assert "<DocumentQualifier>partial</DocumentQualifier>" in content
    assert "<DataDescriptor>Without: identity (in part), characteristics, free-school-meals, " in content

"""What a file says of the school of before, against what is recorded."""

from datetime import UTC, date, datetime
from typing import Any

from services.facts import Dated, Provenance
from services.records.files.intake import Known, Plan
from services.records.roll.admission import RecordLastSchool
from services.records.roll.admission_intake import PLANNER, AdmissionFact, plan
from services.records.roll.admission_views import AdmissionRow

ADA = b"a" * 16
SEPTEMBER, OCTOBER = date(2026, 9, 3), date(2026, 10, 1)
AT = Provenance(index=1, recorded_at=datetime(2026, 9, 3, 8, tzinfo=UTC), actor=b"o" * 16, role="office")
HELD = (Dated[str | None](value="Reed End Nursery", since=SEPTEMBER, at=AT),)


def planned(name: str, since: date | None, held: tuple[Any, ...] = ()) -> Plan:
    made = Plan()
    known = Known(rows={"admissions": [AdmissionRow(subject=ADA, last_schools=held)]} if held else {})
    plan(made, AdmissionFact(last_school=name, since=since), known, ADA, OCTOBER)
    return made


def test_a_school_of_before_is_recorded_for_the_starting_day() -> None:
    for since, day in ((SEPTEMBER, SEPTEMBER), (None, OCTOBER)):
        made = planned("Reed End Nursery", since)
        command = RecordLastSchool(pupil=ADA, valid_on=day, school="Reed End Nursery")
        assert [step.command for step in made.steps] == [command]
        assert [effect.effect for effect in made.effects] == ["new"]


def test_what_is_recorded_no_file_corrects() -> None:
    for name in ("Reed End Nursery", "Reed End", "Another School"):
        made = planned(name, SEPTEMBER, HELD)
        assert (made.steps, made.reasons) == ([], [])
        assert [(one.effect, one.new) for one in made.effects] == [("same", "Reed End Nursery")]
    nowhere = (Dated[str | None](value=None, since=SEPTEMBER, at=AT),)
    assert planned("Reed End Nursery", SEPTEMBER, nowhere).steps == []


def test_it_is_compared_in_its_category() -> None:
    assert (PLANNER.name, PLANNER.category) == ("admission", "enrolment")

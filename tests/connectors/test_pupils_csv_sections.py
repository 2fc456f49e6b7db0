"""What a spreadsheet of pupils says of background, free meals, needs and results; a wrong value is left out alone."""

import json
from typing import Any

import pytest
from connectors.test_pupils_csv import TODAY, read, sentences
from support.school import upn

from services.connectors.csv_files.pupil_row import PupilRow
from services.records.files.intake import PupilFacts
from services.records.files.planners import PLANNERS

MATHS = {
    "Result 1 stage": "KS1", "Result 1 subject": "MAT", "Result 1 method": "TA", "Result 1 year": "2026",
    "Result 1 result": "EXS", "Result 1 date": "01/07/2026",
}  # fmt: skip
MEALS = {"FSM eligible": "Yes", "FSM start": "2026-09-03", "FSM end": "2026-10-23", "FSM category": "TFSM"}


def one(**said: str) -> PupilRow:
    return read({"UPN": upn(1), **said})[0]


def sections(row: PupilRow) -> dict[str, Any]:
    """Give a row's sections, once the desk's own models have taken them."""
    facts = PupilFacts.model_validate_json(json.dumps(row.fields))
    models = {planner.name: planner.model for planner in PLANNERS}
    for name, part in facts.sections.items():
        models[name].model_validate_json(json.dumps(part))
    found: dict[str, Any] = row.fields["sections"]
    return found


def test_a_row_says_background_meals_needs_and_results() -> None:
    row = one(**{
        "Disabilities": "HEAR; eating and drinking", "Service child": "no", **MEALS, "FSM review date": "2027-07-01",
        "SEN status": "SEN support", "SEN start": "2026-01-05",
        "SEN needs": "Speech, language and communication needs; ASD, MLD", **MATHS,
    })  # fmt: skip
    assert row.problems == ()
    assert sections(row) == {
        "characteristics": {
            "said": [{"kind": "disability", "codes": ["HEAR", "EAT"]}, {"kind": "service_child", "codes": ["N"]}],
            "fsm": [{"start": "2026-09-03", "until": "2026-10-23", "country": None, "fsm_category": "TFSM"}],
            "fsm_review": "2027-07-01",
        },
        "sen": {
            "provision": [{"since": "2026-01-05", "until": None, "provision": "K"}],
            "needs": ["SLCN", "ASD", "MLD"],
        },
        "assessment": {
            "results": [{
                "assessed": {"stage": "KS1", "subject": "MAT", "method": "TA", "component": None, "locale": "ENG", "year": 2026},
                "outcome": {"status": None, "qualifier": None, "result": "EXS"},
                "on": "2026-07-01",
            }]
        },
    }  # fmt: skip


def test_empty_cells_say_nothing() -> None:
    named = ["Disability", "Service child", *MEALS, "FSM review", "SEN provision", "SEN start", "SEN needs", *MATHS]
    row = one(**dict.fromkeys(named, " "))
    assert row.problems == ()
    assert sections(row) == {}


def test_a_provision_without_a_day_is_so_from_the_day_of_the_file() -> None:
    assert sections(one(SEN="N"))["sen"]["provision"] == [{"since": TODAY.isoformat(), "until": None, "provision": "N"}]


def test_no_meals_without_days_ends_nothing_and_says_nothing() -> None:
    row = one(FSM="no")
    assert (row.problems, sections(row)) == ((), {})


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"Disability": "HEAR; Quiddle"}, "The disability has something that is no code"),
        ({"Service child": "perhaps"}, "The service child is not a code"),
        ({"FSM": "yes"}, "The free school meals lack the first day (fsm_start)"),
        ({**MEALS, "FSM eligible": "perhaps", "FSM start": ""}, "The free school meals is neither yes nor no"),
        ({**MEALS, "FSM start": "soon"}, "The free school meals start is not a date"),
        ({**MEALS, "FSM end": "never"}, "The free school meals have a last day that cannot be read"),
        ({**MEALS, "FSM end": "2026-09-02"}, "end before they begin"),
        ({"FSM": "no", "FSM start": "2026-09-03"}, "are said to be had no more"),
        ({"FSM review": "July"}, "The free school meals review is not a date"),
        ({"SEN": "Z"}, "The SEN provision is not a code"),
        ({"SEN": "K", "SEN start": "2013-09-01"}, "The SEN provision is a code that was not in use on that day"),
        ({"SEN": "K", "SEN start": "2027-09-01"}, "The SEN start is not a date that can be true"),
        ({"SEN start": "2026-09-01"}, "The SEN start stands without a provision"),
        ({"SEN needs": "ASD; Quiddle"}, "The SEN needs has something that is no code"),
        ({**MATHS, "Result 1 subject": ""}, "Result 1 lacks its stage, subject, method, year or result"),
        ({**MATHS, "Result 1 year": "26"}, "Result 1 has no year like 2026"),
        ({**MATHS, "Result 1 locale": "FRA"}, "Result 1 has a locale that is not"),
        ({**MATHS, "Result 1 date": "2027-01-01"}, "Result 1 has a date that cannot be true"),
        ({**MATHS, "Result 1 result": "x" * 21}, "The result 1 result is longer than"),
    ],
)
def test_what_is_wrong_is_left_out_and_the_row_stays(said: dict[str, str], sentence: str) -> None:
    row = one(**said)
    assert row.usable
    assert sentence in sentences(row)
    assert "Quiddle" not in sentences(row)
    assert sections(row) == {}


def test_a_category_from_before_there_were_any_is_left_out_and_the_meals_stay() -> None:
    row = one(**{**MEALS, "FSM start": "2026-08-31"})
    assert "The free school meals category was not in use" in sentences(row)
    assert sections(row)["characteristics"]["fsm"][0]["fsm_category"] is None


def test_a_wrong_result_leaves_out_no_other() -> None:
    second = {name.replace("1", "2", 1): value for name, value in MATHS.items()}
    row = one(**{**MATHS, "Result 1 method": "", **second})
    assert [result["assessed"]["subject"] for result in sections(row)["assessment"]["results"]] == ["MAT"]

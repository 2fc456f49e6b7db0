"""A slip in a year is told at once, wherever the date stands, and no page breaks on one that a log already holds."""

import typing
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from pydantic import BaseModel
from support.intake import received, row
from support.school import School, new_id

from services.dates import FIRST, LAST, OUTSIDE, Day, eve, outside, whole
from services.records.files.intake import PupilFacts
from services.records.files.intake_registers import RegisterRows
from services.records.files.planners import PLANNERS

SOMEDAY = "2026-09-15"
CONCERN = {"what": "Marks", "account": "As it was said", "noticed_by": "A teacher"}
PERMANENT = {"exclusion_kind": "PERM", "exclusion_reasons": ["PP"]}


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2101-01-01", "2206-09-15", "9999-12-31"])
def test_a_day_out_of_bounds_is_told_and_nothing_is_written(school: School, day: str) -> None:
    ada = school.pupil(1)
    for who, command, said, place in (
        ("office", "mark-non-disclosure", {"person": ada, "marker": new_id(), "withholds": "address", "reason": "x"},
         "valid_on"),
        ("head", "record-exclusion", {"pupil": ada, "exclusion": new_id(), "episode": PERMANENT}, "valid_on"),
        ("office", "record-court-order", {"pupil": ada, "order": new_id(), "order_kind": "care"}, "valid_on"),
        ("head", "record-exclusion", {"valid_on": SOMEDAY, "pupil": ada, "exclusion": new_id(),
         "episode": {**PERMANENT, "exclusion_kind": "SUSP", "last": day}}, "episode/last"),
    ):  # fmt: skip
        answer = school.post(who, f"records/{command}", {"valid_on": day} | said)
        assert answer.status_code == 422, answer.text
        assert {"pointer": f"/{place}", "detail": OUTSIDE} in answer.json()["errors"]


def test_a_day_of_a_file_out_of_bounds_is_told(school: School) -> None:
    fsm = {"characteristics": {"fsm": [{"start": SOMEDAY, "until": "9999-12-31"}]}}
    body = {"batch": received(school), "connector": "ctf", "valid_on": SOMEDAY, "rows": [row(1, sections=fsm)]}
    answer = school.post("connector", "intake/pupils", body | {"valid_on": "9999-12-31"})
    assert (answer.status_code, answer.json()["errors"]) == (422, [{"pointer": "/valid_on", "detail": OUTSIDE}])
    (one,) = school.post("connector", "intake/pupils", body).json()["rows"]
    assert one["outcome"] == "quarantined"
    assert OUTSIDE in one["reasons"][0]
    (one,) = school.post("connector", "intake/pupils", body | {"rows": [row(2, date_of_birth="1026-09-15")]}).json()[
        "rows"
    ]
    assert OUTSIDE in one["reasons"][0]


def test_what_has_happened_is_not_of_a_day_to_come(school: School) -> None:
    ada = school.pupil(1)
    for who, command, said in (
        ("dsl", "record-concern", {"concern": new_id(), **CONCERN}),
        ("head", "record-pastoral-note", {"note": new_id(), "text": "Settled"}),
        ("office", "record-court-order", {"order": new_id(), "order_kind": "care"}),
        ("head", "record-exclusion", {"exclusion": new_id(), "episode": PERMANENT}),
    ):
        answer = school.post(who, f"records/{command}", {"pupil": ada, "valid_on": "2062-09-15"} | said)
        assert answer.status_code == 409, answer.text
        assert answer.json()["detail"].startswith("That day has not come yet.")


def _dates(annotation: Any, place: str) -> Iterator[str]:
    """Give the places of dates in a type that nothing bounds."""
    if annotation is date:
        yield place
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            if field.annotation is date and field.metadata:
                continue  # a Day
            if any(getattr(one, "func", None) is whole for one in field.metadata):
                continue  # bounded with all that is in it
            yield from _dates(field.annotation, f"{place}.{name}")
    elif annotation is not Day:
        for one in typing.get_args(annotation):
            yield from _dates(one, place)


@pytest.mark.parametrize("model", [PupilFacts, RegisterRows, *(one.model for one in PLANNERS)])
def test_every_date_of_a_row_is_bounded(model: type[BaseModel]) -> None:
    assert not list(_dates(model, model.__name__))


def test_the_bounds_themselves_are_taken_and_the_first_day_of_all_has_no_eve() -> None:
    assert not list(outside((FIRST, LAST, {"on": FIRST})))
    assert list(outside({"on": (date.min,)})) == [("on", 0)]
    assert eve(date.min) == date.min
    assert eve(FIRST) == date(1899, 12, 31)

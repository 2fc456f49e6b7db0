"""A spreadsheet of pupils through the connector's own client, and through the page with its box for a whole roll."""

from collections.abc import Mapping
from datetime import date
from io import BytesIO

import pytest
from connectors.test_pupils_csv import ADA, table
from stories.test_intake_pages import Desk, ctf
from support.intake import fix, waiting
from support.school import School, upn
from support.wire import Wire

from services.connectors.client import Problem
from services.connectors.csv_files.load_pupils import load_pupils
from services.connectors.report import Report

TODAY = date(2026, 11, 24)
BEA: Mapping[str, str] = {
    **ADA,
    "ULN": "",
    "UPN": upn(2),
    "Legal forename": "Bea",
    "Sex": "?",
    "Nationality": "Quiddlish",
}


def load(school: School, data: bytes, *, dry_run: bool = False, complete: bool = False) -> Report:
    report = load_pupils(Wire(school), BytesIO(data), "p.csv", today=TODAY, dry_run=dry_run, complete=complete)
    school.written = max(school.written, report.index)
    school.caught_up()
    return report


def test_pupils_come_in_and_a_bad_row_is_mended(school: School) -> None:
    data = table(ADA, BEA, {**ADA, "UPN": upn(3), "Legal surname": ""})
    dry = load(school, data, dry_run=True)
    assert (dry.count("accepted"), dry.count("quarantined")) == (1, 2)
    first = load(school, data)
    assert (first.count("accepted"), first.count("quarantined")) == (1, 2)
    ada = next(row["pupil"] for row in first.rows if row["outcome"] == "accepted")
    pupil = school.read("office", f"pupils/{ada}")["pupil"]
    assert [one["value"] for one in pupil["emails"]] == ["ada@example.org"]
    assert len(pupil["contacts"]) == 2
    admission = next(one for one in pupil["sections"] if one["name"] == "admission")
    assert [one["text"] for one in admission["facts"]] == ["Reed End Nursery"]
    assert load(school, data).count("unchanged") == 1
    (batch,) = school.read("office", "intake/batches")["batches"]
    assert (batch["kind"], batch["waiting"]) == ("pupils", 2)
    bea, nameless = waiting(school, batch["batch"])
    assert bea["reasons"] == [
        "The sex is not a code that the Department for Education uses, or its meaning in words. Correct it."
    ]
    assert "new here" in nameless["reasons"][0]
    assert "Quiddl" not in str(bea)
    fields = bea["fields"] | {"sex": "F"}
    assert fix(school, batch["batch"], 3, fields)["outcome"] == "accepted"


def test_background_meals_needs_and_results_come_in_once_and_an_empty_cell_ends_none(school: School) -> None:
    more = {
        "Disability": "HEAR", "Service child": "Yes", "FSM": "Yes", "FSM start": "2026-09-03", "SEN": "K",
        "SEN start": "2026-09-03", "SEN needs": "ASD; MLD", "Result 1 stage": "KS1", "Result 1 subject": "MAT",
        "Result 1 method": "TA", "Result 1 year": "2026", "Result 1 result": "EXS",
    }  # fmt: skip
    data = table({**ADA, **more}, {**ADA, "ULN": "", "UPN": upn(2), "SEN": "?", "FSM": "Yes"})
    assert load(school, data, dry_run=True).count("accepted") == 2
    first = load(school, data)
    assert first.count("accepted") == 2
    assert sum("Row 3: " in note for note in first.notes) == 2
    ada = next(row["pupil"] for row in first.rows if row["row"] == 2)

    def told() -> dict[str, list[str]]:
        pupil = school.read("senco", f"pupils/{ada}")["pupil"]
        pupil["sections"] += school.read("office", f"pupils/{ada}")["pupil"]["sections"]
        return {one["name"]: [fact["text"] for fact in one["facts"]] for one in pupil["sections"]}

    before = told()
    assert before["sen"] == ["SEN support (K)", "autistic spectrum disorder (ASD); moderate learning difficulty (MLD)"]
    assert {"hearing", "yes"} <= set(before["characteristics"])
    assert before["free-school-meals"] == ["England"]
    assert before["assessment"] == ["EXS"]
    assert load(school, data).count("unchanged") == 2
    assert load(school, table({"UPN": upn(1), **dict.fromkeys(more, "")})).count("unchanged") == 1
    assert told() == before


def test_a_row_with_another_pupils_learner_number_stops_no_other(school: School) -> None:
    load(school, table(ADA))
    report = load(school, table({**ADA, "UPN": upn(2)}, {**ADA, "UPN": upn(3), "ULN": ""}))
    assert [(row["row"], row["outcome"]) for row in report.rows] == [(2, "quarantined"), (3, "accepted")]
    assert "ULN" in report.rows[0]["reasons"][0]


def test_an_empty_cell_blanks_nothing(school: School) -> None:
    ada = load(school, table(ADA)).rows[0]["pupil"]
    assert load(school, table({**dict.fromkeys(ADA, ""), "UPN": upn(1)})).count("unchanged") == 1
    assert len(school.read("office", f"pupils/{ada}")["pupil"]["contacts"]) == 2


def test_a_whole_roll_that_lacks_most_pupils_is_refused(school: School) -> None:
    for serial in range(1, 6):
        school.pupil(serial, join=False)
    with pytest.raises(Problem, match="lacks too many"):
        load(school, table(ADA), complete=True)
    rows = [{"UPN": upn(serial), "Email": "x@example.org"} for serial in range(1, 6)]
    report = load(school, table(*rows), complete=True)
    assert report.count("accepted") == 5
    assert "0 pupils on the roll are not in this file. They stay on the roll." in report.notes


def test_the_page_takes_a_table_of_pupils_and_compares_a_whole_roll(school: School) -> None:
    for serial in range(1, 4):
        school.pupil(serial, join=False)
    school.caught_up()
    desk = Desk(school)
    desk.get()
    assert desk.upload(table({"UPN": upn(1), "Email": "x@example.org"}), "p.csv", complete="yes") == 422
    assert "lacks too many of the pupils" in desk.page
    assert desk.upload(b"date,session,group,upn,code\n2026-09-07,AM,Wren,x,/", "r.csv", complete="yes") == 422
    assert "A file of registers is not a roll" in desk.page
    rows = [{"UPN": upn(serial), "Email": f"x{serial}@example.org", "House": "Otter"} for serial in range(1, 4)]
    assert desk.upload(table(*rows), "p.csv", complete="yes") == 200
    assert "lacks 0 of the pupils" in desk.page
    assert "not known here and were not read: House" in desk.page
    check = desk.path
    # Somebody comes on the roll after the check: now the file lacks one in four.
    school.pupil(4, join=False)
    school.caught_up()
    assert desk.send(check) == 409
    assert "lacks too many of the pupils" in desk.page
    desk.get()
    assert desk.upload(table(*rows), "p.csv") == 200
    assert "It is the whole roll" not in desk.page


def test_a_transfer_file_may_be_the_whole_roll_too(school: School) -> None:
    desk = Desk(school)
    desk.get()
    assert desk.upload(ctf((1, "Ada", "2020-05-06")), complete="yes") == 200
    assert "lacks 0 of the pupils" in desk.page
    assert desk.send(desk.path) == 200
    assert desk.path.startswith("/batches/")

"""A dirty transfer file of two hundred pupils: the right rows land, and each of the others says what to do."""

import pytest
from support.dirty_ctf import NAME, PUPILS, SECRET, TODAY, Dirty, dirty_file
from support.school import School
from support.wire import Wire

from services.connectors.ctf.load import load_ctf
from services.connectors.ctf.reader import read_ctf

SAYS = {
    "wrong check letter": "Character 1 should be",
    "no UPN": "no UPN",
    "impossible date": "is not a date that exists",
    "unknown sex": "sex is not a code",
    "mojibake": "saved in the wrong encoding",
    "a leaver without a date": "Ask the sender for the date",
    "UPN twice": "also on row 152",
    "UPN twice too": "also on row 151",
}


@pytest.fixture(scope="module")
def dirty() -> Dirty:
    """Give the file, made once."""
    return dirty_file()


def test_the_right_rows_land_and_each_of_the_others_says_what_to_do(school: School, dirty: Dirty) -> None:
    report = load_ctf(Wire(school), dirty.data, NAME, today=TODAY)
    aside = {row["row"]: " ".join(row["reasons"]) for row in report.quarantined()}
    assert set(aside) == set(dirty.set_aside.values())
    for what, row in dirty.set_aside.items():
        assert SAYS[what] in aside[row], what
    assert report.count("accepted") == PUPILS - len(aside)
    school.written = report.index
    roll = school.read("office", "roll")["pupils"]
    # One row had no year group that is one, so that pupil is known and not on the roll.
    assert len(roll) == PUPILS - len(aside) - 1
    assert not [one for one in roll if one["name"] != one["name"].strip()]
    assert f"Row {dirty.taken['unknown year group']}: The National Curriculum year is not a code" in " ".join(
        report.notes
    )


def test_every_section_lands_or_is_refused_by_name(school: School, dirty: Dirty) -> None:
    report = load_ctf(Wire(school), dirty.data, NAME, today=TODAY)
    school.written = report.index
    pupils = {row["row"]: row["pupil"] for row in report.rows}

    def facts(what: str | int, section: str) -> list[tuple[str, str]]:
        row = dirty.taken[what] if isinstance(what, str) else what
        found = school.read("office", f"pupils/{pupils[row]}")["pupil"]["sections"]
        return [(one["label"], one["text"]) for part in found if part["name"] == section for one in part["facts"]]

    assert ("Unique candidate identifier", "689990980001D") in facts("a candidate's number", "numbers")
    assert facts("half a candidate's number", "numbers") == []
    assert "Welsh details" in dict(facts("details for Wales", "refused-fields"))
    assert "Map reference" in dict(facts("a place on the map", "refused-fields"))
    assert "8(1)(c)" in dict(facts("a reason and a ground", "earlier-schools"))["Sedge Moor"]
    moved = next(one.row for one in read_ctf(dirty.data, NAME, today=TODAY).pupils if one.usable and one.years)
    assert len(facts(moved, "earlier-schools")) >= 1
    assert "sessions possible" in facts(moved, "earlier-attendance")[0][1]
    told = " ".join(report.notes)
    assert "Not collected here, so neither read nor kept: sex of contacts (rows: " in told
    assert SECRET not in told
    assert "Not known here" not in told


def test_contacts_of_one_name_in_two_families_stay_two_people(school: School, dirty: Dirty) -> None:
    report = load_ctf(Wire(school), dirty.data, NAME, today=TODAY)
    school.written = report.index
    pupils = {row["row"]: row["pupil"] for row in report.rows}
    people = [
        one["contact"]
        for what in ("a contact of a common name", "another family's contact of that name")
        for one in school.read("office", f"pupils/{pupils[dirty.taken[what]]}")["pupil"]["contacts"]
        if "Alex Common" in one["name"]
    ]
    assert len(set(people)) == 2


def test_the_file_again_adds_nothing_but_what_is_still_set_aside(school: School, dirty: Dirty) -> None:
    first = load_ctf(Wire(school), dirty.data, NAME, today=TODAY)
    school.written = first.index
    school.caught_up()
    again = load_ctf(Wire(school), dirty.data, NAME, today=TODAY)
    assert (again.count("accepted"), again.count("unchanged")) == (0, first.count("accepted"))
    assert [row["row"] for row in again.quarantined()] == [row["row"] for row in first.quarantined()]
    assert again.index <= first.index

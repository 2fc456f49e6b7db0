"""A dirty transfer file of two hundred pupils through the page: after mending nothing is left; undone, all is as before."""

import re

import pytest
from stories.test_intake_pages import Desk
from stories.test_undo import held
from support.dirty_ctf import NAME, PUPILS, dirty_file
from support.school import School, upn

from events.identifiers import upn_check_letter

MENDED = {
    "no UPN": {"upn": upn(900)},
    "impossible date": {"date_of_birth": "2019-02-28"},
    "unknown sex": {"sex": "F"},
    "mojibake": {"forename": "José"},
    "a leaver without a date": {"status": "C"},
    "UPN twice": {"upn": upn(901)},
}


@pytest.mark.timeout(300)  # two hundred pupils and their families are read, written, and taken back again
def test_two_hundred_dirty_rows_go_in_are_mended_and_undone(school: School) -> None:
    dirty, before = dirty_file(), held(school)
    desk = Desk(school)
    desk.get()
    assert desk.upload(dirty.data, NAME) == 200
    assert f"{PUPILS - len(dirty.set_aside)} would be taken" in desk.page
    assert held(school) == before
    assert desk.send(desk.path) == 200
    batch = desk.path
    assert f"{len(dirty.set_aside)} rows are set aside" in desk.page
    for what, row in dirty.set_aside.items():
        assert desk.get(f"{batch}/rows/{row}") == 200
        typed = desk.form() | MENDED.get(what, {})
        if not typed["upn"] or what == "wrong check letter":
            (digits,) = re.findall(r">\s*[A-Z]([0-9]{12})\s*<", desk.page)
            typed["upn"] = upn_check_letter(digits) + digits
        assert desk.send(f"{batch}/rows/{row}", **typed) == 200, (
            what,
            re.findall("error-summary__list.*?</ul>", desk.page, re.DOTALL),
        )
    assert "Nothing is set aside" in desk.page
    size = school.site.client.get("/api/status", headers=school.headers("operator")).json()["organisations"]
    school.written = max(one["size"] for one in size if one["organisation"] == school.organisation)
    assert len(school.read("office", "roll")["pupils"]) == PUPILS - 1, "one row has no year group that is one"
    desk.get()
    assert desk.send(f"{batch}/undo", reason="another school's file") == 200, re.findall(
        "govuk-body.*?</p>", desk.page, re.DOTALL
    )
    assert "nothing to undo" in desk.page
    assert "What stays" not in desk.page
    size = school.site.client.get("/api/status", headers=school.headers("operator")).json()["organisations"]
    school.written = max(one["size"] for one in size if one["organisation"] == school.organisation)
    after = held(school)
    assert {name: rows for name, rows in after.items() if not name.startswith("set_aside")} == {
        name: rows for name, rows in before.items() if not name.startswith("set_aside")
    }

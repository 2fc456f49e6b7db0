"""What a marker keeps from whoever is outside the school is kept from them, whichever day they name."""

import pytest
from support.school import School, new_id
from support.sharing import asked, recipient, sent


def _lives(school: School, person: str, line: str = "4 Mill Lane") -> None:
    school.command("office", "records/change-address", person=person, valid_on="2026-09-03",
                   address={"lines": [line], "postcode": "NR12 8XX"})  # fmt: skip


def _mother(school: School, ada: str) -> str:
    dana = new_id()
    school.command("office", "records/record-contact", person=dana, valid_on="2026-09-03",
                   full_name={"surname": "Lark", "forename": "Dana"})  # fmt: skip
    school.command("office", "records/link-contact", person=ada, valid_on="2026-09-03", contact=dana,
                   relationship="PAM", parental_responsibility=True, priority=1)  # fmt: skip
    return dana


def _mark(school: School, person: str, withholds: str, since: str = "2026-09-10") -> str:
    marker = new_id()
    school.command("office", "records/mark-non-disclosure", person=person, valid_on=since, marker=marker,
                   withholds=withholds, reason="At risk.")  # fmt: skip
    return marker


@pytest.mark.parametrize("on", ["2026-09-09", "2026-09-10"])
def test_a_marker_in_force_today_withholds_whichever_day_is_asked_about(school: School, on: str) -> None:
    ada = school.pupil(1)
    _lives(school, ada)
    _mark(school, ada, "address")
    authority = recipient(school, "authority", "Norfolk")
    told = sent(school, "office", asked(authority, "new-pupil-return", ["full_name", "address"], pupils=[ada], on=on))
    assert "Mill Lane" not in school.get("office", f"disclosures/{told}/file").text
    assert school.read("office", f"pupils/{ada}/disclosures")["disclosures"][0]["withheld"] == ["address"]


def test_so_does_a_marker_that_was_in_force_on_the_day_asked_about_and_is_lifted_since(school: School) -> None:
    ada = school.pupil(1)
    _lives(school, ada)
    marker = _mark(school, ada, "address")
    school.command("office", "records/lift-non-disclosure", person=ada, valid_on="2026-09-20", marker=marker,
                   reason="Over.")  # fmt: skip
    authority = recipient(school, "authority", "Norfolk")
    body = asked(authority, "new-pupil-return", ["full_name", "address"], pupils=[ada])
    then = sent(school, "office", body | {"on": "2026-09-15"})
    assert "Mill Lane" not in school.get("office", f"disclosures/{then}/file").text
    assert "Mill Lane" in school.get("office", f"disclosures/{sent(school, 'office', body)}/file").text


def test_a_mother_who_may_not_be_named_is_in_no_return_about_an_earlier_day(school: School) -> None:
    ada = school.pupil(1)
    _lives(school, _mother(school, ada), "1 Mill Lane")
    dana = _mother(school, ada)
    _mark(school, dana, "person")
    authority = recipient(school, "authority", "Norfolk")
    body = asked(authority, "admissions", ["full_name", "contacts"], cohort_on="2026-09-09")
    first = school.get("office", f"disclosures/{sent(school, 'office', body)}/file")
    assert first.text.count("Dana") == 1


def test_the_register_does_not_tell_who_was_excluded(school: School) -> None:
    ada, bea = school.pupil(1), school.pupil(2, "Wren", "Bea")
    school.command("head", "records/record-exclusion", pupil=ada, exclusion=new_id(), valid_on="2026-09-15", episode={
        "exclusion_kind": "SUSP", "exclusion_reasons": ["PP"], "last": "2026-09-18", "sessions": 8,
    })  # fmt: skip
    dfe = recipient(school, "dfe", "Department for Education")
    school.caught_up()
    sent(school, "head", asked(dfe, "school-census", ["upn", "exclusions"], pupils=[ada, bea], on="2026-10-01"))
    school.caught_up()
    told = [school.read("office", f"pupils/{who}/disclosures")["disclosures"][0]["fields"] for who in (ada, bea)]
    assert told == [["exclusions", "upn"]] * 2

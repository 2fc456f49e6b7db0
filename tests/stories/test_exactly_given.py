"""The register names what was given and nothing else: each entry stands in the file, and what was kept back does not."""

import pytest
from support.school import School, new_id
from support.sharing import asked, recipient, send, sent

SINCE = "2026-09-03"


def _lives(school: School, person: str, line: str) -> int:
    answer = school.command("office", "records/change-address", person=person, valid_on=SINCE,
                            address={"lines": [line], "postcode": "NR12 8XX"})  # fmt: skip
    index: int = answer["index"]
    return index


def _entries(school: School, pupil: str) -> dict[str, list[int]]:
    (said,) = [one["said"] for one in school.read("head", f"pupils/{pupil}/timeline")["entries"]
               if one["name"] == "disclosed"]  # fmt: skip
    return {one["field"]: one["entries"] for one in said["fields"]}


def test_a_spreadsheet_holds_of_a_contact_what_the_register_says_it_holds(school: School) -> None:
    ada, dana = school.pupil(1), new_id()
    school.command("office", "records/record-contact", person=dana, valid_on=SINCE,
                   full_name={"surname": "Lark", "forename": "Dana"})  # fmt: skip
    school.command("office", "records/link-contact", person=ada, valid_on=SINCE, contact=dana, relationship="PAM",
                   parental_responsibility=True, priority=1)  # fmt: skip
    home = _lives(school, dana, "1 Mill Lane")
    school.command("office", "records/change-phone", person=dana, valid_on=SINCE, phone_type="M", number="01632 900001")
    ended = school.command(
        "office", "records/end-phone", person=dana, valid_on="2026-09-10", phone_type="M", reason="Lost."
    )["index"]
    authority = recipient(school, "authority", "Norfolk")
    told = sent(school, "office", asked(authority, "admissions", ["full_name", "contacts"], pupils=[ada]))
    text = school.get("office", f"disclosures/{told}/file").text
    assert "Dana Lark, PAM, has parental responsibility, 1 Mill Lane, NR12 8XX" in text
    entries = _entries(school, ada)["contacts"]
    assert home in entries
    assert ended not in entries


def test_attendance_names_the_registers_of_the_group_that_the_pupil_was_in(school: School) -> None:
    ada, other = school.pupil(1), new_id()
    school.command("operator", "records/form-group", group=other, kind="registration", title="Robin",
                   school_year=2026, year_group="1")  # fmt: skip
    bea = school.pupil(2, "Wren", "Bea", join=False)
    school.command("office", "records/join-group", group=other, pupils=[bea], date=SINCE)
    school.caught_up()
    own = school.take("teacher", {ada: "/"}).json()["index"]
    theirs = school.post("head", "records/take-register", {
        "group": other, "date": "2026-09-15", "session": "AM", "marks": {bea: {"code": "/"}},
    })  # fmt: skip
    assert theirs.status_code == 200, theirs.text
    school.written = max(school.written, theirs.json()["index"])
    school.command("office", "records/leave-group", group=school.group, pupils=[ada], date="2026-09-20")
    school.command("office", "records/join-group", group=other, pupils=[ada], date="2026-09-21")
    dfe = recipient(school, "dfe", "Department for Education")
    sent(school, "head", asked(dfe, "daily-attendance", ["upn", "attendance"], pupils=[ada], on="2026-10-02"))
    assert _entries(school, ada)["attendance"] == [own]


def test_a_kind_of_file_refuses_fields_that_it_cannot_carry(school: School) -> None:
    ada = school.pupil(1)
    hickling = recipient(school, "school", "Hickling Junior School", laestab="926/2001")
    body = asked(hickling, "transfer", ["upn", "full_name", "attendance"], pupils=[ada], exporter="ctf")
    refused = send(school, "office", body)
    assert refused.status_code == 409
    assert "cannot carry: attendance." in refused.json()["detail"]


@pytest.mark.parametrize("family", [False, True])
def test_a_return_about_everyone_gave_nothing_of_a_child_that_a_marker_kept_back(school: School, family: bool) -> None:
    ada, bea = school.pupil(1), school.pupil(2, "Wren", "Bea")
    for one in (ada, bea):
        _lives(school, one, "4 Mill Lane")
    school.command("office", "records/mark-non-disclosure", person=ada, valid_on="2026-09-10", marker=new_id(),
                   withholds="address", reason="At risk.")  # fmt: skip
    authority = recipient(school, "authority", "Norfolk")
    sent(school, "office", asked(authority, "admissions", ["full_name", "address"], cohort_on="2026-10-01"))
    query = {"for": "family"} if family else {}
    of = {one: school.read("head", f"pupils/{one}/disclosures", **query)["disclosures"][0] for one in (ada, bea)}
    assert [sorted(of[one]["fields"]) for one in (ada, bea)] == [["full_name"], ["address", "full_name"]]
    if not family:
        assert [of[one]["withheld"] for one in (ada, bea)] == [["address"], []]

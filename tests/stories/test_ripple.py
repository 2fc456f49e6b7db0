"""The ripple of Article 19: exactly those who were given a fact are owed a notice when it is put right, and nobody else."""

import time
from typing import Any

import pytest
from support.school import School, new_id
from support.sharing import asked, recipient, sent

from services.records.shareable import Shareable
from services.sharing import owing

SECONDS_MAX = 20.0


def notices(school: School, **query: Any) -> list[dict[str, Any]]:
    """Give the open notices, once the reactions have reached everything that was written, and the views theirs."""
    deadline = time.monotonic() + SECONDS_MAX
    while True:
        status = school.site.client.get("/api/status", headers=school.headers("operator")).json()
        (mine,) = [one for one in status["organisations"] if one["organisation"] == school.organisation]
        assert mine["reactions_failed"] == []
        if mine["reactions_at"]["ripple"] >= max(school.written, mine["size"]):
            break
        assert time.monotonic() < deadline, "the reactions did not catch up"
        time.sleep(0.02)
    found: list[dict[str, Any]] = school.read("head", "notices", wait_for=mine["size"], **query)["notices"]
    return found


def lives(school: School, person: str, line: str, how: str = "change-address", day: str = "2026-09-03") -> int:
    """Say where somebody lives; gives the entry."""
    why = {"reason": "It was misheard."} if how == "correct-address" else {}
    address = {"lines": [line], "postcode": "NR12 8XX"}
    answer = school.command("office", f"records/{how}", person=person, valid_on=day, address=address, **why)
    index: int = answer["index"]
    return index


def amend(school: School, pupil: str, code: str) -> int:
    """Replace a pupil's mark of 15 September; gives the entry."""
    answer = school.command("office", "records/amend-mark", pupil=pupil, date="2026-09-15", session="AM", code=code,
                            reason="The parent rang.")  # fmt: skip
    index: int = answer["index"]
    return index


def mother(school: School, pupil: str) -> str:
    """Record a pupil's mother; gives her id."""
    who = new_id()
    school.command("office", "records/record-contact", person=who, valid_on="2026-09-03",
                   full_name={"surname": "Lark", "forename": "Dana"})  # fmt: skip
    school.command("office", "records/link-contact", person=pupil, valid_on="2026-09-03", contact=who,
                   relationship="PAM", parental_responsibility=True, priority=1)  # fmt: skip
    return who


def test_two_of_three_had_the_old_address_and_exactly_those_two_are_owed_a_notice(school: School) -> None:
    ada = school.pupil(1)
    wrong = lives(school, ada, "4 Mill Lane")
    had = [recipient(school, "authority", title) for title in ("Norfolk", "Suffolk", "Essex")]
    for one in had[:2]:
        sent(school, "office", asked(one, "new-pupil-return", ["full_name", "address"], pupils=[ada]))
    sent(school, "office", asked(had[2], "new-pupil-return", ["full_name"], pupils=[ada]))
    assert notices(school) == []
    right = lives(school, ada, "14 Mill Lane", "correct-address")
    found = notices(school)
    assert {one["recipient"] for one in found} == set(had[:2])
    assert [
        (one["ripples"], one["field_names"], one["told_entries"], one["since_entry"], one["state"]) for one in found
    ] == [("correction", ["address"], [wrong], right, "owed")] * 2


def test_a_house_move_owes_nobody_anything(school: School) -> None:
    ada = school.pupil(1)
    lives(school, ada, "4 Mill Lane")
    authority = recipient(school, "authority", "Norfolk")
    sent(school, "office", asked(authority, "new-pupil-return", ["address"], pupils=[ada]))
    lives(school, ada, "9 Reed Row", day="2026-09-20")
    name = {"surname": "Heron", "forename": "Ada"}
    school.command("office", "records/change-name", pupil=ada, valid_on="2026-09-20", full_name=name)
    assert notices(school) == []


def test_whoever_was_told_of_a_correction_is_told_when_that_is_corrected_too(school: School) -> None:
    ada = school.pupil(1)
    lives(school, ada, "4 Mill Lane")
    authority = recipient(school, "authority", "Norfolk")
    sent(school, "office", asked(authority, "new-pupil-return", ["address"], pupils=[ada]))
    first = lives(school, ada, "14 Mill Lane", "correct-address")
    assert len(notices(school)) == 1
    lives(school, ada, "40 Mill Lane", "correct-address")
    assert [one["told_entries"] for one in notices(school)][1:] == [[first]]


def test_corrections_in_a_row_each_owe_a_notice_however_fast_they_come(school: School) -> None:
    ada = school.pupil(1)
    wrong = lives(school, ada, "4 Mill Lane")
    authority = recipient(school, "authority", "Norfolk")
    sent(school, "office", asked(authority, "new-pupil-return", ["address"], pupils=[ada]))
    put_right = [lives(school, ada, line, "correct-address") for line in ("14 Mill Lane", "40 Mill Lane", "4 Reed Row")]
    found = notices(school)
    assert [one["since_entry"] for one in found] == put_right
    assert [one["told_entries"] for one in found] == [[one] for one in (wrong, *put_right[:2])]


def test_a_parents_corrected_fact_is_told_to_whoever_was_given_it_of_everyone(school: School) -> None:
    ada, _ = school.pupil(1), school.pupil(2, "Wren", "Bea")
    dana = mother(school, ada)
    wrong = lives(school, dana, "1 Reed Row")
    authority, other = recipient(school, "authority", "Norfolk"), recipient(school, "authority", "Suffolk")
    sent(school, "office", asked(authority, "admissions", ["full_name", "contacts"], cohort_on="2026-10-01"))
    sent(school, "office", asked(other, "admissions", ["full_name", "address"], cohort_on="2026-10-01"))
    lives(school, dana, "2 Reed Row", "correct-address")
    (one,) = notices(school)
    assert (one["subject"], one["recipient"], one["field_names"]) == (ada, authority, ["contacts"])
    assert one["told_entries"] == [wrong]


def test_what_cannot_hold_a_fact_is_not_folded_again_for_it(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = school.pupil(1)
    lives(school, ada, "4 Mill Lane")
    dfe = recipient(school, "dfe", "Department for Education")
    sent(school, "head", asked(dfe, "daily-attendance", ["upn", "attendance"], cohort_on="2026-10-01"))
    folded: list[frozenset[str]] = []
    real = Shareable.then

    async def then(self: Shareable, organisation: bytes, subjects: Any, fields: Any, at: Any) -> Any:
        folded.append(frozenset(fields))
        return await real(self, organisation, subjects, fields, at)

    monkeypatch.setattr(Shareable, "then", then)
    lives(school, ada, "14 Mill Lane", "correct-address")
    assert notices(school) == []
    assert folded == []


def test_what_does_not_fit_into_one_notice_is_told_in_several(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owing, "DISCLOSURES_MAX", 2)
    ada = school.pupil(1)
    lives(school, ada, "4 Mill Lane")
    authority = recipient(school, "authority", "Norfolk")
    told = [sent(school, "office", asked(authority, "new-pupil-return", ["address"], pupils=[ada])) for _ in range(3)]
    lives(school, ada, "14 Mill Lane", "correct-address")
    found = notices(school)
    assert sorted(len(one["disclosures"]) for one in found) == [1, 2]
    assert {one for line in found for one in line["disclosures"]} == set(told)


def test_an_amended_mark_is_told_to_whoever_was_sent_the_attendance_of_that_day(school: School) -> None:
    ada, bea = school.pupil(1), school.pupil(2, "Wren", "Bea")
    taken = school.take("teacher", {ada: "N", bea: "/"}).json()["index"]
    school.take("teacher", {ada: "/", bea: "/"}, "2026-09-16")
    dfe, authority = recipient(school, "dfe", "Department for Education"), recipient(school, "authority", "Norfolk")
    early, late = "2026-09-14", "2026-10-01"
    sent(school, "head", asked(dfe, "daily-attendance", ["upn", "attendance"], cohort_on=late))
    sent(school, "office", asked(authority, "new-pupil-return", ["full_name"], pupils=[ada]))
    sent(school, "head", asked(dfe, "daily-attendance", ["upn", "attendance"], cohort_on=early))
    sent(school, "head", asked(dfe, "daily-attendance", ["upn", "attendance"], pupils=[ada, bea], on=late))
    first, second = amend(school, ada, "I"), amend(school, ada, "C")
    found = notices(school)
    assert [(one["subject"], one["recipient"], one["since_entry"], one["told_entries"]) for one in found] == [
        (ada, dfe, first, [taken]), (ada, dfe, second, [first]),
    ]  # fmt: skip
    assert [len(one["disclosures"]) for one in found] == [2, 2]
    assert {one["ripples"] for one in found} == {"correction"}


def test_a_restriction_is_told_to_whoever_has_a_fact_of_its_category(school: School) -> None:
    ada, bea = school.pupil(1), school.pupil(2, "Wren", "Bea")
    lives(school, ada, "4 Mill Lane")
    authority, other = recipient(school, "authority", "Norfolk"), recipient(school, "authority", "Suffolk")
    sent(school, "office", asked(authority, "new-pupil-return", ["full_name", "address"], pupils=[ada]))
    sent(school, "office", asked(other, "new-pupil-return", ["full_name"], pupils=[ada, bea]))
    school.command("head", "rights/restrict-processing", person=ada, valid_on="2026-09-10", categories=["contact"],
                   on_ground="accuracy-contested", case="R-12")  # fmt: skip
    (one,) = notices(school)
    assert (one["subject"], one["recipient"], one["ripples"]) == (ada, authority, "restriction")
    assert one["field_names"] == ["address"]


def test_a_restriction_of_attendance_is_told_to_whoever_was_sent_it_of_everyone(school: School) -> None:
    ada = school.pupil(1)
    school.written = school.take("teacher", {ada: "/"}).json()["index"]
    dfe = recipient(school, "dfe", "Department for Education")
    sent(school, "head", asked(dfe, "daily-attendance", ["attendance"], cohort_on="2026-10-01"))
    school.command("head", "rights/restrict-processing", person=ada, valid_on="2026-09-10", categories=["attendance"],
                   on_ground="accuracy-contested", case="R-12")  # fmt: skip
    (one,) = notices(school)
    assert (one["recipient"], one["field_names"], one["told_entries"]) == (dfe, ["attendance"], [])


def test_what_a_return_about_everyone_said_of_a_child_is_owed_a_notice_too(school: School) -> None:
    ada, bea = school.pupil(1), school.pupil(2, "Wren", "Bea")
    dfe = recipient(school, "dfe", "Department for Education")
    sent(school, "head", asked(dfe, "school-census", ["upn", "full_name", "date_of_birth"], cohort_on="2026-10-01"))
    school.command("office", "records/correct-date-of-birth", pupil=ada, valid_on="2026-09-03",
                   date_of_birth="2020-06-05", reason="Seen on the certificate.")  # fmt: skip
    school.command("office", "records/correct-sex", pupil=bea, valid_on="2026-09-03", sex="M", reason="A slip.")
    (one,) = notices(school)
    assert (one["subject"], one["recipient"], one["field_names"]) == (ada, dfe, ["date_of_birth"])


def test_a_notice_is_given_chased_and_answered_and_is_then_no_more_in_the_list(school: School) -> None:
    ada = school.pupil(1)
    lives(school, ada, "4 Mill Lane")
    authority = recipient(school, "authority", "Norfolk")
    sent(school, "office", asked(authority, "new-pupil-return", ["address"], pupils=[ada]))
    lives(school, ada, "14 Mill Lane", "correct-address")
    (one,) = notices(school)
    about: dict[str, Any] = {"pupil": ada, "notice": one["notice"], "valid_on": "2026-09-21"}
    school.command("office", "sharing/note-recipient-notified", **about, channel="by-hand")
    school.command("office", "sharing/note-recipient-silent", **about, chased_by="We rang.")
    assert [line["state"] for line in notices(school)] == ["silent"]
    school.command("office", "sharing/note-recipient-acted", **about, acted="corrected")
    assert notices(school) == []
    (closed,) = notices(school, all="yes", pupil=ada)
    assert [step["what"] for step in closed["steps"]] == ["notified", "silent", "acted"]


def test_nobody_can_owe_a_notice_by_hand(school: School) -> None:
    assert school.post("head", "sharing/owe-notice", {"notice": new_id()}).status_code in (404, 405)


def test_an_entry_that_says_several_things_owes_a_notice_of_the_one_that_was_wrong(school: School) -> None:
    ada = school.pupil(1)
    authority, other = recipient(school, "authority", "Norfolk"), recipient(school, "authority", "Suffolk")
    sent(school, "office", asked(authority, "new-pupil-return", ["full_name"], pupils=[ada]))
    sent(school, "office", asked(other, "new-pupil-return", ["full_name", "sex"], pupils=[ada]))
    school.command("office", "records/correct-sex", pupil=ada, valid_on="2026-09-03", sex="M", reason="A slip.")
    assert [(one["recipient"], one["field_names"]) for one in notices(school)] == [(other, ["sex"])]


def test_a_correction_is_told_to_whoever_got_the_merged_record_in_a_return(school: School) -> None:
    ada, twice = school.pupil(1), school.pupil(2, "Lark", "Ada")
    at_first = {"lines": ["4 Mill Lane"], "postcode": "NR12 8XX"}
    home: dict[str, Any] = {"person": twice, "valid_on": "2026-09-03", "address": at_first}
    school.command("office", "records/change-address", **home)
    authority = recipient(school, "authority", "Norfolk")
    sent(school, "office", asked(authority, "admissions", ["full_name", "address"], cohort_on="2026-10-01"))
    school.command("office", "records/merge-pupils", survivor=ada, merged=twice, reason="The same child.")
    school.caught_up()
    right = {"lines": ["14 Mill Lane"], "postcode": "NR12 8XX"}
    school.command("office", "records/correct-address", **{**home, "person": ada, "address": right}, reason="misheard")
    assert [one["recipient"] for one in notices(school)] == [authority]

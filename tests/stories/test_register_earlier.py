"""The register of disclosures as known earlier, and of records that have been merged since."""

from support.school import School
from support.sharing import asked, recipient, send, sent
from support.signed_in import SignedIn

CASE = "C-1"


def test_a_childs_list_as_known_earlier_says_how_far_a_disclosure_was_then(school: School) -> None:
    ada = school.pupil(1)
    authority = recipient(school, "authority", "Norfolk")
    which = sent(school, "office", asked(authority, "admissions", ["full_name"], pupils=[ada]))
    then = school.written
    school.command("office", "sharing/note-delivered", disclosure=which)
    send(school, "office", asked(authority, "admissions", ["religion"], pupils=[ada]))
    earlier = school.read("head", f"pupils/{ada}/disclosures", known_at=then, case=CASE)
    assert [one["state"] for one in earlier["disclosures"]] == ["recorded"]
    assert earlier["at"]["index"] == then
    assert school.read("head", f"pupils/{ada}/disclosures")["disclosures"][0]["state"] == "delivered"
    assert school.read("head", "not-shared", known_at=then, case=CASE)["not_shared"] == []
    assert len(school.read("head", "not-shared")["not_shared"]) == 1


def test_notices_as_known_earlier(school: School) -> None:
    ada = school.pupil(1)
    authority = recipient(school, "authority", "Norfolk")
    sent(school, "office", asked(authority, "admissions", ["full_name"], pupils=[ada]))
    assert school.read("head", "notices", known_at=school.written, case=CASE)["notices"] == []


def test_what_is_of_today_alone_refuses_an_earlier_moment(school: School) -> None:
    ada = school.pupil(1)
    refused = school.get("head", f"pupils/{ada}/disclosures", known_at=school.written, case=CASE, **{"for": "family"})
    assert (refused.status_code, "known_at" in refused.json()["detail"]) == (409, True), refused.text


def test_the_record_of_processing_is_as_it_was_known(school: School) -> None:
    ada, authority = school.pupil(1), recipient(school, "authority", "Norfolk")
    known = school.written
    sent(school, "office", asked(authority, "admissions", ["full_name"], pupils=[ada]))
    assert school.read("head", "article-30", known_at=known, case=CASE)["given"] == []
    assert len(school.read("head", "article-30")["given"]) == 1
    desk = SignedIn(school, "head")
    assert desk.get(f"article-30?known_at={known}&case={CASE}") == 200
    assert "Nothing was given in this year" in desk.page


def test_a_return_in_which_a_merged_record_stood_is_in_the_list_of_the_one_it_became(school: School) -> None:
    ada, twice = school.pupil(1), school.pupil(2, "Lark", "Ada")
    authority = recipient(school, "authority", "Norfolk")
    sent(school, "office", asked(authority, "admissions", ["full_name"], cohort_on="2026-10-01", leaving_out=[ada]))
    assert school.read("head", f"pupils/{ada}/disclosures")["disclosures"] == []
    school.command("office", "records/merge-pupils", survivor=ada, merged=twice, reason="The same child.")
    school.caught_up()
    assert [one["cohort"] for one in school.read("head", f"pupils/{ada}/disclosures")["disclosures"]] == [True]


def test_nobody_is_in_a_return_because_of_an_enrolment_that_was_left_out_with_both_records(school: School) -> None:
    ada, twice = school.pupil(1), school.pupil(2, "Lark", "Ada")
    authority = recipient(school, "authority", "Norfolk")
    school.pupil(3, "Wren", "Bea")
    body = asked(authority, "admissions", ["full_name"], cohort_on="2026-10-01", leaving_out=[ada, twice])
    sent(school, "office", body)
    school.command("office", "records/merge-pupils", survivor=ada, merged=twice, reason="The same child.")
    school.caught_up()
    assert school.read("head", f"pupils/{ada}/disclosures")["disclosures"] == []

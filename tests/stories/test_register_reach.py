"""Who sees how much of the register of disclosures, page by page; who is given a file or letter again; notices' page."""

import pytest
from stories.test_file_again import _reads
from stories.test_ripple import lives, notices
from support.school import School
from support.sharing import asked, recipient, send, sent
from support.signed_in import SignedIn

from services.pages import disclosures as pages


def _given(school: School, pupil: str, purpose: str, fields: list[str], who: str = "office") -> str:
    return sent(school, who, asked(recipient(school, "authority", "Norfolk"), purpose, fields, pupils=[pupil]))


def test_each_role_sees_what_its_categories_allow(school: School) -> None:
    ada = school.pupil(1)
    school.command("senco", "records/start-sen-provision", pupil=ada, valid_on="2026-09-10", provision="K")
    authority = recipient(school, "authority", "Norfolk")
    body = asked(authority, "special-needs", ["full_name", "sen_provision"], pupils=[ada])
    which = sent(school, "office", body)
    sent(school, "office", asked(authority, "school-census", ["ethnicity"], pupils=[ada]))
    fields = {
        who: [one["fields"] for one in school.read(who, "disclosures")["disclosures"]] for who in ("senco", "dpo")
    }
    assert fields["senco"] == [["full_name", "sen_provision"]]
    assert len(fields["dpo"]) == 2
    senco = SignedIn(school, "senco")
    assert senco.get("disclosures") == 200
    assert "Ethnicity" not in senco.page
    assert "article-30" not in senco.page
    assert senco.get("article-30") == 403
    assert school.get("senco", f"disclosures/{which}/file").status_code == 200
    assert school.get("teacher", "disclosures").status_code == 403


def test_the_safeguarding_lead_sees_no_category_without_a_grant(school: School) -> None:
    ada = school.pupil(1)
    hickling = recipient(school, "school", "Hickling Junior School", laestab="926/2001")
    sent(school, "office", asked(hickling, "transfer", ["full_name", "results"], pupils=[ada]))
    sent(school, "office", asked(hickling, "transfer", ["results"], pupils=[ada]))
    (line,) = school.read("dsl", "disclosures")["disclosures"]
    assert line["fields"] == line["sending"]["fields"] == ["full_name"]
    assert len(school.read("office", "disclosures")["disclosures"]) == 2
    body = asked(recipient(school, "authority", "Suffolk"), "new-pupil-return", ["results"], pupils=[ada])
    send(school, "office", body)
    kept = school.read("head", "not-shared")["not_shared"]
    assert [one["fields"] for one in kept] == [["results"]]
    assert school.read("dsl", "not-shared")["not_shared"] == []


def test_the_data_protection_officer_is_given_a_file_and_its_letter_again(school: School) -> None:
    ada = school.pupil(1)
    which = _given(school, ada, "new-pupil-return", ["full_name"])
    before = len(_reads(school))
    assert school.get("dpo", f"disclosures/{which}/file").status_code == 200
    assert school.get("dpo", f"disclosures/{which}/letter").status_code == 200
    assert _reads(school)[before:] == ["record-viewed", "record-viewed"]
    assert school.get("teacher", f"disclosures/{which}/letter").status_code == 403


def test_a_pupils_history_has_the_returns_about_everyone_for_whoever_sees_the_register(school: School) -> None:
    ada, authority = school.pupil(1), recipient(school, "authority", "Norfolk")
    known = school.written
    sent(school, "office", asked(authority, "admissions", ["full_name"], cohort_on="2026-10-01"))
    said = "In a return about everyone on the roll"
    for who, there in (("head", True), ("office", True), ("senco", False), ("teacher", False)):
        desk = SignedIn(school, who)
        desk.get(f"pupils/{ada}")
        assert (said in desk.page) is there, who
    desk = SignedIn(school, "head")
    desk.get(f"pupils/{ada}?known_at={known}&case=CASE-9")
    assert said not in desk.page


def test_the_register_and_notices_are_given_page_by_page(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = school.pupil(1)
    lives(school, ada, "1 Mill Lane")
    given = [_given(school, ada, "new-pupil-return", ["address"]) for _ in range(3)]
    first = school.read("head", "disclosures", limit=2)
    second = school.read("head", "disclosures", limit=2, cursor=first["next"])
    assert [one["disclosure"] for one in first["disclosures"] + second["disclosures"]] == given[::-1]
    assert second["next"] is None
    for wrong in ({"limit": "0"}, {"limit": "many"}, {"limit": 1, "cursor": "x"}):
        assert school.get("head", "disclosures", **wrong).status_code == 409
    monkeypatch.setattr(pages, "LINES_SHOWN", 2)
    desk = SignedIn(school, "head")
    desk.get("disclosures")
    assert ("Next page" in desk.page, "Previous page" in desk.page) == (True, False)
    desk.get("disclosures?page=2")
    assert ("Next page" in desk.page, "Previous page" in desk.page) == (False, True)
    desk.get("disclosures.csv")
    assert all(one in desk.page for one in given) or desk.page.count("Norfolk") == 3
    lives(school, ada, "2 Mill Lane", "correct-address")
    owed = notices(school)
    assert owed
    assert school.read("head", "notices", limit=1)["notices"] == owed[:1]
    assert desk.get("notices") == 200
    assert "Norfolk" in desk.page
    assert desk.get("notices?all=yes") == 200

"""The pages before and after a sending: what they will see, whom a return leaves out and why, and the leavers' board."""

import re

from stories.test_leavers import left, transfer
from stories.test_sharing_forms import filled, words
from support.school import School
from support.sharing import recipient
from support.signed_in import SignedIn


def hidden(page: str, name: str) -> str:
    (found,) = re.findall(rf'name="{name}" value="([^"]*)"', page)
    return str(found)


def shown(page: str) -> dict[str, str]:
    return {name: hidden(page, name) for name in ("previewed_at", "previewed_sha256")}


def test_a_person_sees_what_they_will_see_and_that_goes(school: School) -> None:
    ada, authority = school.pupil(1), recipient(school, "authority", "Norfolk")
    desk = SignedIn(school, "office")
    desk.get(f"share?recipient={authority}&pupil={ada}")
    body = filled(authority, "new-pupil-return", ["full_name", "address"]) | {f"pupil.{ada}": "yes"}
    assert desk.send("share", {**body, "do": "preview"}) == 200
    assert "What they will see" in words(desk.page)
    assert "Full name" in words(desk.page)
    proof = shown(desk.page)
    assert school.read("head", "disclosures")["disclosures"] == []
    other = {**body, **proof, "field.upn": "yes", "do": "send"}
    assert desk.send("share", other) == 422
    assert "not what you were shown" in words(desk.page)
    assert desk.send("share", {**body, **proof, "do": "send"}) == 200
    assert desk.path.startswith("disclosures/")


def test_of_what_may_not_go_nothing_is_seen(school: School) -> None:
    ada, authority = school.pupil(1), recipient(school, "authority", "Norfolk")
    desk = SignedIn(school, "head")
    desk.get(f"share?recipient={authority}&pupil={ada}")
    body = filled(authority, "school-census", ["country_of_birth"], do="preview") | {f"pupil.{ada}": "yes"}
    assert desk.send("share", body) == 200
    assert "What the law says" in words(desk.page)
    assert "previewed_sha256" not in desk.page


def test_a_return_leaves_single_pupils_out_and_the_register_says_why(school: School) -> None:
    ada, ben = school.pupil(1), school.pupil(2)
    dfe = recipient(school, "dfe", "Department for Education")
    desk = SignedIn(school, "head")
    desk.get(f"share?recipient={dfe}")
    body = filled(dfe, "daily-attendance", ["upn"], cohort_on="2026-09-10")
    assert desk.send("share", {**body, "do": "preview"}) == 200
    assert f'name="leave.{ada}"' in desk.page
    assert f'name="leave.{ben}"' in desk.page
    without = {**body, f"leave.{ben}": "yes"}
    assert desk.send("share", {**without, "do": "preview"}) == 200
    assert "about 1 pupil." in words(desk.page)
    assert f'name="leave.{ben}"' in desk.page
    ready = {**without, **shown(desk.page), "do": "send"}
    assert desk.send("share", ready) == 422
    assert "Enter why these pupils are left out" in words(desk.page)
    assert desk.send("share", {**ready, "left_out_because": "Nobody has the number yet."}) == 200
    assert "1 pupils" in words(desk.page)
    (kept,) = school.read("head", "not-shared")["not_shared"]
    assert (kept["reasons"], kept["by_gate"], kept["pupils"]) == (["Nobody has the number yet."], False, 1)
    assert len(school.read("head", f"pupils/{ada}/disclosures")["disclosures"]) == 1
    assert school.read("head", f"pupils/{ben}/disclosures")["disclosures"] == []


def test_the_leavers_board_is_a_page_with_its_clock_and_receipt(school: School) -> None:
    ada = left(school, 1)
    desk = SignedIn(school, "office")
    days = "leavers?first=2026-09-01&last=2026-10-31"
    assert desk.get(days) == 200
    page = words(desk.page)
    assert "Lark, Ada" in page
    assert "Due on 21 October 2026: 15 school days" in page
    assert "Overdue" in page
    assert "Child protection" not in page
    which = transfer(school, ada)
    assert desk.get(days) == 200
    assert "Given to Hickling Junior School" in words(desk.page)
    assert "No receipt yet" in words(desk.page)
    school.command("office", "sharing/confirm-receipt", disclosure=which, valid_on="2026-10-12")
    assert desk.get(days) == 200
    assert "Receipt of 12 October 2026" in words(desk.page)
    assert SignedIn(school, "teacher").get("leavers") == 403
    head = SignedIn(school, "head")
    assert head.get(days) == 200
    assert "Child protection file" in words(head.page)

"""The forms of sharing: the gate is asked before anything goes, a person may decide not to, and what follows is kept."""

import html
import re
from typing import Any

from support.school import School, new_id
from support.sharing import asked, recipient, sent
from support.signed_in import SignedIn


def words(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def filled(to: str, purpose: str, fields: list[str], **more: str) -> dict[str, str]:
    return {"recipient": to, "sharing_purpose": purpose, **{f"field.{one}": "yes" for one in fields}, **more}


def test_the_law_is_asked_first_and_says_why(school: School) -> None:
    ada = school.pupil(1)
    dfe = recipient(school, "dfe", "Department for Education")
    desk = SignedIn(school, "head")
    assert desk.get("share") == 200
    assert desk.get(f"share?recipient={dfe}") == 200
    early = filled(dfe, "daily-attendance", ["upn", "attendance"], cohort_on="2024-08-16", do="ask")
    assert desk.send("share", early) == 200, words(desk.page)
    page = words(desk.page)
    assert "This law is in force from 19 August 2024, after the day asked about." in page
    assert "reg 5A" in page
    assert "Give it now" not in page
    assert school.read("head", "not-shared")["not_shared"] == []
    assert desk.send("share", {**early, "cohort_on": "2026-09-10"}) == 200
    assert "Department for Education may be given this." in words(desk.page)
    assert desk.send("share", {**early, "cohort_on": "2026-09-10", "do": "send"}) == 200
    assert desk.path.startswith("disclosures/")
    assert "Everyone on the roll on 10 September 2026: 1 pupils" in words(desk.page)
    assert len(school.read("head", f"pupils/{ada}/disclosures")["disclosures"]) == 1


def test_what_the_gate_refuses_is_not_sent_by_the_form_either(school: School) -> None:
    ada = school.pupil(1)
    dfe = recipient(school, "dfe", "Department for Education")
    desk = SignedIn(school, "head")
    desk.get(f"share?recipient={dfe}&pupil={ada}")
    body = filled(dfe, "school-census", ["country_of_birth"], do="send") | {f"pupil.{ada}": "yes"}
    assert desk.send(f"share?pupil={ada}", body) == 422
    page = words(desk.page)
    assert "Nothing was given." in page
    assert "Country of birth is not in the schedule of this law" in page
    assert school.read("head", "disclosures")["disclosures"] == []


def test_a_form_of_another_site_sends_nothing(school: School) -> None:
    dfe = recipient(school, "dfe", "Department for Education")
    school.pupil(1)
    desk = SignedIn(school, "head")
    desk.get(f"share?recipient={dfe}")
    body = filled(dfe, "school-census", ["upn"], cohort_on="2026-10-01", do="send", form="x" * 40)
    assert desk.send("share", body, own=False) == 403
    assert school.read("head", "disclosures")["disclosures"] == []


def test_a_person_decides_not_to_share_and_that_is_kept(school: School) -> None:
    ada = school.pupil(1)
    authority = recipient(school, "authority", "Norfolk")
    desk = SignedIn(school, "office")
    desk.get(f"share?recipient={authority}&pupil={ada}")
    body = filled(authority, "new-pupil-return", ["full_name"], do="keep") | {f"pupil.{ada}": "yes"}
    assert desk.send("share", body) == 422
    assert "Enter why you decide not to share" in words(desk.page)
    assert desk.send("share", {**body, "not_because": "They have it already."}) == 200
    (kept,) = school.read("head", "not-shared")["not_shared"]
    assert (kept["by_gate"], kept["reasons"], kept["pupils"]) == (False, ["They have it already."], 1)
    assert "A person" in words(desk.page)


def test_the_same_decision_not_to_share_is_one(school: School) -> None:
    authority, which = recipient(school, "authority", "Norfolk"), new_id()
    ada = school.pupil(1)
    body: dict[str, Any] = {
        "decision": which, "recipient": authority, "sharing_purpose": "new-pupil-return", "fields": ["full_name"],
        "pupils": [ada], "reason": "They have it already.",
    }  # fmt: skip
    first = school.command("office", "sharing/decide-not", **body)
    again = school.command("office", "sharing/decide-not", **body)
    assert (first["changed"], again["changed"]) == (True, False)
    wrongs: list[dict[str, Any]] = [
        {"pupils": []}, {"cohort_on": "2026-10-01"}, {"pupils": [new_id()]}, {"recipient": new_id()},
    ]  # fmt: skip
    for wrong in wrongs:
        assert school.post("office", "sharing/decide-not", {**body, "decision": new_id(), **wrong}).status_code == 409
    health = {**body, "fields": ["safeguarding_concerns"], "decision": new_id()}
    assert school.post("office", "sharing/decide-not", health).status_code == 403


def test_an_emergency_is_reviewed_on_a_page_by_somebody_else(school: School) -> None:
    ada = school.pupil(1)
    crew = recipient(school, "ambulance", "East of England Ambulance Service")
    told = sent(school, "office", asked(crew, "emergency", ["full_name"], pupils=[ada], channel="by-word"))
    office, head = SignedIn(school, "office"), SignedIn(school, "head")
    review = {"found_right": "yes", "reason": "She could not breathe."}
    office.get(f"disclosures/{told}/review")
    assert office.send(f"disclosures/{told}/review", review) == 422
    assert "somebody else" in words(office.page)
    head.get("disclosures")
    assert "Emergencies" in words(head.page)
    head.get(f"disclosures/{told}/review")
    assert head.send(f"disclosures/{told}/review", {**review, "reason": ""}) == 422
    assert head.send(f"disclosures/{told}/review", review) == 200
    assert "An emergency, reviewed" in words(head.page)
    assert "found right: She could not breathe." in words(head.page)
    head.get("disclosures")
    assert "Emergencies" not in words(head.page)
    assert head.get(f"pupils/{ada}/disclosures") == 200
    assert "She could not breathe." in words(head.page)
    assert head.get(f"pupils/{ada}/disclosures?for=family") == 200
    assert "She could not breathe." not in words(head.page)


def test_receipt_and_recall_are_recorded_on_pages(school: School) -> None:
    ada = school.pupil(1)
    authority = recipient(school, "authority", "Norfolk")
    told = sent(school, "office", asked(authority, "new-pupil-return", ["full_name"], pupils=[ada]))
    desk = SignedIn(school, "office")
    desk.get(f"disclosures/{told}/confirm")
    assert desk.send(f"disclosures/{told}/confirm", {"valid_on": "2026-11-20"}) == 200
    assert "Received on 20 November 2026" in words(desk.page)
    desk.get(f"disclosures/{told}/recall")
    assert desk.send(f"disclosures/{told}/recall", {"reason": "wrong-recipient"}) == 200
    assert "Recalled It went to the wrong recipient" in words(desk.page)
    assert desk.get(f"disclosures/{told}/elsewhere") == 404
    assert desk.get(f"disclosures/{new_id()}") == 404


def test_the_safeguarding_lead_hides_a_disclosure_from_the_family_and_shows_it_again(school: School) -> None:
    ada = school.pupil(1)
    authority = recipient(school, "authority", "Norfolk")
    told = sent(school, "office", asked(authority, "new-pupil-return", ["full_name"], pupils=[ada]))
    lead, office = SignedIn(school, "dsl"), SignedIn(school, "office")
    mine = f"pupils/{ada}/disclosures"
    lead.get(f"{mine}?for=family")
    assert "Norfolk" in lead.page
    lead.get(f"{mine}/{told}/withhold")
    hidden = {"valid_on": "2026-11-25", "until": "2027-06-01", "reason": "Risk.", "reviewer": school.people["head"]}
    assert lead.send(f"{mine}/{told}/withhold", {**hidden, "until": "2030-01-01"}) == 422
    assert lead.send(f"{mine}/{told}/withhold", hidden) == 200
    assert "Not shown to the family until 1 June 2027" in words(lead.page)
    office.get(mine)
    assert "Not shown" not in words(office.page)
    assert office.get(f"{mine}/{told}/reveal") == 403
    lead.get(f"{mine}?for=family")
    assert "Norfolk" not in lead.page
    lead.get(f"{mine}/{told}/reveal")
    assert lead.send(f"{mine}/{told}/reveal", {"valid_on": "2026-11-25", "reason": "The risk is over."}) == 200
    lead.get(f"{mine}?for=family")
    assert "Norfolk" in lead.page


def test_what_was_told_discreetly_has_its_outcome_where_nobody_else_sees_it(school: School) -> None:
    ada = school.pupil(1)
    police = recipient(school, "police", "Norfolk Constabulary")
    lead, office = SignedIn(school, "head"), SignedIn(school, "office")
    lead.get(f"share?recipient={police}&pupil={ada}")
    body = filled(police, "crime", ["full_name"], do="send", necessity="To find the suspect.",
                  decided_because="Form seen.") | {f"pupil.{ada}": "yes", "discreet.yes": "yes"}  # fmt: skip
    assert lead.send("share", body) == 200, words(lead.page)
    assert lead.path == f"pupils/{ada}/disclosures"
    assert "Told discreetly" in words(lead.page)
    (address,) = re.findall(rf"pupils/{ada}/disclosures/[0-9a-f-]+/outcome", lead.page)
    assert office.get(address) == 403
    lead.get(address)
    assert lead.send(address, {"valid_on": "2026-11-25", "outcome": "receipt-confirmed", "reason": ""}) == 200
    assert "Received" in words(lead.page)
    office.get(f"pupils/{ada}/disclosures")
    assert "Constabulary" not in office.page

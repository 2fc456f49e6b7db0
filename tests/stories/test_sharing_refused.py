"""What somebody could mean in two ways is given in none; and what is refused shows no more than what was asked may."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from support.school import School, new_id
from support.sharing import asked, recipient, send, sent, sentences

from services.facts import LONDON

TODAY = datetime.now(LONDON).date()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({}, "Say whom this is about"),
        ({"pupils": "one", "cohort_on": "2026-10-01"}, "Say whom this is about"),
        ({"pupils": "one", "leaving_out": "one"}, "Only a return about everyone"),
        ({"cohort_on": "2026-10-01", "discreetly": True}, "of its own day"),
        ({"cohort_on": "2026-10-01", "on": "2026-10-01"}, "of its own day"),
        ({"cohort_on": "2026-10-01", "necessity": "so"}, "weighed for each child"),
        ({"pupils": "one", "on": (TODAY + timedelta(days=1)).isoformat()}, "Nobody knows yet"),
        ({"cohort_on": "2099-10-01"}, "Nobody knows yet"),
        ({"pupils": "two", "discreetly": True}, "one pupil at a time"),
    ],
)
def test_a_wish_that_could_be_taken_in_two_ways_is_refused(school: School, more: dict[str, Any], says: str) -> None:
    pupils = [school.pupil(1), school.pupil(2, "Wren", "Bea")]
    named = {"one": pupils[:1], "two": pupils}
    more = {name: named[value] if isinstance(value, str) and value in named else value for name, value in more.items()}
    authority = recipient(school, "authority", "Norfolk")
    response = send(school, "head", asked(authority, "new-pupil-return", ["full_name"], **more))
    assert (response.status_code, says in response.json()["detail"]) == (409, True), response.text
    assert school.read("head", "disclosures")["disclosures"] == []


def test_a_discreet_sending_that_is_refused_is_as_discreet_as_the_sending(school: School) -> None:
    ada = school.pupil(1)
    police = recipient(school, "police", "Norfolk Constabulary")
    before = {who: school.read(who, "not-shared") for who in ("office", "dpo")}
    waiting = send(school, "head", asked(
        police, "crime", ["full_name"], pupils=[ada], discreetly=True, necessity="To find him.",
    ))  # fmt: skip
    assert (waiting.status_code, waiting.json()["decision"]["outcome"]) == (409, "needs-a-person")
    denied = send(school, "head", asked(
        police, "crime", ["country_of_birth"], pupils=[ada], discreetly=True, necessity="To find him.",
        decided_because="The form names it.",
    ))  # fmt: skip
    assert (denied.status_code, denied.json()["decision"]["outcome"]) == (409, "denied")
    for who, seen in before.items():
        assert school.read(who, "not-shared") == seen
        lines = school.read(who, f"pupils/{ada}/timeline")["entries"]
        assert not [one for one in lines if "shar" in one["name"]]
    told = [one["name"] for one in school.read("dsl", f"pupils/{ada}/timeline")["entries"]]
    assert told[-1] == "not-shared-discreetly"
    assert [one["sharing_purpose"] for one in school.read("dsl", "not-shared")["not_shared"]] == ["crime"]


def test_who_may_not_know_what_is_discreet_may_not_send_discreetly(school: School) -> None:
    ada = school.pupil(1)
    authority = recipient(school, "authority", "Norfolk")
    body = asked(authority, "new-pupil-return", ["full_name"], pupils=[ada], discreetly=True)
    assert send(school, "office", body).status_code == 403


def test_what_protects_a_child_is_never_sent_openly(school: School) -> None:
    ada = school.pupil(1)
    care = recipient(school, "social-care", "Norfolk Children's Services")
    body = asked(care, "safeguarding", ["full_name", "safeguarding_concerns"], pupils=[ada], necessity="A referral.")
    openly = send(school, "dsl", body)
    assert (openly.status_code, "goes discreetly" in openly.json()["detail"]) == (409, True)
    assert send(school, "dsl", {**body, "discreetly": True}).status_code == 200


def test_an_id_or_a_key_that_was_used_for_something_else_is_told(school: School) -> None:
    ada, bea = school.pupil(1), school.pupil(2, "Wren", "Bea")
    authority = recipient(school, "authority", "Norfolk")
    body = asked(authority, "new-pupil-return", ["full_name"], pupils=[ada])
    which = sent(school, "office", body)
    other = send(school, "office", {**body, "pupils": [bea]}, which)
    assert (other.status_code, "used for something else" in other.json()["detail"]) == (409, True)
    key = new_id()
    assert school.post("office", "sharing/send", {"disclosure": new_id(), **body}, key).status_code == 200
    again = school.post("office", "sharing/send", {"disclosure": new_id(), **body}, key)
    assert (again.status_code, "Idempotency-Key" in again.json()["detail"]) == (409, True), again.text


def test_ids_that_are_no_pupils_are_not_written_down(school: School) -> None:
    authority = recipient(school, "authority", "Norfolk")
    body = asked(authority, "new-pupil-return", ["country_of_birth"], pupils=[new_id(), school.people["office"]])
    response = send(school, "office", body)
    assert "no pupils here" in response.json()["detail"]
    assert school.read("head", "not-shared")["not_shared"] == []


def test_what_leaves_today_rests_on_the_version_of_today_and_on_todays_ages(school: School) -> None:
    young = school.pupil(1)
    youth = recipient(school, "youth-support", "Norfolk Youth Support")
    body = asked(youth, "youth-support", ["full_name"], pupils=[young], on="2026-09-15")
    response = send(school, "office", body)
    assert response.status_code == 409
    assert "pupils of 13 and over" in response.json()["decision"]["pupils_against"][young]


def test_a_contacts_own_restriction_stops_what_would_name_them(school: School) -> None:
    ada, mother = school.pupil(1), new_id()
    school.command("office", "records/record-contact", person=mother, valid_on="2026-09-04",
                   full_name={"surname": "Lark", "forename": "Dana"})  # fmt: skip
    school.command("office", "records/link-contact", person=ada, valid_on="2026-09-04", contact=mother,
                   relationship="PAM", priority=1)  # fmt: skip
    next_school = recipient(school, "school", "Hickling Junior School", laestab="9262001")
    body = asked(next_school, "transfer", ["full_name", "contacts"], pupils=[ada])
    assert school.post("office", "sharing/decide", body).json()["decision"]["outcome"] == "allowed"
    school.command("office", "rights/restrict-processing", person=mother, valid_on=TODAY.isoformat(), case="CASE-7",
                   on_ground="accuracy-contested")  # fmt: skip
    response = send(school, "office", body)
    assert response.status_code == 409
    assert "Contacts may not be given" in response.json()["decision"]["pupils_against"][ada]
    assert send(school, "office", {**body, "fields": ["full_name"]}).status_code == 200


def test_a_policy_document_past_its_review_stops_the_census_and_a_policy_stops_no_ambulance(school: School) -> None:
    ada = school.pupil(1)
    dfe = recipient(school, "dfe", "Department for Education", documented=False)
    crew = recipient(school, "ambulance", "East of England Ambulance Service", documented=False)
    school.command("head", "governance/adopt-policy-document", rule="policy-document", rule_version=1, digest="1" * 64,
                   title="Special category data", conditions=[1, 6, 8, 10, 18], review_on="2026-10-01")  # fmt: skip
    school.command("head", "governance/adopt-policy", rule="no-allergies", rule_version=1, digest="2" * 64,
                   title="Allergies", reason="Governors, 4 May.", in_force_from="2026-09-01",
                   fields=["allergies"])  # fmt: skip
    school.command("office", "records/record-allergy", pupil=ada, valid_on="2026-09-04", allergy={
        "called": "Peanuts", "severity": "severe", "what_to_do": "Give the pen. Call 999.",
    })  # fmt: skip
    refused = send(school, "head", asked(dfe, "school-census", ["upn"], cohort_on="2026-10-01"))
    assert refused.status_code == 409
    assert "was to be reviewed by 1 October 2026. Review it" in sentences(refused.json()["decision"])
    told = sent(school, "office", asked(crew, "emergency", ["allergies"], pupils=[ada], channel="by-word"))
    line = school.read("head", f"pupils/{ada}/disclosures")["disclosures"][0]
    assert line["disclosure"] == told
    assert line["sending"]["decided_because"] == (
        "Our own policy was passed over in an emergency: no-allergies version 1."
    )


def test_more_than_one_entry_holds_is_refused_with_what_to_do(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = school.pupil(1)
    authority = recipient(school, "authority", "Norfolk")
    monkeypatch.setattr("ledger.codec.BODY_MAX", 200)
    response = send(school, "office", asked(authority, "new-pupil-return", ["full_name"], pupils=[ada]))
    assert response.status_code == 409
    assert "fewer people, or fewer fields" in response.json()["detail"]

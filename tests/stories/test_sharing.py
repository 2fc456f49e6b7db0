"""Sharing, in the words of those who do it: the law decides, the register knows, and nothing leaves beside them."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.school import School, new_id, site
from support.sharing import asked, document, recipient, send, sent, sentences

from events.identifiers import parse_id
from events.model import Event
from services.connectors.ctf.reader import read_ctf
from services.facts import LONDON
from services.installation import Installation

TODAY = datetime.now(LONDON).date()
FEED = ["upn", "full_name", "date_of_birth", "attendance"]


def test_the_daily_feed_is_lawful_from_19_august_2024_and_not_a_day_earlier(school: School) -> None:
    school.pupil(1)
    dfe = recipient(school, "dfe", "Department for Education")
    early = send(school, "head", asked(dfe, "daily-attendance", FEED, cohort_on="2024-08-16"))
    assert early.status_code == 409
    assert "in force from 19 August 2024" in sentences(early.json()["decision"])
    late = school.post("head", "sharing/decide", asked(dfe, "daily-attendance", FEED, cohort_on="2024-09-03"))
    assert late.json()["decision"]["outcome"] == "allowed", late.text
    assert "reg 5A" in late.json()["decision"]["citation"]
    kept = school.read("head", "not-shared")["not_shared"]
    assert [(one["sharing_purpose"], one["by_gate"]) for one in kept] == [("daily-attendance", True)]
    assert school.read("head", "disclosures")["disclosures"] == []


def test_country_of_birth_is_blocked_by_name(school: School) -> None:
    ada = school.pupil(1)
    dfe = recipient(school, "dfe", "Department for Education")
    body = asked(dfe, "school-census", ["upn", "country_of_birth"], pupils=[ada], on="2026-10-01")
    response = send(school, "head", body)
    assert (response.status_code, response.json()["decision"]["blocked"]) == (409, ["country_of_birth"])
    assert "Country of birth is not in the schedule of this law" in sentences(response.json()["decision"])


def test_the_census_waits_for_the_policy_document_that_its_condition_asks_for(school: School) -> None:
    school.pupil(1)
    dfe = recipient(school, "dfe", "Department for Education", documented=False)
    body = asked(dfe, "school-census", ["upn"], cohort_on="2026-10-01")
    without = school.post("head", "sharing/decide", body).json()["decision"]
    assert (without["outcome"], "appropriate policy document" in sentences(without)) == ("denied", True)
    document(school)
    school.caught_up()
    assert school.post("head", "sharing/decide", body).json()["decision"]["outcome"] == "allowed"


def test_an_ambulance_is_told_of_an_allergy_at_once_and_somebody_else_reviews_it(school: School) -> None:
    ada = school.pupil(1)
    school.command("office", "records/record-allergy", pupil=ada, valid_on="2026-09-04", allergy={
        "called": "Peanuts", "severity": "severe", "what_to_do": "Give the pen. Call 999.",
    })  # fmt: skip
    crew = recipient(school, "ambulance", "East of England Ambulance Service")
    told = sent(school, "office", asked(crew, "emergency", ["full_name", "allergies"], pupils=[ada], channel="by-word"))
    line = school.read("head", f"pupils/{ada}/disclosures")["disclosures"][0]
    assert (line["sending"]["emergency"], line["reviewed"]) == (True, False)
    assert line["review_due"] is not None
    own = school.post("office", "sharing/review-emergency", {"disclosure": told, "found_right": True, "reason": "ok"})
    assert own.status_code == 409
    assert "somebody else" in own.json()["detail"]
    school.command(
        "head", "sharing/review-emergency", disclosure=told, found_right=True, reason="She could not breathe."
    )
    assert school.read("head", f"pupils/{ada}/disclosures")["disclosures"][0]["reviewed"] is True


def test_what_was_sent_names_the_exact_entries_of_its_facts(school: School) -> None:
    ada = school.pupil(1)
    known = school.read("office", f"pupils/{ada}")["pupil"]
    authority = recipient(school, "authority", "Norfolk")
    sent(school, "office", asked(authority, "new-pupil-return", ["full_name", "upn"], pupils=[ada]))
    line = school.read("office", f"pupils/{ada}/disclosures")["disclosures"][0]
    assert line["sending"]["gateway"].startswith("returning-new")
    register = school.read("head", "disclosures")["disclosures"]
    assert [one["fields"] for one in register] == [["full_name", "upn"]]
    assert known["name"]["at"]["index"] < line["known_at"]


def test_a_transfer_file_is_made_again_byte_for_byte_after_the_record_has_moved_on(school: School) -> None:
    ada = school.pupil(1)
    school.command("office", "records/change-address", person=ada, valid_on="2026-09-03",
                   address={"lines": ["4 Mill Lane"], "postcode": "NR12 8XX"})  # fmt: skip
    next_school = recipient(school, "school", "Hickling Junior School", laestab="926/2001")
    fields = ["upn", "full_name", "date_of_birth", "sex", "address", "enrolment"]
    which = sent(school, "office", asked(next_school, "transfer", fields, pupils=[ada], exporter="ctf", file_number=1))
    first = school.get("office", f"disclosures/{which}/file")
    assert first.headers["content-disposition"].endswith('"9262000_CTF_9262001_001.xml"')
    assert b"4 Mill Lane" in first.content
    name = {"surname": "Heron", "forename": "Ada"}
    school.command("office", "records/change-name", pupil=ada, valid_on="2026-09-20", full_name=name)
    school.command("office", "records/correct-address", person=ada, valid_on="2026-09-03", reason="misheard",
                   address={"lines": ["14 Mill Lane"], "postcode": "NR12 8XX"})  # fmt: skip
    again = school.get("office", f"disclosures/{which}/file")
    assert again.content == first.content


def test_the_transfer_file_says_what_the_record_says(school: School) -> None:
    ada = school.pupil(1)
    next_school = recipient(school, "school", "Hickling Junior School", laestab="926/2001")
    fields = ["upn", "full_name", "date_of_birth", "sex", "enrolment"]
    which = sent(school, "office", asked(next_school, "transfer", fields, pupils=[ada], exporter="ctf", file_number=1))
    content = school.get("office", f"disclosures/{which}/file").content
    read = read_ctf(content, "9262000_CTF_9262001_001.xml", today=date(2026, 11, 25))
    record = school.read("office", f"pupils/{ada}")["pupil"]
    (pupil,) = read.pupils
    who = pupil.identity
    assert (who.upn, who.surname, who.forename) == (record["upn"]["value"], "Lark", "Ada")
    assert who.date_of_birth == date(2020, 5, 6)
    assert not [one for one in pupil.problems if one.fatal]


def test_a_file_about_somebody_erased_says_so_instead_of_being_made_again(tmp_path: Path) -> None:
    with site(tmp_path) as running:
        school = running.school()
        ada, bea = school.pupil(1), school.pupil(2, "Wren", "Bea")
        authority = recipient(school, "authority", "Norfolk")
        which = sent(school, "office", asked(authority, "new-pupil-return", ["full_name"], pupils=[ada, bea]))
        assert b"Bea" in school.get("office", f"disclosures/{which}/file").content
        settings = running.settings
    # What an erasure does first, by the means of the ledger: a process that is running forgets within a minute.
    with Installation(settings) as installation:
        installation.vault.destroy(parse_id(school.organisation), [parse_id(ada)], category="identity", request="REQ-1")
        installation.runner().refold(parse_id(school.organisation), [parse_id(ada)])
    with site(tmp_path) as again:
        school.site = again
        response = school.get("office", f"disclosures/{which}/file")
        assert (response.status_code, "erased" in response.json()["detail"]) == (409, True)
        assert "Bea" not in response.text
        assert len(school.read("office", f"pupils/{bea}/disclosures")["disclosures"]) == 1


def test_a_return_about_everyone_is_in_each_childs_list_as_the_roll_was_known_then(school: School) -> None:
    ada = school.pupil(1)
    dfe = recipient(school, "dfe", "Department for Education")
    sent(school, "head", asked(dfe, "school-census", ["upn", "full_name"], cohort_on="2026-10-01"))
    bea = school.pupil(2, "Wren", "Bea")
    assert [one["cohort"] for one in school.read("head", f"pupils/{ada}/disclosures")["disclosures"]] == [True]
    assert school.read("head", f"pupils/{bea}/disclosures")["disclosures"] == []


def test_a_hidden_disclosure_leaves_no_trace_for_the_family(school: School) -> None:
    ada = school.pupil(1)
    authority = recipient(school, "authority", "Norfolk")
    police = recipient(school, "police", "Norfolk Constabulary")
    sent(school, "office", asked(authority, "new-pupil-return", ["full_name"], pupils=[ada]))
    before = school.get("head", f"pupils/{ada}/disclosures", **{"for": "family"}).content
    secret = sent(school, "head", asked(
        police, "crime", ["full_name", "address"], pupils=[ada], discreetly=True,
        necessity="To find the suspect.", decided_because="Form seen; section 18 assault.",
    ))  # fmt: skip
    for who in ("head", "office", "dpo"):
        assert school.get(who, f"pupils/{ada}/disclosures", **{"for": "family"}).content == before
    for who in ("office", "dpo"):
        assert secret not in school.get(who, f"pupils/{ada}/disclosures").text
        assert "Constabulary" not in school.get(who, "disclosures").text
    assert secret in school.get("dsl", f"pupils/{ada}/disclosures").text
    with school.site.owner("log") as connection:
        stored = connection.execute(
            "SELECT DISTINCT name, category, purpose FROM ledger.event WHERE organisation = %s AND %s = ANY(subjects)"
            " AND service = 'sharing'",
            [school.organisation, ada],
        ).fetchall()
    assert sorted(stored) == [("disclosed", "correspondence", "sharing"), ("discreet", "discreet", "discreet")]


def test_an_ordinary_disclosure_can_be_kept_from_families_until_a_day_and_revealed_before(school: School) -> None:
    ada = school.pupil(1)
    authority = recipient(school, "authority", "Norfolk")
    before = school.get("head", f"pupils/{ada}/disclosures", **{"for": "family"}).content
    which = sent(school, "office", asked(authority, "new-pupil-return", ["full_name"], pupils=[ada]))
    hers = {"pupil": ada, "disclosure": which, "valid_on": TODAY.isoformat()}
    hidden = {"until": (TODAY + timedelta(days=30)).isoformat(), "reason": "An inquiry.",
              "reviewer": school.people["head"]}  # fmt: skip
    assert school.post("office", "sharing/withhold-disclosure", {**hers, **hidden}).status_code == 403
    school.command("dsl", "sharing/withhold-disclosure", **hers, **hidden)
    assert school.get("head", f"pupils/{ada}/disclosures", **{"for": "family"}).content == before
    assert school.read("dsl", f"pupils/{ada}/disclosures")["disclosures"][0]["hidden_until"] == hidden["until"]
    assert school.read("office", f"pupils/{ada}/disclosures")["disclosures"][0]["hidden_until"] is None
    school.command("dsl", "sharing/reveal-disclosure", **hers, reason="The inquiry is over.")
    shown = school.read("head", f"pupils/{ada}/disclosures", **{"for": "family"})["disclosures"]
    assert [one["to"] for one in shown] == ["Norfolk"]


def test_the_registers_numbers_equal_a_count_made_from_the_log(school: School) -> None:
    pupils = [school.pupil(number) for number in (1, 2, 3)]
    authority = recipient(school, "authority", "Norfolk")
    dfe = recipient(school, "dfe", "Department for Education")
    sent(school, "office", asked(authority, "new-pupil-return", ["full_name"], pupils=pupils))
    sent(school, "office", asked(authority, "new-pupil-return", ["full_name"], pupils=pupils[:1]))
    sent(school, "head", asked(dfe, "school-census", ["upn"], cohort_on="2026-10-01"))
    send(school, "head", asked(dfe, "school-census", ["country_of_birth"], pupils=pupils[:1]))
    lines = school.read("head", "disclosures")["disclosures"]
    with school.site.owner("log") as connection:
        counted = connection.execute(
            "SELECT name, count(*), sum(cardinality(subjects)) FROM ledger.event WHERE organisation = %s"
            " AND name IN ('disclosed', 'cohort-disclosed') GROUP BY name",
            [school.organisation],
        ).fetchall()
    by_name = {name: (number, people) for name, number, people in counted}
    assert by_name["disclosed"] == (2, 4)
    assert len([one for one in lines if not one["cohort"]]) == by_name["disclosed"][0]
    assert sum(one["pupils"] for one in lines if not one["cohort"]) == by_name["disclosed"][1]
    assert len([one for one in lines if one["cohort"]]) == by_name["cohort-disclosed"][0]
    assert [one["pupils"] for one in lines if one["cohort"]] == [3]


def test_nothing_of_a_pupil_stands_in_clear(school: School) -> None:
    ada = school.pupil(1)
    authority = recipient(school, "authority", "Norfolk")
    sent(school, "office", asked(authority, "new-pupil-return", ["full_name"], pupils=[ada]))
    with school.site.owner("log") as connection:
        body = connection.execute(
            "SELECT body FROM ledger.event WHERE organisation = %s AND name = 'disclosed'", [school.organisation]
        ).fetchone()
    assert body is not None
    for word in (b"new-pupil-return", b"full_name", b"Norfolk"):
        assert word not in bytes(body[0])


@pytest.mark.parametrize("kind", ["disclose", "disclose-cohort", "disclose-discreetly", "keep-back"])
def test_nothing_can_be_written_down_as_sent_but_by_the_gate(school: School, kind: str) -> None:
    assert school.post("head", f"sharing/{kind}", {}).status_code in (404, 405)


def test_a_second_attempt_under_one_id_sends_nothing_twice(school: School) -> None:
    ada = school.pupil(1)
    authority = recipient(school, "authority", "Norfolk")
    body, which, key = asked(authority, "new-pupil-return", ["full_name"], pupils=[ada]), new_id(), new_id()
    answers = [school.post("office", "sharing/send", {"disclosure": which, **body}, key) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200], json.dumps([one.json() for one in answers])
    assert len({one.json()["index"] for one in answers}) == 1
    assert "disclosed" in Event.latest


def test_nobody_reviews_their_own_emergency_however_soon(school: School) -> None:
    ada = school.pupil(1)
    crew = recipient(school, "ambulance", "East of England Ambulance Service")
    said = {"found_right": True, "reason": "mine"}
    for _ in range(4):
        told = sent(school, "office", asked(crew, "emergency", ["full_name"], pupils=[ada], channel="by-word"))
        own = school.post("office", "sharing/review-emergency", {"disclosure": told, **said})
        assert (own.status_code, "somebody else" in own.json()["detail"]) == (409, True)
        forged = school.post(
            "office", "sharing/review-emergency", {"disclosure": told, **said, "by": school.people["head"]}
        )
        assert forged.status_code == 409


def test_what_was_told_discreetly_in_an_emergency_is_reviewed_discreetly(school: School) -> None:
    ada = school.pupil(1)
    care = recipient(school, "social-care", "Norfolk social care")
    body = asked(care, "safeguarding", ["full_name", "safeguarding_concerns"], pupils=[ada], discreetly=True)
    which = sent(school, "head", {**body, "necessity": "His father is on his way."})
    line = school.read("dsl", f"pupils/{ada}/disclosures")["disclosures"][0]
    assert (line["sending"]["emergency"], line["reviewed"]) == (True, False)
    review: dict[str, Any] = {
        "pupil": ada, "disclosure": which, "valid_on": TODAY.isoformat(), "found_right": True, "reason": "His father.",
    }  # fmt: skip
    own = school.post("head", "sharing/review-discreet-emergency", review)
    assert (own.status_code, "somebody else" in own.json()["detail"]) == (409, True)
    assert school.post("office", "sharing/review-discreet-emergency", review).status_code == 403
    school.command("dsl", "sharing/review-discreet-emergency", **review)
    assert school.read("dsl", f"pupils/{ada}/disclosures")["disclosures"][0]["reviewed"] is True


def test_only_what_was_given_is_hidden_from_no_later_than_today_and_looked_at_by_somebody_else(school: School) -> None:
    ada, bea = school.pupil(1), school.pupil(2, "Wren", "Bea")
    authority = recipient(school, "authority", "Norfolk")
    which = sent(school, "office", asked(authority, "new-pupil-return", ["full_name"], pupils=[ada]))
    right = {
        "pupil": ada, "disclosure": which, "valid_on": TODAY.isoformat(),
        "until": (TODAY + timedelta(days=9)).isoformat(), "reason": "x", "reviewer": school.people["head"],
    }  # fmt: skip
    for wrong in (
        {"disclosure": new_id()},
        {"pupil": bea},
        {"reviewer": school.people["dsl"]},
        {"valid_on": "2090-01-01", "until": "2090-12-01"},
        {"valid_on": (TODAY - timedelta(days=9)).isoformat()},
        {"valid_on": TODAY.isoformat(), "until": (TODAY - timedelta(days=1)).isoformat()},
    ):
        assert school.post("dsl", "sharing/withhold-disclosure", {**right, **wrong}).status_code == 409, wrong
    assert school.post("dsl", "sharing/withhold-disclosure", right).status_code == 200


def test_what_was_told_discreetly_is_shown_by_nobodys_day_but_by_somebodys_word(school: School) -> None:
    ada = school.pupil(1)
    police = recipient(school, "police", "Norfolk Constabulary")
    which = sent(school, "head", asked(
        police, "crime", ["full_name"], pupils=[ada], discreetly=True, necessity="A suspect.", decided_because="Form.",
    ))  # fmt: skip
    hers = {"pupil": ada, "disclosure": which, "valid_on": TODAY.isoformat()}
    school.command("dsl", "sharing/withhold-disclosure", **hers, until=TODAY.isoformat(), reason="x",
                   reviewer=school.people["head"])  # fmt: skip
    assert school.read("head", f"pupils/{ada}/disclosures", **{"for": "family"})["disclosures"] == []
    school.command("dsl", "sharing/reveal-disclosure", **hers, reason="He was charged.")
    assert len(school.read("head", f"pupils/{ada}/disclosures", **{"for": "family"})["disclosures"]) == 1

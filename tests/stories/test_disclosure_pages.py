"""The pages of what was given away: the register with what is wrong in it, a pupil's list, and what a family is shown."""

import html
import re
from typing import Any

from stories.test_recipients import agree
from support.school import School
from support.sharing import asked, recipient, send, sent
from support.signed_in import SignedIn

MARKED_UP = re.compile(r"<[^>]+>")


def words(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", MARKED_UP.sub(" ", page)))


def given(school: School) -> dict[str, Any]:
    """Give a school that shared: a return, a new pupil's, an emergency, and something that the gate kept back."""
    ada, bea = school.pupil(1), school.pupil(2, "Wren", "Bea")
    authority = recipient(school, "authority", "=Norfolk")
    dfe = recipient(school, "dfe", "Department for Education")
    crew = recipient(school, "ambulance", "East of England Ambulance Service")
    new = sent(school, "office", asked(authority, "new-pupil-return", ["full_name", "upn"], pupils=[ada]))
    census = sent(school, "head", asked(dfe, "school-census", ["upn", "full_name"], cohort_on="2026-10-01"))
    told = sent(school, "office", asked(crew, "emergency", ["full_name"], pupils=[ada, bea], channel="by-word"))
    send(school, "head", asked(dfe, "school-census", ["country_of_birth"], pupils=[ada]))
    school.caught_up()
    return {"ada": ada, "bea": bea, "authority": authority, "dfe": dfe, "new": new, "census": census, "told": told}


def test_the_register_says_what_flows_what_waits_for_review_and_what_was_kept_back(school: School) -> None:
    about = given(school)
    desk = SignedIn(school, "head")
    assert desk.get("disclosures") == 200
    page = words(desk.page)
    assert "3, the newest first" in page
    assert "Emergencies that somebody else than the sender still reviews" in page
    assert "Country of birth is not in the schedule of this law" in page
    assert "The school census" in page
    assert "SI 2013/2094" in page
    assert "Stop" not in page
    assert '<svg class="app-flows" role="img"' in desk.page
    for name in ("Lark", "Wren", about["ada"]):
        assert name not in desk.page
    school.command("head", "sharing/suspend-recipient", recipient=about["dfe"], valid_on="2026-11-01", reason="Breach")
    desk.get("disclosures")
    assert "Stop This recipient is suspended." in words(desk.page)


def test_the_register_is_asked_by_recipient_law_and_days(school: School) -> None:
    about = given(school)
    desk = SignedIn(school, "head")
    desk.get(f"disclosures?recipient={about['authority']}")
    assert "1, the newest first" in words(desk.page)
    desk.get("disclosures?rule=school-census")
    assert "1, the newest first" in words(desk.page)
    desk.get("disclosures?last=2020-01-01")
    assert "None." in words(desk.page)
    assert desk.get("disclosures?first=2026-10-02&last=2026-10-01") == 409


def test_the_register_as_known_earlier_asks_for_a_case(school: School) -> None:
    ada = school.pupil(1)
    authority = recipient(school, "authority", "Norfolk")
    before = school.written
    sent(school, "office", asked(authority, "new-pupil-return", ["full_name"], pupils=[ada]))
    desk = SignedIn(school, "head")
    assert desk.get(f"disclosures?known_at={before}") == 409
    assert "case" in words(desk.page)
    for _ in range(50):
        if desk.get(f"disclosures?known_at={before}&case=DP/2026-14") == 200:
            break
    assert "None." in words(desk.page)
    assert SignedIn(school, "office").get(f"disclosures?known_at={before}&case=DP/2026-14") == 403


def test_a_spreadsheet_of_the_register_runs_nothing_and_is_written_down_as_read(school: School) -> None:
    given(school)
    before = reads(school)
    lines = school.get("head", "disclosures.csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 4
    assert ",'=Norfolk," in lines[3]
    assert SignedIn(school, "head").get("disclosures.csv?rule=school-census") == 200
    assert reads(school) == before + 2


def reads(school: School) -> int:
    """Give how many lists were written down as shown."""
    with school.site.owner("log") as connection:
        found = connection.execute(
            "SELECT count(*) FROM ledger.event WHERE organisation = %s AND name = 'records-searched'",
            [school.organisation],
        ).fetchone()
    assert found is not None
    return int(found[0])


def test_a_pupils_list_says_in_words_who_was_given_what_under_which_law(school: School) -> None:
    about = given(school)
    desk = SignedIn(school, "office")
    assert desk.get(f"pupils/{about['ada']}") == 200
    assert f"/pupils/{about['ada']}/disclosures" in desk.page
    assert desk.get(f"pupils/{about['ada']}/disclosures") == 200
    page = words(desk.page)
    for said in ("=Norfolk", "Department for Education", "Ambulance", "Unique pupil number", "everyone on the roll"):
        assert said in page
    assert "Bea" not in page


def test_a_family_is_shown_no_trace_of_what_is_hidden_and_of_nobody_else(school: School) -> None:
    about = given(school)
    police = recipient(school, "police", "Norfolk Constabulary")
    desk, where = SignedIn(school, "head"), f"pupils/{about['ada']}/disclosures?for=family"
    desk.get(where)
    before = desk.page
    page = words(before)
    assert "=Norfolk" in page
    assert "Data Protection Act" in page or "Regulations" in page
    for nobody in ("Bea", "Wren", "Synthetic", "Entry", about["bea"], school.people["office"]):
        assert nobody not in before
    sent(school, "head", asked(
        police, "crime", ["full_name", "address"], pupils=[about["ada"]], discreetly=True,
        necessity="To find the suspect.", decided_because="Form seen; section 18 assault.",
    ))  # fmt: skip
    school.caught_up()
    desk.get(where)
    assert desk.page == before
    school.command("dsl", "sharing/withhold-disclosure", pupil=about["ada"], disclosure=about["told"],
                   valid_on="2026-11-25", until="2027-06-01", reason="Risk of harm", reviewer=school.people["head"])  # fmt: skip
    school.caught_up()
    desk.get(where)
    assert "Ambulance" not in desk.page
    assert re.sub(r"(?s)<tr[^>]*>(?:(?!</tr>).)*Ambulance.*?</tr>\s*", "", before) == desk.page


def test_the_record_of_processing_is_drawn_from_what_flowed_and_what_was_adopted(school: School) -> None:
    given(school)
    found = school.read("dpo", "article-30")
    assert found["controller"]["title"] == school.title
    assert found["controller"]["officers"] == ["Synthetic Dpo"]
    purposes = {one["purpose"]: one for one in found["controller"]["purposes"]}
    assert "attendance-register" in purposes
    assert purposes["attendance-register"]["bases"]
    assert all(one["retention"] is None for one in purposes.values())
    by_kind = {one["kind"]: one["flows"] for one in found["given"]}
    assert sorted(by_kind) == ["ambulance", "authority", "dfe"]
    assert {field for one in by_kind["dfe"] for field in one["fields"]} == {"upn", "full_name"}
    assert "Parents and other contacts" in found["subjects"]
    desk = SignedIn(school, "dpo")
    assert desk.get("article-30") == 200
    for said in ("The attendance register", "None adopted", "Department for Education", "Local authority"):
        assert said in words(desk.page)
    assert SignedIn(school, "teacher").get("article-30") == 403


def test_a_flow_whose_agreement_ended_is_red(school: School) -> None:
    ada = school.pupil(1)
    processor = recipient(school, "processor", "Reed Systems")
    agreement = agree(school, processor)
    school.caught_up()
    sent(school, "office", asked(processor, "processor", ["full_name"], pupils=[ada]))
    desk = SignedIn(school, "head")
    desk.get("disclosures")
    assert "Stop" not in words(desk.page)
    assert "Reed Systems" in words(desk.page)
    school.command("head", "sharing/end-agreement", agreement=agreement, recipient=processor, valid_on="2026-11-20",
                   reason="Another system.")  # fmt: skip
    desk.get("disclosures")
    assert "Stop No live agreement covers this." in words(desk.page)
    assert "app-flow-red" in desk.page

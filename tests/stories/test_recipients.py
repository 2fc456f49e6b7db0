"""Who may be given something: registered, verified, asked four questions, agreed with, and red where any is missing."""

import html
import re
from typing import Any

import pytest
from support.school import School, new_id

ANSWERS = {
    "who_asks": "The trust's technical team", "for_what": "To keep the system running",
    "how_sensitive": "Names and classes, no Article 9", "how_handled": "In this country, encrypted, a year",
}  # fmt: skip
TERMS = {
    "confidentiality": "Three engineers", "security": "Encrypted", "retention": "A year", "permitted_use": "Support",
    "onward_sharing": "None",
}  # fmt: skip
ASKED: dict[str, Any] = {"purposes": ["processor"], "fields": ["full_name", "enrolment"]}
FROM = "2026-09-07"


def recipient(school: School, title: str = "Reed Systems", kind: str = "processor", who: str = "office") -> str:
    made = new_id()
    school.command(who, "sharing/register-recipient", recipient=made, kind=kind, title=title, valid_on=FROM)
    return made


def agree(school: School, made: str, until: str = "2027-08-31") -> str:
    request, agreement = new_id(), new_id()
    school.command("office", "sharing/request-sharing", request=request, recipient=made, assessment=ANSWERS,
                   valid_on=FROM, **ASKED)  # fmt: skip
    school.command("head", "sharing/decide-request", request=request, recipient=made, outcome="approved",
                   reason="We need it.", valid_on=FROM)  # fmt: skip
    school.command("head", "sharing/sign-agreement", agreement=agreement, recipient=made, terms=TERMS,
                   document="Cabinet 3", valid_on=FROM, until=until, **ASKED)  # fmt: skip
    return agreement


def listed(school: School, who: str = "head", **query: Any) -> dict[str, dict[str, Any]]:
    return {one["recipient"]: one for one in school.read(who, "recipients", **query)["recipients"]}


def verified(school: School, made: str) -> None:
    school.command("office", "sharing/verify-recipient", recipient=made, how="contract", evidence="Cabinet 3",
                   valid_on=FROM)  # fmt: skip


def test_a_recipient_is_nobody_until_it_is_verified_and_again_once_it_has_another_name(school: School) -> None:
    made = recipient(school)
    assert "never verified" in listed(school)[made]["trouble"]
    verified(school, made)
    assert listed(school)[made]["trouble"] is None
    school.command("office", "sharing/rename-recipient", recipient=made, title="Marsh Systems", reason="Bought.",
                   valid_on="2026-10-01")  # fmt: skip
    found = listed(school)[made]
    assert "renamed" in found["trouble"]
    assert [one["value"] for one in found["titles"]] == ["Reed Systems", "Marsh Systems"]


def test_nothing_new_is_agreed_before_four_questions_are_answered_and_somebody_else_has_decided(school: School) -> None:
    made, request = recipient(school), new_id()
    sign = {"agreement": new_id(), "recipient": made, "terms": TERMS, "document": "Cabinet 3", "valid_on": FROM,
            "until": "2027-08-31", **ASKED}  # fmt: skip
    early = school.post("head", "sharing/sign-agreement", sign)
    assert (early.status_code, early.json()["fields"]["new_fields"]) == (409, ["enrolment", "full_name"])
    assert "four questions" in early.json()["detail"]

    # The caller is who asked, whoever the request says it was.
    asked = {"request": request, "recipient": made, "assessment": ANSWERS, "valid_on": FROM, **ASKED}
    school.command("head", "sharing/request-sharing", by=school.people["office"], **asked)
    assert listed(school)[made]["requests"][0]["author"] == school.people["head"]
    decide: dict[str, Any] = {"request": request, "recipient": made, "outcome": "narrowed", "purposes": ["processor"],
              "fields": ["full_name"], "reason": "No need of the class.", "valid_on": FROM}  # fmt: skip
    own = school.post("head", "sharing/decide-request", decide)
    assert (own.status_code, "somebody else" in own.json()["detail"]) == (409, True)
    school.command("dpo", "sharing/decide-request", **decide)
    assert school.post("head", "sharing/sign-agreement", sign).json()["fields"]["new_fields"] == ["enrolment"]
    school.command("head", "sharing/sign-agreement", **{**sign, "fields": ["full_name"]})
    assert listed(school)[made]["has_live_agreement"] is True


def test_agreements_say_what_runs_out_next_on_any_day(school: School) -> None:
    first, second = recipient(school, "Reed Systems"), recipient(school, "Marsh Systems")
    long, short = agree(school, first, "2028-08-31"), agree(school, second, "2026-12-31")
    found = school.read("dpo", "agreements", on="2026-12-01")["agreements"]
    assert [(one["agreement"], one["standing"], one["days_left"]) for one in found] == [
        (short, "live", 30),
        (long, "live", 639),
    ]
    later = school.read("dpo", "agreements", on="2027-01-01")["agreements"]
    assert [(one["title"], one["standing"]) for one in later] == [
        ("Reed Systems", "live"),
        ("Marsh Systems", "ran-out"),
    ]
    school.command(
        "head", "sharing/end-agreement", agreement=long, recipient=first, reason="Breach", valid_on="2026-10-01"
    )
    assert listed(school, on="2026-10-02")[first]["has_live_agreement"] is False
    assert listed(school, on="2026-10-02")[first]["needs_agreement"] is True


@pytest.mark.parametrize("who", ["teacher", "connector"])
def test_whoever_may_give_nothing_away_sees_and_changes_nothing_here(school: School, who: str) -> None:
    assert school.get(who, "recipients").status_code == 403
    assert school.get(who, "agreements").status_code == 403
    refused = school.post(who, "sharing/register-recipient", {
        "recipient": new_id(), "kind": "other", "title": "Reed Systems", "valid_on": FROM,
    })  # fmt: skip
    assert refused.status_code == 403


def test_the_office_keeps_the_list_and_only_the_head_or_the_protection_officer_agrees(school: School) -> None:
    made = recipient(school)
    agreement = {"agreement": new_id(), "recipient": made, "terms": TERMS, "document": "Cabinet 3", "valid_on": FROM,
                 "until": "2027-08-31", **ASKED}  # fmt: skip
    refused = school.post("office", "sharing/sign-agreement", agreement)
    assert refused.status_code == 403
    assert "Ask the head or the data protection officer" in refused.json()["detail"]


# The pages, without a browser


class Desk:
    """Somebody at the pages of recipients, with a cookie and what the last page's form carries."""

    def __init__(self, school: School, who: str) -> None:
        self.base = f"/schools/{school.organisation}/recipients"
        self._client, self._cookie = school.site.client, {"Cookie": f"rollbook={school.token(who)}"}
        self.page = ""

    def get(self, path: str = "") -> int:
        return self._kept(self._client.get(self.base + path, headers=self._cookie, follow_redirects=False))

    def send(self, path: str = "", **fields: str) -> int:
        own = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', self.page))
        sent: Any = {"data": own | fields, "headers": self._cookie, "follow_redirects": False}
        return self._kept(self._client.post(self.base + path, **sent))

    def _kept(self, answer: Any) -> int:
        if answer.status_code == 303:
            return self.get(answer.headers["location"].removeprefix(self.base))
        self.page = html.unescape(answer.text)
        return int(answer.status_code)


def test_the_page_shows_in_red_what_is_missing_until_it_is_there(school: School) -> None:
    desk = Desk(school, "head")
    assert desk.get() == 200
    assert "None yet" in desk.page
    assert desk.send(title="Reed Systems", kind="processor", valid_on=FROM, channel="sftp", endpoint="reed") == 200
    assert "Nothing may be given" in desk.page
    assert desk.page.count("govuk-tag--red") == 2
    assert "No live agreement" in desk.page
    school.written = max(school.written, school.read("head", "recipients")["at"]["index"])
    (made,) = listed(school)
    agree(school, made)
    verified(school, made)
    school.caught_up()
    desk.get()
    assert "govuk-tag--red" not in desk.page
    assert "Live agreement" in desk.page
    assert desk.get(f"/{made}") == 200
    assert "Three engineers" in desk.page
    assert "In this country, encrypted, a year" in desk.page


def test_a_form_that_is_wrong_says_so_beside_what_was_typed(school: School) -> None:
    desk = Desk(school, "office")
    desk.get()
    assert desk.send(title="", kind="processor", laestab="12", valid_on="") == 422
    for sentence in ("Enter the name", "Enter the LAESTAB: 7 digits", "Enter the day"):
        assert sentence in desk.page
    assert 'value="12"' in desk.page
    made = recipient(school)
    school.caught_up()
    assert desk.get(f"/{made}/request") == 200
    assert desk.send(f"/{made}/request", **{**ANSWERS, "purpose.processor": "yes", "valid_on": FROM}) == 422
    assert "Enter at least one field" in desk.page
    assert "encrypted, a year" in desk.page
    assert desk.get(f"/{made}/nothing") == 404


def test_a_form_of_another_sign_in_changes_nothing(school: School) -> None:
    desk = Desk(school, "office")
    assert desk.send(title="Reed Systems", kind="processor", valid_on=FROM, form="0" * 64) == 403
    assert listed(school) == {}


def test_pages_ask_the_four_questions_decide_sign_and_end(school: School) -> None:
    made = recipient(school)
    office, head = Desk(school, "office"), Desk(school, "head")
    what = {"purpose.processor": "yes", "field.full_name": "yes"}
    office.get(f"/{made}/request")
    assert office.send(f"/{made}/request", **ANSWERS, **what, **{"field.enrolment": "yes"}, valid_on=FROM) == 200
    assert "somebody else decides" in office.page
    (request,) = listed(school)[made]["requests"]
    assert head.get(f"/{made}/decide?request={request['request']}") == 200
    assert head.send(f"/{made}/decide", outcome="narrowed", reason="Not the class", valid_on=FROM, **what) == 200
    assert head.get(f"/{made}/sign") == 200
    assert "Enrolment" not in head.page
    signed = {**TERMS, **what, "document": "Cabinet 3", "valid_on": FROM, "until": "2027-08-31"}
    assert head.send(f"/{made}/sign", **signed) == 200
    (agreement,) = listed(school)[made]["agreements"]
    assert agreement["fields"] == ["full_name"]
    head.get(f"/{made}/end?agreement={agreement['agreement']}")
    assert head.send(f"/{made}/end", reason="Breach", valid_on="2026-10-01") == 200
    assert "Breach" in head.page
    for what_else, fields in (
        ("verify", {"how": "contract", "evidence": "Cabinet 3"}),
        ("suspend", {"reason": "A breach"}),
        ("resume", {"reason": "Settled"}),
        ("rename", {"title": "Marsh Systems", "reason": "Bought"}),
        ("reroute", {"channel": "by-hand", "reason": "Moved"}),
    ):
        assert head.get(f"/{made}/{what_else}") == 200, what_else
        assert head.send(f"/{made}/{what_else}", valid_on="2026-10-02", **fields) == 200, what_else
    assert listed(school)[made]["title"] == "Marsh Systems"

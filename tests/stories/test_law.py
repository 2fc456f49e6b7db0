"""The law in a person's words: what is in force on a day, what of it the school goes by, and what changes next."""

import json
from html import unescape
from typing import Any

from support.school import School
from typer.testing import CliRunner

from law.gateways import gateways
from law.rules import adoptable
from services.cli import app
from services.governance.rule_commands import AdoptGateway

BEFORE, FIRST = "2024-08-18", "2024-08-19"
DIGEST = "4" * 64


def law(school: School, on: str, who: str = "head") -> dict[str, Any]:
    found = school.read(who, "law", on=on)
    return {**found, "by_rule": {one["rule"]: one for one in found["in_force"]}}


def test_daily_attendance_is_law_from_its_day_on_and_adopted_with_the_rest(school: School) -> None:
    before, after = law(school, BEFORE), law(school, FIRST)
    assert "daily-attendance" not in before["by_rule"]
    daily = after["by_rule"]["daily-attendance"]
    assert "reg 5A" in daily["citation"]
    assert (daily["adopted_version"], daily["verified"], daily["undocumented"]) == (1, False, True)
    assert {"kind": "gateway", "rule": "daily-attendance", "day": FIRST, "becomes": "in-force"}.items() <= next(
        one for one in before["changes"] if one["rule"] == "daily-attendance"
    ).items()
    assert after["changes"][-1]["day"] is None
    assert after["by_rule"]["sharing"]["adopted_version"] == 1


def test_a_policy_document_a_policy_and_a_withdrawal_show_at_once(school: School) -> None:
    school.command("head", "governance/adopt-policy-document", rule="policy-document", rule_version=1, digest=DIGEST,
                   title="Special category data", conditions=[6, 18], review_on="2027-09-01")  # fmt: skip
    school.command("head", "governance/adopt-policy", rule="no-photographs", rule_version=1, digest=DIGEST,
                   title="Photographs", reason="Governors, 4 May.", in_force_from="2026-05-04",
                   fields=["photograph"])  # fmt: skip
    school.command(
        "head", "governance/withdraw-rule", rule="prevent", rule_version=1, reason="Not for an infant school."
    )
    found = law(school, "2026-09-03", "dpo")
    assert found["by_rule"]["daily-attendance"]["undocumented"] is False
    assert found["by_rule"]["prevent"]["adopted_version"] is None
    assert {one["rule"]: one["kind"] for one in found["own"]} == {
        "no-photographs": "policy", "policy-document": "policy-document",
    }  # fmt: skip


def test_our_own_policy_permits_nothing_and_a_gateway_needs_its_article(school: School) -> None:
    said: dict[str, Any] = {
        "rule": "ours",
        "rule_version": 1,
        "digest": DIGEST,
        "title": "Ours",
        "reason": "We like it.",
    }
    refused = school.post(
        "head", "governance/adopt-policy", {**said, "in_force_from": "2026-05-04", "permits": ["upn"]}
    )
    assert refused.status_code == 422
    gateway = {name: one for name, one in said.items() if name != "reason"}
    refused = school.post("head", "governance/adopt-gateway", {
        **gateway, "citation": "Our policy", "in_force_from": "2026-05-04", "verified": True, "purposes": ["ours"],
        "recipients": ["other"], "fields": ["upn"], "article_6": "our policy",
    })  # fmt: skip
    assert refused.status_code == 422
    whole = {
        **gateway, "citation": "Our policy", "in_force_from": "2026-05-04", "verified": True, "purposes": ["ours"],
        "recipients": ["other"], "fields": ["upn"], "article_6": "6(1)(e)",
    }  # fmt: skip
    refused = school.post("head", "governance/adopt-gateway", whole)
    assert (refused.status_code, "keeps something back" in refused.json()["detail"]) == (409, True)
    assert AdoptGateway.model_fields.keys() >= {"article_6", "article_9", "schedule_1", "article_10"}


def test_a_gateway_is_adopted_in_the_laws_words_and_not_in_its_senders(school: School) -> None:
    school.command("head", "governance/withdraw-rule", rule="prevent", rule_version=1, reason="By mistake.")
    (prevent,) = [one for one in gateways() if (one.id, one.version) == ("prevent", 1)]
    rule, version, digest = adoptable(prevent)
    school.command("head", "governance/adopt-gateway", rule=rule, rule_version=version, digest=digest, title="Ours",
                   citation="Our policy", in_force_from="2001-01-01", verified=True, purposes=["ours"],
                   recipients=["other"], fields=["upn"], article_6="6(1)(e)")  # fmt: skip
    school.caught_up()
    with school.site.owner("log") as connection:
        (body,) = connection.execute(
            "SELECT body FROM ledger.event WHERE organisation = %s AND name = 'gateway-adopted' ORDER BY index DESC",
            [school.organisation],
        ).fetchone() or (b"",)
    assert b"Our policy" not in bytes(body)
    assert prevent.citation.encode() in bytes(body)


def test_who_may_ask_what_the_law_is(school: School) -> None:
    assert [school.get(who, "law").status_code for who in ("head", "dpo", "office", None)] == [200, 200, 200, 401]
    assert school.get("head", "law", on="the first of May").status_code == 409


def test_the_page_lists_the_same(school: School) -> None:
    page = school.site.client.get(
        f"/schools/{school.organisation}/law?on={FIRST}", headers={"Authorization": f"Bearer {school.token('head')}"}
    ).text
    html = unescape(page)
    assert "The law on 19 August 2024" in html
    assert "A day to be appointed" in html
    for one in law(school, FIRST)["in_force"]:
        assert one["citation"] in html


def test_the_command_line_gives_the_law_itself_without_a_school() -> None:
    answered = CliRunner().invoke(app, ["law", "--on", FIRST, "--json"])
    assert answered.exit_code == 0
    found = {one["rule"]: one for one in json.loads(answered.stdout)["in_force"]}
    assert {"daily-attendance", "early-years-census"} <= found.keys()
    assert found["daily-attendance"]["adopted"] is None
    assert "daily-attendance" not in CliRunner().invoke(app, ["law", "--on", BEFORE]).stdout.split("What changes")[0]
    assert CliRunner().invoke(app, ["law", "--on", "yesterday"]).exit_code == 2

"""The law in a person's words: what is in force on a day, what of it the school goes by, and what changes next."""

import json
from contextlib import nullcontext
from datetime import date
from html import unescape
from typing import Any

import pytest
from support.school import School, new_id
from support.wire import Wire
from typer.testing import CliRunner

from law.gateways import gateways
from law.rules import adoptable
from services.cli import app, calling
from services.governance.law_queries import law_for
from services.governance.rule_commands import AdoptGateway
from services.governance.views import RuleRow
from services.routes import COOKIE

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


def test_a_purpose_and_a_basis_are_adopted_by_name_and_version_and_never_in_other_words(school: School) -> None:
    earlier: dict[str, Any] = {"rule": "earlier-schools", "rule_version": 1}
    school.command("head", "governance/withdraw-rule", **earlier, reason="By mistake.")
    for said in (
        {"categories": ["safeguarding"]}, {"bases": ["public-task-education"]}, {"digest": DIGEST},
    ):  # fmt: skip
        refused = school.post("head", "governance/adopt-purpose", {**earlier, **said})
        assert (refused.status_code, "not what the released law says" in refused.json()["detail"]) == (409, True)
    basis: dict[str, Any] = {"rule": "public-task-education", "rule_version": 1}
    for said in ({"citation": "Our policy"}, {"in_force_from": "2001-01-01"}, {"in_force_until": "2027-01-01"}):
        refused = school.post("head", "governance/adopt-lawful-basis", {**basis, **said})
        assert (refused.status_code, "A rule of your own" in refused.json()["detail"]) == (409, True)
    for path in ("adopt-purpose", "adopt-lawful-basis"):
        refused = school.post("head", f"governance/{path}", {"rule": "ours", "rule_version": 1})
        assert (refused.status_code, "No released rule" in refused.json()["detail"]) == (409, True)
    assert school.command("head", "governance/adopt-lawful-basis", **basis)["changed"] is False
    assert school.command("head", "governance/adopt-purpose", **earlier)["changed"] is True
    assert law(school, "2026-09-03")["by_rule"]["earlier-schools"]["adopted_version"] == 1


def test_what_is_released_and_not_adopted_is_said_and_adopted_in_one_act(school: School) -> None:
    assert law(school, "2026-11-24")["to_adopt"] == []
    school.command("head", "governance/withdraw-rule", rule="earlier-schools", rule_version=1, reason="By mistake.")
    (missing,) = law(school, "2026-11-24")["to_adopt"]
    assert (missing["rule"], missing["version"], missing["adopted_version"]) == ("earlier-schools", 1, None)

    def page(who: str) -> str:
        return str(school.site.client.get(
            f"/schools/{school.organisation}/law", headers={"Authorization": f"Bearer {school.token(who)}"}
        ).text)  # fmt: skip

    assert "Not adopted yet" in page("office")
    assert "Adopt all of these" not in page("office")
    token = school.token("head")
    shown = school.site.client.get(f"/schools/{school.organisation}/law", headers={"Cookie": f"{COOKIE}={token}"}).text
    assert "Adopt all of these" in shown
    form = {"form": school.site.signer.form_token(token), "key": new_id()}
    address = f"/schools/{school.organisation}/law/adopt"
    for who, code in (("office", 403), ("head", 303)):
        own = school.token(who) if who == "office" else token
        sent = school.site.client.post(
            address, data={**form, "form": school.site.signer.form_token(own)}, headers={"Cookie": f"{COOKIE}={own}"},
            follow_redirects=False,
        )  # fmt: skip
        assert sent.status_code == code
    school.written += 1
    assert law(school, "2026-11-24")["to_adopt"] == []


def test_the_command_line_adopts_what_is_new_in_one_act(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    school.command("head", "governance/withdraw-rule", rule="earlier-schools", rule_version=1, reason="By mistake.")
    school.caught_up()
    monkeypatch.setattr(calling, "client", lambda part, *_: nullcontext(Wire(school, part)))

    def said(*arguments: str) -> tuple[int, str]:
        answered = CliRunner().invoke(app, ["law", "--school", school.title, *arguments])
        return answered.exit_code, answered.output

    code, text = said()
    assert (code, "Newer than what is adopted here" in text, "earlier-schools" in text) == (0, True, True)
    assert said("--adopt", "--as", "office")[0] == 1
    code, text = said("--adopt", "--as", "head")
    assert (code, "Adopted." in text, "Newer than" in text) == (0, True, False)
    assert "All of it had been adopted." in said("--adopt", "--as", "head")[1]
    assert said("--adopt", "--on", FIRST)[0] == 2
    assert CliRunner().invoke(app, ["law", "--adopt"]).exit_code == 2


def test_a_newer_version_than_the_adopted_one_is_named() -> None:
    rows = {
        "transfer": RuleRow(rule="transfer", kind="gateway", version=1, digest=DIGEST, index=7),
        "sharing": RuleRow(rule="sharing", kind="purpose", version=1, digest=DIGEST, index=8),
    }
    found = {one.rule: one.adopted_version for one in law_for(date(2026, 11, 24), "16", rows).to_adopt}
    assert found["transfer"] == 1
    assert found["earlier-schools"] is None
    assert "sharing" not in found


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

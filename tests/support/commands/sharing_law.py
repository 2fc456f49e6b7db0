"""The law by which data is shared, as an organisation adopts and withdraws it."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from hypothesis import strategies as st

from ledger.decider import Command
from services.governance.rule_commands import (
    AdoptClockRule,
    AdoptGateway,
    AdoptPolicy,
    AdoptPolicyDocument,
    WithdrawRule,
)
from support.commands.common import DAYS, Said, any_of, because, days
from support.commands.governance import of_rule
from support.commands.opening import RULE

_GATEWAY: Final[dict[str, Any]] = {
    "title": "Daily attendance", "citation": "reg 5A", "in_force_from": date(2024, 8, 19), "verified": False,
    "purposes": ("daily-attendance",), "recipients": ("dfe",), "fields": ("upn", "attendance"), "article_6": "6(1)(c)",
    "article_9": "9(2)(g)", "schedule_1": 6, "article_10": 6, "policy_document": True,
}  # fmt: skip
_POLICY: Final[dict[str, Any]] = {
    "title": "Religion", "reason": "Governors, 4 May.", "in_force_from": DAYS[0], "fields": ("religion",),
}  # fmt: skip
_DOCUMENT: Final[dict[str, Any]] = {"title": "Special category data", "conditions": (6, 18), "review_on": DAYS[3]}


def _just(values: dict[str, Any], **drawn: st.SearchStrategy[Any]) -> dict[str, st.SearchStrategy[Any]]:
    return {**{name: st.just(value) for name, value in values.items()}, **drawn}


ANY: Final[Sequence[st.SearchStrategy[Command]]] = (
    of_rule(AdoptGateway, "daily-attendance", "a-return", **_just(_GATEWAY, in_force_until=st.none() | days)),
    of_rule(AdoptPolicy, "no-religion", **_just(_POLICY, recipients=st.sampled_from([(), ("other",)]))),
    of_rule(AdoptPolicyDocument, "policy-document", **_just(_DOCUMENT, review_on=days)),
    of_rule(AdoptClockRule, "emergency-review-clock", parameters=st.sampled_from([{"working_days": 1}, {"days": 9}])),
    any_of(
        WithdrawRule,
        rule=st.sampled_from(
            ["daily-attendance", "no-religion", "policy-document", "absence", "pupil-record", "emergency-review-clock"]
        ),
        rule_version=st.integers(1, 3),
        reason=because,
    ),
)
ALL: Final[Sequence[Said]] = (
    AdoptGateway(rule="daily-attendance", **_GATEWAY, **RULE),
    AdoptGateway(rule="daily-attendance", rule_version=2, digest="2" * 64, **_GATEWAY),
    AdoptGateway(rule="a-return", **_GATEWAY, **RULE),
    AdoptPolicy(rule="no-religion", **_POLICY, **RULE),
    AdoptPolicyDocument(rule="policy-document", **_DOCUMENT, **RULE),
    AdoptClockRule(rule="emergency-review-clock", parameters={"working_days": 3}, **RULE),
    WithdrawRule(rule="a-return", rule_version=1, reason="repealed"),
)

"""Each day has its own law: every version that was adopted is kept, and what was withdrawn is gone by no longer."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from support.folded import at, folded

from events.gateways import GatewayAdopted, PolicyAdopted, PolicyDocumentAdopted, RuleWithdrawn
from events.governance import ClockRuleAdopted
from events.model import Event
from ledger.view import MemoryReader, MemoryRows, Position
from services.sharing import gateway_queries as queries
from services.sharing import gateway_views as views
from services.sharing.gate import Policy, Question, Recipient, decide
from services.sharing.gateway_views import GatewayRow

DIGEST = "1" * 64
BEFORE, FIRST, LATER = date(2024, 8, 18), date(2024, 8, 19), date(2026, 9, 1)
INFANT, NURSERY = "16", "50"
DAILY = GatewayAdopted(
    rule="daily-attendance", rule_version=1, digest=DIGEST, title="Daily attendance", citation="reg 5A",
    in_force_from=FIRST, except_school_types=(NURSERY,), verified=False, purposes=("daily-attendance",),
    recipients=("dfe",), fields=("upn", "attendance"), article_6="6(1)(c)", article_9="9(2)(g)", schedule_1=6,
    article_10=6, policy_document=True,
)  # fmt: skip
NEWER = DAILY.model_copy(update={"rule_version": 2, "in_force_from": LATER, "fields": ("upn",)})
POLICY = PolicyAdopted(
    rule="no-upn", rule_version=1, digest=DIGEST, title="UPN", reason="Governors, 4 May.", in_force_from=FIRST,
    fields=("upn",), recipients=("dfe",),
)  # fmt: skip
DOCUMENT = PolicyDocumentAdopted(
    rule="document", rule_version=1, digest=DIGEST, title="Special category data", conditions=(6,), review_on=LATER
)


def withdrawn(rule: str, version: int = 1) -> RuleWithdrawn:
    return RuleWithdrawn(rule=rule, rule_version=version, reason="Repealed.")


def reader(*events: Event) -> MemoryReader:
    rows = MemoryRows()
    for view in views.VIEWS:
        rows.held[view.table] = folded(view, *events)
    return MemoryReader(rows, Position(len(events), None))


def versions(events: Sequence[Event], on: date, school_type: str | None = INFANT) -> list[int]:
    found = asyncio.run(queries.in_force(reader(*events), on, school_type))
    return [one.rule_version for one in found]


def test_every_version_is_kept_with_the_entry_that_adopted_it() -> None:
    rows = folded(views.gateways, DAILY, NEWER, withdrawn(DAILY.rule, 2))
    assert set(rows) == {(DAILY.rule, 1), (DAILY.rule, 2)}
    first = rows[DAILY.rule, 1]
    assert first == GatewayRow(**DAILY.model_dump(exclude={"digest"}), adopted=at(1))
    assert (first.withdrawn, rows[DAILY.rule, 2].withdrawn) == (None, at(3))


@pytest.mark.parametrize(
    ("events", "on", "found"),
    [
        ([DAILY], BEFORE, []),
        ([DAILY], FIRST, [1]),
        ([DAILY, NEWER], date(2026, 8, 31), [1]),
        ([DAILY, NEWER], LATER, [2]),
        ([DAILY, NEWER, withdrawn(DAILY.rule, 2)], FIRST, []),
        ([DAILY, withdrawn(DAILY.rule), DAILY], FIRST, [1]),
        ([DAILY, withdrawn(DAILY.rule), NEWER], FIRST, []),
        ([DAILY, withdrawn(DAILY.rule), NEWER], LATER, [2]),
        ([DAILY.model_copy(update={"in_force_until": FIRST})], FIRST, [1]),
        ([DAILY.model_copy(update={"in_force_until": FIRST})], LATER, []),
        ([POLICY, DOCUMENT, withdrawn("no-upn"), withdrawn("document")], LATER, []),
    ],
)
def test_a_day_is_judged_by_the_law_of_that_day(events: list[Event], on: date, found: list[int]) -> None:
    assert versions(events, on) == found


def test_a_law_covers_the_types_of_school_that_it_names() -> None:
    academies = DAILY.model_copy(update={"school_types": ("49",), "except_school_types": ()})
    assert [versions([DAILY], FIRST, one) for one in (INFANT, NURSERY, None)] == [[1], [], []]
    assert [versions([academies], FIRST, one) for one in ("49", INFANT, None)] == [[1], [], []]


def test_the_gate_is_given_what_is_next_so_that_it_can_say_since_when() -> None:
    found = asyncio.run(queries.to_weigh(reader(DAILY, NEWER), BEFORE, INFANT))
    assert [one.rule_version for one in found] == [1]
    question = Question("daily-attendance", frozenset({"upn"}), BEFORE, {})
    decision = decide(question, Recipient("dfe", "The Department"), found, [], INFANT)
    assert decision.outcome == "denied"
    assert decision.reason.because[0].sentence == (
        "This law is in force from 19 August 2024, after the day asked about."
    )
    ended = DAILY.model_copy(update={"in_force_until": FIRST})
    assert [one.rule_version for one in asyncio.run(queries.to_weigh(reader(ended), LATER, INFANT))] == [1]


def test_what_changes_next_comes_in_order() -> None:
    ending = DAILY.model_copy(update={"in_force_until": date(2026, 8, 31)})
    found = asyncio.run(queries.upcoming(reader(ending, NEWER), BEFORE, INFANT))
    assert [(one.day, one.becomes, one.rule_version) for one in found] == [
        (FIRST, "in-force", 1),
        (LATER, "not-in-force", 1),
        (LATER, "in-force", 2),
    ]
    assert asyncio.run(queries.upcoming(reader(ending, NEWER), LATER, INFANT)) == []
    assert asyncio.run(queries.upcoming(reader(ending, NEWER), BEFORE, NURSERY)) == []


def test_a_policy_narrows_while_it_is_in_force_and_permits_nothing() -> None:
    assert asyncio.run(queries.own_policies(reader(POLICY), BEFORE)) == []
    (policy,) = asyncio.run(queries.own_policies(reader(POLICY), FIRST))
    assert policy == Policy("no-upn", 1, frozenset({"upn"}), frozenset({"dfe"}), frozenset())
    assert asyncio.run(queries.own_policies(reader(POLICY, withdrawn("no-upn")), FIRST)) == []
    found = asyncio.run(queries.in_force(reader(DAILY), FIRST, INFANT))
    assert outcome(found, [policy]) == ("denied", ["upn"])
    assert outcome(found, []) == ("allowed", [])
    assert outcome([], [policy]) == ("denied", [])


def test_a_policy_that_names_no_field_keeps_all_of_them_back() -> None:
    found = asyncio.run(queries.in_force(reader(DAILY), FIRST, INFANT))
    nothing_to_the_department = Policy("none", 1, frozenset(), frozenset({"dfe"}), frozenset())
    assert outcome(found, [nothing_to_the_department]) == ("denied", ["attendance", "upn"])


def outcome(found: Sequence[GatewayRow], policies: Sequence[Policy]) -> tuple[str, list[str]]:
    question = Question("daily-attendance", frozenset({"upn", "attendance"}), FIRST, {})
    decision = decide(question, Recipient("dfe", "The Department"), found, policies, INFANT)
    return decision.outcome, list(decision.blocked)


def test_a_gateway_without_the_policy_document_that_it_asks_for_is_known() -> None:
    (gateway,) = asyncio.run(queries.in_force(reader(DAILY), FIRST, INFANT))
    plain: Any = {"article_9": None, "schedule_1": None, "article_10": None, "policy_document": False}
    (document,) = asyncio.run(queries.documents(reader(DOCUMENT)))
    other = document.model_copy(update={"conditions": (18,)})
    assert [queries.undocumented(gateway, one, LATER) for one in ([], [other], [other, document])] == [
        True,
        True,
        False,
    ]
    assert queries.undocumented(gateway, [document], LATER + queries.ONE_DAY)
    assert [queries.reviewed_by(gateway, one) for one in ([], [other], [other, document])] == [None, None, LATER]
    assert not queries.undocumented(gateway.model_copy(update=plain), [], LATER)
    assert asyncio.run(queries.documents(reader(DOCUMENT, withdrawn("document")))) == []


def test_the_gate_is_given_one_version_of_a_law_and_none_of_what_was_withdrawn() -> None:
    for events, weighed in (([DAILY, NEWER], [2]), ([DAILY, NEWER, withdrawn(DAILY.rule, 2)], [])):
        found = asyncio.run(queries.to_weigh(reader(*events), LATER, INFANT))
        assert [one.rule_version for one in found] == weighed


def test_what_went_at_once_is_looked_at_within_the_days_that_the_school_adopted() -> None:
    def within(*events: Event) -> int:
        return asyncio.run(queries.review_days(reader(*events)))

    clock = ClockRuleAdopted(rule=views.REVIEW_CLOCK, rule_version=1, digest=DIGEST, parameters={"working_days": 1})
    other = ClockRuleAdopted(rule="another", rule_version=1, digest=DIGEST, parameters={"working_days": 9})
    assert within() == 2
    assert within(other) == 2
    assert within(clock, other) == 1
    assert within(clock, withdrawn(views.REVIEW_CLOCK)) == 2

"""Any adoptions and withdrawals, any day: the law in force is what an account written without the views says it is."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st
from sharing.test_gateway_views import DAILY, DIGEST, INFANT, NURSERY, reader

from events.gateways import GatewayAdopted, RuleWithdrawn
from services.governance.rules import rules as rule_book
from services.sharing import gateway_queries as queries

DAYS: Final = [date(2024, 8, 17) + timedelta(days=number) for number in range(6)]
EXAMPLES: Final = 200
days = st.sampled_from(DAYS)


@st.composite
def _adoption(draw: st.DrawFn) -> GatewayAdopted:
    since, length = draw(days), draw(st.none() | st.integers(0, 3))
    told = {
        "rule": draw(st.sampled_from(["daily-attendance", "a-return"])),
        "rule_version": draw(st.integers(1, 3)),
        "in_force_from": since,
        "in_force_until": since + timedelta(days=length) if length is not None else None,
        "except_school_types": draw(st.sampled_from([(), (NURSERY,)])),
    }
    return DAILY.model_copy(update=told)


_withdrawal = st.builds(
    RuleWithdrawn, rule=st.sampled_from(["daily-attendance", "a-return"]), rule_version=st.integers(1, 3),
    reason=st.just("Repealed."),
)  # fmt: skip
Said = GatewayAdopted | RuleWithdrawn


def possible(drawn: Sequence[Said]) -> list[Said]:
    """Give what the rule book lets happen: a version once, newer ones after older ones, withdrawn what is adopted."""
    happened: list[Said] = []
    newest: dict[str, tuple[int, bool]] = {}
    for event in drawn:
        version, gone = newest.get(event.rule, (0, True))
        if isinstance(event, RuleWithdrawn):
            if gone or event.rule_version != version:
                continue
            newest[event.rule] = (version, True)
        else:
            if event.rule_version < version or (event.rule_version == version and version):
                continue
            newest[event.rule] = (event.rule_version, False)
        happened.append(event)
    return happened


def expected(happened: Sequence[Said], on: date, school_type: str | None) -> set[tuple[str, int]]:
    """Say it from what happened alone: of a day, its newest text; never a text that was withdrawn, nor what it replaced."""
    found = set()
    for rule in {event.rule for event in happened}:
        own = [event for event in happened if event.rule == rule]
        if isinstance(own[-1], RuleWithdrawn):
            continue
        gone = {one.rule_version for one in own if isinstance(one, RuleWithdrawn)}
        texts = [one for one in own if isinstance(one, GatewayAdopted) and one.rule_version not in gone]
        fitting = [
            one.rule_version
            for one in texts
            if one.in_force_from <= on <= (one.in_force_until or date.max)
            and (not one.except_school_types or school_type == INFANT)
        ]
        if fitting:
            found.add((rule, max(fitting)))
    return found


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(st.lists(st.one_of(_adoption(), _adoption(), _withdrawal), max_size=8), days, st.sampled_from([INFANT, NURSERY, None]))  # fmt: skip
def test_the_law_of_any_day(drawn: list[Said], on: date, school_type: str | None) -> None:
    happened = possible(drawn)
    found = asyncio.run(queries.in_force(reader(*happened), on, school_type))
    assert {(one.rule, one.rule_version) for one in found} == expected(happened, on, school_type)
    assert len(found) == len({one.rule for one in found})


def test_the_days_are_drawn_as_the_rule_book_decides() -> None:
    state = rule_book.initial
    for index, event in enumerate((DAILY, RuleWithdrawn(rule=DAILY.rule, rule_version=1, reason="Repealed.")), start=1):
        state = rule_book.evolve(state, event, index)
    assert (state[DAILY.rule].digest, state[DAILY.rule].withdrawn) == (DIGEST, True)

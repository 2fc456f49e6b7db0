"""The whole policy, role by role: default deny, and a sentence for every refusal."""

from itertools import product
from typing import get_args

import pytest

from events.model import CATEGORIES, Category
from services.permission import DOORS, LOCKED, POLICY, READS, Action, Ask, Role, permitted

ROLES, ACTIONS = get_args(Role), get_args(Action)


@pytest.mark.parametrize(("role", "action", "category"), list(product(ROLES, ACTIONS, CATEGORIES)))
def test_what_is_not_in_the_table_is_refused_with_a_sentence(role: Role, action: Action, category: str) -> None:
    grant = POLICY.get((role, action))
    wanted = frozenset({category})
    answer = permitted(Ask(frozenset({role}), action, wanted, teaches=True))  # type: ignore[arg-type]  # a category
    assert answer.allowed == (grant is not None and category in grant.categories)
    assert answer.allowed or answer.sentence.endswith(".")


@pytest.mark.parametrize("action", ACTIONS)
def test_nobody_enters_without_belonging_scope_or_role(action: Action) -> None:
    everything = frozenset(ROLES)
    assert not permitted(Ask(everything, action, belongs=False, teaches=True)).allowed
    assert not permitted(Ask(everything, action, scoped=False, teaches=True)).allowed
    assert not permitted(Ask(frozenset(), action, teaches=True)).allowed


def test_a_teacher_needs_to_teach_them() -> None:
    wanted = frozenset({"attendance"})
    assert not permitted(Ask(frozenset({"teacher"}), "change", wanted)).allowed  # type: ignore[arg-type]  # a category
    assert permitted(Ask(frozenset({"teacher"}), "change", wanted, teaches=True)).allowed  # type: ignore[arg-type]


def test_a_view_is_narrowed_and_a_change_is_not() -> None:
    wanted = frozenset({"identity", "safeguarding"})
    view = permitted(Ask(frozenset({"office"}), "view", wanted))  # type: ignore[arg-type]  # categories
    assert view.categories == {"identity"}
    assert not permitted(Ask(frozenset({"office"}), "change", wanted)).allowed  # type: ignore[arg-type]


def test_the_role_that_sees_most_is_the_one_that_acts() -> None:
    wanted = frozenset({"identity", "contact"})
    answer = permitted(Ask(frozenset({"teacher", "dpo"}), "view", wanted, teaches=True))  # type: ignore[arg-type]
    assert answer.role == "dpo"


@pytest.mark.parametrize(
    ("role", "action", "category", "who"),
    [
        ("head", "intake", "identity", "Ask the office."),
        ("office", "change", "safeguarding", "Ask the safeguarding lead or the head."),
        ("teacher", "search", "identity", "Ask the office or "),
        ("office", "replay", "identity", "Ask the head or the data protection officer."),
    ],
)
def test_a_refusal_sends_only_to_those_who_may(role: str, action: Action, category: Category, who: str) -> None:
    found = permitted(Ask(frozenset({role}), action, frozenset({category})))
    assert not found.allowed
    assert who in found.sentence


@pytest.mark.parametrize("action", sorted(READS))
def test_what_is_restricted_is_not_read_but_through_a_door(action: Action) -> None:
    role, wanted, shut = (
        frozenset({"head"}),
        frozenset[Category]({"identity", "contact"}),
        frozenset[Category]({"contact"}),
    )
    masked = permitted(Ask(role, action, wanted, restricted=shut))
    assert (masked.categories, masked.restricted, masked.through) == (wanted - shut, shut, None)
    nothing = permitted(Ask(role, action, shut, restricted=shut))
    assert not nothing.allowed
    assert nothing.sentence == LOCKED
    for door in DOORS:
        opened = permitted(Ask(role, action, wanted, restricted=shut, through=door))
        assert (opened.categories, opened.restricted, opened.through) == (wanted, shut, door)
    elsewhere = permitted(Ask(role, action, wanted, restricted=frozenset({"health"}), through="claims"))
    assert (elsewhere.categories, elsewhere.restricted, elsewhere.through) == (wanted, frozenset(), None)


def test_a_door_opens_nothing_that_the_role_may_not_see() -> None:
    shut = frozenset[Category]({"safeguarding"})
    assert not permitted(Ask(frozenset({"office"}), "view", shut, restricted=shut, through="claims")).allowed


@pytest.mark.parametrize("action", ["change", "intake"])
def test_a_restriction_stops_no_storage(action: Action) -> None:
    shut = frozenset[Category]({"attendance"})
    assert permitted(Ask(frozenset({"office"}), action, shut, restricted=shut)).allowed

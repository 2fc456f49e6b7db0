"""given(aggregate, what happened).when(command).then(what follows) - and the same command again must yield nothing.

Only what is an event each time it happens, as a read is, says so: ``then_each_time``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from events.model import Event
from ledger.decider import Command, Decided, Decider, Refused


@dataclass(frozen=True, slots=True)
class Then:
    """A command decided on a history."""

    decider: Decider[Any]
    state: Any
    command: Command

    def then(self, *events: Event, outcomes: Mapping[bytes, str] | None = None) -> Decided:
        """Demand these events and outcomes; then send the command again and demand no event."""
        decided = self.decider.decide(self.command, self.state)
        assert list(decided.events) == list(events)
        if outcomes is not None:
            assert dict(decided.outcomes) == dict(outcomes)
        assert self._again(decided) == [], "the same command again did something"
        return decided

    def then_each_time(self, *events: Event) -> None:
        """Demand these events, and the same ones when the command is sent again."""
        decided = self.decider.decide(self.command, self.state)
        assert list(decided.events) == list(events)
        assert self._again(decided) == list(events), "it is an event only the first time"

    def _again(self, decided: Decided) -> list[Event]:
        state = self.state
        for place, event in enumerate(decided.events, start=900):
            state = self.decider.evolve(state, event, place)
        return list(self.decider.decide(self.command, state).events)

    def then_refused(self, says: str) -> Refused:
        """Demand a refusal that says so, and that repeats no text of the command."""
        with pytest.raises(Refused) as refused:
            self.decider.decide(self.command, self.state)
        assert says in refused.value.sentence
        for value in self.command.model_dump().values():
            if isinstance(value, str) and len(value) > 3:
                assert value not in refused.value.sentence
        return refused.value


@dataclass(frozen=True, slots=True)
class When:
    """A history."""

    decider: Decider[Any]
    state: Any

    def when(self, command: Command) -> Then:
        """Send a command."""
        return Then(self.decider, self.state, command)


def given(decider: Decider[Any], *events: Event) -> When:
    """Fold a history; its entries are numbered from 1."""
    state = decider.initial
    for index, event in enumerate(events, start=1):
        state = decider.evolve(state, event, index)
    return When(decider, state)

"""How a consent stands, on any day and as known at any entry, agrees with an oracle that knows nothing of the folds."""

import asyncio
from datetime import date
from typing import Any, Final

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from properties.test_replay import SCHOOL, MemoryFeed, opened, played
from support import oracle_consents
from support.commands.common import DAYS, PUPILS
from support.commands.opening import OPENING
from support.oracle import Oracle
from support.replayed import replay
from support.scripts import VIEWS, about

from ledger.codec import Codec
from ledger.view import MemoryReader, Position
from services.sharing.consent_queries import of_pupil, standings

EXAMPLES: Final = 60
PHASES: Final = (Phase.explicit, Phase.generate)
"""A script that fails is not made shorter here: that takes minutes."""
SOME_DAYS: Final = (*DAYS, date(2026, 10, 6), date(2026, 10, 7), date(2026, 10, 8), date(2026, 11, 1))
"""Days on which something is said, and those on which what was said then is valid no longer."""


def test_consents_stand_as_the_oracle_says(tmp_path_factory: Any) -> None:
    seen = set[str]()

    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, phases=PHASES)
    @given(data=st.data())
    def compare(data: Any) -> None:
        log, vault, _ = played(data.draw(about("consents")), tmp_path_factory.mktemp("keys"))
        entries = opened(log, vault)
        for upto in (len(entries), data.draw(st.integers(len(OPENING), len(entries)))):
            rows = replay(VIEWS, MemoryFeed(log), Codec(vault), SCHOOL, upto)
            reader, oracle = MemoryReader(rows, Position(upto, None)), Oracle(entries, upto)
            for pupil in PUPILS[:2]:
                seen.update(*(agree(reader, oracle, pupil, day) for day in SOME_DAYS))

    compare()
    assert seen == {"given", "refused", "withdrawn", "expired", "conflict", "not answered", "never asked"}


def agree(reader: MemoryReader, oracle: Oracle, pupil: bytes, day: date) -> set[str]:
    """Demand that a pupil's consents stand on a day as the oracle says; gives how they do."""
    found = {one.consent_purpose: one.judged.state for one in asyncio.run(of_pupil(reader, pupil, day))}
    assert found == {one: oracle_consents.stands(oracle, pupil, one, day) for one in found}
    told = asyncio.run(standings(reader, [pupil], day))[pupil]
    # The gate never goes by a consent that does not stand, nor by one that was taken back since.
    assert not [one for one in found if told[one].state == "given" != found[one]]
    return set(found.values())

"""On real PostgreSQL, for any script: the live views, a rebuild beside, a refold and a replay hold the same rows."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Final

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from support.commands.common import CONTACTS, DAYS, PUPILS, STAFF, Said
from support.installation import Installation
from support.live import Scene, play
from support.replayed import replay
from support.scripts import CATEGORIES, EVERYTHING, SCRIPTS, VIEWS, packed

from ledger.log import Log
from ledger.postgres.server import SERVICES
from ledger.view import MemoryReader, Position
from services.records import history, queries
from services.records.answers import RECORD

EXAMPLES: Final = 13
PHASES: Final = (Phase.explicit, Phase.generate)
"""A script that fails is not made shorter here, where each attempt takes a third of a second."""
PEOPLE: Final = [*PUPILS, *CONTACTS, *STAFF]
CUTS: Final = st.dictionaries(st.integers(0, 50), st.integers(1, len(VIEWS)), max_size=5)
"""After which commands some of the views are caught up, and how many of them: they need not stand at one entry."""


@pytest.fixture(scope="module")
def scene(installation: Installation) -> Iterator[Scene]:
    """Give the scene; every example takes an organisation of its own."""
    installation.tables.make(VIEWS)
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()

        async def opened() -> dict[str, Log]:
            return {service: await stack.enter_async_context(installation.log(service)) for service in SERVICES}

        yield Scene(installation, runner.run(opened()), runner.run)
        runner.run(stack.aclose())


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, phases=PHASES)
@given(
    script=SCRIPTS,
    cuts=CUTS,
    gone=st.sampled_from(PEOPLE),
    category=st.sampled_from(CATEGORIES),
    upto=st.integers(0, 50),
)
@example(script=EVERYTHING, cuts={9: 4, 20: len(VIEWS)}, gone=PUPILS[0], category=None, upto=25)
def test_live_rebuilt_refolded_and_replayed_are_the_same(
    scene: Scene,
    script: Sequence[Said],
    cuts: Mapping[int, int],
    gone: bytes,
    category: str | None,
    upto: int,
) -> None:
    organisation = play(scene, script, cuts)
    runner = scene.runner(VIEWS)
    runner.catch_up(organisation)
    wanted = scene.replayed(organisation)
    assert scene.live(organisation) == wanted
    runner.rebuild(organisation)
    assert scene.live(organisation) == wanted
    runner.refold(organisation, [gone, PUPILS[0]])
    assert scene.live(organisation) == wanted

    upto = min(upto, scene.installation.feed.size(organisation))
    place = runner.past(organisation, upto)
    rows = replay(VIEWS, scene.installation.feed, scene.installation.codec, organisation, upto)
    assert scene.live(place) == packed(rows)
    assert runner.past(organisation, upto) == place  # found there, and still the same
    assert scene.live(place) == packed(rows)

    scene.installation.vault.destroy(organisation, [gone], category=category, request="case 9")
    runner.refold(organisation, [gone])
    assert scene.live(place) == {}, "what was folded of the past outlived the keys"
    after = scene.replayed(organisation)
    assert scene.live(organisation) == after
    runner.rebuild(organisation)
    assert scene.live(organisation) == after
    scene.run(known_is_replayed(scene, organisation, upto))


async def known_is_replayed(scene: Scene, organisation: bytes, upto: int) -> None:
    """Demand of one entry that what is asked of one pupil is answered as from the whole log."""
    codec, log = scene.installation.codec, scene.logs["records"]
    whole = MemoryReader(replay(VIEWS, scene.installation.feed, codec, organisation, upto), Position(upto, None))
    for pupil in PUPILS[:2]:
        known = await history.known(log, codec, organisation, pupil, upto, VIEWS)
        for day in (DAYS[0], DAYS[-1]):
            said = await queries.pupil(known.reader, pupil, day, RECORD)
            assert said == await queries.pupil(whole, pupil, day, RECORD)

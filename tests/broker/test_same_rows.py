"""Views that follow Kafka hold the same rows, byte for byte, as views that follow the log."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, closing

import pytest
from support.installation import Installation
from support.live import Scene, play
from support.scripts import EVERYTHING, VIEWS

from ledger.kafka.broker import Broker
from ledger.kafka.feed import KafkaFeed
from ledger.kafka.relay import Relay
from ledger.log import Log
from ledger.postgres.relaying import PostgresSent
from ledger.postgres.server import SERVICES
from ledger.runner import Runner

SECONDS_MAX = 60.0


@pytest.fixture
def scene(own_installation: Installation) -> Iterator[Scene]:
    own_installation.tables.make(VIEWS)
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()

        async def opened() -> dict[str, Log]:
            return {service: await stack.enter_async_context(own_installation.log(service)) for service in SERVICES}

        yield Scene(own_installation, runner.run(opened()), runner.run)
        runner.run(stack.aclose())


def until(done: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + SECONDS_MAX
    while not done():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)


def test_rows_from_kafka_equal_those_from_the_log(scene: Scene, broker: Broker) -> None:
    installation = scene.installation
    databases = installation.databases
    stop = threading.Event()
    with closing(PostgresSent(databases.conninfo("log", "rollbook_relay"))) as sent:
        relay = Relay(broker, installation.feed, sent)
        feed = KafkaFeed(broker, installation.new_feed(), "views")
        runner = Runner(VIEWS, feed, installation.codec, installation.tables)
        threads = [threading.Thread(target=one.follow, args=[stop], daemon=True) for one in (relay, runner)]
        for thread in threads:
            thread.start()
        until(lambda: len(feed.partitions) == 4)
        organisation = play(scene, EVERYTHING, {})
        size = installation.feed.size(organisation)
        until(lambda: scene.reached(organisation) == size)
        stop.set()
        for thread in threads:
            thread.join(SECONDS_MAX)
        feed.close()
    assert feed.count["from_kafka"] > size / 2, "the rows came from the log, which shows nothing of Kafka"
    from_kafka = scene.live(organisation)
    assert from_kafka == scene.replayed(organisation)
    scene.runner(VIEWS).rebuild(organisation)
    assert scene.live(organisation) == from_kafka

"""The broker killed, away and frozen while a school goes on writing: nothing acknowledged is lost or applied twice."""

import gc
from collections.abc import Iterator

import pytest
from support.brokers import PARTITIONS, named
from support.commands.opening import OPENING
from support.live import Scene, play
from support.road import Road, check_wire, until
from support.scripts import EVERYTHING

from ledger import runner
from ledger.kafka.local import LocalKafka

# kafka-python leaves the sockets of a broker that is gone to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Collect such sockets here, so that no other test is blamed for them."""
    yield
    gc.collect()


def test_a_broker_that_is_killed_and_comes_back(
    scene: Scene, own_kafka: LocalKafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "SWEEP_EVERY", 2)
    broker = named(own_kafka)
    with Road(scene.installation, broker, PARTITIONS) as road:
        before = play(scene, OPENING, {})
        road.arrive(before)
        own_kafka.kill()
        assert not own_kafka.is_running
        from_log = road.feed.count["from_log"]
        while_away = play(scene, EVERYTHING, {})
        until(lambda: road.relay.is_cut_off, "the relay did not notice that the broker is gone")
        assert road.lag() >= scene.installation.feed.size(while_away)
        road.arrive(while_away)  # from the log, as the topic lags
        assert road.feed.count["from_log"] > from_log
        own_kafka.start()
        until(lambda: road.lag() == 0, "the relay did not drain")
        after = play(scene, OPENING, {})
        road.arrive(after)
        until(lambda: not road.relay.is_cut_off)
    for organisation in (before, while_away, after):
        assert scene.live(organisation) == scene.replayed(organisation)
    check_wire(broker, {one: scene.installation.feed.size(one) for one in (before, while_away, after)})


def test_a_broker_that_is_frozen_for_longer_than_the_relay_waits(scene: Scene, own_kafka: LocalKafka) -> None:
    broker = named(own_kafka)
    with Road(scene.installation, broker, PARTITIONS) as road:
        before = play(scene, OPENING, {})
        road.arrive(before)
        own_kafka.freeze()
        frozen = play(scene, OPENING, {})
        until(lambda: road.relay.is_cut_off, "the relay did not give up on a frozen broker")
        assert road.lag() == scene.installation.feed.size(frozen)
        own_kafka.thaw()
        until(lambda: road.lag() == 0, "the relay did not drain")
        road.arrive(frozen)
    for organisation in (before, frozen):
        assert scene.live(organisation) == scene.replayed(organisation)
    check_wire(broker, {one: scene.installation.feed.size(one) for one in (before, frozen)})

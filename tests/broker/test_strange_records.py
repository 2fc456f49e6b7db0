"""A topic from before a reset or a restore, records shuffled and repeated, and records that are no entries at all."""

import random
from collections.abc import Sequence

from kafka import KafkaProducer
from support.brokers import PARTITIONS
from support.commands.opening import OPENING
from support.live import Scene, play
from support.road import Road, until
from support.scripts import EVERYTHING

from ledger.kafka.broker import Broker
from ledger.kafka.message import Origin, key_of, record_of
from ledger.log import Stored

SEED = 26_298


def everything(scene: Scene, organisation: bytes) -> list[Stored]:
    """Give a whole log."""
    found: list[Stored] = []
    while page := scene.installation.feed.page(organisation, len(found)):
        found += page
    return found


def send(broker: Broker, entries: Sequence[Stored], origin: Origin) -> None:
    """Send entries in this order, as a relay would that has lost its mind."""
    producer = KafkaProducer(bootstrap_servers=broker.servers.split(","))
    for stored in entries:
        record = record_of(stored, origin)
        producer.send(broker.entries, key=record.key, value=record.value, headers=record.headers).get(10)
    producer.close()


def test_records_of_another_database_and_of_another_epoch_are_refused(scene: Scene, broker: Broker) -> None:
    installation = scene.installation
    origin, _ = installation.feed.epochs()
    stale = play(scene, OPENING, {})  # what a database held that is no more
    organisation = play(scene, EVERYTHING, {})
    old = [one._replace(organisation=organisation) for one in everything(scene, stale)]
    with installation.superuser() as connection:
        connection.execute("UPDATE ledger.log SET epoch = 2 WHERE organisation = %s", [organisation.hex()])
    with Road(installation, broker, PARTITIONS) as road:
        send(broker, old, Origin(bytes(16), 2))
        send(broker, old, Origin(origin, 1))
        until(lambda: road.feed.count["refused"] == 2 * len(old), "stale records were not refused")
        road.arrive(organisation)
        until(lambda: road.lag() == 0)
    assert scene.live(organisation) == scene.replayed(organisation)


def test_records_shuffled_and_repeated_come_to_the_same_rows(scene: Scene, broker: Broker) -> None:
    installation, chance = scene.installation, random.Random(SEED)
    origin, _ = installation.feed.epochs()
    with Road(installation, broker, PARTITIONS) as road:
        organisation = play(scene, OPENING, {})
        road.arrive(organisation)
        wild = everything(scene, organisation) * 3
        chance.shuffle(wild)
        send(broker, wild, Origin(origin, 1))
        until(lambda: road.feed.count["repeated"] >= len(wild), "old records were not dropped as seen")
        ahead = [one._replace(index=one.index + 1_000) for one in wild[:5]]  # as if many were lost on the way
        send(broker, ahead, Origin(origin, 1))
        until(lambda: road.feed.count["gap"] > 0, "no gap was seen")
        more = play(scene, EVERYTHING, {})
        road.arrive(more)
    for one in (organisation, more):
        assert scene.live(one) == scene.replayed(one)


def test_records_that_come_shuffled_the_first_time_come_to_the_same_rows(scene: Scene, broker: Broker) -> None:
    installation, chance = scene.installation, random.Random(SEED)
    origin, _ = installation.feed.epochs()
    with Road(installation, broker, PARTITIONS, relays=False) as road:
        organisation = play(scene, OPENING, {})
        wild = everything(scene, organisation) * 2
        chance.shuffle(wild)
        assert wild[0].index > 1
        send(broker, wild, Origin(origin, 1))
        road.arrive(organisation)
        until(lambda: road.feed.count["repeated"] > len(wild) / 4, "hardly any came twice")
        assert road.lag() == installation.feed.size(organisation), "a relay sent too"
    assert scene.live(organisation) == scene.replayed(organisation)


def test_records_that_are_no_entries_are_refused_and_following_goes_on(scene: Scene, broker: Broker) -> None:
    origin, _ = scene.installation.feed.epochs()
    with Road(scene.installation, broker, PARTITIONS) as road:
        organisation = play(scene, OPENING, {})
        road.arrive(organisation)
        true = record_of(everything(scene, organisation)[0], Origin(origin, 1))
        producer = KafkaProducer(bootstrap_servers=broker.servers.split(","))
        for value, headers, key in (
            (b"garbage", true.headers, true.key),
            (None, true.headers, true.key),
            (true.value, [], true.key),
            (true.value, [("origin", b"nowhere"), ("epoch", b"one")], true.key),
            (true.value[:40], true.headers, true.key),
            (true.value, true.headers, key_of(bytes(16))),
        ):
            producer.send(broker.entries, key=key, value=value, headers=headers).get(10)
        producer.close()
        until(lambda: road.feed.count["refused"] == 6, "not each of them was refused")
        more = play(scene, OPENING, {})
        road.arrive(more)
        assert not road.runner.is_cut_off
    assert scene.live(more) == scene.replayed(more)

"""Views that follow Kafka hold the same rows, byte for byte, as views that follow the log."""

from support.brokers import PARTITIONS
from support.live import Scene, play
from support.road import Road, check_wire
from support.scripts import EVERYTHING, VIEWS

from ledger.kafka.broker import Broker


def test_rows_from_kafka_equal_those_from_the_log(scene: Scene, broker: Broker) -> None:
    with Road(scene.installation, broker, PARTITIONS) as road:
        organisation = play(scene, EVERYTHING, {})
        road.arrive(organisation)
    size = scene.installation.feed.size(organisation)
    assert road.feed.count["from_kafka"] > size / 2, "the rows came from the log, which shows nothing of Kafka"
    from_kafka = scene.live(organisation)
    assert from_kafka == scene.replayed(organisation)
    scene.runner(VIEWS).rebuild(organisation)
    assert scene.live(organisation) == from_kafka
    check_wire(broker, {organisation: size})

"""From the log over Kafka into views, in threads of the test: a relay and a runner that can be started and stopped."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Self

from kafka import KafkaConsumer, TopicPartition

from ledger.kafka.broker import Broker
from ledger.kafka.feed import KafkaFeed
from ledger.kafka.message import stored_of
from ledger.kafka.relay import Relay
from ledger.postgres.relaying import PostgresSent
from ledger.runner import Runner
from support.installation import Installation
from support.scripts import VIEWS

SECONDS_MAX = 60.0
ACKNOWLEDGED_MS = 3_000


def until(done: Callable[[], bool], what: str = "it did not come about") -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + SECONDS_MAX
    while not done():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


class Following:
    """A relay's or a runner's thread."""

    def __init__(self, follow: Callable[[threading.Event], None]) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=follow, args=[self._stop], daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(SECONDS_MAX)
        assert not self._thread.is_alive()


class Road:
    """One relay and one runner that follow; a context manager.

    Without ``follows`` another keeps the views, without ``relays`` another sends.
    """

    def __init__(
        self, installation: Installation, broker: Broker, partitions: int, *, follows: bool = True, relays: bool = True
    ) -> None:
        self.installation, self.broker, self._partitions = installation, broker, partitions
        self.sent = PostgresSent(installation.databases.conninfo("log", "rollbook_relay"))
        self.relay = Relay(broker, installation.new_feed(), self.sent, acknowledged_ms=ACKNOWLEDGED_MS)
        self.feed = KafkaFeed(broker, installation.new_feed(), "views")
        self.runner = Runner(VIEWS, self.feed, installation.codec, installation.tables)
        self._following: list[Following] = []
        self._follows, self._relays = follows, relays

    def __enter__(self) -> Self:
        self._following = [Following(self.relay.follow)] if self._relays else []
        if self._follows:
            self.follow()
        return self

    def follow(self) -> None:
        """Keep the views from now on, with all partitions."""
        self._following.append(Following(self.runner.follow))
        until(lambda: len(self.feed.partitions) == self._partitions, "the consumer was given no partitions")

    def __exit__(self, *_: object) -> None:
        for one in self._following:
            one.stop()
        self.feed.close()
        self.sent.close()

    def reached(self, organisation: bytes) -> int:
        """Give the index of the last entry that every view has folded in."""
        with self.installation.tables.transaction(organisation) as rows:
            return rows.reached(VIEWS)

    def lag(self) -> int:
        """Give how many entries the broker has not acknowledged."""
        cursors = self.sent.cursors(self.broker.entries)
        sizes = self.installation.feed.sizes()
        return sum(size - cursors.get(one, 0) for one, size in sizes.items())

    def arrive(self, organisation: bytes) -> None:
        """Wait until an organisation's views have all that its log has."""
        size = self.installation.feed.size(organisation)
        until(lambda: self.reached(organisation) == size, "the views did not arrive")


def on_the_wire(broker: Broker) -> dict[bytes, list[int]]:
    """Give the indexes of each organisation's records, in the order in which they lie in the topic."""
    consumer = KafkaConsumer(bootstrap_servers=broker.servers.split(","), group_id=None, enable_auto_commit=False)
    try:
        places = [TopicPartition(broker.entries, one) for one in consumer.partitions_for_topic(broker.entries)]
        consumer.assign(places)
        ends = consumer.end_offsets(places)
        consumer.seek_to_beginning(*places)
        found: dict[bytes, list[int]] = defaultdict(list)
        while any(consumer.position(place) < ends[place] for place in places):
            for records in consumer.poll(timeout_ms=200).values():
                for record in records:
                    stored = stored_of(record.value)
                    found[stored.organisation].append(stored.index)
    finally:
        consumer.close()
    return found


def check_wire(broker: Broker, sizes: dict[bytes, int]) -> int:
    """Demand that nothing is lost and that order is kept: each index comes first after all before it. Gives the repeats."""
    repeated = 0
    wire = on_the_wire(broker)
    for organisation, size in sizes.items():
        firsts = list(dict.fromkeys(wire[organisation]))
        assert firsts == list(range(1, size + 1)), "an entry is missing from the topic, or overtook another"
        repeated += len(wire[organisation]) - size
    return repeated

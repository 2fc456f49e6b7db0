"""Takes commands from a topic, each organisation's in order, and tells on another what became of each."""

import asyncio
import logging
import threading
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any, Final, NamedTuple, Protocol

from kafka import KafkaConsumer, KafkaProducer, OffsetAndMetadata, TopicPartition

from ledger.kafka.broker import RECORD_BYTES_MAX, Broker
from ledger.kafka.feed import FETCH_BYTES_MAX, HEARTBEAT_MS, SESSION_MS
from ledger.kafka.message import Headers
from ledger.parking import Parked, Place

GROUP: Final = "inbox"
IDLE_SECONDS: Final = 1.0
RECORDS_MAX: Final = 500
"""Carried out between two commits: so many are looked at again, and found done, after a crash."""
BATCH_SECONDS_MAX: Final = 60.0
"""What is not done by then is fetched again, long before the group takes a process for stuck (five minutes)."""
PATIENCE_SECONDS: Final = (0.1, 2.0)
"""The first and the longest wait before a command that Rollbook was too busy for is tried again."""
BUSY_SECONDS_MAX: Final = 5.0
"""How long the other organisations of a batch wait for one that is busy; its commands are fetched again then."""
ACKNOWLEDGED_MS_MAX: Final = 20_000

_LOG: Final = logging.getLogger(__name__)


class Sent(NamedTuple):
    """A record of the commands' topic as it came."""

    place: Place
    key: bytes | None
    value: bytes | None
    headers: Mapping[str, bytes]


class Outcome(NamedTuple):
    """What became of a command, to be told on the outcomes' topic. ``parked`` says why it is no command, if it is none.

    A record that nobody can be told of has no ``value``.
    """

    key: bytes | None
    value: bytes | None
    headers: Headers
    parked: str | None = None


CarryOut = Callable[[Sent], Awaitable[Outcome | None]]
"""Carries a command out, however often it is asked to; None: not now, ask again."""


class Parking(Protocol):
    """Where records that are no commands are noted. Raises Overloaded when it cannot be reached."""

    def park(self, place: Place, reason: str) -> None:
        """Note a record, once however often it is noted."""


class Inbox:
    """One member of the group that shares the topic. Offsets are committed last, after outcomes are acknowledged.

    So a process that dies anywhere leaves commands that are taken again: the key of each makes it one effect, and its
    outcome is told again. ``run`` carries a coroutine to its end where ``carry_out`` lives.
    """

    def __init__(
        self, broker: Broker, carry_out: CarryOut, parking: Parking, run: Callable[[Coroutine[Any, Any, Any]], Any]
    ) -> None:
        self._broker, self._carry_out, self._parking, self._run = broker, carry_out, parking, run
        self._consumer: Any = None
        self._producer: Any = None
        self._ahead: set[Place] = set()
        """Records that are done and told though one before them in their partition is not: not to be done again."""
        self.lag = 0
        """Records of this process's share that it has not taken, as far as it has heard."""
        self.is_cut_off = False
        self.count: Counter[str] = Counter()
        """Commands ``done`` and ``parked``, and how often Rollbook was ``busy``."""

    def follow(self, stop: threading.Event) -> None:
        """Take commands until told to stop, whatever fails meanwhile. Run it in a thread of its own."""
        while not stop.is_set():
            try:
                self._open()
                while not stop.is_set():
                    found = self._consumer.poll(timeout_ms=int(IDLE_SECONDS * 1000), max_records=RECORDS_MAX)
                    self._take(found, stop)
                    self.is_cut_off = False
            except Exception as error:  # noqa: BLE001  # whatever it is, commands must be taken when it is over
                _LOG.warning("the inbox cannot take commands (%s); trying again", type(error).__name__)
                self.is_cut_off = True
                stop.wait(IDLE_SECONDS)
            finally:
                self._hang_up()

    def _take(self, found: Mapping[Any, Sequence[Any]], stop: threading.Event) -> None:
        if found:
            outcomes, undone = self._run(self._carried(found, stop))
            for sent, outcome in outcomes:
                if outcome.parked is not None:
                    self._parking.park(sent.place, outcome.parked)
            self._tell([outcome for _, outcome in outcomes])
            reached = {one: undone.get(one, records[-1].offset + 1) for one, records in found.items()}
            self._consumer.commit({one: OffsetAndMetadata(offset, "", -1) for one, offset in reached.items()})
            for partition, offset in undone.items():
                self._consumer.seek(partition, offset)
            done = self._ahead.union(sent.place for sent, _ in outcomes)
            self._ahead = {one for one in done if one.offset >= reached.get(TopicPartition(*one[:2]), one.offset)}
            self.count["parked"] += sum(outcome.parked is not None for _, outcome in outcomes)
            self.count["done"] += sum(outcome.parked is None for _, outcome in outcomes)
        self.lag = sum(self._left(one) for one in self._consumer.assignment())

    async def _carried(
        self, found: Mapping[Any, Sequence[Any]], stop: threading.Event
    ) -> tuple[list[tuple[Sent, Outcome]], dict[Any, int]]:
        """Carry records out, each key's one after another and the keys side by side.

        Gives the outcomes, each key's in order, and for partitions that are not done the first offset that is not.
        """
        lanes: defaultdict[tuple[Any, bytes | None], list[Sent]] = defaultdict(list)
        for partition, records in found.items():
            for one in records:
                place = Place(one.topic, one.partition, one.offset, one.timestamp)
                if place not in self._ahead:
                    lanes[partition, one.key].append(Sent(place, one.key, one.value, dict(one.headers)))
        outcomes: list[tuple[Sent, Outcome]] = []
        undone: dict[Any, int] = {}
        until = asyncio.get_running_loop().time() + BATCH_SECONDS_MAX

        async def walk(partition: Any, lane: Sequence[Sent]) -> None:
            for sent in lane:
                outcome = await self._patiently(sent, until, stop)
                if outcome is None:
                    undone[partition] = min(undone.get(partition, sent.place.offset), sent.place.offset)
                    return
                outcomes.append((sent, outcome))

        await asyncio.gather(*(walk(partition, lane) for (partition, _), lane in lanes.items()))
        return outcomes, undone

    async def _patiently(self, sent: Sent, until: float, stop: threading.Event) -> Outcome | None:
        """Carry a command out, again and again while Rollbook is busy, until it is time to stop."""
        clock = asyncio.get_running_loop().time
        wait, longest = PATIENCE_SECONDS
        if clock() < until:
            until = min(until, clock() + BUSY_SECONDS_MAX)
        while not stop.is_set() and clock() < until:
            outcome = await self._carry_out(sent)
            if outcome is not None:
                return outcome
            self.count["busy"] += 1
            await asyncio.sleep(wait)
            wait = min(wait * 2, longest)
        return None

    def _tell(self, outcomes: Sequence[Outcome]) -> None:
        """Send outcomes, and wait until the broker has all of them. Raises kafka-python's errors."""
        flown = [
            self._producer.send(self._broker.outcomes, key=one.key, value=one.value, headers=one.headers)
            for one in outcomes
            if one.value is not None
        ]
        self._producer.flush(ACKNOWLEDGED_MS_MAX / 1000)
        for future in flown:
            future.get(timeout=0)

    def _left(self, partition: Any) -> int:
        end = self._consumer.highwater(partition)
        return 0 if end is None else max(int(end) - int(self._consumer.position(partition)), 0)

    def _open(self) -> None:
        self._broker.make_topics()
        self._producer = producer(self._broker)
        self._consumer = KafkaConsumer(
            **self._broker.client, group_id=f"{self._broker.prefix}.{GROUP}", enable_auto_commit=False,
            auto_offset_reset="earliest", session_timeout_ms=SESSION_MS, heartbeat_interval_ms=HEARTBEAT_MS,
            fetch_max_bytes=FETCH_BYTES_MAX, metrics_enabled=False,
        )  # fmt: skip
        self._consumer.subscribe([self._broker.commands])

    def _hang_up(self) -> None:
        """Leave the group; what was not committed is taken again, by this process or another."""
        if self._consumer is not None:
            self._consumer.close(timeout_ms=SESSION_MS)
            self._consumer = None
        if self._producer is not None:
            self._producer.close(timeout=0)
            self._producer = None


class Gone(Exception):
    """The topic does not have a record any more."""


def put_in_again(
    broker: Broker, parked: Parked, value: bytes | None = None, headers: Mapping[str, bytes] | None = None
) -> None:
    """Send a parked record to the end of its topic once more, with another value or more headers where it is mended.

    Returns when the broker has it. Raises Gone and kafka-python's errors.
    """
    found = _read(broker, parked.place)
    again = dict(found.headers) | dict(headers or {})
    sending = producer(broker)
    try:
        content = found.value if value is None else value
        future = sending.send(parked.place.topic, key=found.key, value=content, headers=list(again.items()))
        future.get(timeout=ACKNOWLEDGED_MS_MAX / 1000)
    finally:
        sending.close(timeout=0)


def _read(broker: Broker, place: Place) -> Any:
    partition = TopicPartition(place.topic, place.partition)
    consumer = KafkaConsumer(**broker.client, enable_auto_commit=False, auto_offset_reset="none", metrics_enabled=False)
    try:
        consumer.assign([partition])
        first, end = consumer.beginning_offsets([partition])[partition], consumer.end_offsets([partition])[partition]
        if first <= place.offset < end:
            consumer.seek(partition, place.offset)
            for records in consumer.poll(timeout_ms=ACKNOWLEDGED_MS_MAX, max_records=1).values():
                for record in records:
                    if (record.offset, record.timestamp) == (place.offset, place.sent_ms):
                        return record
    finally:
        consumer.close()
    raise Gone("The topic does not have this record any more. Have whoever sent it send it again, and drop this.")


def producer(broker: Broker) -> Any:
    """Give a producer whose records are there once they are acknowledged."""
    return KafkaProducer(
        **broker.client, acks="all", enable_idempotence=True, linger_ms=2, max_request_size=RECORD_BYTES_MAX + 48_576,
        max_block_ms=ACKNOWLEDGED_MS_MAX, delivery_timeout_ms=ACKNOWLEDGED_MS_MAX,
        request_timeout_ms=ACKNOWLEDGED_MS_MAX // 2, metrics_enabled=False,
    )  # fmt: skip

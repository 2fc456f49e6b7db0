"""The log as it comes from Kafka: the same entries in the same order; whatever is missing is read from the log."""

import logging
from collections import Counter, defaultdict, deque
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from kafka import ConsumerRebalanceListener, KafkaConsumer, TopicPartition
from kafka.partitioner.default import murmur2

from ledger.kafka.broker import Broker
from ledger.kafka.message import NotAnEntry, Origin, key_of, origin_of, stored_of
from ledger.kafka.relay import Sizes
from ledger.log import PARTS_A_PAGE, Stored

SESSION_MS: Final = 10_000
"""A process that says nothing for so long is taken to be dead, and its organisations go to the others."""
HEARTBEAT_MS: Final = 2_000
POLL_RECORDS_MAX: Final = 2_000
FETCH_BYTES_MAX: Final = 16_000_000

_LOG: Final = logging.getLogger(__name__)


class KafkaFeed:
    """See ledger.feed.Feed. One process's share of all organisations, as a member of a consumer group.

    Where a record is the next entry of its organisation it is handed on; one that was seen is dropped; anything else
    (a gap, an organisation that has just become this process's, a topic that lags) is read from ``log`` until there is
    no more, and from then on from Kafka again. No offsets are kept anywhere: the views' own cursor says what is next.
    Records of another database or another epoch are refused. Used by one thread; ``log`` answers everything else.
    """

    def __init__(self, broker: Broker, log: Sizes, group: str) -> None:
        self._broker, self._log, self._group = broker, log, f"{broker.prefix}.{group}"
        self._consumer: Any = None
        self._rebalanced = _Rebalanced()
        self._partitions = 0
        self._mine: set[int] = set()
        self._origin, self._epochs = bytes(16), dict[bytes, int]()
        self._known: dict[bytes, int] = {}
        """For each organisation of this process, the index up to which entries are known to be; none while behind."""
        self._held: defaultdict[bytes, deque[Stored]] = defaultdict(deque)
        """Entries that came and have not been handed on: contiguous, the last one is the known one."""
        self._lagging: Mapping[bytes, int] = {}
        self._told: set[str] = set()
        """Why records were refused, as each reason is told once."""
        self.count: Counter[str] = Counter()
        """Entries ``from_kafka`` and ``from_log``; records that were ``repeated``, ``refused``, or beyond a ``gap``."""

    def close(self) -> None:
        """Leave the group."""
        if self._consumer is not None:
            self._consumer.close(timeout_ms=SESSION_MS)
            self._consumer = None

    @property
    def partitions(self) -> frozenset[int]:
        """Give the topic's partitions that are this process's share."""
        return frozenset(self._mine)

    def share(self, sizes: Mapping[bytes, int]) -> Mapping[bytes, int]:
        """Give what is said of organisations for this process's share of them alone."""
        return {one: size for one, size in sizes.items() if self._is_mine(one)}

    def organisations(self) -> Sequence[bytes]:
        """Give the organisations that are this process's share.

        Asked from time to time, so here it is noticed where the topic lags: an organisation whose log is still as far
        ahead as the last time is read from the log.
        """
        sizes = self.share(self._log.sizes())
        lagging = {one: size for one, size in sizes.items() if size > self._known.get(one, size)}
        for organisation in lagging:
            if self._known[organisation] < self._lagging.get(organisation, 0):
                self._fall_behind(organisation)
        self._lagging = lagging
        return list(sizes)

    def page(self, organisation: bytes, after: int, upto: int | None = None) -> Sequence[Stored]:
        """Give the entries after an index, in order, at most a page of them; none at the end."""
        held = self._held[organisation]
        while held and held[0].index <= after:
            held.popleft()
        if upto is None and organisation in self._known:
            if held and held[0].index == after + 1:
                return self._handed_on(held)
            if after >= self._known[organisation]:
                return ()
        found = self._log.page(organisation, after, upto)
        self.count["from_log"] += len(found)
        if not found and upto is None and self._is_mine(organisation):
            held.clear()
            self._known[organisation] = after
        return found

    def about(self, organisation: bytes, subject: bytes, upto: int | None = None) -> Sequence[Stored]:
        """Give every entry about one subject up to an index, from the log."""
        return self._log.about(organisation, subject, upto)

    def size(self, organisation: bytes) -> int:
        """Give the index of the newest entry in the log."""
        return self._log.size(organisation)

    def wait(self, seconds: float) -> frozenset[bytes]:
        """Wait for records, at most so long; give the organisations that have something to be folded."""
        consumer = self._ready()
        records = consumer.poll(timeout_ms=int(seconds * 1000), max_records=POLL_RECORDS_MAX)
        news = self._take_over() if self._rebalanced.is_news else set[bytes]()
        for found in records.values():
            for record in found:
                news |= self._take(record)
        return frozenset(news)

    def _ready(self) -> Any:
        if self._consumer is None:
            self._broker.make_topics()
            self._consumer = KafkaConsumer(
                **self._broker.client, group_id=self._group, enable_auto_commit=False, auto_offset_reset="latest",
                session_timeout_ms=SESSION_MS, heartbeat_interval_ms=HEARTBEAT_MS, metrics_enabled=False,
                fetch_max_bytes=FETCH_BYTES_MAX,
            )  # fmt: skip
            self._consumer.subscribe([self._broker.entries], listener=self._rebalanced)
        return self._consumer

    def _take_over(self) -> set[bytes]:
        """Follow a rebalance: forget what has gone to others, and read what has come from the log first."""
        consumer = self._consumer
        mine = {one.partition for one in consumer.assignment()}
        self._rebalanced.is_news = False
        try:
            for partition in mine - self._mine:
                # From here on nothing new is missed: what was sent before is in the log, which is read next.
                consumer.position(TopicPartition(self._broker.entries, partition))
            self._partitions = len(consumer.partitions_for_topic(self._broker.entries) or ())
            self._origin, epochs = self._log.epochs()
            self._epochs = dict(epochs)
        except Exception:
            self._rebalanced.is_news = True
            raise
        come, self._mine = mine - self._mine, mine
        for organisation in [one for one in self._known if not self._is_mine(one)]:
            self._fall_behind(organisation)
        return {one for one in self._epochs if self._partition(one) in come}

    def _take(self, record: Any) -> set[bytes]:
        """Hold on to a record if it is its organisation's next entry; gives whose news it is."""
        try:
            origin, stored = origin_of(record.headers), stored_of(record.value)
        except NotAnEntry as error:
            return self._refuse(record, str(error))
        organisation = stored.organisation
        if record.key != key_of(organisation) or not self._is_of_this_log(organisation, origin):
            return self._refuse(record, "it comes from another database, or from before this one was restored")
        known = self._known.get(organisation)
        if known is None:
            return {organisation}
        if stored.index <= known:
            self.count["repeated"] += 1
            return set()
        if stored.index > known + 1:
            self.count["gap"] += 1
            self._fall_behind(organisation)
            return {organisation}
        self._held[organisation].append(stored)
        self._known[organisation] = stored.index
        return {organisation}

    def _is_of_this_log(self, organisation: bytes, origin: Origin) -> bool:
        if organisation not in self._epochs and origin.id == self._origin:
            self._epochs = dict(self._log.epochs()[1])  # a school that was opened since
        return origin == Origin(self._origin, self._epochs.get(organisation, 0))

    def _refuse(self, record: Any, why: str) -> set[bytes]:
        if why not in self._told:
            self._told.add(why)
            _LOG.warning("record %s/%s of the topic is refused: %s", record.partition, record.offset, why)
        self.count["refused"] += 1
        return set()

    def _handed_on(self, held: deque[Stored]) -> Sequence[Stored]:
        page: list[Stored] = []
        parts = 0
        while held and parts < PARTS_A_PAGE:
            page.append(held.popleft())
            parts += len(page[-1].subjects)
        self.count["from_kafka"] += len(page)
        return page

    def _fall_behind(self, organisation: bytes) -> None:
        self._known.pop(organisation, None)
        self._held.pop(organisation, None)

    def _is_mine(self, organisation: bytes) -> bool:
        return self._partition(organisation) in self._mine

    def _partition(self, organisation: bytes) -> int:
        """Give the partition that an organisation's entries are sent to: as Kafka's own clients choose it by key."""
        return (murmur2(key_of(organisation)) & 0x7FFFFFFF) % self._partitions if self._partitions else -1


class _Rebalanced(ConsumerRebalanceListener):  # type: ignore[misc]  # kafka-python has no types
    """Notes that partitions have come or gone; what follows from it is done outside the client's own calls."""

    is_news = False

    def on_partitions_revoked(self, revoked: Collection[Any]) -> None:
        self.is_news = self.is_news or bool(revoked)

    def on_partitions_assigned(self, assigned: Collection[Any]) -> None:
        self.is_news = self.is_news or bool(assigned)

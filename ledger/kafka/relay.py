"""Sends every organisation's entries to a topic, in order and sealed as stored, and remembers what was acknowledged."""

import logging
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, Protocol

from kafka import KafkaProducer
from kafka.errors import KafkaTimeoutError

from ledger.feed import Feed
from ledger.kafka.broker import RECORD_BYTES_MAX, Broker
from ledger.kafka.message import Origin, record_of
from ledger.log import Stored

IDLE_SECONDS: Final = 1.0
SWEEP_EVERY: Final = 15
"""After so many idle waits every organisation is looked at, in case a notification was lost."""
BYTES_IN_FLIGHT_MAX: Final = 16_000_000
"""Sent before acknowledgements are waited for: memory stays flat, and little is sent twice after a crash."""
ACKNOWLEDGED_MS_MAX: Final = 20_000
"""A broker that takes longer than this is taken to be gone; what it had not acknowledged is sent again."""

_LOG: Final = logging.getLogger(__name__)


class Sent(Protocol):
    """What has been sent to a topic, kept beside the log. Raises Overloaded when it cannot be reached."""

    def own(self, seconds: float) -> bool:
        """Become the one relay, waiting at most so long; True where this is the one already."""

    def cursors(self, topic: str) -> Mapping[bytes, int]:
        """Give the index of the last entry of each log that the broker has acknowledged."""

    def move(self, topic: str, cursors: Mapping[bytes, int]) -> None:
        """Move cursors on to entries that the broker has acknowledged; they never go back."""


class Sizes(Feed, Protocol):
    """A feed that also says how long every log is, and which database and epoch it is of."""

    def sizes(self) -> Mapping[bytes, int]:
        """Give the index of the newest entry of every organisation."""

    def epochs(self) -> tuple[bytes, Mapping[bytes, int]]:
        """Give the id of the log's database, and the epoch that each organisation's log is in."""


class Relay:
    """Sends entries after each organisation's cursor, which moves after the broker's acknowledgement, never before.

    So nothing is lost when a relay or a broker dies; some entries may be sent twice, and whoever follows drops what is
    not the next index (docs/adr/0019).
    """

    def __init__(self, broker: Broker, feed: Sizes, sent: Sent, *, acknowledged_ms: int = ACKNOWLEDGED_MS_MAX) -> None:
        self._acknowledged_ms = acknowledged_ms
        self._broker, self._feed, self._sent = broker, feed, sent
        self._producer: Any = None
        self.entries_sent = 0
        """Entries that the broker has acknowledged to this process."""
        self.is_owner = False
        self.is_cut_off = False
        """Whether the broker or the database could not be reached at the last try."""

    def follow(self, stop: threading.Event) -> None:
        """Send until told to stop, whatever fails meanwhile, as the only owner. Run it in a thread of its own."""
        while not stop.is_set():
            try:
                if self._sent.own(IDLE_SECONDS):
                    self._serve(stop)
                else:
                    self.is_cut_off = False
            except Exception as error:  # noqa: BLE001  # whatever it is, entries must travel on when it is over
                _LOG.warning("the relay cannot send (%s); trying again", type(error).__name__)
                self.is_cut_off = True
                stop.wait(IDLE_SECONDS)
            finally:
                self.is_owner = False
                self._hang_up()

    def _serve(self, stop: threading.Event) -> None:
        self.is_owner = True
        self._feed.wait(0)  # from here on nothing new is missed
        waiting, idle = frozenset(self._feed.organisations()), 0
        while not stop.is_set() and self._sent.own(0):
            if idle >= SWEEP_EVERY:
                waiting, idle = frozenset(self._feed.organisations()), 0
            self.send(waiting, stop)
            self.is_cut_off = False
            waiting = self._feed.wait(IDLE_SECONDS)
            idle = 0 if waiting else idle + 1

    def send(self, organisations: Iterable[bytes], stop: threading.Event | None = None) -> None:
        """Send everything that these organisations' logs have after their cursors.

        Raises kafka-python's errors, psycopg's and Overloaded; then what was acknowledged before has been remembered.
        """
        cursors = dict(self._sent.cursors(self._broker.entries))
        origin, epochs = self._feed.epochs()
        left = [one for one in organisations if one in epochs]
        while left and not (stop and stop.is_set()):
            flown, carried, more = {}, 0, []
            for place, organisation in enumerate(left):
                page = self._feed.page(organisation, cursors.get(organisation, 0))
                if page:
                    flown[organisation] = self._fly(page, Origin(origin, epochs[organisation]))
                    carried += sum(len(stored.body) for stored in page)
                    more.append(organisation)
                if carried >= BYTES_IN_FLIGHT_MAX:
                    more += left[place + 1 :]
                    break
            self._land(flown, cursors)
            left = more

    def _fly(self, page: Sequence[Stored], origin: Origin) -> list[tuple[int, Any]]:
        """Hand a page to the producer; gives each entry's index with what will say that it was acknowledged."""
        producer = self._ready()
        flown = []
        for stored in page:
            record = record_of(stored, origin)
            future = producer.send(
                self._broker.entries, key=record.key, value=record.value,
                headers=record.headers, timestamp_ms=record.timestamp_ms,
            )  # fmt: skip
            flown.append((stored.index, future))
        return flown

    def _land(self, flown: Mapping[bytes, Sequence[tuple[int, Any]]], cursors: dict[bytes, int]) -> None:
        """Wait for acknowledgements, and move each cursor to the last entry before which all were acknowledged."""
        if not flown:
            return
        with suppress(KafkaTimeoutError):  # some were acknowledged, perhaps: see below which
            self._producer.flush(self._acknowledged_ms / 1000)
        moved, failure = {}, None
        for organisation, sent in flown.items():
            for index, future in sent:
                if not future.is_done or future.failed():
                    failure = future.exception if future.is_done else TimeoutError()
                    break
                moved[organisation] = index
                self.entries_sent += 1
        if moved:
            self._sent.move(self._broker.entries, moved)
            cursors.update(moved)
        if failure is not None:
            raise failure

    def _ready(self) -> Any:
        if self._producer is None:
            self._broker.make_topics()
            self._producer = KafkaProducer(
                **self._broker.client, acks="all", enable_idempotence=True, linger_ms=2, batch_size=256_000,
                max_request_size=RECORD_BYTES_MAX + 48_576, max_block_ms=self._acknowledged_ms,
                delivery_timeout_ms=self._acknowledged_ms, request_timeout_ms=self._acknowledged_ms // 2,
                metrics_enabled=False,
            )  # fmt: skip
        return self._producer

    def _hang_up(self) -> None:
        """Drop the producer with what it still holds: after a failure all of it is read from the log again."""
        if self._producer is not None:
            self._producer.close(timeout=0)
            self._producer = None

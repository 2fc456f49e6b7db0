"""Which broker and topics an installation uses; makes the topics, and refuses those that would not take every entry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Any, Final

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType, NewTopic
from kafka.errors import KafkaError, TopicAlreadyExistsError

RECORD_BYTES_MAX: Final = 1_000_000
"""An entry's body is 900 kB at most (ledger.codec), its subjects and headers less than the rest."""
RETENTION_MS: Final = 7 * 24 * 3_600_000
"""A week: the log keeps entries, the topic only carries them (and what is erased must not live on in a topic)."""
POLL_SECONDS: Final = 0.05
CONNECT_MS: Final = 5_000
"""How long a client looks for the broker before it says that there is none."""


class UnsafeBroker(Exception):
    """The broker is not set up for what Rollbook sends; the sentence says what to change."""


class NoBroker(Exception):
    """The broker cannot be reached."""


@dataclass(frozen=True)
class Broker:
    """Where the broker is and what topics are called by.

    ``servers`` are host:port, separated by commas. ``prefix`` begins every topic's and group's name. Topics made here
    have so many ``replicas`` and ``partitions``: as many processes can share the organisations. ``security`` are more
    settings of kafka-python's clients (security_protocol, sasl_mechanism, ssl_cafile ...).
    """

    servers: str
    prefix: str = "rollbook"
    replicas: int = 1
    partitions: int = 12
    security: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def entries(self) -> str:
        """Give the topic on which the relay sends entries."""
        return f"{self.prefix}.entries"

    @property
    def commands(self) -> str:
        """Give the topic to which connectors send commands."""
        return f"{self.prefix}.commands"

    @property
    def outcomes(self) -> str:
        """Give the topic on which what became of each command is told."""
        return f"{self.prefix}.outcomes"

    @property
    def client(self) -> dict[str, Any]:
        """Give the settings that every client of kafka-python takes."""
        return {
            "bootstrap_servers": self.servers.split(","),
            "bootstrap_timeout_ms": CONNECT_MS,
            "reconnect_backoff_max_ms": 1_000,
            **self.security,
        }

    def make_topics(self) -> None:
        """Make the topics that are missing, and check those that exist. Raises NoBroker and UnsafeBroker."""
        configs = {"max.message.bytes": str(RECORD_BYTES_MAX + 48_576), "retention.ms": str(RETENTION_MS)}
        wanted = [self.entries, self.commands, self.outcomes]
        try:
            admin = KafkaAdminClient(**self.client)
            try:
                for topic in wanted:
                    self._make(admin, NewTopic(topic, self.partitions, self.replicas, topic_configs=configs))
                sizes = _sizes(admin, wanted)
            finally:
                admin.close()
        except KafkaError as error:
            raise NoBroker(f"the broker does not answer ({type(error).__name__})") from None
        for topic, size in sizes.items():
            if size < RECORD_BYTES_MAX:
                raise UnsafeBroker(
                    f"The topic {topic} takes records of {size} bytes at most, and an entry may have"
                    f" {RECORD_BYTES_MAX}: set its max.message.bytes to {RECORD_BYTES_MAX} or more."
                )

    def _make(self, admin: Any, topic: Any) -> None:
        try:
            admin.create_topics([topic])
        except TopicAlreadyExistsError:
            return


def _sizes(admin: Any, topics: Sequence[str]) -> dict[str, int]:
    """Give each topic's largest record. A broker tells nothing of a topic that was made a moment ago: ask again."""
    deadline = monotonic() + CONNECT_MS / 1000
    while True:
        asked = [ConfigResource(ConfigResourceType.TOPIC, topic) for topic in topics]
        told = admin.describe_configs(asked, config_filter="all")["topic"]
        if all("max.message.bytes" in told.get(topic, {}) for topic in topics):
            return {topic: int(told[topic]["max.message.bytes"]["value"]) for topic in topics}
        if monotonic() > deadline:
            raise NoBroker("the broker does not say what its topics are like")
        sleep(POLL_SECONDS)

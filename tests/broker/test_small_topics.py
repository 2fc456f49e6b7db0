"""A topic that would not take every entry is refused before anything is sent to it."""

import os

import pytest
from kafka import KafkaAdminClient
from kafka.admin import NewTopic

from ledger.kafka.broker import RECORD_BYTES_MAX, Broker, UnsafeBroker
from ledger.kafka.local import LocalKafka


def test_a_topic_too_small_for_an_entry_is_refused(shared_kafka: LocalKafka) -> None:
    size = RECORD_BYTES_MAX - 1
    broker = Broker(shared_kafka.servers, f"test-{os.urandom(6).hex()}")
    admin = KafkaAdminClient(**broker.client)
    admin.create_topics([NewTopic(broker.entries, 1, 1, topic_configs={"max.message.bytes": str(size)})])
    admin.close()
    with pytest.raises(UnsafeBroker) as refused:
        broker.make_topics()
    assert str(refused.value) == (
        f"The topic {broker.entries} takes records of {size} bytes at most, and an entry may have"
        f" {RECORD_BYTES_MAX}: set its max.message.bytes to {RECORD_BYTES_MAX} or more."
    )

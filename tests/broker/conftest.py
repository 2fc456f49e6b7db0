"""The real Apache Kafka that these tests use."""

from support.kafka import broker, libraries, own_kafka, shared_kafka

__all__ = ["broker", "libraries", "own_kafka", "shared_kafka"]

"""The broker that the processes of these tests use."""

from support.brokers import broker, libraries, shared_kafka

__all__ = ["broker", "libraries", "shared_kafka"]

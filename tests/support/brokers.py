"""One real Apache Kafka for the tests of a run that ask for it; each takes topics of its own."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.kafka import local
from ledger.kafka.broker import Broker

POM = Path(__file__).parents[2] / "deploy" / "kafka" / "pom.xml"
LIBRARIES = Path(__file__).parents[2] / ".kafka" / "libraries"
PARTITIONS = 4


@pytest.fixture(scope="session")
def libraries() -> Path:
    """Give Apache Kafka's libraries. Skips, saying why, where they cannot run; never where CI is set."""
    lack = local.missing()
    if lack is not None and not os.environ.get("CI"):
        pytest.skip(f"the tests with Apache Kafka do not run: {lack}")
    local.resolve(POM, LIBRARIES)
    return LIBRARIES


@pytest.fixture(scope="session")
def shared_kafka(libraries: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.LocalKafka]:
    """Give a broker that nobody stops."""
    with local.LocalKafka(tmp_path_factory.mktemp("kafka"), libraries) as kafka:
        yield kafka


@pytest.fixture
def own_kafka(libraries: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.LocalKafka]:
    """Give a broker that this test may kill, freeze and restart (5 s)."""
    with local.LocalKafka(tmp_path_factory.mktemp("kafka"), libraries) as kafka:
        yield kafka


@pytest.fixture
def broker(shared_kafka: local.LocalKafka) -> Broker:
    """Give topics of this test's own on the shared broker."""
    return named(shared_kafka)


def named(kafka: local.LocalKafka) -> Broker:
    """Give topics with a prefix nobody else has, made with few partitions."""
    made = Broker(kafka.servers, f"test-{os.urandom(6).hex()}", partitions=PARTITIONS)
    made.make_topics()
    return made

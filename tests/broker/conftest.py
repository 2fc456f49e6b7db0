"""The real Apache Kafka that these tests use, and a school's services to write with."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest
from support.brokers import broker, libraries, own_kafka, shared_kafka
from support.installation import Installation
from support.live import Scene
from support.scripts import VIEWS

from ledger.log import Log
from ledger.postgres.server import SERVICES

__all__ = ["broker", "libraries", "own_kafka", "shared_kafka"]


@pytest.fixture
def scene(own_installation: Installation) -> Iterator[Scene]:
    own_installation.tables.make(VIEWS)
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()

        async def opened() -> dict[str, Log]:
            return {service: await stack.enter_async_context(own_installation.log(service)) for service in SERVICES}

        yield Scene(own_installation, runner.run(opened()), runner.run)
        runner.run(stack.aclose())

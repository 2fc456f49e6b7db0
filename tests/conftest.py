"""One PostgreSQL server for the whole run; a test takes fresh databases from it, or shares prepared ones."""

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

import pytest
from support.databases import fresh
from support.installation import Installation

from ledger.postgres.embedded import Embedded
from ledger.postgres.server import Databases

T = TypeVar("T")


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give an administrator's connection string: ROLLBOOK_TEST_SERVER_URL, or a server that ends with the run.

    Roles belong to the whole server, so two runs at once need a server each.
    """
    given = os.environ.get("ROLLBOOK_TEST_SERVER_URL")
    if given:
        yield given
        return
    with Embedded(tmp_path_factory.mktemp("server")) as server:
        yield server.url("postgres")


@pytest.fixture(scope="session")
def role_secret() -> bytes:
    """Give the one secret that the roles' passwords are derived from in this run."""
    return os.urandom(32)


@pytest.fixture
def databases(server_url: str, role_secret: bytes) -> Iterator[Databases]:
    """Give prepared databases that no other test has touched (0.4 s); they are dropped afterwards."""
    with fresh(server_url, role_secret) as made:
        yield made


@pytest.fixture(scope="session")
def shared_databases(server_url: str, role_secret: bytes) -> Iterator[Databases]:
    """Give prepared databases for tests that keep to an organisation of their own."""
    with fresh(server_url, role_secret) as made:
        yield made


@pytest.fixture(scope="session")
def installation(shared_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Give an installation on the shared databases: take a fresh organisation, and leave every other alone."""
    made = Installation(shared_databases, tmp_path_factory.mktemp("keys") / "key")
    yield made
    made.close()


@pytest.fixture
def own_installation(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Give an installation whose databases are this test's alone."""
    made = Installation(databases, tmp_path_factory.mktemp("keys") / "key")
    yield made
    made.close()


@pytest.fixture
def organisation() -> bytes:
    """Give an organisation that no other test knows."""
    return os.urandom(16)


@pytest.fixture
def run() -> Iterator[Callable[[Coroutine[Any, Any, T]], T]]:
    """Give what carries a coroutine to its end, all of a test's on one event loop."""
    with asyncio.Runner() as runner:
        yield runner.run

"""Databases for a test: made with a name nobody else has, prepared by the product, dropped afterwards."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from ledger.postgres.server import ROLES, Databases, prepare


@contextmanager
def fresh(admin: str, secret: bytes) -> Iterator[Databases]:
    """Give prepared databases on the server that ``admin`` reaches."""
    databases = Databases(admin, f"rollbook_test_{os.urandom(6).hex()}", secret)
    try:
        prepare(databases)
        yield databases
    finally:
        drop(databases)


def drop(databases: Databases) -> None:
    """Take a test's databases away, whoever is still connected. Roles stay: they belong to the server."""
    with psycopg.connect(databases.admin, autocommit=True) as connection:
        for place in ROLES:
            name = sql.Identifier(databases.database(place))  # type: ignore[arg-type]  # the keys of ROLES
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

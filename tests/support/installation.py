"""The ledger's parts on one set of databases, made when first asked for and closed together."""

from contextlib import ExitStack
from functools import cached_property
from pathlib import Path

import psycopg
from psycopg.rows import TupleRow

from ledger.codec import Codec
from ledger.postgres import statements
from ledger.postgres.feed import LogFeed
from ledger.postgres.keys import PostgresKeyStore
from ledger.postgres.log import PostgresLog
from ledger.postgres.rows import PostgresTables
from ledger.postgres.server import Databases
from ledger.postgres.wire import ids_as_bytes
from ledger.vault import LocalKeyFile, Vault


class Installation:
    """Vault, codec, logs, feed and tables of one set of databases."""

    def __init__(self, databases: Databases, key_file: Path) -> None:
        self.databases = databases
        self.key_file = key_file
        self._open = ExitStack()

    def close(self) -> None:
        """Close what was opened."""
        self._open.close()

    @cached_property
    def keys(self) -> PostgresKeyStore:
        store = PostgresKeyStore(self.databases.conninfo("keys", "rollbook_vault"))
        self._open.callback(store.close)
        return store

    @cached_property
    def vault(self) -> Vault:
        return Vault(self.keys, LocalKeyFile(self.key_file))

    @cached_property
    def codec(self) -> Codec:
        return Codec(self.vault)

    def log(self, service: str = "records") -> PostgresLog:
        """Give a service's log, to be used as an asynchronous context manager."""
        return PostgresLog(self.databases.conninfo("log", f"rollbook_{service}"))

    @cached_property
    def feed(self) -> LogFeed:
        return self.new_feed()

    def new_feed(self) -> LogFeed:
        """Give a feed for a thread of its own."""
        feed = LogFeed(self.databases.conninfo("log", "rollbook_reader"))
        self._open.callback(feed.close)
        return feed

    @cached_property
    def tables(self) -> PostgresTables:
        tables = PostgresTables(self.databases.conninfo("views", "rollbook_views_writer"))
        self._open.callback(tables.close)
        return tables

    def connect(self, role: str, *organisations: bytes) -> psycopg.Connection[TupleRow]:
        """Give a role's own connection to the log; in its first transaction these organisations are bound."""
        connection = psycopg.connect(self.databases.conninfo("log", role))
        ids_as_bytes(connection)
        if organisations:
            connection.execute(statements.BIND, [",".join(one.hex() for one in organisations)])
        return connection

    def superuser(self) -> psycopg.Connection[TupleRow]:
        """Give the administrator's connection to the log, in autocommit: what no policy and no trigger binds."""
        connection = psycopg.connect(self.databases.admin_conninfo("log"), autocommit=True)
        ids_as_bytes(connection)
        return connection

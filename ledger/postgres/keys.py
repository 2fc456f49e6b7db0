"""Where wrapped keys live: a PostgreSQL database of their own, reached by a role that sees nothing else."""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool

from ledger.postgres.wire import Id, Ids, ids_as_bytes
from ledger.vault import KeyName, WrappedKey


class PostgresKeyStore:
    """See ledger.vault.KeyStore. Safe to use from several threads; close it when done."""

    def __init__(self, conninfo: str) -> None:
        self._pool: ConnectionPool[Connection[TupleRow]] = ConnectionPool(
            conninfo, min_size=1, max_size=4, open=True, configure=_configure, kwargs={"autocommit": True}
        )

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def organisation_keys(self, organisation: bytes) -> Mapping[int, bytes]:
        """Give the organisation's wrapped keys by epoch."""
        rows = self._query(
            "SELECT epoch, wrapped FROM vault.organisation_key WHERE organisation = %s AND wrapped IS NOT NULL",
            [Id(organisation)],
        )
        return {epoch: bytes(wrapped) for epoch, wrapped in rows}

    def add_organisation_key(self, organisation: bytes, epoch: int, wrapped: bytes) -> None:
        """Keep an organisation's wrapped key, unless that epoch has one."""
        with self._pool.connection() as connection:
            connection.execute(
                "INSERT INTO vault.organisation_key (organisation, epoch, wrapped) VALUES (%s, %s, %s)"
                " ON CONFLICT DO NOTHING",
                [Id(organisation), epoch, wrapped],
            )

    def mint(self, keys: Sequence[WrappedKey]) -> None:
        """Keep new keys in one statement; a name that has one already keeps it."""
        first = keys[0]
        with self._pool.connection() as connection:
            connection.execute(
                "INSERT INTO vault.key (organisation, subject, category, period, epoch, wrapped)"
                " SELECT %s, subject, %s, %s, %s, wrapped FROM unnest(%s::uuid[], %s::bytea[]) AS k (subject, wrapped)"
                " ON CONFLICT DO NOTHING",
                [
                    Id(first.name.organisation),
                    first.name.category,
                    first.name.period,
                    first.epoch,
                    Ids.of(key.name.subject for key in keys),
                    [key.wrapped for key in keys],
                ],
            )

    def load(self, organisation: bytes, category: str, period: int, subjects: Sequence[bytes]) -> Sequence[WrappedKey]:
        """Give what is known of these subjects' keys."""
        rows = self._query(
            "SELECT subject, epoch, wrapped, destroyed_at, request FROM vault.key"
            " WHERE organisation = %s AND category = %s AND period = %s AND subject = ANY (%s)",
            [Id(organisation), category, period, Ids.of(subjects)],
        )
        return [
            WrappedKey(
                KeyName(organisation, subject, category, period),
                epoch,
                None if wrapped is None else bytes(wrapped),
                destroyed_at,
                request,
            )
            for subject, epoch, wrapped, destroyed_at, request in rows
        ]

    def destroy(
        self, organisation: bytes, subjects: Sequence[bytes], category: str | None, period: int | None, request: str
    ) -> Sequence[bytes]:
        """Overwrite wrapped keys for good and give their ids. None means every category, every period."""
        rows = self._query(
            "UPDATE vault.key SET wrapped = NULL, destroyed_at = clock_timestamp(), request = %s"
            " WHERE organisation = %s AND subject = ANY (%s) AND destroyed_at IS NULL"
            " AND (%s::text IS NULL OR category = %s) AND (%s::integer IS NULL OR period = %s)"
            " RETURNING subject, category, period",
            [request, Id(organisation), Ids.of(subjects), category, category, period, period],
        )
        return [KeyName(organisation, *row).id for row in rows]

    def _query(self, query: str, values: Sequence[object]) -> list[Any]:
        with self._pool.connection() as connection:
            return connection.execute(query, values, binary=True).fetchall()


def _configure(connection: Connection[TupleRow]) -> None:
    ids_as_bytes(connection)

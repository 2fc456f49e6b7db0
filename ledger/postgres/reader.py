"""Reads the live views: one organisation's rows in one snapshot, so that a page is of one moment."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from psycopg import AsyncConnection, IsolationLevel, OperationalError, sql
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from ledger.log import Overloaded
from ledger.postgres import statements
from ledger.postgres.rows import read_row
from ledger.postgres.wire import Id, Ids, ids_as_bytes
from ledger.view import AnyView, Position, Row, View

RowT = TypeVar("RowT", bound=Row)
POOL_MAX: Final = 6
WAIT_SECONDS_MAX: Final = 2.0
"""How long a request waits for a connection before it is told to come back."""


class Views:
    """The live views of every organisation. ``conninfo`` is the views' reader. An asynchronous context manager."""

    def __init__(self, conninfo: str) -> None:
        self._pool: AsyncConnectionPool[AsyncConnection[TupleRow]] = AsyncConnectionPool(
            conninfo, min_size=1, max_size=POOL_MAX, open=False, configure=_configure, timeout=WAIT_SECONDS_MAX
        )

    async def __aenter__(self) -> Self:
        await self._pool.open(wait=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pool.close()

    @contextlib.asynccontextmanager
    async def reader(self, organisation: bytes, views: Sequence[AnyView]) -> AsyncIterator["PostgresReader"]:
        """Give an organisation's rows in one snapshot; ``views`` are those whose position counts."""
        try:
            # In a pipeline what begins the transaction travels with the first question, and its end takes one trip.
            async with self._pool.connection() as connection, connection.pipeline(), connection.transaction():
                await connection.execute(statements.BIND, [organisation.hex()])
                yield PostgresReader(connection, organisation, views)
        except PoolTimeout:
            raise Overloaded("too many people are reading at once; try again in a moment") from None
        except OperationalError:
            raise Overloaded("the pages' database did not answer; try again in a moment") from None


class PostgresReader:
    """See ledger.view.Reader."""

    def __init__(self, connection: AsyncConnection[TupleRow], organisation: bytes, views: Sequence[AnyView]) -> None:
        self._connection = connection
        self._organisation = Id(organisation)
        self._views = views

    async def get(self, view: View[RowT], *key: Any) -> RowT | None:
        """Give the row under a key."""
        found = await self.find(view, **dict(zip(view.key, key, strict=True)))
        return found[0] if found else None

    async def find(self, view: View[RowT], **fields: Any) -> list[RowT]:
        """Give the rows whose key or indexed fields have these values, in the order of their keys; a list means any."""
        conditions: list[sql.Composable] = [sql.SQL("organisation = %s")]
        values: list[Any] = [self._organisation]
        for name, value in fields.items():
            many = isinstance(value, list)
            conditions.append(sql.SQL("{} = ANY (%s)" if many else "{} = %s").format(sql.Identifier(name)))
            values.append(_value(value))
        query = sql.SQL("SELECT row FROM {} WHERE {} ORDER BY {}").format(
            sql.Identifier("views", view.table),
            sql.SQL(" AND ").join(conditions),
            sql.SQL(", ").join(map(sql.Identifier, view.key)),
        )
        return await self._rows(view, query, values)

    async def prefix(self, view: View[RowT], field: str, text: str, limit: int) -> list[RowT]:
        """Give the rows whose indexed field begins with a text, in its order.

        By range and never by LIKE, which row-level security keeps from the index. U+10FFFF ends the range.
        """
        query = sql.SQL(
            'SELECT row FROM {table} WHERE organisation = %s AND {field} COLLATE "C" >= %s AND {field} COLLATE "C" < %s'
            ' ORDER BY {field} COLLATE "C" LIMIT %s'
        ).format(table=sql.Identifier("views", view.table), field=sql.Identifier(field))
        return await self._rows(view, query, [self._organisation, text, text + "\U0010ffff", limit])

    async def position(self) -> Position:
        """Give how far all views that are read here have come."""
        cursor = await self._connection.execute(
            "SELECT index, recorded_at FROM views.cursor WHERE organisation = %s AND view = ANY (%s)",
            [self._organisation, [view.table for view in self._views]],
        )
        found = await cursor.fetchall()
        if len(found) < len(self._views):
            return Position(0, None)
        return Position(*min(found, key=lambda row: int(row[0])))

    async def _rows(self, view: View[RowT], query: sql.Composed, values: Sequence[Any]) -> list[RowT]:
        cursor = await self._connection.execute(query, values, binary=True)
        return [read_row(view, row[0]) for row in await cursor.fetchall()]


def _value(value: Any) -> Any:
    if isinstance(value, bytes):
        return Id(value)
    if isinstance(value, list) and value and isinstance(value[0], bytes):
        return Ids.of(value)
    return value


async def _configure(connection: AsyncConnection[TupleRow]) -> None:
    ids_as_bytes(connection)
    await connection.set_isolation_level(IsolationLevel.REPEATABLE_READ)

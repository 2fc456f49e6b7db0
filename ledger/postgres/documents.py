"""Sealed documents in the log's database, where the records service adds and reads them and nobody changes them."""

from collections.abc import Sequence
from types import TracebackType
from typing import Final, Self

from psycopg import AsyncConnection, OperationalError
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from ledger.log import Overloaded
from ledger.postgres import statements as sql
from ledger.postgres.wire import Id, ids_as_bytes

POOL_MAX: Final = 2
"""Connections for documents: a large one that is on its way must not keep a register waiting."""
ANSWER_SECONDS_MAX: Final = 10.0

_ADD: Final = (
    "INSERT INTO ledger.document (organisation, document, chunk, sealed) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"
)
_CHUNKS: Final = "SELECT sealed FROM ledger.document WHERE organisation = %s AND document = %s ORDER BY chunk"


class PostgresDocuments:
    """See ledger.documents.DocumentStore. Use it as an asynchronous context manager."""

    def __init__(self, conninfo: str) -> None:
        self._pool: AsyncConnectionPool[AsyncConnection[TupleRow]] = AsyncConnectionPool(
            conninfo, min_size=0, max_size=POOL_MAX, open=False, configure=_configure, timeout=ANSWER_SECONDS_MAX
        )

    async def __aenter__(self) -> Self:
        await self._pool.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pool.close()

    async def add(self, organisation: bytes, document: bytes, chunks: Sequence[bytes]) -> bool:
        """Keep a document's chunks in one transaction; the first row decides who of two was first."""
        rows = [(Id(organisation), Id(document), place, chunk) for place, chunk in enumerate(chunks)]
        try:
            async with self._pool.connection() as connection, connection.transaction():
                await connection.execute(sql.BIND, [organisation.hex()])
                first = await connection.execute(_ADD, rows[0])
                if first.rowcount == 0:
                    return False
                async with connection.cursor() as cursor:
                    await cursor.executemany(_ADD, rows[1:])
                return True
        except (PoolTimeout, OperationalError):
            raise Overloaded("the database did not answer; the same document may be sent again") from None

    async def chunks(self, organisation: bytes, document: bytes) -> Sequence[bytes]:
        """Give a document's chunks in their order."""
        try:
            async with self._pool.connection() as connection, connection.transaction():
                await connection.execute(sql.BIND, [organisation.hex()])
                found = await connection.execute(_CHUNKS, [Id(organisation), Id(document)], binary=True)
                return [bytes(sealed) for (sealed,) in await found.fetchall()]
        except (PoolTimeout, OperationalError):
            raise Overloaded("the database did not answer; ask again in a moment") from None


async def _configure(connection: AsyncConnection[TupleRow]) -> None:
    ids_as_bytes(connection)

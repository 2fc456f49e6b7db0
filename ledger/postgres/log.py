"""A service's log in PostgreSQL: what waits is committed together, large appends go through COPY."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Final, Self, TypeAlias

from psycopg import AsyncConnection, Error, OperationalError
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from ledger.log import Append, Appended, Loaded, LogError, Overloaded, Stored
from ledger.postgres import statements as sql
from ledger.postgres.wire import Id, Ids, ids_as_bytes

Connection: TypeAlias = AsyncConnection[TupleRow]

GROUP_MAX: Final = 64
"""Appends that share a commit: more would make the first of them wait longer than a commit takes."""
ENTRIES_IN_A_GROUP_MAX: Final = 8
"""An append of more entries is staged by COPY in a transaction of its own."""
POOL_MAX: Final = 6
"""Connections of one service's process, for commits and for reads."""
WAITING_MAX: Final = 2_000
"""Appends that may wait before the next is told that the log is busy."""
ANSWER_SECONDS_MAX: Final = 2.0
"""How long a request waits for a connection before it is told to come back."""

_SIZE: Final = "SELECT size FROM ledger.log WHERE organisation = %s"

_Member: TypeAlias = tuple[Append, asyncio.Future[Appended]]


class PostgresLog:
    """One service's door to the log (see ledger.log.Log). Use it as an asynchronous context manager.

    ``conninfo`` is that of the service's own role: a service writes only as itself.
    """

    def __init__(self, conninfo: str, connections: int = POOL_MAX) -> None:
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            conninfo, min_size=min(2, connections), max_size=connections, open=False, configure=_configure,
            timeout=ANSWER_SECONDS_MAX, kwargs={"prepare_threshold": 2},
        )  # fmt: skip
        self._waiting: dict[bytes, list[_Member]] = {}
        self._commits: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self._pool.open(wait=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.gather(*self._commits, return_exceptions=True)
        await self._pool.close()

    async def open(self, organisation: bytes) -> None:
        """Begin an organisation's log; does nothing where it exists."""
        async with self._transaction(organisation) as connection:
            await connection.execute(
                "INSERT INTO ledger.log (organisation) VALUES (%s) ON CONFLICT DO NOTHING", [Id(organisation)]
            )

    async def append(self, append: Append) -> Appended:
        """Write one command's entries, or answer as before. Raises a LogError, and then nothing was written."""
        if len(append.entries) > ENTRIES_IN_A_GROUP_MAX:
            return await self._alone(append)
        answered: asyncio.Future[Appended] = asyncio.get_running_loop().create_future()
        if sum(map(len, self._waiting.values())) >= WAITING_MAX:
            raise Overloaded("too many changes are waiting; the same command may be sent again")
        waiting = self._waiting.get(append.organisation)
        if waiting is None:
            waiting = self._waiting[append.organisation] = []
            task = asyncio.create_task(self._commit_what_waits(append.organisation))
            self._commits.add(task)
            task.add_done_callback(self._commits.discard)
        waiting.append((append, answered))
        return await answered

    async def answered(self, organisation: bytes, command: bytes, digest: bytes) -> Appended | None:
        """Give the stored answer of a command carried out before; raises CommandReused for other content."""
        async with self._transaction(organisation) as connection:
            cursor = await connection.execute(sql.ANSWERED, [Id(organisation), Id(command)], binary=True)
            return sql.answer(await cursor.fetchone(), digest)

    async def stream(self, organisation: bytes, stream: bytes, subjects: Sequence[bytes] | None = None) -> Loaded:
        """Give a stream's entries in order. With ``subjects``, only entries about one of them."""
        query = sql.STREAM
        values: tuple[bytes, ...] = (Id(stream), Id(organisation))
        if subjects is not None:
            query, values = sql.STREAM_ABOUT, (Id(stream), Ids.of(subjects), Id(organisation))
        async with self._pool_connection() as connection:
            async with connection.pipeline(), connection.transaction():
                await connection.execute(sql.BIND, [organisation.hex()])
                found = await connection.execute(query, values, binary=True)
            rows = await found.fetchall()
            return Loaded(rows[0][0] if rows else 0, [Stored(*entry) for _, *entry in rows if entry[0] is not None])

    async def about(self, organisation: bytes, subject: bytes, upto: int | None = None) -> Sequence[Stored]:
        """Give every entry about one subject, in order, up to an index; a register is cut to the subject's part.

        The subject is bound into the transaction, so that the policy narrows the read and its index serves it.
        """
        values = [Id(subject), Id(organisation), 2**62 if upto is None else upto]
        async with self._transaction(organisation, subject) as connection:
            return await _stored(connection, sql.ABOUT, values, prepare=False)

    async def of_batch(self, organisation: bytes, batch: bytes) -> Sequence[Stored]:
        """Give every entry whose source is a batch, in order; a register comes whole."""
        async with self._transaction(organisation) as connection:
            return await _stored(connection, sql.OF_BATCH, [Id(organisation), Id(batch)])

    async def size(self, organisation: bytes) -> int:
        """Give the index of the newest entry; 0 for an empty or unknown log."""
        async with self._transaction(organisation) as connection:
            cursor = await connection.execute(_SIZE, [Id(organisation)])
            row = await cursor.fetchone()
            return row[0] if row else 0

    async def index_at(self, organisation: bytes, moment: datetime) -> int:
        """Give the index of the last entry recorded at or before a moment; 0 for none.

        A binary search by index: the log's times never go back, so they need no index of their own.
        """
        query = "SELECT recorded_at FROM ledger.event WHERE organisation = %s AND index = %s"
        below, above = 0, await self.size(organisation) + 1
        async with self._transaction(organisation) as connection:
            while above - below > 1:
                middle = (below + above) // 2
                cursor = await connection.execute(query, [Id(organisation), middle])
                row = await cursor.fetchone()
                below, above = (middle, above) if row and row[0] <= moment else (below, middle)
        return below

    async def owners(self, organisation: bytes, kind: str, digests: Sequence[bytes]) -> dict[bytes, bytes]:
        """Give the subjects to whom identifiers belong, by digest; an identifier of nobody's is not there."""
        async with self._transaction(organisation) as connection:
            cursor = await connection.execute(
                "SELECT digest, subject FROM ledger.claim WHERE organisation = %s AND kind = %s AND digest = ANY (%s)",
                [Id(organisation), kind, list(digests)],
                binary=True,
            )
            return {bytes(digest): subject for digest, subject in await cursor.fetchall()}

    async def _commit_what_waits(self, organisation: bytes) -> None:
        """Commit one organisation's appends in groups until none waits; a stalled school holds up no other."""
        try:
            while group := self._waiting[organisation][:GROUP_MAX]:
                del self._waiting[organisation][:GROUP_MAX]
                try:
                    await self._commit(group)
                except PoolTimeout:
                    for _, answered in group:
                        if not answered.done():
                            answered.set_exception(
                                Overloaded("the database is busy; the same command may be sent again")
                            )
                except Exception:  # noqa: BLE001  # whatever failed the group, each member is told its own reason
                    for append, answered in group:
                        await self._settle(append, answered)
        finally:
            del self._waiting[organisation]

    async def _settle(self, append: Append, answered: asyncio.Future[Appended]) -> None:
        """Carry out one member of a group that failed, alone, and hand it its own answer or error."""
        try:
            result = await self._alone(append)
        except asyncio.CancelledError:
            answered.cancel()
            raise
        except Exception as error:  # noqa: BLE001  # handed to the caller that waits for it
            if not answered.done():
                answered.set_exception(error)
        else:
            if not answered.done():
                answered.set_result(result)

    async def _commit(self, group: Sequence[_Member]) -> None:
        """Write a group in one transaction and one round trip; a statement pair each, so the second sees the first."""
        organisation = group[0][0].organisation.hex()
        async with self._pool.connection() as connection:
            async with connection.pipeline(), connection.transaction():
                await connection.execute(sql.BIND, [organisation])
                cursors = [await _write(connection, append) for append, _ in group]
                await connection.execute(sql.NOTIFY, [organisation])
            for (append, answered), cursor in zip(group, cursors, strict=True):
                row = await cursor.fetchone()
                if not answered.done():
                    answered.set_result(_appended(append, row))

    async def _alone(self, append: Append) -> Appended:
        """Write one append in a transaction of its own; a command seen before answers as it did then."""
        copied = sql.copy_bytes(append.organisation, append.entries)
        try:
            async with self._transaction(append.organisation) as connection:
                cursor = await connection.execute(
                    sql.ANSWERED, [Id(append.organisation), Id(append.command)], binary=True
                )
                before = sql.answer(await cursor.fetchone(), append.digest)
                if before is not None:
                    return before
                await connection.execute(sql.MAKE_STAGE)
                async with connection.cursor().copy(sql.COPY_STAGE) as copy:
                    await copy.write(copied)
                admitted = await connection.execute(sql.ADMIT, sql.admit_parameters(append), binary=True)
                row = await admitted.fetchone()
                await connection.execute(
                    sql.INSERT_STAGE, {"organisation": Id(append.organisation), "entries": len(append.entries)}
                )
                await connection.execute(sql.NOTIFY, [append.organisation.hex()])
                return _appended(append, row)
        except sql.Seen:
            again = await self.answered(append.organisation, append.command, append.digest)
            if again is None:
                raise Overloaded("the same command is being carried out; send it again") from None
            return again

    @contextlib.asynccontextmanager
    async def _transaction(self, organisation: bytes, subject: bytes | None = None) -> AsyncIterator[Connection]:
        """Give a connection in a transaction bound to one organisation and, if named, one subject."""
        async with self._pool_connection() as connection, connection.transaction():
            if subject is None:
                await connection.execute(sql.BIND, [organisation.hex()])
            else:
                await connection.execute(sql.BIND_SUBJECT, [organisation.hex(), "{" + subject.hex() + "}"])
            yield connection

    @contextlib.asynccontextmanager
    async def _pool_connection(self) -> AsyncIterator[Connection]:
        """Give a connection; what the database raises comes out as the log's own errors."""
        try:
            async with self._pool.connection() as connection:
                yield connection
        except PoolTimeout:
            raise Overloaded("the database is busy; the same command may be sent again") from None
        except LogError:
            raise
        except Error as error:
            refused = sql.refusal(error)
            if refused is not None:
                raise refused from None
            if isinstance(error, OperationalError):
                raise Overloaded("the database did not answer; the same command may be sent again") from None
            raise


async def _configure(connection: Connection) -> None:
    ids_as_bytes(connection)


async def _write(connection: Connection, append: Append) -> Any:
    cursor = await connection.execute(sql.ADMIT, sql.admit_parameters(append), binary=True)
    for behind, entry in zip(range(len(append.entries) - 1, -1, -1), append.entries, strict=True):
        await connection.execute(sql.INSERT_ONE, sql.one_parameters(append.organisation, entry, behind))
    return cursor


def _appended(append: Append, row: TupleRow | None) -> Appended:
    if row is None:
        raise Overloaded("the log gave no answer; the same command may be sent again")
    return Appended(row[0] + 1, row[0] + len(append.entries), append.result)


async def _stored(
    connection: Connection, query: str, values: Sequence[object], *, prepare: bool | None = None
) -> list[Stored]:
    cursor = await connection.execute(query, values, binary=True, prepare=prepare)
    return [Stored(*row) for row in await cursor.fetchall()]

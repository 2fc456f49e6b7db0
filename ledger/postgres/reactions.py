"""How far reactions have come, kept in the log's database, and the lock that lets one process at a time react."""

import contextlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from psycopg import Connection, OperationalError
from psycopg.errors import LockNotAvailable
from psycopg.rows import TupleRow

from ledger.log import Overloaded
from ledger.postgres import statements
from ledger.postgres.wire import Id, ids_as_bytes
from ledger.reaction import Failed

_OWNING: Final = 7_240_313
_SECONDS_MIN: Final = 0.001
"""The shortest wait for the lock: PostgreSQL takes 0 for a wait without end."""


class PostgresPlaces:
    """See ledger.reaction.Places. The lock is its connection's: a process that dies gives it up."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._connection: Connection[TupleRow] | None = None
        self._owned_by: Connection[TupleRow] | None = None
        self._one_at_a_time = threading.Lock()

    def close(self) -> None:
        """Close the connection, and with it give up the lock."""
        if self._connection is not None:
            self._connection.close()

    def own(self, seconds: float) -> bool:
        """Become the one owner of all reactions, waiting at most so long; True where this is the owner already."""
        with self._open() as connection:
            if self._owned_by is connection:
                connection.execute("SELECT 1")  # whoever lost the connection lost the lock, and is told so here
                return True
            wait = f"{max(seconds, _SECONDS_MIN) * 1000:.0f}ms"
            try:
                with connection.transaction():
                    connection.execute("SELECT set_config('lock_timeout', %s, true)", [wait])
                    connection.execute("SELECT pg_advisory_lock(%s)", [_OWNING])
            except LockNotAvailable:
                return False
            self._owned_by = connection
            return True

    def cursors(self, organisation: bytes, reactions: Sequence[str]) -> Mapping[str, int]:
        """Give the index of the last entry that each reaction was taken about."""
        found = self._ask(organisation, "SELECT name, index FROM ledger.reaction WHERE organisation = %s", [])
        return dict.fromkeys(reactions, 0) | {name: index for name, index in found if name in reactions}

    def move(self, organisation: bytes, reactions: Sequence[str], index: int) -> None:
        """Move cursors on to an entry; they never go back."""
        self._do(
            organisation,
            "INSERT INTO ledger.reaction (organisation, name, index) SELECT %s, unnest(%s::text[]), %s"
            " ON CONFLICT (organisation, name) DO UPDATE SET index = greatest(reaction.index, excluded.index)",
            [list(reactions), index],
        )

    def park(self, organisation: bytes, failed: Failed) -> None:
        """Set an entry aside, with the reason."""
        self._do(
            organisation,
            "INSERT INTO ledger.reaction_parked (organisation, name, index, reason) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            [failed.reaction, failed.index, failed.reason],
        )

    def parked(self, organisation: bytes) -> Sequence[Failed]:
        """Give what was set aside."""
        query = "SELECT name, index, reason FROM ledger.reaction_parked WHERE organisation = %s ORDER BY index, name"
        return [Failed(*row) for row in self._ask(organisation, query, [])]

    def unpark(self, organisation: bytes, failed: Failed) -> None:
        """Strike out what was set aside, as it has been done since."""
        self._do(
            organisation,
            "DELETE FROM ledger.reaction_parked WHERE organisation = %s AND name = %s AND index = %s",
            [failed.reaction, failed.index],
        )

    def _ask(self, organisation: bytes, query: str, values: Sequence[Any]) -> list[TupleRow]:
        with self._open() as connection, connection.transaction():
            connection.execute(statements.BIND, [organisation.hex()])
            return connection.execute(query.encode(), [Id(organisation), *values]).fetchall()

    def _do(self, organisation: bytes, query: str, values: Sequence[Any]) -> None:
        with self._open() as connection, connection.transaction():
            connection.execute(statements.BIND, [organisation.hex()])
            connection.execute(query.encode(), [Id(organisation), *values])

    @contextlib.contextmanager
    def _open(self) -> Iterator[Connection[TupleRow]]:
        """Give the connection, a new one where the last was lost. Raises Overloaded."""
        try:
            with self._one_at_a_time:
                if self._connection is None or self._connection.closed:
                    self._connection, self._owned_by = Connection.connect(self._conninfo, autocommit=True), None
                    ids_as_bytes(self._connection)
                yield self._connection
        except OperationalError:
            raise Overloaded("the log's database did not answer; try again in a moment") from None

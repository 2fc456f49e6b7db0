"""One connection whose lock lets one process at a time do something for all organisations."""

import contextlib
import threading
from collections.abc import Iterator
from typing import Final

from psycopg import Connection, OperationalError
from psycopg.errors import LockNotAvailable
from psycopg.rows import TupleRow

from ledger.log import Overloaded
from ledger.postgres.wire import ids_as_bytes

_SECONDS_MIN: Final = 0.001
"""The shortest wait for the lock: PostgreSQL takes 0 for a wait without end."""


class Owner:
    """A connection, opened again when it is lost. The lock is the connection's: a process that dies gives it up."""

    def __init__(self, conninfo: str, lock: int) -> None:
        self._conninfo = conninfo
        self._lock = lock
        self._connection: Connection[TupleRow] | None = None
        self._owned_by: Connection[TupleRow] | None = None
        self._one_at_a_time = threading.Lock()

    def close(self) -> None:
        """Close the connection, and with it give up the lock."""
        if self._connection is not None:
            self._connection.close()

    def own(self, seconds: float) -> bool:
        """Become the one owner, waiting at most so long; True where this is the owner already. Raises Overloaded."""
        with self.open() as connection:
            if self._owned_by is connection:
                connection.execute("SELECT 1")  # whoever lost the connection lost the lock, and is told so here
                return True
            wait = f"{max(seconds, _SECONDS_MIN) * 1000:.0f}ms"
            try:
                with connection.transaction():
                    connection.execute("SELECT set_config('lock_timeout', %s, true)", [wait])
                    connection.execute("SELECT pg_advisory_lock(%s)", [self._lock])
            except LockNotAvailable:
                return False
            self._owned_by = connection
            return True

    @contextlib.contextmanager
    def open(self) -> Iterator[Connection[TupleRow]]:
        """Give the connection, a new one where the last was lost. Raises Overloaded."""
        try:
            with self._one_at_a_time:
                if self._connection is None or self._connection.closed:
                    self._connection, self._owned_by = Connection.connect(self._conninfo, autocommit=True), None
                    ids_as_bytes(self._connection)
                yield self._connection
        except OperationalError:
            raise Overloaded("the log's database did not answer; try again in a moment") from None

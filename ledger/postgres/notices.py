"""Hears PostgreSQL's notifications of one channel, so that whoever follows need not ask again and again."""

from psycopg import Connection, OperationalError, sql
from psycopg.rows import TupleRow


class Notices:
    """One channel whose payloads are organisations. Between two waits its connection keeps what comes."""

    def __init__(self, conninfo: str, channel: str) -> None:
        self._conninfo = conninfo
        self._channel = channel
        self._listening: Connection[TupleRow] | None = None

    def close(self) -> None:
        """Close the connection."""
        if self._listening is not None:
            self._listening.close()

    def wait(self, seconds: float) -> frozenset[bytes]:
        """Wait for something new, at most so long; give the organisations that have it, as far as they are known.

        Raises psycopg's OperationalError when the server is gone; the next wait listens on a new connection.
        """
        if self._listening is None or self._listening.closed:
            self._listening = Connection.connect(self._conninfo, autocommit=True)
            self._listening.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self._channel)))
        try:
            heard = {bytes.fromhex(one.payload) for one in self._listening.notifies(timeout=seconds, stop_after=1)}
            # What has arrived with it is taken along, so that a burst is one page.
            heard |= {bytes.fromhex(one.payload) for one in self._listening.notifies(timeout=0)}
        except OperationalError:
            self._listening.close()
            raise
        return frozenset(heard)

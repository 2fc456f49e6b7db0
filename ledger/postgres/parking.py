"""Where the inbox notes records that are no commands, until an operator puts them in again or drops them."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any, Final

from psycopg import Connection, OperationalError

from ledger.log import Overloaded
from ledger.parking import Parked, Place

CONNECT_SECONDS_MAX: Final = 5


class PostgresParking:
    """See ledger.kafka.inbox.Parking. ``conninfo`` is the inbox's; a connection is opened for each call, as few are."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo

    def park(self, place: Place, reason: str) -> None:
        """Note a record, once however often it is noted; in a topic made anew it takes its predecessor's place."""
        with self._open() as connection:
            connection.execute(
                "INSERT INTO ledger.parked_command (topic, partition, place, sent_ms, reason)"
                " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (topic, partition, place)"
                " DO UPDATE SET sent_ms = excluded.sent_ms, reason = excluded.reason, parked_at = now()"
                " WHERE parked_command.sent_ms <> excluded.sent_ms",
                [*place, reason],
            )

    def parked(self) -> Sequence[Parked]:
        """Give every record that is parked, the oldest first."""
        with self._open() as connection:
            rows = connection.execute(
                "SELECT id, topic, partition, place, sent_ms, reason, parked_at FROM ledger.parked_command ORDER BY id"
            ).fetchall()
        return [Parked(row[0], Place(*row[1:5]), row[5], row[6]) for row in rows]

    def count(self) -> int:
        """Give how many records are parked."""
        return len(self.parked())

    def drop(self, parked: int) -> bool:
        """Forget a record; whether there was one."""
        with self._open() as connection:
            return connection.execute("DELETE FROM ledger.parked_command WHERE id = %s", [parked]).rowcount == 1

    @contextlib.contextmanager
    def _open(self) -> Iterator[Connection[Any]]:
        try:
            with Connection.connect(self._conninfo, autocommit=True, connect_timeout=CONNECT_SECONDS_MAX) as connection:
                yield connection
        except OperationalError:
            raise Overloaded("the log's database did not answer; try again in a moment") from None

"""How far each log has been sent to a topic, and the lock that lets one process at a time send."""

from collections.abc import Mapping
from typing import Final

from ledger.postgres.owner import Owner
from ledger.postgres.wire import Id, Ids

RELAYING: Final = 7_240_314
TELLING: Final = 7_240_315
"""The locks of whoever sends to Kafka, and of whoever calls webhooks."""


class PostgresSent:
    """See ledger.kafka.relay.Sent. ``conninfo`` is the relay's; close it when done."""

    def __init__(self, conninfo: str, lock: int = RELAYING) -> None:
        self._owner = Owner(conninfo, lock)
        self.own, self.close = self._owner.own, self._owner.close

    def cursors(self, topic: str) -> Mapping[bytes, int]:
        """Give the index of the last entry of each log that the broker has acknowledged."""
        with self._owner.open() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT organisation, index FROM ledger.relay WHERE topic = %s", [topic], binary=True)
            return dict(cursor.fetchall())

    def move(self, topic: str, cursors: Mapping[bytes, int]) -> None:
        """Move cursors on to entries that the broker has acknowledged; they never go back."""
        with self._owner.open() as connection:
            connection.execute(
                "INSERT INTO ledger.relay (organisation, topic, index)"
                " SELECT organisation, %s, index FROM unnest(%s, %s::bigint[]) AS moved (organisation, index)"
                " ON CONFLICT (organisation, topic) DO UPDATE SET index = greatest(relay.index, excluded.index)",
                [topic, Ids.of(cursors), list(cursors.values())],
            )

    def begin_again(self, topic: str, organisation: bytes, index: int) -> None:
        """Have an organisation's entries after an index sent once more; whoever follows drops what it has."""
        with self._owner.open() as connection:
            connection.execute(
                "UPDATE ledger.relay SET index = %s WHERE topic = %s AND organisation = %s",
                [index, topic, Id(organisation)],
            )

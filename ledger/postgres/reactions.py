"""How far reactions have come, kept in the log's database, and the lock that lets one process at a time react."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from psycopg.rows import TupleRow

from ledger.postgres import statements
from ledger.postgres.owner import Owner
from ledger.postgres.wire import Id
from ledger.reaction import Failed

_OWNING: Final = 7_240_313


class PostgresPlaces:
    """See ledger.reaction.Places."""

    def __init__(self, conninfo: str) -> None:
        self._owner = Owner(conninfo, _OWNING)
        self._open, self.own, self.close = self._owner.open, self._owner.own, self._owner.close

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

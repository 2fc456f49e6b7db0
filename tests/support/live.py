"""A script played on real PostgreSQL, and every row that its views come to."""

import os
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from ledger.decider import Desk
from ledger.log import Log
from ledger.postgres.rows import PostgresTables
from ledger.runner import Runner
from ledger.view import AnyView, Key
from support.commands.common import PUPILS, Said
from support.installation import Installation
from support.replayed import replay
from support.scripts import VIEWS, packed, send


@dataclass
class Scene:
    """An installation with the services' logs open, and what carries a coroutine to its end."""

    installation: Installation
    logs: Mapping[str, Log]
    run: Callable[[Coroutine[Any, Any, Any]], Any]

    def runner(self, views: Sequence[AnyView]) -> Runner:
        return Runner(views, self.installation.feed, self.installation.codec, self.installation.tables)

    def live(self, organisation: bytes) -> dict[str, dict[Key, bytes]]:
        """Give every row of the organisation's tables as it is stored, under its key."""
        return rows_of(self.installation.tables, organisation, VIEWS)

    def reached(self, organisation: bytes) -> int:
        """Give the index of the last entry that every view has folded in."""
        with self.installation.tables.transaction(organisation) as rows:
            return min(rows.cursors(VIEWS).values())

    def replayed(self, organisation: bytes) -> dict[str, dict[Key, bytes]]:
        """Give the rows that the log comes to, none of them parked."""
        feed = self.installation.feed
        rows = replay(VIEWS, feed, self.installation.codec, organisation, feed.size(organisation))
        assert not rows.set_aside
        return packed(rows)


def play(scene: Scene, script: Sequence[Said], cuts: Mapping[int, int]) -> bytes:
    """Carry a script out in a new school, whose views are caught up here and there, as they are when live."""
    organisation = os.urandom(16)
    desks = {service: Desk(log, scene.installation.codec, service) for service, log in scene.logs.items()}
    scene.run(scene.logs["records"].open(organisation))
    for number, command in enumerate(script):
        scene.run(send(desks, organisation, number, command))
        if number in cuts:
            scene.runner(VIEWS[: cuts[number]]).catch_up(organisation)
            scene.runner(VIEWS).refold(organisation, PUPILS[:1])  # Each view as far as it has come, and no farther.
    return organisation


def rows_of(tables: PostgresTables, organisation: bytes, views: Sequence[AnyView]) -> dict[str, dict[Key, bytes]]:
    """Give every row of an organisation's tables as it is stored, under its key."""
    found: dict[str, dict[Key, bytes]] = {}
    with tables.transaction(organisation) as rows:
        for view in views:
            columns = sql.SQL(", ").join(map(sql.Identifier, [*view.key, "row"]))
            query = sql.SQL("SELECT {} FROM views.{} WHERE organisation = %s").format(
                columns, sql.Identifier(view.table)
            )
            kept = rows._connection.execute(query, [rows._organisation], binary=True).fetchall()
            if kept:
                found[view.table] = {key: row for *parts, row in kept for key in [tuple(parts)]}
    return found

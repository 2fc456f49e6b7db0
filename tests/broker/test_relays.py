"""Two relays, and one that dies between the broker's acknowledgement and its cursor: repeats on the wire, none in views."""

from collections.abc import Mapping
from contextlib import closing
from typing import Any

import pytest
from support.brokers import PARTITIONS
from support.commands.opening import OPENING
from support.live import Scene, play
from support.road import Following, Road, check_wire, until

from ledger.kafka.broker import Broker
from ledger.kafka.relay import Relay
from ledger.postgres.relaying import PostgresSent


def test_the_second_relay_waits_and_takes_over(scene: Scene, broker: Broker) -> None:
    installation = scene.installation
    with Road(installation, broker, PARTITIONS) as road:
        until(lambda: road.relay.is_owner)
        with closing(PostgresSent(installation.databases.conninfo("log", "rollbook_relay"))) as sent:
            second = Relay(broker, installation.new_feed(), sent)
            following = Following(second.follow)
            first_school = play(scene, OPENING, {})
            road.arrive(first_school)
            assert not second.is_owner
            assert second.entries_sent == 0
            with installation.superuser() as connection:
                cut = connection.execute(
                    "SELECT count(pg_terminate_backend(l.pid)) FROM pg_locks l"
                    " JOIN pg_stat_activity a USING (pid)"
                    " WHERE l.locktype = 'advisory' AND l.granted AND a.usename = 'rollbook_relay' AND a.datname = %s",
                    [installation.databases.name],
                ).fetchone()
            assert cut == (1,), "nobody held the relay's lock"
            until(lambda: second.is_owner, "the second relay did not take over")
            until(lambda: not road.relay.is_owner, "the first relay did not notice that it lost the lock")
            by_first = road.relay.entries_sent
            second_school = play(scene, OPENING, {})
            until(lambda: road.lag() == 0)
            road.arrive(second_school)
            following.stop()
    assert second.entries_sent == installation.feed.size(second_school)
    assert road.relay.entries_sent == by_first == installation.feed.size(first_school)
    for organisation in (first_school, second_school):
        assert scene.live(organisation) == scene.replayed(organisation)
    check_wire(broker, {one: installation.feed.size(one) for one in (first_school, second_school)})


def test_what_was_acknowledged_before_the_cursor_moved_is_sent_again_and_dropped(
    scene: Scene, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures: list[int] = []
    move = PostgresSent.move

    def dying(self: PostgresSent, topic: str, cursors: Mapping[bytes, int]) -> Any:
        if len(failures) < 3:
            failures.append(1)
            raise ConnectionError
        return move(self, topic, cursors)

    with Road(scene.installation, broker, PARTITIONS) as road:
        monkeypatch.setattr(PostgresSent, "move", dying)
        organisation = play(scene, OPENING, {})
        until(lambda: len(failures) == 3, "the relay never came to move its cursor")
        until(lambda: road.lag() == 0)
        road.arrive(organisation)
        until(lambda: road.feed.count["repeated"] > 0, "no record came twice")
    assert check_wire(broker, {organisation: scene.installation.feed.size(organisation)}) > 0
    assert scene.live(organisation) == scene.replayed(organisation)

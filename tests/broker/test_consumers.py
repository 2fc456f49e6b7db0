"""A process that keeps views is killed, or frozen, with a page half written: another takes over, and nothing is twice."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from support import view_process
from support.brokers import PARTITIONS
from support.commands.opening import OPENING
from support.live import Scene, play
from support.road import Road, check_wire, until
from support.scripts import EVERYTHING

from ledger.kafka.broker import Broker

PROGRAM = Path(view_process.__file__)


@contextmanager
def process(scene: Scene, broker: Broker, grief: str) -> Iterator[subprocess.Popen[str]]:
    """Start a process that keeps the views, and wait until it has all partitions."""
    databases = scene.installation.databases
    told = {
        "servers": broker.servers, "prefix": broker.prefix, "partitions": PARTITIONS, "signal": grief,
        "log": databases.conninfo("log", "rollbook_reader"), "keys": databases.conninfo("keys", "rollbook_vault"),
        "views": databases.conninfo("views", "rollbook_views_writer"), "key_file": str(scene.installation.key_file),
    }  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", str(PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin is not None
        child.stdin.write(json.dumps(told) + "\n")
        child.stdin.flush()
        until(lambda: said(child)["partitions"] == PARTITIONS, "the process was given no partitions")
        try:
            yield child
        finally:
            child.kill()
            child.send_signal(signal.SIGCONT)


def said(child: "subprocess.Popen[str]") -> dict[str, Any]:
    """Give the next line that a process says."""
    assert child.stdout is not None
    line = child.stdout.readline()
    assert line, "the process ended"
    found: dict[str, Any] = json.loads(line)
    return found


def test_a_consumer_killed_with_a_page_half_written(scene: Scene, broker: Broker) -> None:
    installation = scene.installation
    with Road(installation, broker, PARTITIONS, follows=False) as road, process(scene, broker, "SIGKILL") as child:
        organisation = play(scene, EVERYTHING, {})
        assert child.wait(60) == -signal.SIGKILL, "it was not killed in the middle of a page"
        assert road.reached(organisation) < installation.feed.size(organisation)
        road.follow()
        road.arrive(organisation)
    assert scene.live(organisation) == scene.replayed(organisation)
    check_wire(broker, {organisation: installation.feed.size(organisation)})


def test_a_consumer_frozen_with_a_page_half_written_is_fenced(scene: Scene, broker: Broker) -> None:
    installation = scene.installation
    name = installation.databases.database("views")
    with psycopg.connect(installation.databases.admin, autocommit=True) as connection:
        connection.execute(
            f"ALTER ROLE rollbook_views_writer IN DATABASE \"{name}\" SET idle_in_transaction_session_timeout = '3s'"  # names of ours
        )
    with Road(installation, broker, PARTITIONS, follows=False) as road, process(scene, broker, "SIGSTOP") as child:
        organisation = play(scene, EVERYTHING, {})
        until(lambda: state(child.pid) == "T", "it was not frozen")
        at = road.reached(organisation)
        assert at < installation.feed.size(organisation)
        road.follow()  # it is given the partitions once the frozen one's session is over
        road.arrive(organisation)
        wanted = scene.live(organisation)
        child.send_signal(signal.SIGCONT)  # it goes on with its page, in a transaction that is no more
        until(lambda: said(child)["partitions"] < PARTITIONS, "it did not notice that others took over")
        more = play(scene, OPENING, {})
        road.arrive(more)
        assert scene.live(organisation) == wanted
    for one in (organisation, more):
        assert scene.live(one) == scene.replayed(one)


def state(pid: int) -> str:
    """Give a process's state as the kernel has it."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]

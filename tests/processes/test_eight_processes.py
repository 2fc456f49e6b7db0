"""The demo, loaded through eight processes over Kafka, comes to the views that one process makes of the same log."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest
from support.live import rows_of
from support.processes import ROLLBOOK, Process, front_door, until

from ledger.kafka.broker import Broker
from services.front_door import declared
from services.installation import Installation
from services.settings import Settings

SERVICES = ("records", "sharing", "rights", "governance", "pages")
TASKS = ("views", "reactions", "relay")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def processes(home: Path, broker: Broker) -> Iterator[dict[str, Process]]:
    """Give eight processes, ready, on one embedded server and one broker."""
    home.mkdir()
    prepared = subprocess.run(
        [str(ROLLBOOK), "prepare"], env={"ROLLBOOK_HOME": str(home), "PATH": "/usr/bin:/bin"}, check=False
    )
    assert prepared.returncode == 0
    settings = {
        "ROLLBOOK_PREPARE": "false",
        "ROLLBOOK_KAFKA": broker.servers, "ROLLBOOK_KAFKA_PREFIX": broker.prefix, "ROLLBOOK_KAFKA_PARTITIONS": "4",
        "ROLLBOOK_LOG_FORMAT": "json", "ROLLBOOK_DEMO": "true",
    }  # fmt: skip
    with ExitStack() as stack:
        made = {}
        for name in (*SERVICES, *TASKS):
            made[name] = Process(["serve" if name in SERVICES else "run", name], home, **settings)
            stack.callback(made[name].stop)
        for process in made.values():
            until(process.is_ready, f"{process.name} did not become ready")
        until(lambda: made["views"].numbers().get("rollbook_feed_partitions") == 4.0)
        yield made


@pytest.mark.timeout(300)
def test_the_demo_over_eight_processes_makes_the_views_of_one(
    home: Path, processes: dict[str, Process], tmp_path: Path
) -> None:
    with front_door(declared(), {name: processes[name] for name in SERVICES}, tmp_path / "nginx") as url:
        command = [str(ROLLBOOK), "demo", "--into", url, "--schools", "3", "--pupils", "30", "--today", "2026-09-25"]
        loaded = subprocess.run(
            command,
            env={"ROLLBOOK_HOME": str(home), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert loaded.returncode == 0, loaded.stdout + loaded.stderr
        assert httpx2.get(f"{url}/sign-in").status_code == 200
    until(lambda: processes["views"].numbers()["rollbook_views_lag_entries"] == 0)
    numbers = processes["views"].numbers()
    assert numbers["rollbook_feed_from_kafka"] > numbers.get("rollbook_feed_from_log", 0.0), (
        "hardly anything came by Kafka"
    )
    statuses = {name: process.stop() for name, process in processes.items()}
    assert statuses == dict.fromkeys(statuses, 0)

    with Installation(Settings(home=home)) as installation:
        runner, feed, tables = installation.runner(), installation.feed(), installation.tables()
        organisations = feed.organisations()
        assert len(organisations) == 4
        for organisation in organisations:
            over_kafka = rows_of(tables, organisation, installation.views)
            assert over_kafka
            runner.rebuild(organisation)
            assert rows_of(tables, organisation, installation.views) == over_kafka

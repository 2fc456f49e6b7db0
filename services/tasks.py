"""What a process does besides answering: keeping views, reacting, sending entries on, taking commands from Kafka."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal

from fastapi import FastAPI

from ledger.kafka.broker import Broker
from ledger.kafka.feed import KafkaFeed
from ledger.kafka.inbox import Inbox
from ledger.kafka.relay import Relay
from ledger.postgres.feed import LogFeed
from ledger.postgres.parking import PostgresParking
from ledger.postgres.relaying import TELLING, PostgresSent
from ledger.runner import Runner
from services.door import Door
from services.inbox import Commands
from services.installation import STOP_SECONDS_MAX, Installation
from services.settings import Settings
from services.webhooks import Webhooks

Task = Literal["views", "reactions", "relay", "inbox", "webhooks"]
TASKS: Final[tuple[Task, ...]] = ("views", "reactions", "relay", "inbox", "webhooks")
GROUP: Final = "views"
"""The consumer group of all processes that keep the views."""


class NeedsKafka(Exception):
    """A task that has nothing to do without a broker."""


@dataclass(frozen=True, slots=True)
class Running:
    """A task under way: whether it is well, how many entries it is behind, and its numbers."""

    name: str
    is_well: Callable[[], bool]
    lag: Callable[[], int]
    numbers: Callable[[], Mapping[str, float]]


def broker_of(settings: Settings) -> Broker:
    """Give the broker that the settings name. Raises NeedsKafka."""
    if settings.kafka is None:
        raise NeedsKafka("Name the broker first: set ROLLBOOK_KAFKA to its host:port.")
    security: dict[str, Any] = {}
    if settings.kafka_user is not None and settings.kafka_password is not None:
        security = {
            "security_protocol": "SASL_SSL", "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": settings.kafka_user,
            "sasl_plain_password": settings.kafka_password.get_secret_value(),
        }  # fmt: skip
    elif settings.kafka_authority is not None:
        security = {"security_protocol": "SSL"}
    if settings.kafka_authority is not None:
        security["ssl_cafile"] = str(settings.kafka_authority)
    return Broker(
        settings.kafka, settings.kafka_prefix, settings.kafka_replicas, settings.kafka_partitions, security=security
    )


def keep_views(installation: Installation, runner: Runner, feed: LogFeed) -> Running:
    """Keep every view in step with the log, from the log itself."""
    is_well = installation.follow(runner)

    def lag() -> int:
        return sum(max(size - runner.reached.get(one, 0), 0) for one, size in feed.sizes().items())

    return Running("views", is_well, lag, lambda: {"views_lag_entries": lag()})


def keep_views_from_kafka(installation: Installation) -> Running:
    """Keep the views of this process's share of the organisations in step, from Kafka."""
    log = installation.feed()
    feed = KafkaFeed(broker_of(installation.settings), log, GROUP)
    installation.finally_close(feed)
    runner = Runner(installation.views, feed, installation.codec, installation.tables())
    is_well = installation.follow(runner)
    sizes = installation.feed()

    def lag() -> int:
        mine = feed.share(sizes.sizes())
        return sum(max(size - runner.reached.get(one, 0), 0) for one, size in mine.items())

    def numbers() -> Mapping[str, float]:
        counted = {f"feed_{name}": float(count) for name, count in dict(feed.count).items()}
        return {"views_lag_entries": lag(), "feed_partitions": len(feed.partitions), **counted}

    return Running("views", is_well, lag, numbers)


def react(installation: Installation) -> Running:
    """React to what is written; one process does, and others wait to take over."""
    is_well, places, sizes = installation.react(), installation.places(), installation.feed()

    def lag() -> int:
        behind = 0
        for organisation, size in sizes.sizes().items():
            reached = min(places.cursors(organisation, installation.reactions).values(), default=size)
            behind += max(size - reached, 0)
        return behind

    return Running("reactions", is_well, lag, lambda: {"reactions_lag_entries": lag()})


def send_on(installation: Installation) -> Running:
    """Send every organisation's entries to Kafka; one process does, and others wait to take over."""
    conninfo = installation.databases.conninfo("log", "rollbook_relay")
    sent, watched = PostgresSent(conninfo), PostgresSent(conninfo)
    installation.finally_close(sent)
    installation.finally_close(watched)
    broker, sizes = broker_of(installation.settings), installation.feed()
    relay = Relay(broker, installation.feed(), sent)
    thread, stop = threading.Thread(target=lambda: relay.follow(stop), name="relay", daemon=True), threading.Event()
    thread.start()

    def end() -> None:
        stop.set()
        thread.join(STOP_SECONDS_MAX)

    installation.finally_call(end)

    def lag() -> int:
        cursors = watched.cursors(broker.entries)
        return sum(max(size - cursors.get(one, 0), 0) for one, size in sizes.sizes().items())

    def numbers() -> Mapping[str, float]:
        return {"relay_lag_entries": lag(), "relay_sent_entries": relay.entries_sent, "relay_is_owner": relay.is_owner}

    return Running("relay", lambda: thread.is_alive() and not relay.is_cut_off, lag, numbers)


def tell(installation: Installation) -> Running:
    """Call webhooks; one process does, and others wait to take over."""
    told = PostgresSent(installation.databases.conninfo("log", "rollbook_relay"), TELLING)
    installation.finally_close(told)
    webhooks = Webhooks(installation.settings.webhooks, installation.feed(), told)
    thread, stop = (
        threading.Thread(target=lambda: webhooks.follow(stop), name="webhooks", daemon=True),
        threading.Event(),
    )
    thread.start()

    def end() -> None:
        stop.set()
        thread.join(STOP_SECONDS_MAX)

    installation.finally_call(end)
    return Running(
        "webhooks", lambda: thread.is_alive() and not webhooks.is_cut_off, lambda: 0,
        lambda: {"webhooks_taken": webhooks.calls, "webhooks_refused": webhooks.refused},
    )  # fmt: skip


@asynccontextmanager
async def take_commands(installation: Installation, app: FastAPI, door: Door) -> AsyncIterator[Running]:
    """Take commands from Kafka and carry them out by an application's routes; they and their door are of this loop."""
    loop, stop = asyncio.get_running_loop(), threading.Event()

    def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result()

    parking = parking_of(installation)
    commands = Commands(app, door, installation.answers)
    inbox = Inbox(broker_of(installation.settings), commands.carry_out, parking, run)
    thread = threading.Thread(target=inbox.follow, args=[stop], name="inbox", daemon=True)
    thread.start()

    def numbers() -> Mapping[str, float]:
        counted = {f"inbox_{name}_commands": float(count) for name, count in dict(inbox.count).items()}
        return {"inbox_lag_commands": inbox.lag, "inbox_waiting_for_an_operator": parking.count(), **counted}

    try:
        yield Running("inbox", lambda: thread.is_alive() and not inbox.is_cut_off, lambda: inbox.lag, numbers)
    finally:
        stop.set()
        await asyncio.to_thread(thread.join, STOP_SECONDS_MAX)  # the loop goes on: what is under way is finished on it


def parking_of(installation: Installation) -> PostgresParking:
    """Give where records that are no commands are noted."""
    return PostgresParking(installation.databases.conninfo("log", "rollbook_inbox"))

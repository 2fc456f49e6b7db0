"""One installation: its server, databases, keys and views, put together in one place."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, closing
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

from ledger.alias import held
from ledger.codec import Codec
from ledger.decider import Desk
from ledger.postgres.documents import PostgresDocuments
from ledger.postgres.embedded import Embedded
from ledger.postgres.feed import LogFeed
from ledger.postgres.keys import PostgresKeyStore
from ledger.postgres.log import PostgresLog
from ledger.postgres.notices import Notices
from ledger.postgres.reactions import PostgresPlaces
from ledger.postgres.reader import Views
from ledger.postgres.rows import PostgresTables
from ledger.postgres.server import SERVICES, Databases, check_role, prepare, reach
from ledger.postgres.statements import VIEWS_CHANNEL
from ledger.reaction import Reactor
from ledger.runner import Runner
from ledger.vault import LocalKeyFile, Vault
from ledger.view import AnyView
from services.auth import Signer
from services.governance.views import VIEWS as GOVERNANCE_VIEWS
from services.records.pupils.identity_views import aliases
from services.records.shareable import Shareable
from services.records.views import VIEWS as RECORDS_VIEWS
from services.rights.views import VIEWS as RIGHTS_VIEWS
from services.settings import Settings
from services.sharing.causes import Earlier
from services.sharing.reactions import DISCREET_RIPPLE, RIPPLE, DiscreetRipple, Ripple
from services.sharing.views import VIEWS as SHARING_VIEWS


class Closing(Protocol):
    """Anything that is closed."""

    def close(self) -> None:
        """Close it."""


KEY_FILE: Final = "rollbook.key"
STOP_SECONDS_MAX: Final = 10.0


class Installation:
    """Everything that a process of Rollbook needs; use it as a context manager.

    Starts the embedded server unless the settings name another, and makes and migrates the databases.
    """

    views: Sequence[AnyView] = (*GOVERNANCE_VIEWS, *RECORDS_VIEWS, *SHARING_VIEWS, *RIGHTS_VIEWS)
    reactions: Sequence[str] = (RIPPLE, DISCREET_RIPPLE)

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            home = self.settings.home
            home.mkdir(parents=True, exist_ok=True)
            self.key_file = LocalKeyFile(key_path(self.settings))
            self.databases = self._databases(stack)
            if self.settings.prepare:
                prepare(self.databases)
            for service in SERVICES:
                check_role(self.databases, "log", f"rollbook_{service}")
            store = PostgresKeyStore(self.databases.conninfo("keys", "rollbook_vault"))
            stack.callback(store.close)
            self.vault = Vault(store, self.key_file)
            self.codec = Codec(self.vault)
            self.signer = Signer(self.key_file.derive("tokens"))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def log(self, service: str) -> PostgresLog:
        """Give one service's door to the log, with a pool of its own; an asynchronous context manager."""
        return PostgresLog(self.databases.conninfo("log", f"rollbook_{service}"), self.settings.connections)

    def finally_close(self, open_: Closing) -> None:
        """Close something with the installation, after what was started later has ended."""
        self._stack.callback(open_.close)

    def finally_call(self, end: Callable[[], None]) -> None:
        """Call something when the installation is closed, before what was opened earlier is."""
        self._stack.callback(end)

    def documents(self) -> PostgresDocuments:
        """Give the sealed documents, which the records service keeps; an asynchronous context manager."""
        return PostgresDocuments(self.databases.conninfo("log", "rollbook_records"))

    def live_views(self) -> Views:
        """Give the live views, to read; an asynchronous context manager."""
        return Views(self.databases.conninfo("views", "rollbook_views_reader"))

    def feed(self) -> LogFeed:
        """Give the log as a feed, closed with the installation."""
        feed = LogFeed(self.databases.conninfo("log", "rollbook_reader"))
        self._stack.callback(feed.close)
        return feed

    def tables(self) -> PostgresTables:
        """Give the views' tables, made where they are missing, closed with the installation."""
        tables = PostgresTables(self.databases.conninfo("views", "rollbook_views_writer"))
        self._stack.callback(tables.close)
        tables.make(self.views)
        return tables

    def runner(self) -> Runner:
        """Give a runner of every view, on a feed and tables of its own."""
        return Runner(self.views, self.feed(), self.codec, self.tables())

    def follow(self, runner: Runner) -> Callable[[], bool]:
        """Keep every view in step in a thread of its own, until the installation is closed; gives whether it does."""
        stop = threading.Event()
        thread = threading.Thread(target=runner.follow, args=[stop], name="views", daemon=True)
        thread.start()

        def end() -> None:
            stop.set()
            thread.join(STOP_SECONDS_MAX)

        self._stack.callback(end)
        return lambda: thread.is_alive() and not runner.is_cut_off

    def answers(self) -> bool:
        """Whether the log's, the keys' and the views' databases answer."""
        try:
            reach(self.databases)
        except OSError:
            return False
        return True

    def places(self) -> PostgresPlaces:
        """Give how far the reactions have come, closed with the installation."""
        places = PostgresPlaces(self.databases.conninfo("log", "rollbook_reactions"))
        self._stack.callback(places.close)
        return places

    @asynccontextmanager
    async def reactor(self) -> AsyncIterator[Reactor]:
        """Give what reacts to entries, with desks, views and a feed of its own."""
        async with AsyncExitStack() as stack:
            log = await stack.enter_async_context(self.log("sharing"))
            desks = {"sharing": Desk(log, self.codec, "sharing")}
            facts = Shareable(log, self.codec, self.views)
            earlier, merged = Earlier(log, self.codec), lambda reader: held(reader, aliases)
            ripple = Ripple(facts, earlier, merged)
            discreet = DiscreetRipple(facts, earlier, merged, self.vault)
            live = await stack.enter_async_context(self.live_views())
            feed = stack.enter_context(closing(LogFeed(self.databases.conninfo("log", "rollbook_reader"))))
            conninfo = self.databases.conninfo("log", "rollbook_reactions")
            places = stack.enter_context(closing(PostgresPlaces(conninfo)))
            reader = self.databases.conninfo("views", "rollbook_views_reader")
            told = stack.enter_context(closing(Notices(reader, VIEWS_CHANNEL)))
            yield Reactor(
                [ripple.reaction, discreet.reaction],
                feed,
                self.codec,
                desks,
                lambda one: live.reader(one, self.views),
                places,
                told,
            )

    def react(self) -> Callable[[], bool]:
        """React to what is written, in a thread of its own, until the installation is closed; gives whether it does."""
        stop = threading.Event()
        reactors: list[Reactor] = []

        async def follow() -> None:
            async with self.reactor() as reactor:
                reactors.append(reactor)
                await reactor.follow(stop)

        thread = threading.Thread(target=lambda: asyncio.run(follow()), name="reactions", daemon=True)
        thread.start()

        def end() -> None:
            stop.set()
            thread.join(STOP_SECONDS_MAX)

        self._stack.callback(end)
        return lambda: thread.is_alive() and not any(one.is_cut_off for one in reactors)

    def _databases(self, stack: ExitStack) -> Databases:
        secret = self.key_file.derive("roles")
        if self.settings.database_url is not None:
            return Databases(str(self.settings.database_url), self.settings.database_name, secret)
        server = stack.enter_context(Embedded(self.settings.home))
        return Databases(server.url("postgres"), self.settings.database_name, secret)


def key_path(settings: Settings) -> Path:
    """Give where the installation's key file lies."""
    return settings.home / KEY_FILE

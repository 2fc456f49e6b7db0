"""The log as an eventsourcing persistence module: recorders bound to one organisation, and no more than that."""

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, Final, Self
from uuid import UUID

from eventsourcing.persistence import Notification, StoredEvent
from eventsourcing.persistence import OperationalError as LibraryOperationalError
from eventsourcing.postgres import (
    PostgresApplicationRecorder,
    PostgresDatastore,
    PostgresRecorder,
    PostgresSubscription,
)
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import DictRow, tuple_row

from ledger.codec import Meta
from ledger.log import Append, Sealed, Stored
from ledger.postgres import statements as sql
from ledger.postgres.wire import Id, ids_as_bytes

_SELECT: Final = sql.SELECT + " WHERE organisation = %s"
_EVENTS_UP: Final = (
    "SELECT version, name, body FROM ledger.event WHERE organisation = %s AND stream = %s"
    " AND version > %s AND version <= %s ORDER BY version LIMIT %s"
)
_EVENTS_DOWN: Final = _EVENTS_UP.replace("ORDER BY version", "ORDER BY version DESC")
_EVERYTHING: Final = 2**62
LISTEN_SECONDS: Final = 0.1
"""How long a listener waits before it looks whether it has been stopped."""


class Datastore(PostgresDatastore):
    """The library's pool and error translation; each use is one transaction bound to one organisation.

    The library's connections are in autocommit, where SET LOCAL would silently bind nothing.
    """

    organisation: bytes = bytes(16)
    owns_pool = True

    @classmethod
    def connect(cls, conninfo: str, *, connections: int = 2) -> Self:
        """Give a datastore with a pool of its own, for the role in ``conninfo``."""
        parts = conninfo_to_dict(conninfo)
        return cls(
            str(parts["dbname"]), str(parts["host"]), str(parts["port"]), str(parts["user"]), str(parts["password"]),
            pool_size=1, max_overflow=max(connections - 1, 0), idle_in_transaction_session_timeout=30, lock_timeout=5,
        )  # fmt: skip

    def bound(self, organisation: bytes) -> Self:
        """Give this datastore for one organisation, on the same pool."""
        other = copy(self)
        other.organisation = organisation
        other.owns_pool = False
        return other

    def close(self) -> None:
        """Close the pool, if it is this datastore's own."""
        if self.owns_pool:
            super().close()

    def after_connect_func(self) -> Callable[[Connection[Any]], None]:
        """Give the library's own preparation of a connection, and ids as bytes after it."""
        library = super().after_connect_func()

        def after_connect(connection: Connection[DictRow]) -> None:
            library(connection)
            ids_as_bytes(connection)

        return after_connect

    @contextlib.contextmanager
    def get_connection(self) -> Iterator[Connection[DictRow]]:
        """Give a connection in a transaction in which only this organisation's rows exist."""
        with super().get_connection() as connection, connection.transaction():
            connection.execute(sql.BIND, [self.organisation.hex()])
            yield connection

    @contextlib.contextmanager
    def listening(self) -> Iterator[Connection[DictRow]]:
        """Give a connection outside any transaction, as LISTEN takes effect only at a commit."""
        with super().get_connection() as connection:
            yield connection


@dataclass(frozen=True)
class EntryNotification(Notification):
    """A notification that carries the entry's whole row."""

    stored: Stored


class OrganisationRecorder(PostgresApplicationRecorder):
    """Reads and writes one organisation's log through the library's contract; its own id is the entry's index.

    ``service`` must be that of the datastore's role. ``meta`` is what inserted events are published with.
    """

    def __init__(self, datastore: Datastore, *, service: str = "", meta: Meta | None = None) -> None:
        # Not the application recorder's own __init__: it would make a table and a composite type.
        PostgresRecorder.__init__(self, datastore)
        self.bound: Datastore = datastore
        self.events_table_name = "event"
        self.channel_name = sql.CHANNEL
        self._service = service
        self._meta = meta

    def create_table(self) -> None:
        """Make nothing: the table comes from the migrations."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int] | None:
        """Append events as they are, unsealed; gives their indexes. Never retried: a lost acknowledgement is no error.

        The write path of Rollbook is PostgresLog; this is the library's door to the same statements.
        """
        if not stored_events:
            return []
        if self._meta is None:
            raise LibraryOperationalError("this recorder only reads: it was given no actor, purpose and basis")
        append = self._as_append(stored_events, self._meta)
        with self.bound.get_connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
            cursor.execute(sql.MAKE_STAGE)
            with cursor.copy(sql.COPY_STAGE) as copying:
                copying.write(sql.copy_bytes(append.organisation, append.entries))
            row = cursor.execute(sql.ADMIT, sql.admit_parameters(append)).fetchone()
            cursor.execute(sql.INSERT_STAGE, {"organisation": Id(append.organisation), "entries": len(append.entries)})
            cursor.execute(sql.NOTIFY, [append.organisation.hex()])
        base: int = row[0] if row else 0
        return list(range(base + 1, base + 1 + len(append.entries)))

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Give a stream's events in the order of their versions."""
        query = _EVENTS_DOWN if desc else _EVENTS_UP
        lowest, highest = -(2**31) if gt is None else gt, 2**31 - 1 if lte is None else lte
        with self.bound.get_connection() as connection:
            rows = connection.execute(
                query,
                [Id(self.bound.organisation), originator_id, lowest, highest, limit],
            ).fetchall()
        return [StoredEvent(originator_id, row["version"], row["name"], bytes(row["body"])) for row in rows]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[EntryNotification]:
        """Give entries in the order of their indexes, at most ``limit`` of them."""
        first = 0 if start is None else start if inclusive_of_start else start + 1
        query, values = f"{_SELECT} AND index >= %s AND index <= %s", [Id(self.bound.organisation), first]
        values.append(_EVERYTHING if stop is None else stop)
        if topics:
            query, values = f"{query} AND name = ANY (%s)", [*values, list(topics)]
        with self.bound.get_connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
            cursor.execute(f"{query} ORDER BY index LIMIT %s", [*values, limit], binary=True)
            return [_notification(Stored(*row)) for row in cursor.fetchall()]

    def max_notification_id(self) -> int | None:
        """Give the index of the newest entry; None for an empty log."""
        with self.bound.get_connection() as connection:
            row = connection.execute(
                "SELECT size FROM ledger.log WHERE organisation = %s", [Id(self.bound.organisation)]
            ).fetchone()
        return (row["size"] or None) if row else None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> "EntrySubscription":
        """Follow the log after an index."""
        return EntrySubscription(self, gt, topics)

    def _as_append(self, events: Sequence[StoredEvent], meta: Meta) -> Append:
        entries = [
            Sealed(
                event_id=os.urandom(16), service=self._service, stream=UUID(str(event.originator_id)).bytes,
                version=event.originator_version, name=event.topic, event_version=1, category=None, period=0,
                subjects=(), cohort=False, actor=meta.actor, role=meta.role, purpose=meta.purpose, basis=meta.basis,
                connector=None, batch=None, row=None, command=meta.command, cause=meta.cause, body=event.state,
            )
            for event in events
        ]  # fmt: skip
        return Append(self.bound.organisation, os.urandom(16), b"", b"", entries)


class StreamRecorder(OrganisationRecorder):
    """The library's aggregate recorder: as above, but an insert gives no indexes."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **options: Any) -> None:
        """Append events as they are."""
        super().insert_events(stored_events, **options)


class EntrySubscription(PostgresSubscription):
    """The library's subscription, listening on a connection that is in no transaction."""

    def __init__(self, recorder: OrganisationRecorder, gt: int | None = None, topics: Sequence[str] = ()) -> None:
        self._bound = recorder.bound  # before the library's own __init__, which starts listening
        super().__init__(recorder, gt, topics)

    def _listen(self) -> None:
        try:
            with self._bound.listening() as connection:
                connection.execute(f"LISTEN {sql.CHANNEL}")
                try:
                    while not self._has_been_stopped and not self._thread_error:
                        for _ in connection.notifies(timeout=LISTEN_SECONDS, stop_after=1):
                            self._has_been_notified.set()
                finally:
                    connection.execute("UNLISTEN *")
        except BaseException as error:  # noqa: BLE001  # as in the library: the follower's thread raises it
            if self._thread_error is None:
                self._thread_error = error
            self.stop()


def _notification(stored: Stored) -> EntryNotification:
    return EntryNotification(
        originator_id=UUID(bytes=stored.stream),
        originator_version=stored.version,
        topic=stored.name,
        state=stored.body,
        id=stored.index,
        stored=stored,
    )

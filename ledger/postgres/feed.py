"""The log as a feed: pages through the library's recorder, woken by the database's notifications."""

from collections.abc import Mapping, Sequence
from typing import Final

from psycopg.rows import tuple_row

from ledger.log import PARTS_A_PAGE, Stored
from ledger.postgres import statements as sql
from ledger.postgres.notices import Notices
from ledger.postgres.recorder import Datastore, OrganisationRecorder
from ledger.postgres.wire import Id

ENTRIES_A_PAGE: Final = 1_000


class LogFeed:
    """See ledger.feed.Feed. ``conninfo`` is the reader's, who may read every organisation's log, one at a time."""

    def __init__(self, conninfo: str, *, connections: int = 4) -> None:
        self._datastore = Datastore.connect(conninfo, connections=connections)
        self._notices = Notices(conninfo, sql.CHANNEL)

    def close(self) -> None:
        """Close the connections."""
        self._datastore.close()
        self._notices.close()

    def recorder(self, organisation: bytes) -> OrganisationRecorder:
        """Give the library's recorder of one organisation's log; it only reads."""
        return OrganisationRecorder(self._datastore.bound(organisation))

    def organisations(self) -> Sequence[bytes]:
        """Give the organisations that have a log."""
        with self._datastore.get_connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
            cursor.execute("SELECT organisation FROM ledger.log ORDER BY organisation", binary=True)
            return [row[0] for row in cursor.fetchall()]

    def sizes(self) -> Mapping[bytes, int]:
        """Give the index of the newest entry of every organisation, in one query."""
        with self._datastore.get_connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
            cursor.execute("SELECT organisation, size FROM ledger.log", binary=True)
            return dict(cursor.fetchall())

    def epochs(self) -> tuple[bytes, Mapping[bytes, int]]:
        """Give the id of the log's database, and the epoch that each organisation's log is in."""
        with self._datastore.get_connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
            cursor.execute("SELECT id FROM ledger.origin", binary=True)
            row = cursor.fetchone()
            cursor.execute("SELECT organisation, epoch FROM ledger.log", binary=True)
            return (row[0] if row else bytes(16)), dict(cursor.fetchall())

    def page(self, organisation: bytes, after: int, upto: int | None = None) -> Sequence[Stored]:
        """Give the entries after an index, in order, at most a page of them; none at the end."""
        found = self.recorder(organisation).select_notifications(
            after, ENTRIES_A_PAGE, stop=upto, inclusive_of_start=False
        )
        page: list[Stored] = []
        parts = 0
        for notification in found:
            page.append(notification.stored)
            parts += len(notification.stored.subjects)
            if parts >= PARTS_A_PAGE:
                break
        return page

    def about(self, organisation: bytes, subject: bytes, upto: int | None = None) -> Sequence[Stored]:
        """Give every entry about one subject up to an index; a register is cut to the subject's part."""
        bound = self._datastore.bound(organisation)
        with bound.get_connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
            cursor.execute(sql.BIND_SUBJECT, [organisation.hex(), "{" + subject.hex() + "}"])
            values = [Id(subject), Id(organisation), 2**62 if upto is None else upto]
            cursor.execute(sql.ABOUT, values, binary=True, prepare=False)
            return [Stored(*row) for row in cursor.fetchall()]

    def size(self, organisation: bytes) -> int:
        """Give the index of the newest entry."""
        return self.recorder(organisation).max_notification_id() or 0

    def wait(self, seconds: float) -> frozenset[bytes]:
        """Wait for something new, at most so long; give the organisations that have it, as far as they are known.

        Raises psycopg's OperationalError when the server is gone; the next wait listens on a new connection.
        """
        return self._notices.wait(seconds)

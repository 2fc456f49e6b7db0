"""The views' tables: made from row classes, read and written by organisation, in a database that is never backed up."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from typing import Any, Final

from psycopg import Connection, sql
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from events.identifiers import id_text
from ledger.postgres import statements
from ledger.postgres.wire import Id, Ids, ids_as_bytes
from ledger.shape import decode, encode, shape
from ledger.view import AnyView, Key, Parked

_TYPES: Final[Mapping[object, str]] = {bytes: "uuid", str: "text", int: "bigint", date: "date", bool: "boolean"}
BESIDE: Final = "_beside"
"""What the tables of a rebuild in progress are called by, after the view's own name."""
_MAKING: Final = 7_240_312


class PostgresTables:
    """See ledger.runner.Tables. ``conninfo`` is the views' writer; close it when done."""

    def __init__(self, conninfo: str, *, connections: int = 6) -> None:
        self._pool: ConnectionPool[Connection[TupleRow]] = ConnectionPool(
            conninfo, min_size=1, max_size=connections, open=True, configure=_configure
        )

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def make(self, views: Sequence[AnyView]) -> None:
        """Make the tables of views that have none, and those for building beside."""
        with self._pool.connection() as connection, connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [_MAKING])
            for view in views:
                for table in (view.table, view.table + BESIDE):
                    found = connection.execute("SELECT to_regclass(%s)", [f"views.{table}"]).fetchone()
                    if found is None or found[0] is None:
                        for statement in _definition(view, table):
                            connection.execute(statement)

    @contextlib.contextmanager
    def transaction(self, organisation: bytes, *, beside: bool = False) -> Iterator["PostgresRows"]:
        """Give an organisation's rows in one transaction; ``beside``, those of a rebuild in progress."""
        with self._pool.connection() as connection, connection.transaction():
            # The cursor goes with the rows, so a commit lost in a crash is only folded again.
            connection.execute("SET LOCAL synchronous_commit = off")
            connection.execute(statements.BIND, [organisation.hex()])
            yield PostgresRows(connection, organisation, BESIDE if beside else "")


class PostgresRows:
    """See ledger.runner.Cursors: one organisation's rows within one transaction."""

    def __init__(self, connection: Connection[TupleRow], organisation: bytes, suffix: str) -> None:
        self._connection = connection
        self._organisation = Id(organisation)
        self._suffix = suffix

    def load(self, view: AnyView, keys: Sequence[Key]) -> dict[Key, Any]:
        """Give the rows that exist under these keys, in one query."""
        columns = _columns(view)[: len(view.key)]
        query = sql.SQL("SELECT {key}, t.row FROM {found}").format(
            key=_list(view.key, "k."), found=_found(view, self._table(view), columns, sql.SQL("t.row"))
        )
        values = [*_transposed(columns, keys), self._organisation]
        rows = self._connection.execute(query, values, binary=True).fetchall()
        return {row[:-1]: read_row(view, row[-1]) for row in rows}

    def save(self, view: AnyView, rows: Mapping[Key, Any]) -> None:
        """Keep rows; None takes one away. One statement for what is kept and one for what goes."""
        gone = [key for key, row in rows.items() if row is None]
        kept = [row for row in rows.values() if row is not None]
        columns = _columns(view)
        if gone:
            keys = columns[: len(view.key)]
            query = sql.SQL("DELETE FROM {table} WHERE ctid = ANY (ARRAY(SELECT t.ctid FROM {found}))").format(
                table=self._table(view), found=_found(view, self._table(view), keys, sql.SQL("t.ctid"))
            )
            self._connection.execute(query, [*_transposed(keys, gone), self._organisation])
        if kept:
            into, packed = shape(view.row), [_field_values(columns, row) for row in kept]
            values = [*_transposed(columns, packed), [encode(into.pack(row)) for row in kept]]
            self._connection.execute(_upsert(view, self._table(view)), [self._organisation, *values])

    def parked(self, view: AnyView) -> set[Key]:
        """Give the keys whose rows are parked."""
        rows = self._connection.execute(
            "SELECT key FROM views.parked WHERE organisation = %s AND view = %s",
            [self._organisation, view.table + self._suffix],
        ).fetchall()
        return {_key_from_json(view, row[0]) for row in rows}

    def park(self, parked: Parked) -> None:
        """Set a row aside, with the reason."""
        self._connection.execute(
            "INSERT INTO views.parked (organisation, view, key, index, reason) VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            [self._organisation, parked.view + self._suffix, _key_to_json(parked.key), parked.index, parked.reason],
        )

    def cursors(self, views: Sequence[AnyView]) -> Mapping[AnyView, int]:
        """Lock and give each view's cursor: the index of the last entry that is folded in."""
        names = [view.table + self._suffix for view in views]
        self._connection.execute(
            "INSERT INTO views.cursor (organisation, view) SELECT %s, unnest(%s::text[]) ON CONFLICT DO NOTHING",
            [self._organisation, names],
        )
        rows = self._connection.execute(
            "SELECT view, index FROM views.cursor WHERE organisation = %s AND view = ANY (%s) ORDER BY view FOR UPDATE",
            [self._organisation, names],
        ).fetchall()
        found = {str(row[0]): int(row[1]) for row in rows}
        return {view: found[view.table + self._suffix] for view in views}

    def reached(self, views: Sequence[AnyView]) -> int:
        """Give the index of the last entry that all of these views have folded in, without locking anything."""
        found = self._connection.execute(
            "SELECT min(index), count(*) FROM views.cursor WHERE organisation = %s AND view = ANY (%s)",
            [self._organisation, [view.table + self._suffix for view in views]],
        ).fetchone()
        return int(found[0]) if found and found[1] == len(views) else 0

    def fingerprint(self, views: Sequence[AnyView]) -> bytes:
        """Give a hash of every row that the organisation has in these views, as it is stored."""
        whole = sha256()
        for view in views:
            query = sql.SQL("SELECT row FROM {} WHERE organisation = %s ORDER BY {}").format(
                self._table(view), _list(view.key)
            )
            for (row,) in self._connection.execute(query, [self._organisation], binary=True):
                whole.update(len(row).to_bytes(8, "big") + row)
        return whole.digest()

    def move(
        self, views: Sequence[AnyView], index: int, recorded_at: datetime | None, stopped: str | None = None
    ) -> None:
        """Move cursors to an entry and its time; ``stopped`` says why the entry after it cannot be decoded, if so."""
        self._connection.execute(
            "INSERT INTO views.cursor (organisation, view, index, recorded_at, stopped)"
            " SELECT %s, unnest(%s::text[]), %s, %s, %s"
            " ON CONFLICT (organisation, view) DO UPDATE SET index = excluded.index,"
            " recorded_at = coalesce(excluded.recorded_at, cursor.recorded_at), stopped = excluded.stopped",
            [self._organisation, [view.table + self._suffix for view in views], index, recorded_at, stopped],
        )
        if not self._suffix:
            self._tell()

    def forget(self, views: Sequence[AnyView], subjects: Sequence[bytes]) -> None:
        """Take away these subjects' rows, and their parked ones."""
        for view in views:
            self._connection.execute(
                sql.SQL("DELETE FROM {} WHERE organisation = %s AND subject = ANY (%s)").format(self._table(view)),
                [self._organisation, Ids.of(subjects)],
            )
            place = view.key.index("subject")
            self._connection.execute(
                "DELETE FROM views.parked WHERE organisation = %s AND view = %s AND key ->> %s = ANY (%s)",
                [self._organisation, view.table + self._suffix, place, [id_text(subject) for subject in subjects]],
            )

    def clear(self, views: Sequence[AnyView]) -> None:
        """Take away all of the organisation's rows."""
        for view in views:
            self._connection.execute(
                sql.SQL("DELETE FROM {} WHERE organisation = %s").format(self._table(view)), [self._organisation]
            )
        self._connection.execute(
            "DELETE FROM views.parked WHERE organisation = %s AND view = ANY (%s)",
            [self._organisation, [view.table + self._suffix for view in views]],
        )

    def swap(self, views: Sequence[AnyView]) -> None:
        """Put the rows that were built beside in the place of the live ones."""
        self.clear(views)
        for view in views:
            beside, values = sql.Identifier("views", view.table + BESIDE), [self._organisation]
            self._connection.execute(
                sql.SQL("INSERT INTO {} SELECT * FROM {} WHERE organisation = %s").format(self._table(view), beside),
                values,
            )
            self._connection.execute(sql.SQL("DELETE FROM {} WHERE organisation = %s").format(beside), values)
            for table in ("views.cursor", "views.parked"):
                name = sql.Identifier(*table.split("."))
                self._connection.execute(
                    sql.SQL("DELETE FROM {} WHERE organisation = %s AND view = %s").format(name),
                    [self._organisation, view.table],
                )
                self._connection.execute(
                    sql.SQL("UPDATE {} SET view = %s WHERE organisation = %s AND view = %s").format(name),
                    [view.table, self._organisation, view.table + BESIDE],
                )

    def drop(self, views: Sequence[AnyView]) -> None:
        """Take away all of the organisation's rows and cursors."""
        self.clear(views)
        self._connection.execute("DELETE FROM views.cursor WHERE organisation = %s", [self._organisation])

    def _tell(self) -> None:
        """Tell whoever waits for the live rows that they have moved on; they hear it when this is committed."""
        self._connection.execute("SELECT pg_notify(%s, %s)", [statements.VIEWS_CHANNEL, self._organisation.hex()])

    def note_past(self, place: bytes) -> None:
        """Write down that the organisation's past is folded under this id, and asked for now."""
        self._connection.execute(
            "INSERT INTO views.past (organisation, place) VALUES (%s, %s)"
            " ON CONFLICT (organisation, place) DO UPDATE SET asked_at = clock_timestamp()",
            [self._organisation, Id(place)],
        )

    def forget_past(self, seconds: float) -> Sequence[bytes]:
        """Give, and strike out, the ids under which nobody has asked for the organisation's past for so long."""
        rows = self._connection.execute(
            "DELETE FROM views.past WHERE organisation = %s"
            " AND asked_at <= clock_timestamp() - make_interval(secs => %s) RETURNING place",
            [self._organisation, seconds],
            binary=True,
        ).fetchall()
        return [row[0] for row in rows]

    def _table(self, view: AnyView) -> sql.Identifier:
        return sql.Identifier("views", view.table + self._suffix)


def read_row(view: AnyView, packed: bytes) -> Any:
    """Give a row from its stored form."""
    return shape(view.row).unpack(decode(packed))


@cache
def _columns(view: AnyView) -> tuple[tuple[str, str], ...]:
    """Give name and type of the columns that a view is found by: its key first."""
    names = dict.fromkeys([*view.key, *(name for fields in view.indexed for name in fields)])
    found = []
    for name in names:
        kind = view.row.model_fields[name].annotation
        if kind not in _TYPES:
            raise TypeError(f"{view.name}.{name}: a column to look up by is one of {sorted(_TYPES.values())}")
        found.append((name, _TYPES[kind]))
    return tuple(found)


def _definition(view: AnyView, table: str) -> Iterator[sql.Composed]:
    name = sql.Identifier("views", table)
    columns = sql.SQL(", ").join(
        sql.SQL("{} {} NOT NULL").format(sql.Identifier(column), sql.SQL(kind)) for column, kind in _columns(view)
    )
    yield sql.SQL(
        "CREATE UNLOGGED TABLE {} (organisation uuid NOT NULL, {}, row bytea NOT NULL, PRIMARY KEY (organisation, {}))"
    ).format(name, columns, _list(view.key))
    for fields in view.indexed:
        # Names are searched by range, which row-level security lets an index serve; that needs byte order.
        by = sql.SQL(", ").join(
            sql.SQL('{} COLLATE "C"' if dict(_columns(view))[field] == "text" else "{}").format(sql.Identifier(field))
            for field in fields
        )
        yield sql.SQL("CREATE INDEX ON {} (organisation, {})").format(name, by)
    yield sql.SQL("ALTER TABLE {} ENABLE ROW LEVEL SECURITY").format(name)
    yield sql.SQL("ALTER TABLE {} FORCE ROW LEVEL SECURITY").format(name)
    yield sql.SQL(
        "CREATE POLICY tenant ON {} USING (views.is_tenant(organisation)) WITH CHECK (views.is_tenant(organisation))"
    ).format(name)
    yield sql.SQL("GRANT SELECT ON {} TO rollbook_views_reader").format(name)


def _upsert(view: AnyView, table: sql.Identifier) -> sql.Composed:
    columns = _columns(view)
    names = [name for name, _ in columns]
    return sql.SQL(
        "INSERT INTO {table} (organisation, {names}, row) SELECT %s, * FROM unnest({arrays}, %s::bytea[])"
        " ON CONFLICT (organisation, {key}) DO UPDATE SET {sets}"
    ).format(
        table=table,
        names=_list(names),
        arrays=_arrays(columns),
        key=_list(view.key),
        sets=sql.SQL(", ").join(
            sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in [*names[len(view.key) :], "row"]
        ),
    )


def _list(names: Sequence[str], prefix: str = "") -> sql.Composed:
    return sql.SQL(", ").join(sql.SQL(prefix) + sql.Identifier(name) for name in names)


def _found(
    view: AnyView, table: sql.Identifier, key: Sequence[tuple[str, str]], wanted: sql.Composable
) -> sql.Composed:
    """Give what looks up, key by key, ``wanted`` of the rows t under the keys k.

    LIMIT keeps it a look-up a key: the planner, which knows little of a table that grows, would else read all of an
    organisation's rows for each page (a rebuild of a million marks took eight times as long).
    """
    return sql.SQL(
        "unnest({arrays}) AS k ({names}) CROSS JOIN LATERAL"
        " (SELECT {wanted} FROM {table} t WHERE t.organisation = %s AND {match} LIMIT 1) t"
    ).format(
        arrays=_arrays(key), names=_list(view.key), wanted=wanted, table=table,
        match=sql.SQL(" AND ").join(sql.SQL("t.{0} = k.{0}").format(sql.Identifier(name)) for name in view.key),
    )  # fmt: skip


def _arrays(columns: Sequence[tuple[str, str]]) -> sql.Composed:
    return sql.SQL(", ").join(sql.SQL(f"%s::{kind}[]") for _, kind in columns)


def _transposed(columns: Sequence[tuple[str, str]], keys: Sequence[Sequence[Any]]) -> list[Any]:
    """Turn keys into one array a column."""
    return [
        Ids.of(key[place] for key in keys) if kind == "uuid" else [key[place] for key in keys]
        for place, (_, kind) in enumerate(columns)
    ]


def _field_values(columns: Sequence[tuple[str, str]], row: Any) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name, _ in columns)


def _key_to_json(key: Key) -> Jsonb:
    return Jsonb([id_text(part) if isinstance(part, bytes) else str(part) for part in key])


def _key_from_json(view: AnyView, key: Sequence[str]) -> Key:
    readers: Mapping[str, Any] = {
        "uuid": lambda text: bytes.fromhex(text.replace("-", "")),
        "date": date.fromisoformat,
        "bigint": int,
        "boolean": "True".__eq__,
        "text": str,
    }
    return tuple(readers[kind](part) for part, (_, kind) in zip(key, _columns(view), strict=False))


def _configure(connection: Connection[TupleRow]) -> None:
    ids_as_bytes(connection)

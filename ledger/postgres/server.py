"""Which server, databases and roles an installation uses; makes and migrates them, and refuses unsafe ones."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Final, Literal, NamedTuple, TypeAlias

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

Place: TypeAlias = Literal["log", "keys", "views"]
SERVICES: Final = ("records", "sharing", "rights", "governance")
"""The services that append. Each has a role of its own, which may write only as itself."""

_LOG_ROLES: Final = (
    *(f"rollbook_{service}" for service in SERVICES),
    "rollbook_reader",
    "rollbook_reactions",
    "rollbook_relay",
    "rollbook_inbox",
)
ROLES: Final = {
    "log": _LOG_ROLES,
    "keys": ("rollbook_vault",),
    "views": ("rollbook_views_writer", "rollbook_views_reader"),
}
_MIGRATION_LOCK: Final = 7_240_311
_ROLE_SETTINGS: Final = {
    # A plan made while a table was small must not scan it once it has grown; connections live for days.
    "enable_seqscan": "off",
    "jit": "off",
    "lock_timeout": "5s",
    "statement_timeout": "60s",
    "idle_in_transaction_session_timeout": "30s",
    "search_path": "pg_catalog",
}
_DEMANDED: Final = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}


class UnsafeServer(Exception):
    """The server or the role is set up in a way that could lose or expose what is kept."""


@dataclass(frozen=True, slots=True)
class Databases:
    """An installation's three databases on one PostgreSQL server.

    ``admin`` is a connection string that may make roles and databases; ``secret`` is what the roles' passwords are
    derived from. The log is named ``name``, the keys ``name_keys``, the views ``name_views``.
    """

    admin: str
    name: str
    secret: bytes

    def database(self, place: Place) -> str:
        """Give a database's name."""
        return self.name if place == "log" else f"{self.name}_{place}"

    def password(self, role: str) -> str:
        """Give the password of a role that this installation made."""
        return hmac.digest(self.secret, b"rollbook role\x00" + role.encode(), "sha256").hex()

    def conninfo(self, place: Place, role: str) -> str:
        """Give the connection string of one role in one database."""
        return make_conninfo(
            self.admin,
            dbname=self.database(place),
            user=role,
            password=self.password(role),
            application_name=role,
        )

    def admin_conninfo(self, place: Place) -> str:
        """Give the connection string of the administrator in one database."""
        return make_conninfo(self.admin, dbname=self.database(place))


def prepare(databases: Databases) -> None:
    """Make what is missing of roles, databases, tables and policies. Safe to run from several processes at once.

    Raises UnsafeServer where the server would lose acknowledged commits.
    """
    with psycopg.connect(databases.admin, autocommit=True) as connection:
        _refuse_unsafe(connection)
        connection.execute("SELECT pg_advisory_lock(%s)", [_MIGRATION_LOCK])
        for place, roles in ROLES.items():
            for role in roles:
                _make_role(connection, role, databases.password(role))
            _make_database(connection, databases.database(place), roles)  # type: ignore[arg-type]  # the keys of ROLES
        for place in ROLES:
            _migrate(databases, place)  # type: ignore[arg-type]  # the keys of ROLES


def refuse_unsafe_role(connection: "psycopg.Connection[object]") -> None:
    """Raise UnsafeServer for a role that row-level security does not bind."""
    row = connection.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user").fetchone()
    if row is None or row[0]:  # type: ignore[index]  # one boolean
        raise UnsafeServer("a service may not run as a superuser or as a role that bypasses row-level security")


def check_role(databases: Databases, place: Place, role: str) -> None:
    """Connect as a role and raise UnsafeServer where row-level security does not bind it."""
    with psycopg.connect(databases.conninfo(place, role)) as connection:
        refuse_unsafe_role(connection)


def reach(databases: Databases) -> None:
    """Ask each database something as a role that only reads. Raises ConnectionError where one does not answer."""
    for place, role in (("log", "rollbook_reader"), ("keys", "rollbook_vault"), ("views", "rollbook_views_reader")):
        try:
            with psycopg.connect(databases.conninfo(place, role), connect_timeout=2) as connection:  # type: ignore[arg-type]  # the keys of ROLES
                connection.execute("SELECT 1")
        except psycopg.OperationalError:
            raise ConnectionError("a database does not answer") from None


class Standing(NamedTuple):
    """How far an organisation's views have come, why any of them stopped, and how many rows are parked."""

    reached: int
    stopped: str | None
    parked: int


def standing(databases: Databases) -> dict[bytes, Standing]:
    """Give every organisation's standing, as the administrator sees it."""
    with psycopg.connect(databases.admin_conninfo("views")) as connection:
        rows = connection.execute(
            "SELECT c.organisation, min(c.index), max(c.stopped),"
            " (SELECT count(*) FROM views.parked p WHERE p.organisation = c.organisation AND p.view NOT LIKE %s)"
            " FROM views.cursor c WHERE c.view NOT LIKE %s GROUP BY c.organisation",
            ["%\\_beside"] * 2,
        ).fetchall()
    return {organisation.bytes: Standing(*rest) for organisation, *rest in rows}


class Reacted(NamedTuple):
    """How far the reaction that is furthest behind has come in a log, and about how many entries one failed."""

    reached: int
    parked: int


def reacted(databases: Databases) -> dict[bytes, Reacted]:
    """Give how far the reactions have come with every organisation's log, as the administrator sees it."""
    with psycopg.connect(databases.admin_conninfo("log")) as connection:
        rows = connection.execute(
            "SELECT l.organisation, coalesce((SELECT min(r.index) FROM ledger.reaction r"
            " WHERE r.organisation = l.organisation), 0),"
            " (SELECT count(*) FROM ledger.reaction_parked p WHERE p.organisation = l.organisation) FROM ledger.log l"
        ).fetchall()
    return {organisation.bytes: Reacted(*rest) for organisation, *rest in rows}


def _refuse_unsafe(connection: psycopg.Connection[tuple[str, ...]]) -> None:
    for setting, wanted in _DEMANDED.items():
        row = connection.execute("SELECT current_setting(%s)", [setting]).fetchone()
        if row is None or row[0] != wanted:
            raise UnsafeServer(
                f"the PostgreSQL server runs with {setting} off; set {setting} = {wanted} and restart it"
            )


def _make_role(connection: psycopg.Connection[tuple[str, ...]], role: str, password: str) -> None:
    known = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verb = sql.SQL("ALTER" if known is not None else "CREATE")
    connection.execute(
        sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB PASSWORD {}").format(
            verb, sql.Identifier(role), sql.Literal(password)
        )
    )
    for setting, value in _ROLE_SETTINGS.items():
        connection.execute(
            sql.SQL("ALTER ROLE {} SET {} = {}").format(
                sql.Identifier(role), sql.Identifier(setting), sql.Literal(value)
            )
        )


def _make_database(connection: psycopg.Connection[tuple[str, ...]], name: str, roles: Sequence[str]) -> None:
    if connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
        connection.execute(
            sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(sql.Identifier(name))
        )
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
    for role in roles:
        connection.execute(
            sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(sql.Identifier(name), sql.Identifier(role))
        )


def _migrate(databases: Databases, place: Place) -> None:
    """Apply the numbered scripts that this database has not seen, each in a transaction of its own."""
    with psycopg.connect(databases.admin_conninfo(place)) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_MIGRATION_LOCK + 1])
        connection.execute(
            "CREATE TABLE IF NOT EXISTS public.migration (number integer PRIMARY KEY, applied_at timestamptz NOT NULL)"
        )
        done = {number for (number,) in connection.execute("SELECT number FROM public.migration").fetchall()}
        folder = resources.files("ledger.postgres") / "migrations" / place
        for script in sorted(folder.iterdir(), key=lambda path: path.name):
            number = int(script.name.partition("_")[0])
            if number not in done:
                connection.execute(script.read_bytes())
                connection.execute("INSERT INTO public.migration VALUES (%s, clock_timestamp())", [number])

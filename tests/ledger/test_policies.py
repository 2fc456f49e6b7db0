"""What the database itself refuses, whoever asks: other organisations' rows, other services' events, any change."""

import os
import sys
from collections.abc import Callable, Coroutine
from importlib import resources
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo
from support.databases import fresh
from support.entries import append, sealed
from support.installation import Installation

from ledger.log import Append, Claim
from ledger.postgres import embedded, statements
from ledger.postgres.server import Databases, UnsafeServer, prepare, refuse_unsafe_role
from ledger.postgres.wire import Id

Run = Callable[[Coroutine[Any, Any, Any]], Any]
TABLES = ("log", "event", "command", "claim", "fence")
READERS = ("rollbook_records", "rollbook_governance", "rollbook_reader")
INSUFFICIENT_PRIVILEGE = "42501"
READS = ("record-viewed", "records-searched", "history-replayed")


@pytest.fixture
def filled(installation: Installation, run: Run, organisation: bytes) -> bytes:
    """Give an organisation with a row in each of the log's tables."""

    async def story() -> None:
        async with installation.log() as log:
            await log.open(organisation)
            claim = Claim("upn", os.urandom(32), os.urandom(16))
            await log.append(append(organisation, [sealed(), sealed()], claims=[claim], fences=[os.urandom(16)]))

    run(story())
    return organisation


def rows(installation: Installation, role: str, table: str, *bound: bytes) -> int:
    with installation.connect(role, *bound) as connection:
        found = connection.execute(
            sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("ledger", table))
        ).fetchone()
    assert found is not None
    return int(found[0])


def write(installation: Installation, role: str, asked: Append) -> None:
    """Carry out an append's two statements as a role, as PostgresLog does."""
    with installation.connect(role, asked.organisation) as connection:
        connection.execute(statements.ADMIT, statements.admit_parameters(asked))
        for entry in asked.entries:
            connection.execute(statements.INSERT_ONE, statements.one_parameters(asked.organisation, entry, 0))


# Reading


@pytest.mark.parametrize("role", READERS)
def test_without_an_organisation_there_are_no_rows(installation: Installation, filled: bytes, role: str) -> None:
    for table in TABLES:
        if (role, table) != ("rollbook_reader", "log"):
            assert rows(installation, role, table) == 0
            assert rows(installation, role, table, os.urandom(16)) == 0
    assert [rows(installation, role, table, filled) for table in TABLES[1:]] == [2, 1, 1, 1]


def test_the_reader_sees_which_logs_there_are(installation: Installation, filled: bytes) -> None:
    assert filled in installation.feed.organisations()
    assert rows(installation, "rollbook_records", "log", filled) == 1


def test_several_organisations_can_be_bound_and_no_more_are_seen(
    installation: Installation, run: Run, filled: bytes
) -> None:
    other, third = os.urandom(16), os.urandom(16)

    async def story() -> None:
        async with installation.log() as log:
            for one in (other, third):
                await log.open(one)
                await log.append(append(one))

    run(story())
    assert rows(installation, "rollbook_records", "event", filled, other) == 3


def test_a_bound_subject_narrows_every_read(installation: Installation, run: Run, organisation: bytes) -> None:
    pupil, other = os.urandom(16), os.urandom(16)

    async def story() -> None:
        async with installation.log() as log:
            await log.open(organisation)
            for subjects in ((pupil,), (other,), (other, pupil), ()):
                await log.append(append(organisation, [sealed(subjects=subjects)]))

    run(story())
    with installation.connect("rollbook_records") as connection:
        connection.execute(statements.BIND_SUBJECT, [organisation.hex(), "{" + pupil.hex() + "}"])
        seen = connection.execute("SELECT index FROM ledger.event ORDER BY index").fetchall()
        assert seen == [(1,), (3,)]
        # The binding ends with the transaction: nothing is seen in the next.
        connection.commit()
        assert connection.execute("SELECT index FROM ledger.event").fetchall() == []


def test_a_binding_ends_with_its_transaction(installation: Installation, filled: bytes) -> None:
    with installation.connect("rollbook_records", filled) as connection:
        assert connection.execute("SELECT count(*) FROM ledger.event").fetchone() == (2,)
        connection.commit()
        assert connection.execute("SELECT count(*) FROM ledger.event").fetchone() == (0,)


@pytest.mark.parametrize("role", READERS)
def test_the_partitions_cannot_be_reached_past_the_policies(
    installation: Installation, filled: bytes, role: str
) -> None:
    for part in range(16):
        with installation.connect(role, filled) as connection:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier("ledger", f"event_{part}")))


# Writing


def test_a_service_writes_only_as_itself(installation: Installation, filled: bytes) -> None:
    write(installation, "rollbook_records", append(filled))
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        write(installation, "rollbook_records", append(filled, [sealed(service="governance", name="rule-adopted")]))
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        write(installation, "rollbook_governance", append(filled))
    write(installation, "rollbook_governance", append(filled, [sealed(service="governance", name="rule-adopted")]))


@pytest.mark.parametrize("name", READS)
def test_every_service_writes_who_read(installation: Installation, filled: bytes, name: str) -> None:
    write(installation, "rollbook_records", append(filled, [sealed(service="governance", name=name)]))
    with installation.connect("rollbook_records", filled) as connection:
        found = connection.execute("SELECT service, name FROM ledger.event ORDER BY index DESC LIMIT 1").fetchone()
    assert found == ("governance", name)


def test_the_reader_writes_nothing(installation: Installation, filled: bytes) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied"):
        write(installation, "rollbook_reader", append(filled))


def test_another_organisations_log_is_not_there_to_be_written(installation: Installation, filled: bytes) -> None:
    asked = append(filled)
    with installation.connect("rollbook_records", os.urandom(16)) as connection:
        with pytest.raises(psycopg.Error) as refused:
            connection.execute(statements.ADMIT, statements.admit_parameters(asked))
    assert refused.value.sqlstate == "RB001"
    insert = "INSERT INTO ledger.{} VALUES (%s, %s)"
    with installation.connect("rollbook_records", os.urandom(16)) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
            connection.execute(insert.format("fence"), [Id(filled), Id(os.urandom(16))])


CHANGES = {
    "event": ("UPDATE ledger.event SET role = 'x'", "DELETE FROM ledger.event", "TRUNCATE ledger.event"),
    "a partition": tuple(f"TRUNCATE ledger.event_{part}" for part in range(16)),
    "command": ("UPDATE ledger.command SET result = ''", "DELETE FROM ledger.command", "TRUNCATE ledger.command"),
    "fence": ("UPDATE ledger.fence SET key = key", "DELETE FROM ledger.fence", "TRUNCATE ledger.fence"),
    "log": (
        "UPDATE ledger.log SET size = 0", "UPDATE ledger.log SET recorded_at = '-infinity'", "DELETE FROM ledger.log",
        "TRUNCATE ledger.log",
    ),
}  # fmt: skip


@pytest.mark.parametrize("role", READERS)
@pytest.mark.parametrize("change", [change for changes in CHANGES.values() for change in changes])
def test_no_role_changes_what_is_written(installation: Installation, filled: bytes, role: str, change: str) -> None:
    with installation.connect(role, filled) as connection, pytest.raises(psycopg.Error) as refused:
        connection.execute(change)
    # A service may move its log's size and time on, so there it is the trigger that refuses.
    may_grow = role != "rollbook_reader" and change.startswith("UPDATE ledger.log")
    assert refused.value.sqlstate == ("RB000" if may_grow else INSUFFICIENT_PRIVILEGE)


@pytest.mark.parametrize("change", [change for changes in CHANGES.values() for change in changes])
def test_triggers_refuse_even_the_owner(installation: Installation, filled: bytes, change: str) -> None:
    with installation.superuser() as connection, pytest.raises(psycopg.Error) as refused, connection.transaction():
        connection.execute(change)
    assert refused.value.sqlstate == "RB000"
    assert rows(installation, "rollbook_records", "event", filled) == 2


def test_a_log_only_grows(installation: Installation, filled: bytes) -> None:
    for change in ("size = size - 1", "recorded_at = recorded_at - interval '1 microsecond'"):
        with installation.connect("rollbook_records", filled) as connection:
            with pytest.raises(psycopg.Error) as refused:
                connection.execute("UPDATE ledger.log SET " + change)  # noqa: S608  # our own text
        assert refused.value.sqlstate == "RB000"


# Start-up


def test_a_role_that_no_policy_binds_is_refused(installation: Installation) -> None:
    with installation.superuser() as connection, pytest.raises(UnsafeServer, match="superuser"):
        refuse_unsafe_role(connection)
    for role in READERS:
        with installation.connect(role) as connection:
            refuse_unsafe_role(connection)


def test_a_role_that_may_pass_the_policies_by_is_refused(installation: Installation) -> None:
    name = f"rollbook_test_{os.urandom(4).hex()}"
    with installation.superuser() as connection:
        connection.execute(sql.SQL("CREATE ROLE {} BYPASSRLS").format(sql.Identifier(name)))
        try:
            connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(name)))
            with pytest.raises(UnsafeServer, match="bypasses row-level security"):
                refuse_unsafe_role(connection)
        finally:
            connection.execute("RESET ROLE")
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def test_preparing_takes_a_wrongly_made_role_its_powers(server_url: str, role_secret: bytes) -> None:
    with fresh(server_url, role_secret) as databases:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute("ALTER ROLE rollbook_records SUPERUSER BYPASSRLS")
        prepare(databases)
        with psycopg.connect(databases.conninfo("log", "rollbook_records")) as connection:
            refuse_unsafe_role(connection)
            powers = "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = 'rollbook_records'"
            assert connection.execute(powers).fetchone() == (False, False)


def test_a_session_that_would_lose_commits_is_refused(server_url: str, role_secret: bytes) -> None:
    admin = make_conninfo(server_url, options="-c synchronous_commit=off")
    with pytest.raises(UnsafeServer, match="set synchronous_commit = on"):
        prepare(Databases(admin, "rollbook_test_never_made", role_secret))


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_server_that_would_lose_commits_is_refused(setting: str, role_secret: bytes, tmp_path: Path) -> None:
    """Only a server that is started with the setting off has it off: the embedded one's source is changed for it."""
    changed, source = tmp_path / "unsafe_server.py", Path(embedded.__file__).read_text()
    assert source.count(f'"{setting}": "on"') == 1
    changed.write_text(source.replace(f'"{setting}": "on"', f'"{setting}": "off"'))
    specification = spec_from_file_location("unsafe_server", changed)
    assert specification is not None
    assert specification.loader is not None
    unsafe = module_from_spec(specification)
    sys.modules[specification.name] = unsafe
    specification.loader.exec_module(unsafe)
    with unsafe.Embedded(tmp_path / "home") as server:
        databases = Databases(server.url("postgres"), "rollbook_test_never_made", role_secret)
        with pytest.raises(UnsafeServer, match=f"set {setting} = on and restart it"):
            prepare(databases)
        with psycopg.connect(databases.admin) as connection:
            made = connection.execute("SELECT FROM pg_database WHERE datname LIKE 'rollbook%'").fetchall()
        assert made == []


def test_preparing_again_changes_nothing(databases: Databases) -> None:
    prepare(databases)
    scripts = list((resources.files("ledger.postgres") / "migrations" / "log").iterdir())
    with psycopg.connect(databases.admin_conninfo("log")) as connection:
        assert connection.execute("SELECT count(*) FROM public.migration").fetchone() == (len(scripts),)


def test_roles_wait_no_longer_than_they_should(installation: Installation) -> None:
    for role in READERS:
        with installation.connect(role) as connection:
            found = [connection.execute("SELECT current_setting(%s)", [name]).fetchone() for name in
                     ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")]  # fmt: skip
        assert found == [("5s",), ("1min",), ("30s",)]

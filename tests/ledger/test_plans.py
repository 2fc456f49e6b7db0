"""How the database carries out the frequent reads, asked as the role that makes them: by their indexes, in one partition."""

import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from support.databases import fresh
from support.entries import append, sealed
from support.installation import Installation

from ledger.log import CONDITION_SPAN_MAX, Sealed
from ledger.postgres import statements as sql
from ledger.postgres.server import Databases
from ledger.postgres.wire import Id, Ids
from services.records.views import PupilRow, pupils

PUPILS, ENTRIES, REGISTERS = 1_000, 20_000, 400
Plan = dict[str, Any]


class School(NamedTuple):
    """A school with enough rows that a wrong plan would show."""

    installation: Installation
    organisation: bytes
    pupils: list[bytes]
    stream: bytes


@pytest.fixture(scope="module")
def school(server_url: str, role_secret: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    with fresh(server_url, role_secret) as databases:
        installation = Installation(databases, tmp_path_factory.mktemp("keys") / "key")
        made = School(installation, os.urandom(16), [os.urandom(16) for _ in range(PUPILS)], os.urandom(16))
        fill_log(made)
        fill_view(made)
        for place in ("log", "views"):
            with psycopg.connect(databases.admin_conninfo(place), autocommit=True) as connection:
                connection.execute("VACUUM ANALYZE")
        yield made
        installation.close()


def fill_log(school: School) -> None:
    chance = random.Random(1)
    entries = [sealed(subjects=(chance.choice(school.pupils),), body=b"\x02" + bytes(92)) for _ in range(ENTRIES)]
    entries += [
        sealed(stream=school.stream, subjects=tuple(chance.sample(school.pupils, 30)), body=b"\x03" + bytes(700))
        for _ in range(REGISTERS)
    ]
    with school.installation.connect("rollbook_records", school.organisation) as connection:
        connection.execute("INSERT INTO ledger.log (organisation) VALUES (%s)", [Id(school.organisation)])
        for at in range(0, len(entries), 5_000):
            insert(connection, school.organisation, entries[at : at + 5_000])


def insert(connection: psycopg.Connection[Any], organisation: bytes, entries: list[Sealed]) -> None:
    connection.execute(sql.MAKE_STAGE)
    with connection.cursor().copy(sql.COPY_STAGE) as copy:
        copy.write(sql.copy_bytes(organisation, entries))
    connection.execute(sql.ADMIT, sql.admit_parameters(append(organisation, entries)))
    connection.execute(sql.INSERT_STAGE, {"organisation": Id(organisation), "entries": len(entries)})
    connection.commit()
    connection.execute(sql.BIND, [organisation.hex()])


def fill_view(school: School) -> None:
    school.installation.tables.make([pupils])
    chance = random.Random(2)
    rows = {
        (pupil,): PupilRow(subject=pupil, search_key="".join(chance.choices("abcdefghij", k=8)))
        for pupil in (os.urandom(16) for _ in range(ENTRIES))
    }
    with school.installation.tables.transaction(school.organisation) as kept:
        kept.save(pupils, rows)


def explained(connection: psycopg.Connection[Any], query: str, values: Any) -> Plan:
    found = connection.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}", values, prepare=False).fetchone()
    assert found is not None
    plan: Plan = found[0][0]["Plan"]
    return plan


def nodes(plan: Plan) -> Iterator[Plan]:
    yield plan
    for below in plan.get("Plans", []):
        yield from nodes(below)


def index_of(school: School, plan: Plan) -> tuple[str, str]:
    """Give the one index that a plan uses, by the name of the whole table's, and its condition; demand one partition."""
    scans = [node for node in nodes(plan) if "Index Name" in node]
    assert len(scans) == 1, plan
    tables = {node["Relation Name"] for node in nodes(plan) if "Relation Name" in node}
    assert len(tables) == 1, f"not pruned to one partition: {tables}"
    assert not any(node["Node Type"] == "Seq Scan" for node in nodes(plan))
    with school.installation.superuser() as connection:
        whole = connection.execute(
            "SELECT p.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent"
            " WHERE c.relname = %s",
            [scans[0]["Index Name"]],
        ).fetchone()
    return (whole[0] if whole else scans[0]["Index Name"]), scans[0]["Index Cond"]


@pytest.mark.parametrize("role", ["rollbook_records", "rollbook_reader"])
def test_everything_about_a_pupil_is_found_by_the_subjects_index(school: School, role: str) -> None:
    pupil = school.pupils[5]
    with school.installation.connect(role) as connection:
        connection.execute(sql.BIND_SUBJECT, [school.organisation.hex(), "{" + pupil.hex() + "}"])
        plan = explained(connection, sql.ABOUT, [Id(pupil), Id(school.organisation), 2**62])
        name, condition = index_of(school, plan)
        assert name == "event_subjects"
        assert "subjects @>" in condition
        assert plan["Actual Rows"] == len(connection.execute(
            "SELECT FROM ledger.event WHERE organisation = %s AND subjects @> %s", [Id(school.organisation), Ids.of([pupil])]
        ).fetchall()) < 100  # fmt: skip
        # The index gave these rows and hardly more: the rest was not read and thrown away.
        assert sum(node.get("Rows Removed by Filter", 0) for node in nodes(plan)) == 0


@pytest.mark.parametrize("role", ["rollbook_records", "rollbook_reader"])
def test_a_page_is_read_by_the_primary_key(school: School, role: str) -> None:
    query = f"{sql.SELECT} WHERE organisation = %s AND index >= %s AND index <= %s ORDER BY index LIMIT %s"
    with school.installation.connect(role, school.organisation) as connection:
        plan = explained(connection, query, [Id(school.organisation), 10_001, 2**62, 1_000])
    name, condition = index_of(school, plan)
    assert name == "event_pkey"
    assert "index >= " in condition
    assert plan["Actual Rows"] == 1_000
    assert not any(node["Node Type"].startswith("Sort") for node in nodes(plan))


def test_a_stream_is_read_by_its_versions(school: School) -> None:
    query = f"{sql.SELECT} WHERE organisation = %s AND stream = %s ORDER BY version"
    with school.installation.connect("rollbook_records", school.organisation) as connection:
        plan = explained(connection, query, [Id(school.organisation), Id(school.stream)])
    name, condition = index_of(school, plan)
    assert name == "event_organisation_stream_version_key"
    assert "stream = " in condition
    assert plan["Actual Rows"] == REGISTERS


@pytest.mark.parametrize("is_counted", [False, True], ids=["never counted", "new since it was counted"])
def test_the_next_version_is_found_by_index_whatever_the_database_has_counted(
    databases: Databases, tmp_path: Path, is_counted: bool
) -> None:
    """A bulk load outruns ANALYZE: thinking an organisation nearly empty must not make each entry read all of it."""
    installation, organisation, counted = Installation(databases, tmp_path / "key"), os.urandom(16), os.urandom(16)
    with installation.superuser() as connection:
        while partition_of(connection, counted) != partition_of(connection, organisation):
            counted = os.urandom(16)
    fill = [sealed(body=b"\x02") for _ in range(2_000)]
    with installation.connect("rollbook_records", organisation, counted) as connection:
        for one in (counted, organisation) if is_counted else (organisation,):
            connection.execute(sql.BIND, [one.hex()])
            connection.execute("INSERT INTO ledger.log (organisation) VALUES (%s)", [Id(one)])
            insert(connection, one, fill)
            if one == counted:
                with installation.superuser() as other:
                    other.execute("VACUUM ANALYZE ledger.event")
        connection.execute(sql.MAKE_STAGE)
        with connection.cursor().copy(sql.COPY_STAGE) as copy:
            copy.write(sql.copy_bytes(organisation, fill))
        connection.execute(sql.ADMIT, sql.admit_parameters(append(organisation, fill)))
        plan = explained(connection, sql.INSERT_STAGE, {"organisation": Id(organisation), "entries": len(fill)})
        (scan,) = [node for node in nodes(plan) if node.get("Relation Name", "").startswith("event_")]
        assert scan["Actual Loops"] == len(fill)
        assert "stream = " in scan["Index Cond"]
        assert scan.get("Rows Removed by Filter", 0) == 0
        connection.rollback()


def partition_of(connection: psycopg.Connection[Any], organisation: bytes) -> int:
    found = connection.execute(
        "SELECT part FROM generate_series(0, 15) AS part"
        " WHERE satisfies_hash_partition('ledger.event'::regclass, 16, part, %s)",
        [Id(organisation)],
    ).fetchone()
    assert found is not None
    return int(found[0])


def test_a_condition_scans_only_what_came_after(school: School) -> None:
    size = ENTRIES + REGISTERS
    query = (
        "SELECT FROM ledger.event WHERE organisation = %s AND index > %s AND index <= %s"
        " AND stream = ANY (%s) AND subjects && %s"
    )
    values = [Id(school.organisation), size - CONDITION_SPAN_MAX // 50, size, Ids.of([os.urandom(16)]),
              Ids.of([os.urandom(16)])]  # fmt: skip
    with school.installation.connect("rollbook_records", school.organisation) as connection:
        plan = explained(connection, query, values)
    name, condition = index_of(school, plan)
    assert name in {"event_pkey", "event_organisation_stream_version_key"}
    assert "organisation = " in condition


def test_a_name_is_searched_by_its_index(school: School) -> None:
    query = (
        'SELECT subject, row FROM views.pupils_v3 WHERE organisation = %s AND search_key COLLATE "C" >= %s'
        ' AND search_key COLLATE "C" < %s ORDER BY search_key COLLATE "C" LIMIT 50'
    )
    conninfo = school.installation.databases.conninfo("views", "rollbook_views_reader")
    with psycopg.connect(conninfo) as connection:
        connection.execute(sql.BIND, [school.organisation.hex()])
        plan = explained(connection, query, [school.organisation.hex(), "abc", "abd"])
    scans = [node for node in nodes(plan) if "Index Name" in node]
    assert len(scans) == 1
    assert "search_key" in scans[0]["Index Name"]
    assert "search_key)::text >= " in scans[0]["Index Cond"] or "search_key >= " in scans[0]["Index Cond"]
    assert 0 < plan["Actual Rows"] <= 50
    assert sum(node.get("Rows Removed by Filter", 0) for node in nodes(plan)) == 0


def test_one_pupils_row_is_found_by_its_key(school: School) -> None:
    conninfo = school.installation.databases.conninfo("views", "rollbook_views_reader")
    with psycopg.connect(conninfo) as connection:
        connection.execute(sql.BIND, [school.organisation.hex()])
        query = "SELECT row FROM views.pupils_v3 WHERE organisation = %s AND subject = %s"
        plan = explained(connection, query, [school.organisation.hex(), os.urandom(16).hex()])
    (scan,) = [node for node in nodes(plan) if "Index Name" in node]
    assert scan["Index Name"] == "pupils_v3_pkey"

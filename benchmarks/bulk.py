"""Bulk registers: ours against the eventsourcing recorder, audited CRUD and a prebuilt COPY, taken in turn."""

import asyncio
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from time import perf_counter
from uuid import UUID

import psycopg
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresAggregateRecorder, PostgresDatastore
from psycopg.conninfo import conninfo_to_dict

from events.codes.calendar import school_year
from events.records import RegisterTaken
from ledger.codec import Draft, Meta
from ledger.decider import Stream
from ledger.log import Append
from ledger.postgres.log import PostgresLog
from services.installation import Installation

MARKS = 30
"""Marks of a register: a class."""


@dataclass(frozen=True, slots=True)
class Load:
    """Registers as JSON, as a connector sends them, of one school's pupils."""

    pupils: list[bytes]
    registers: list[bytes]

    @classmethod
    def of(cls, registers: int, classes: int = 10) -> "Load":
        """Make so many registers of thirty marks, for so many classes."""
        pupils = [os.urandom(16) for _ in range(MARKS * classes)]
        groups = [UUID(bytes=os.urandom(16)) for _ in range(classes)]
        made = []
        for number in range(registers):
            day = date(2026, 9, 1) + timedelta(days=number // (2 * classes) % 300)
            group = number % classes
            there = pupils[group * MARKS : group * MARKS + MARKS]
            made.append(json.dumps({
                "group": str(groups[group]), "date": day.isoformat(), "session": "AM" if number // classes % 2 else "PM",
                "parts": {str(UUID(bytes=one)): {"code": "L", "minutes_late": None} for one in there},
            }).encode())  # fmt: skip
        return cls(pupils, made)


def ours(installation: Installation, organisation: bytes) -> Callable[[Load], float]:
    """Give what validates, seals and appends a load as one command; it gives the seconds that took."""

    def run(load: Load) -> float:
        async def go() -> float:
            async with PostgresLog(installation.databases.conninfo("log", "rollbook_records")) as log:
                await log.open(organisation)
                started = perf_counter()
                command = os.urandom(16)
                meta = Meta(load.pupils[0], "connector", "attendance-register", "a-basis", command)
                sealed, keys = [], set()
                for body in load.registers:
                    event = RegisterTaken.model_validate_json(body)
                    stream = Stream("register", event.date, event.session).id(organisation)
                    entry, used = installation.codec.seal(organisation, "records", Draft(stream, None, event), meta)
                    sealed.append(entry)
                    keys.update(used)
                await log.append(Append(organisation, command, b"", b"{}", sealed, keys=list(keys)))
                return perf_counter() - started

        return asyncio.run(go())

    return run


def library(installation: Installation) -> Callable[[Load], float]:
    """Give what stores an event a mark, validated by nobody and sealed by nobody, with the library's own recorder."""
    parts = conninfo_to_dict(installation.databases.admin_conninfo("log"))
    store = PostgresDatastore(
        str(parts["dbname"]), str(parts["host"]), str(parts["port"]), str(parts["user"]), str(parts["password"])
    )
    recorder = PostgresAggregateRecorder(store, events_table_name="library_events")
    recorder.create_table()

    def run(load: Load) -> float:
        started = perf_counter()
        for begin in range(0, len(load.registers), 200):
            recorder.insert_events(
                [
                    StoredEvent(UUID(bytes=os.urandom(16)), 1, "mark-taken", body[:200])
                    for body in load.registers[begin : begin + 200]
                    for _ in range(MARKS)
                ]
            )
        return perf_counter() - started

    return run


def crud(installation: Installation) -> Callable[[Load], float]:
    """Give what upserts a row a mark into a table with an audit trigger, set-based."""
    with psycopg.connect(installation.databases.admin_conninfo("log")) as connection:
        connection.execute("""
            CREATE TABLE IF NOT EXISTS public.mark (pupil uuid, day date, session text, code text,
              PRIMARY KEY (pupil, day, session));
            CREATE TABLE IF NOT EXISTS public.audit (at timestamptz, what text, before jsonb, after jsonb);
            CREATE OR REPLACE FUNCTION public.audited() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              INSERT INTO public.audit VALUES (clock_timestamp(), TG_OP, to_jsonb(old), to_jsonb(new)); RETURN new; END $$;
            DROP TRIGGER IF EXISTS audited ON public.mark;
            CREATE TRIGGER audited BEFORE INSERT OR UPDATE ON public.mark FOR EACH ROW EXECUTE FUNCTION public.audited();
        """)

    def run(load: Load) -> float:
        started = perf_counter()
        with psycopg.connect(installation.databases.admin_conninfo("log")) as connection:
            for begin in range(0, len(load.registers), 100):
                rows = [
                    (one, event["date"], event["session"], part["code"])
                    for event in map(json.loads, load.registers[begin : begin + 100])
                    for one, part in event["parts"].items()
                ]
                connection.execute(
                    "INSERT INTO public.mark SELECT * FROM unnest(%s::uuid[], %s::date[], %s::text[], %s::text[])"
                    " ON CONFLICT (pupil, day, session) DO UPDATE SET code = excluded.code",
                    [list(column) for column in zip(*rows, strict=True)],
                )
        return perf_counter() - started

    return run


def copied(installation: Installation) -> Callable[[Load], float]:
    """Give what copies the same bytes, made beforehand, into an indexed table: what PostgreSQL takes."""
    with psycopg.connect(installation.databases.admin_conninfo("log")) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS public.plain (stream uuid, year int, body bytea)")
        connection.execute("CREATE INDEX IF NOT EXISTS plain_stream ON public.plain (stream)")

    def run(load: Load) -> float:
        rows = b"".join(
            f"{UUID(bytes=os.urandom(16))}\t{school_year(date(2026, 9, 1))}\t\\\\x{body.hex()}\n".encode()
            for body in load.registers
        )
        started = perf_counter()
        with (
            psycopg.connect(installation.databases.admin_conninfo("log")) as connection,
            connection.cursor().copy("COPY public.plain FROM STDIN") as copy,
        ):
            copy.write(rows)
        return perf_counter() - started

    return run

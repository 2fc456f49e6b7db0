"""The peers: what others do with the same marks or facts, on the same server. None of them validates or seals."""

import json
from collections.abc import Callable, Iterator, Sequence
from time import perf_counter
from typing import Any, Final, LiteralString, TypeVar
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

import psycopg
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.conninfo import conninfo_to_dict

from benchmarks.loads import Fact
from benchmarks.table import Span, check
from services.installation import Installation

EVENTS: Final = 3_000
"""Events in one call of the recorder: five hundred were a quarter slower, ten thousand no faster."""
REGISTERS: Final = 100
"""Registers in one transaction of CRUD, 3,000 marks: ten were slower, and a thousand no faster."""
UNNEST: LiteralString = (
    "INSERT INTO public.mark SELECT * FROM unnest(%s::uuid[], %s::date[], %s::text[], %s::text[])"
    " ON CONFLICT (pupil, day, session) DO UPDATE SET code = excluded.code"
)
EXECUTEMANY: LiteralString = (
    "INSERT INTO public.mark VALUES (%s, %s, %s, %s)"
    " ON CONFLICT (pupil, day, session) DO UPDATE SET code = excluded.code"
)
_TABLES: LiteralString = """
DROP TABLE IF EXISTS public.mark, public.audit;
CREATE TABLE public.mark (pupil uuid, day date, session text, code text, PRIMARY KEY (pupil, day, session));
CREATE TABLE public.audit (number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz, actor text,
  what text, pupil uuid, before jsonb, after jsonb);
CREATE INDEX ON public.audit (pupil);
CREATE OR REPLACE FUNCTION public.audited() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO public.audit (at, actor, what, pupil, before, after)
  VALUES (clock_timestamp(), current_setting('bench.actor', true), TG_OP, new.pupil, to_jsonb(old), to_jsonb(new));
  RETURN new; END $$;
CREATE TRIGGER audited BEFORE INSERT OR UPDATE ON public.mark FOR EACH ROW EXECUTE FUNCTION public.audited();
"""
_COPY_HEAD: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_END: Final = b"\xff\xff"
LoadT = TypeVar("LoadT")


def recorder(installation: Installation, stored: Callable[[LoadT], list[StoredEvent]]) -> Callable[[LoadT], Span]:
    """Give what stores events with the library's recorder for applications, which numbers them for a feed as we do.

    ``stored`` makes the library's events beforehand: making and encoding them is not timed.
    """
    parts = conninfo_to_dict(installation.databases.admin_conninfo("log"))
    store = PostgresDatastore(
        str(parts["dbname"]), str(parts["host"]), str(parts["port"]), str(parts["user"]), str(parts["password"])
    )
    found = PostgresApplicationRecorder(store, events_table_name="library_events")
    found.create_table()

    def run(load: LoadT) -> Span:
        events, before = stored(load), found.max_notification_id() or 0
        began = perf_counter()
        for start in range(0, len(events), EVENTS):
            found.insert_events(events[start : start + EVENTS])
        span = Span(began, perf_counter())
        check((found.max_notification_id() or 0) - before, len(events), "events recorded")
        return span

    return run


def marks_as_events(registers: Sequence[bytes]) -> list[StoredEvent]:
    """Give an event a mark, in a stream a register."""
    found = []
    for body in registers:
        register = json.loads(body)
        about = {name: register[name] for name in ("group", "date", "session")}
        stream = uuid5(NAMESPACE_OID, json.dumps(about))
        for version, (pupil, part) in enumerate(register["parts"].items(), start=1):
            state = json.dumps(about | {"pupil": pupil} | part).encode()
            found.append(StoredEvent(stream, version, "mark-taken", state))
    return found


def facts_as_events(facts: Sequence[Fact]) -> list[StoredEvent]:
    """Give facts about people as the library's events, in streams that nothing was stored in before."""
    streams: dict[tuple[str, bytes], tuple[UUID, int]] = {}
    found = []
    for fact in facts:
        stream, version = streams.get((fact.stream, fact.subject), (uuid4(), 0))
        streams[fact.stream, fact.subject] = stream, version + 1
        found.append(StoredEvent(stream, version + 1, fact.kind.definition.name, fact.body))
    return found


def crud(installation: Installation, statement: LiteralString) -> Callable[[Sequence[bytes]], Span]:
    """Give what upserts a row a mark into a table with an audit trigger; the tables are new each time.

    The audit says who and when, and finds one pupil's history by an index: what our log does. executemany sends its
    rows in a pipeline, with one statement prepared: the best that row by row can be.
    """

    def run(registers: Sequence[bytes]) -> Span:
        with psycopg.connect(installation.databases.admin_conninfo("log"), autocommit=True) as connection:
            connection.execute(_TABLES)
            connection.execute("SET bench.actor = 'connector'")
            began = perf_counter()
            for start in range(0, len(registers), REGISTERS):
                rows = list(_rows(registers[start : start + REGISTERS]))
                with connection.transaction(), connection.cursor() as cursor:
                    if statement == UNNEST:
                        cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])
                    else:
                        cursor.executemany(statement, rows)
            span = Span(began, perf_counter())
            marks = sum(1 for _ in _rows(registers))
            for table in ("mark", "audit"):
                check(_count(connection, table), marks, f"rows in {table}")
            return span

    return run


def copied(installation: Installation) -> Callable[[Sequence[bytes]], Span]:
    """Give what copies a row a mark, made beforehand, into an indexed table of events: what PostgreSQL takes."""

    def run(registers: Sequence[bytes]) -> Span:
        with psycopg.connect(installation.databases.admin_conninfo("log"), autocommit=True) as connection:
            connection.execute("""
                DROP TABLE IF EXISTS public.plain;
                CREATE TABLE public.plain (stream uuid, version int, pupil uuid, name text, body bytea,
                  PRIMARY KEY (stream, version));
                CREATE INDEX ON public.plain (pupil);
            """)
            events = marks_as_events(registers)
            rows = b"".join((_COPY_HEAD, *map(_copied, events), _COPY_END))
            began = perf_counter()
            with connection.cursor().copy("COPY public.plain FROM STDIN (FORMAT binary)") as copy:
                copy.write(rows)
            span = Span(began, perf_counter())
            check(_count(connection, "plain"), len(events), "rows copied")
            return span

    return run


def _copied(event: StoredEvent) -> bytes:
    pupil = UUID(json.loads(event.state)["pupil"])
    fields = (
        UUID(str(event.originator_id)).bytes,
        event.originator_version.to_bytes(4, "big"),
        pupil.bytes,
        event.topic.encode(),
        event.state,
    )
    return b"".join(((5).to_bytes(2, "big"), *(len(one).to_bytes(4, "big") + one for one in fields)))


def _rows(registers: Sequence[bytes]) -> Iterator[tuple[str, str, str, str]]:
    for register in map(json.loads, registers):
        for pupil, part in register["parts"].items():
            yield pupil, register["date"], register["session"], part["code"]


def _count(connection: psycopg.Connection[Any], table: LiteralString) -> int:
    found = connection.execute(psycopg.sql.SQL("SELECT count(*) FROM public.{}").format(psycopg.sql.Identifier(table)))
    return int(found.fetchall()[0][0])

"""The statements of the log, and how an append becomes their parameters. One text for every kind of connection."""

import struct
from collections.abc import Sequence
from typing import Any, Final, LiteralString

from psycopg import Error

from ledger.log import (
    CONDITION_SPAN_MAX,
    Append,
    Appended,
    Claim,
    Claimed,
    CommandReused,
    Conflict,
    Fenced,
    LogError,
    Overloaded,
    Sealed,
    Stored,
    UnknownOrganisation,
)
from ledger.postgres.wire import Id, Ids, array_bytes
from ledger.tree import content_of

COLUMNS: Final = ", ".join(f'"{name}"' for name in Stored._fields)

BIND: LiteralString = "SELECT set_config('rollbook.organisations', %s, true), set_config('rollbook.subject', '', true)"
"""Every transaction says whose rows it is about; without it, it sees and writes none."""

BIND_SUBJECT: LiteralString = (
    "SELECT set_config('rollbook.organisations', %s, true), set_config('rollbook.subject', %s, true)"
)

ADMIT: LiteralString = "SELECT ledger.admit(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"

INSERT_ONE: LiteralString = """
INSERT INTO ledger.event (organisation, index, recorded_at, version, leaf, body, event_id, service, stream, name,
  event_version, category, period, subjects, cohort, actor, role, purpose, basis, connector, batch, "row", command,
  cause)
SELECT l.organisation, l.size - %(behind)s, l.recorded_at, v.version,
  ledger.leaf(%(content)s, v.version, l.size - %(behind)s, l.recorded_at), %(body)s, %(event_id)s, %(service)s,
  %(stream)s, %(name)s, %(event_version)s, %(category)s, %(period)s, %(subjects)s, %(cohort)s, %(actor)s, %(role)s,
  %(purpose)s, %(basis)s, %(connector)s, %(batch)s, %(row)s, %(command)s, %(cause)s
FROM ledger.log l
CROSS JOIN LATERAL (
  SELECT coalesce(%(version)s::integer, 1 + (
    SELECT coalesce(max(e.version), 0) FROM ledger.event e
    WHERE e.organisation = l.organisation AND e.stream = %(stream)s)) AS version
) v
WHERE l.organisation = %(organisation)s
"""

MAKE_STAGE: LiteralString = """
CREATE TEMPORARY TABLE IF NOT EXISTS stage (
  place integer, content bytea, version integer, body bytea, event_id uuid, service text, stream uuid, name text,
  event_version smallint, category text, period smallint, subjects uuid[], cohort boolean, actor uuid, role text,
  purpose text, basis text, connector text, batch uuid, "row" integer, command uuid, cause bigint
) ON COMMIT DELETE ROWS
"""

COPY_STAGE: LiteralString = "COPY pg_temp.stage FROM STDIN (FORMAT binary)"
"""COPY is refused on a table with row-level security, so a bulk append goes through a temporary one."""

INSERT_STAGE: LiteralString = """
INSERT INTO ledger.event (organisation, index, recorded_at, version, leaf, body, event_id, service, stream, name,
  event_version, category, period, subjects, cohort, actor, role, purpose, basis, connector, batch, "row", command,
  cause)
SELECT l.organisation, l.size - %(entries)s + s.place, l.recorded_at, s.next,
  ledger.leaf(s.content, s.next, l.size - %(entries)s + s.place, l.recorded_at), s.body, s.event_id, s.service,
  s.stream, s.name, s.event_version, s.category, s.period, s.subjects, s.cohort, s.actor, s.role, s.purpose, s.basis,
  s.connector, s.batch, s."row", s.command, s.cause
FROM ledger.log l
CROSS JOIN LATERAL (
  SELECT s.*, coalesce(s.version, (
      SELECT coalesce(max(e.version), 0) FROM ledger.event e
      WHERE e.organisation = %(organisation)s AND e.stream = s.stream
    )::integer + (row_number() OVER (PARTITION BY s.stream ORDER BY s.place))::integer) AS next
  FROM pg_temp.stage s
) s
WHERE l.organisation = %(organisation)s
ORDER BY s.place
"""

SELECT: Final = f"SELECT {COLUMNS} FROM ledger.event"  # noqa: S608  # our own columns
ABOUT: Final = (
    SELECT.replace('"body"', "ledger.cut(body, array_position(subjects, %s)) AS body")
    + " WHERE organisation = %s AND index <= %s ORDER BY index"
)
"""Everything about the subject that the transaction is bound to; never prepared, as a generic plan would not know
how few rows the policy leaves."""

OF_BATCH: Final = f"{SELECT} WHERE organisation = %s AND batch = %s ORDER BY index"
"""Everything that came from one file; the index event_batch serves it."""

_STREAM: Final = (
    "SELECT l.size, " + ", ".join(f'e."{name}"' for name in Stored._fields) + " FROM ledger.log l"  # noqa: S608  # our own columns
    " LEFT JOIN ledger.event e ON e.organisation = l.organisation AND e.stream = %s{about}"
    " WHERE l.organisation = %s ORDER BY e.version"
)
STREAM: Final = _STREAM.format(about="")
STREAM_ABOUT: Final = _STREAM.format(about=" AND e.subjects && %s")
"""A stream's entries and the log's size in one snapshot; of an empty stream the size alone."""

ANSWERED: LiteralString = "SELECT digest, first, last, result FROM ledger.command WHERE organisation = %s AND key = %s"
NOTIFY: LiteralString = "SELECT pg_notify('rollbook', %s)"
CHANNEL: Final = "rollbook"
VIEWS_CHANNEL: Final = "rollbook_views"
"""On which the views' database tells whose live rows have moved on."""


def admit_parameters(append: Append) -> tuple[Any, ...]:
    """Give the parameters of ADMIT."""
    unless = append.unless
    return (
        Id(append.organisation), len(append.entries), Id(append.command), append.digest, append.result,
        unless.after if unless else None,
        list(unless.names) if unless and unless.names else None,
        Ids.of(unless.streams) if unless and unless.streams else None,
        Ids.of(unless.subjects) if unless and unless.subjects else None,
        CONDITION_SPAN_MAX,
        *_claims(append.claims), *_claims(append.releases),
        Ids.of(dict.fromkeys(append.keys)), Ids.of(append.fences) if append.fences else None,
    )  # fmt: skip


def _claims(claims: Sequence[Claim]) -> tuple[Any, Any, Any]:
    if not claims:
        return None, None, None
    return [c.kind for c in claims], [c.digest for c in claims], Ids.of(c.subject for c in claims)


def one_parameters(organisation: bytes, entry: Sealed, behind: int) -> dict[str, Any]:
    """Give the parameters of INSERT_ONE; ``behind`` is how many of the append's entries follow this one."""
    return {
        **entry._asdict(),
        "organisation": Id(organisation),
        "behind": behind,
        "content": content_of(organisation, entry),
        "event_id": Id(entry.event_id),
        "stream": Id(entry.stream),
        "subjects": Ids.of(entry.subjects),
        "actor": Id(entry.actor),
        "batch": None if entry.batch is None else Id(entry.batch),
        "command": Id(entry.command),
    }


_NULL: Final = b"\xff\xff\xff\xff"
_COPY_HEAD: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_END: Final = b"\xff\xff"
_STAGE_FIELDS: Final = (22).to_bytes(2, "big")
_INT4: Final = struct.Struct(">ii")
_INT2: Final = struct.Struct(">ih")
_INT8: Final = struct.Struct(">iq")


def _field(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def copy_bytes(organisation: bytes, entries: Sequence[Sealed]) -> bytes:
    """Give the binary COPY of an append's entries into the stage, packed before the lock is taken."""
    out = [_COPY_HEAD]
    for place, entry in enumerate(entries, start=1):
        out += (
            _STAGE_FIELDS,
            _INT4.pack(4, place),
            _field(content_of(organisation, entry)),
            _NULL if entry.version is None else _INT4.pack(4, entry.version),
            _field(entry.body),
            _field(entry.event_id),
            _field(entry.service.encode()),
            _field(entry.stream),
            _field(entry.name.encode()),
            _INT2.pack(2, entry.event_version),
            _NULL if entry.category is None else _field(entry.category.encode()),
            _INT2.pack(2, entry.period),
            _field(array_bytes(b"".join(entry.subjects))),
            b"\x00\x00\x00\x01\x01" if entry.cohort else b"\x00\x00\x00\x01\x00",
            _field(entry.actor),
            _field(entry.role.encode()),
            _field(entry.purpose.encode()),
            _field(entry.basis.encode()),
            _NULL if entry.connector is None else _field(entry.connector.encode()),
            _NULL if entry.batch is None else _field(entry.batch),
            _NULL if entry.row is None else _INT4.pack(4, entry.row),
            _field(entry.command),
            _NULL if entry.cause is None else _INT8.pack(8, entry.cause),
        )
    out.append(_COPY_END)
    return b"".join(out)


def answer(row: tuple[Any, ...] | None, digest: bytes) -> Appended | None:
    """Read what ANSWERED gave: the stored answer, or None for a command not seen. Raises CommandReused."""
    if row is None:
        return None
    if bytes(row[0]) != digest:
        raise CommandReused("this command's key was used before with other content")
    return Appended(row[1], row[2], bytes(row[3]), repeated=True)


class Seen(Exception):
    """The command's key won a race: its stored answer can be read now."""


def refusal(error: Error) -> LogError | Seen | None:
    """Translate what the database raised; None for what is no answer of the log's. No row content is kept."""
    match error.sqlstate:
        case "RB001":
            return UnknownOrganisation("there is no log for this organisation")
        case "RB002":
            return Seen()
        case "RB003" | "23505" | "40001" | "40P01":
            return Conflict("the log moved on since this was decided")
        case "RB004":
            return Claimed(tuple(int(place) for place in (error.diag.message_detail or "").split(",") if place))
        case "RB005":
            return Fenced("a key this was sealed with has been ordered destroyed")
        case "55P03" | "57014" | "25P03":
            return Overloaded("the log is busy; the same command may be sent again")
        case _:
            return None

"""An entry as a Kafka record: sealed as the log keeps it, under its organisation, with headers in clear."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from ledger.log import Stored

CONTENT_TYPE: Final = "application/vnd.rollbook.entry+msgpack"
"""The value's form: a msgpack array of the log's columns, in the order of ledger.log.Stored; body is sealed."""
ID_BYTES: Final = 16
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_PLACE_OF_TIME: Final = Stored._fields.index("recorded_at")
_PLACE_OF_SUBJECTS: Final = Stored._fields.index("subjects")
_pack: Final = msgspec.msgpack.Encoder().encode
_unpack: Final = msgspec.msgpack.Decoder(list[Any]).decode

Headers = list[tuple[str, bytes]]


class Origin(NamedTuple):
    """Which log's database a record comes from, and in which epoch of that organisation's log it was sent.

    A database that is made anew has another ``id``; one that was restored has another epoch.
    """

    id: bytes
    epoch: int


class Record(NamedTuple):
    """A record before it is sent, or as it came."""

    key: bytes
    value: bytes
    headers: Headers
    timestamp_ms: int


class NotAnEntry(Exception):
    """A record that no relay of Rollbook sent; the sentence says why."""


def key_of(organisation: bytes) -> bytes:
    """Give the key of an organisation's records, its id as text: CloudEvents reads a key as text."""
    return str(UUID(bytes=organisation)).encode()


def record_of(stored: Stored, origin: Origin) -> Record:
    """Give an entry as a record."""
    row: list[Any] = list(stored)
    row[_PLACE_OF_TIME] = (stored.recorded_at - _EPOCH) // _MICROSECOND
    return Record(key_of(stored.organisation), _pack(row), headers_of(stored, origin), row[_PLACE_OF_TIME] // 1000)


def headers_of(stored: Stored, origin: Origin) -> Headers:
    """Give the headers: Rollbook's own, and the attributes of CloudEvents 1.0 in its Kafka protocol binding.

    All of them stand in clear in the log too: nothing here is personal beyond a pseudonym.
    """
    organisation = str(UUID(bytes=stored.organisation))
    return [
        ("origin", str(UUID(bytes=origin.id)).encode()),
        ("epoch", b"%d" % origin.epoch),
        ("organisation", organisation.encode()),
        ("index", b"%d" % stored.index),
        ("name", stored.name.encode()),
        ("version", b"%d" % stored.event_version),
        ("ce_specversion", b"1.0"),
        ("ce_id", str(UUID(bytes=stored.event_id)).encode()),
        ("ce_source", f"urn:uuid:{organisation}".encode()),
        ("ce_type", f"rollbook.{stored.service}.{stored.name}.v{stored.event_version}".encode()),
        ("ce_time", stored.recorded_at.astimezone(UTC).isoformat().encode()),
        ("content-type", CONTENT_TYPE.encode()),
    ]


def origin_of(headers: Iterable[tuple[str, bytes]]) -> Origin:
    """Give where a record says it comes from. Raises NotAnEntry."""
    found = dict(headers)
    try:
        return Origin(UUID(found["origin"].decode()).bytes, int(found["epoch"]))
    except (KeyError, ValueError, TypeError, AttributeError):
        raise NotAnEntry("it does not say from which log, and which epoch of it, it comes") from None


def stored_of(value: bytes | None) -> Stored:
    """Give the entry of a record's value. Raises NotAnEntry."""
    try:
        row = _unpack(value or b"")
        row[_PLACE_OF_TIME] = _EPOCH + timedelta(microseconds=row[_PLACE_OF_TIME])
        row[_PLACE_OF_SUBJECTS] = tuple(row[_PLACE_OF_SUBJECTS])
        stored = Stored(*row)
        is_entry = type(stored.index) is int and type(stored.body) is bytes and len(stored.organisation) == ID_BYTES
    except (msgspec.DecodeError, TypeError, IndexError, OverflowError):
        is_entry, stored = False, None
    if stored is None or not is_entry:
        raise NotAnEntry("its value is not an entry as a relay sends it")
    return stored

"""The AsyncAPI document is valid by its own schema, of this code, and true of a record that the relay sends."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
from jsonschema import Draft7Validator
from support.entries import sealed

from ledger.kafka.message import NotAnEntry, Origin, key_of, origin_of, record_of, stored_of
from ledger.log import Stored
from services import asyncapi

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "tests" / "vendored" / "asyncapi" / "3.0.0.json").read_text())
ORGANISATION = bytes(range(16))
ORIGIN = Origin(bytes(range(16, 32)), 3)


def entry() -> Stored:
    """Give an entry as the log stores it."""
    return Stored(
        ORGANISATION,
        7,
        datetime(2026, 9, 15, 8, 50, 0, 123456, UTC),
        **sealed(version=2)._asdict(),
        leaf=bytes(32),
    )


def test_the_document_is_valid() -> None:
    assert list(Draft7Validator(SCHEMA).iter_errors(asyncapi.document())) == []
    broken = {**asyncapi.document(), "channels": {"entries": {"address": 7}}}
    assert list(Draft7Validator(SCHEMA).iter_errors(broken)) != []


def test_the_document_is_of_this_code() -> None:
    assert (ROOT / "docs" / "asyncapi.json").read_text() == asyncapi.text(), "run make docs"


def test_a_records_headers_are_as_the_document_says() -> None:
    headers = {name: value.decode() for name, value in record_of(entry(), ORIGIN).headers}
    said = asyncapi.document()["components"]["messageTraits"]["entry"]["headers"]
    assert list(Draft7Validator({**said, "additionalProperties": False}).iter_errors(headers)) == []
    columns = asyncapi.document()["components"]["schemas"]["entry"]["items"]
    assert [one["title"] for one in columns] == list(Stored._fields)


def test_a_record_is_a_cloud_event() -> None:
    stored = entry()
    record = record_of(stored, ORIGIN)
    message = KafkaMessage(dict(record.headers), record.key, record.value)
    event = from_binary(message, JSONFormat())
    assert event.get_specversion() == "1.0"
    assert event.get_type() == "rollbook.records.register-taken.v1"
    assert event.get_source() == f"urn:uuid:{UUID(bytes=ORGANISATION)}"
    assert event.get_id() == str(UUID(bytes=stored.event_id))
    assert event.get_time() == stored.recorded_at
    assert event.get_datacontenttype() == "application/vnd.rollbook.entry+msgpack"
    assert event.get_attributes()["partitionkey"] == str(UUID(bytes=ORGANISATION))


def test_an_entry_comes_back_as_it_was() -> None:
    stored = entry()
    record = record_of(stored, ORIGIN)
    assert stored_of(record.value) == stored
    assert origin_of(record.headers) == ORIGIN
    assert record.key == key_of(ORGANISATION)


@pytest.mark.parametrize(
    "changed", [{"organisation": b"short"}, {"index": "7"}, {"body": None}, {"organisation": None}]
)
def test_what_has_not_the_form_of_an_entry_is_none(changed: dict[str, Any]) -> None:
    with pytest.raises(NotAnEntry):
        stored_of(packed(changed))


@pytest.mark.parametrize("headers", [[("origin", None), ("epoch", b"1")], [("origin", b"x"), ("epoch", None)], []])
def test_headers_that_say_no_origin_are_refused(headers: Any) -> None:
    with pytest.raises(NotAnEntry):
        origin_of(headers)


def packed(changed: dict[str, Any]) -> bytes:
    """Give an entry's value with columns that are not of their kind."""
    row = list(entry()._replace(**changed))
    row[Stored._fields.index("recorded_at")] = 0
    return msgspec.msgpack.encode(row)

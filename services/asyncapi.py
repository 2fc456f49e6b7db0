"""What travels over Kafka, as an AsyncAPI 3 document for whoever connects another system: `make docs` writes it."""

import json
from collections.abc import Mapping
from typing import Any, Final, get_type_hints

from events import catalogue
from events.model import DISCREET, Event, PersonEvent, RegisterEvent
from ledger.kafka.broker import Broker
from ledger.kafka.message import CONTENT_TYPE
from ledger.log import Stored
from services.inbox import CONTENT_TYPE as JSON
from services.inbox import InboxCommand, InboxOutcome

_TEXT: Final = {"type": "string"}
_ID: Final = {"type": "string", "format": "uuid"}
_NUMBER: Final = {"type": "string", "pattern": "^[0-9]+$"}
_HEADERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "origin": {**_ID, "description": "The log's database. Refuse any other than the one you began with."},
    "epoch": {**_NUMBER, "description": "It grows when that database is restored. Refuse an older one."},
    "organisation": {**_ID, "description": "Whose log; it is the record's key too."},
    "index": {**_NUMBER, "description": "The entry's number in that log: 1, 2, 3 without holes. Drop what you have."},
    "name": {**_TEXT, "description": "The event's given name."},
    "version": {**_NUMBER, "description": "The event's version, which never changes once released."},
    "ce_specversion": {"const": "1.0", "description": "CloudEvents, in its Kafka protocol binding, binary mode."},
    "ce_id": _ID,
    "ce_source": {"type": "string", "pattern": "^urn:uuid:"},
    "ce_type": {"type": "string", "pattern": r"^rollbook\."},
    "ce_time": {"type": "string", "format": "date-time"},
    "content-type": {"const": CONTENT_TYPE},
}
_KINDS: Final[Mapping[object, Mapping[str, Any]]] = {
    bytes: {"type": "string", "contentEncoding": "binary"},
    str: _TEXT,
    int: {"type": "integer"},
    bool: {"type": "boolean"},
}
_KEY: Final = {**_ID, "description": "The command's Idempotency-Key: the same for each attempt at one change."}
_INBOX: Final[Mapping[str, Mapping[str, Any]]] = {
    "command": {
        "name": "command", "contentType": JSON,
        "summary": "A command of the HTTP API: its path after the organisation, and its body.",
        "headers": {
            "type": "object", "required": ["idempotency-key", "authorization"],
            "properties": {"idempotency-key": _KEY, "authorization": {"type": "string", "pattern": "^[Bb]earer "}},
        },
        "payload": InboxCommand.model_json_schema(),
    },
    "outcome": {
        "name": "outcome", "contentType": JSON,
        "summary": "What the HTTP API would have answered, without anybody's values.",
        "headers": {
            "type": "object", "required": ["idempotency-key"],
            "properties": {"idempotency-key": _KEY, "content-type": {"const": JSON}},
        },
        "payload": InboxOutcome.model_json_schema(),
    },
}  # fmt: skip
_ABOUT: Final = (
    "Rollbook publishes every entry of every organisation's log, in order and sealed as stored. Whoever reads the topic"
    " learns that something happened, when, by which pseudonym and on which basis, and nothing that names a person."
    " What is not sealed is about nobody: a rule adopted, a school closed for snow. PostgreSQL is the record; a topic"
    " carries it, at least once. Drop an entry whose index you have, and ask Rollbook when one is missing."
)


def document() -> Mapping[str, Any]:
    """Give the AsyncAPI 3.0 document: the topics, their records, and the schema of every released event."""
    broker = Broker("localhost:9092")
    events = catalogue.released()
    messages = {_message(name, version): _message_of(event) for (name, version), event in events.items()}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Rollbook over Apache Kafka", "version": "1", "description": _ABOUT,
            "license": {"name": "MIT"},
        },
        "defaultContentType": CONTENT_TYPE,
        "servers": {
            "kafka": {"host": "localhost:9092", "protocol": "kafka", "description": "As ROLLBOOK_KAFKA names it."}
        },
        "channels": {
            "entries": {
                "address": broker.entries,
                "description": "One record an entry, in order for each organisation, whose id is the key.",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
            },
            "commands": {
                "address": broker.commands,
                "description": "One record a command, carried out in order for each organisation, whose id is the key.",
                "messages": {"command": {"$ref": "#/components/messages/command"}},
            },
            "outcomes": {
                "address": broker.outcomes,
                "description": "What became of each command, at least once; under the same key.",
                "messages": {"outcome": {"$ref": "#/components/messages/outcome"}},
            },
        },
        "operations": {
            "takeCommands": {
                "action": "receive", "channel": {"$ref": "#/channels/commands"},
                "summary": "You send, with a token of your own; Rollbook's inbox takes (docs/inbox.md).",
            },
            "tellOutcomes": {
                "action": "send", "channel": {"$ref": "#/channels/outcomes"},
                "summary": "Rollbook's inbox tells; you receive.",
            },
            "followEntries": {
                "action": "send", "channel": {"$ref": "#/channels/entries"},
                "summary": "Rollbook's relay sends; you receive.",
            },
        },
        "components": {
            "messages": {**messages, **_INBOX},
            "messageTraits": {"entry": {"contentType": CONTENT_TYPE, "headers": _headers()}},
            "schemas": {"entry": _entry(), **_schemas(events)},
        },
    }  # fmt: skip


def _message(name: str, version: int) -> str:
    return f"{name}.v{version}"


def _message_of(event: type[Event]) -> Mapping[str, Any]:
    told = event.definition
    name = DISCREET if told.discreet else told.name
    return {
        "name": _message(told.name, told.version),
        "title": told.name.replace("-", " "),
        "summary": " ".join((event.__doc__ or "").split()),
        "description": f"{_sealed(event)} The header ``name`` says ``{name}``.",
        "traits": [{"$ref": "#/components/messageTraits/entry"}],
        "payload": {"$ref": "#/components/schemas/entry"},
        "x-body": {"$ref": f"#/components/schemas/{_message(told.name, told.version)}"},
    }


def _sealed(event: type[Event]) -> str:
    if issubclass(event, RegisterEvent):
        return "Each subject's part is sealed under that subject's key."
    if issubclass(event, PersonEvent):
        return "The whole body is sealed under the subject's key."
    return "Nothing is sealed: it is about nobody."


def _headers() -> Mapping[str, Any]:
    return {"type": "object", "required": list(_HEADERS), "properties": dict(_HEADERS)}


def _entry() -> Mapping[str, Any]:
    """Give the record's value: a msgpack array of the log's columns, in order."""
    hints = get_type_hints(Stored)
    columns = []
    for name in Stored._fields:
        kind = next((said for of, said in _KINDS.items() if hints[name] in (of, of | None)), {})  # type: ignore[operator]  # a class of the table
        columns.append({"title": name, **kind})
    return {
        "type": "array",
        "description": "msgpack; recorded_at is in microseconds since 1970, ids are 16 bytes, body is sealed.",
        "minItems": len(columns),
        "maxItems": len(columns),
        "items": columns,
    }


def _schemas(events: Mapping[tuple[str, int], type[Event]]) -> Mapping[str, Any]:
    """Give the schema of each event's body as it is once opened; what several share stands beside them once."""
    found: dict[str, Any] = {}
    for (name, version), event in events.items():
        schema = event.model_json_schema(ref_template="#/components/schemas/{model}")
        found |= schema.pop("$defs", {})
        found[_message(name, version)] = schema
    return found


def text() -> str:
    """Give docs/asyncapi.json."""
    return json.dumps(document(), indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    print(text(), end="")  # noqa: T201  # make docs writes it to a file

"""The registry of everything that can happen, from which the documentation and the JSON Schemas are made."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from events import gateways, governance, records, rights, sharing
from events.model import Event, PersonEvent, RegisterEvent

DOCS: Final = Path(__file__).parent.parent / "docs" / "events.md"
DISCREETLY: Final = "; discreet: the log's columns do not tell which event it is"
PUBLISHERS: Final = {
    "governance": (governance, gateways), "records": (records,), "rights": (rights,), "sharing": (sharing,),
}  # fmt: skip
_IN_THE_HEADER: Final = frozenset({"subject", "parts"})


def released() -> Mapping[tuple[str, int], type[Event]]:
    """Give every released version of every event, by name and version."""
    return {key: kind for key, kind in sorted(Event.released.items()) if kind.__module__.startswith("events.")}


def kind_of(event: type[Event]) -> str:
    """Give an event's kind in a word."""
    if issubclass(event, RegisterEvent):
        return "register"
    return "person" if issubclass(event, PersonEvent) else "plain"


def fields(model: type) -> list[str]:
    """Give the fields of an event or part, with their types in words, as its JSON Schema has them."""
    schema = model.model_json_schema() if issubclass(model, Event) else {}
    found = []
    for name in getattr(model, "model_fields", {}):
        if name not in _IN_THE_HEADER:
            said = schema.get("properties", {}).get(name, {})
            found.append(f"`{name}` ({_type(said)})")
    return found


def _type(said: Mapping[str, object]) -> str:
    if "anyOf" in said and isinstance(said["anyOf"], list):
        return " or ".join(_type(one) for one in said["anyOf"])
    if "$ref" in said:
        return str(said["$ref"]).rpartition("/")[2]
    return str(said.get("format") or said.get("type") or "value")


def _category(event: type[Event]) -> str:
    return "its own, as the event says" if event.chooses_category else event.definition.category or "none"


def markdown() -> str:
    """Give the catalogue as a page of documentation."""
    lines = [
        "# The events",
        "",
        "Generated from `events/` by `make docs`; a released version is never edited. An entry's header is in clear:",
        "event id, organisation, service, index, stream and its version, subjects, name, version, category, period,",
        "recorded at, actor, role, purpose, lawful basis, source, command and cause. None of it says who anybody is.",
        "",
    ]
    for publisher, modules in PUBLISHERS.items():
        lines += [f"## Published by {publisher}", ""]
        for (name, version), event in released().items():
            if not f"{event.__module__}.".startswith(tuple(f"{module.__name__}." for module in modules)):
                continue
            sealed = {
                "plain": "nothing: it is about nobody",
                "person": "the whole body, under the subject's key",
                "register": "a part for each subject, each under that subject's key",
            }[kind_of(event)]
            lines += [
                f"### `{name}` version {version}",
                "",
                " ".join((event.__doc__ or "").split()),
                "",
                f"- kind: {kind_of(event)}; category: {_category(event)}",
                f"- sealed: {sealed}{DISCREETLY if event.definition.discreet else ''}",
                f"- fields: {', '.join(fields(event)) or 'none'}",
                "",
            ]
    return "\n".join(lines)


def schemas() -> Mapping[str, object]:
    """Give the JSON Schema of every released version."""
    return {f"{name}.v{version}": event.model_json_schema() for (name, version), event in released().items()}


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--docs"]:
            DOCS.write_text(markdown(), encoding="utf-8")
        case ["--schema"]:
            sys.stdout.write(json.dumps(schemas(), indent=1) + "\n")
        case _:
            sys.exit("usage: python -m events.catalogue --docs | --schema")

"""Adds the golden file of each released event version that has none: its stored bytes, pinned. Never edits one."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final, get_args, get_origin

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel

from events.catalogue import released
from events.model import Event, RegisterEvent
from ledger import codec, discreet
from ledger.discreet import Shown
from ledger.register_body import part_class, seal_register
from ledger.shape import encode, shape
from ledger.vault import Key, KeyName

FOLDER: Final = Path(__file__).parent / "files"
SUBJECT: Final = bytes(range(16))
OTHER: Final = bytes(range(100, 116))
NONCE: Final = bytes(range(12))
_EXAMPLES: Final[dict[str, Any]] = {
    "upn": "Z926200018001", "uln": "1000000019", "urn": "123456", "laestab": "9262000", "sex": "F", "relationship": "PAM", "phone_type": "M",
    "status": "C", "year_group": "3", "email": "dana@example.org", "number": "07700 900123", "code": "I", "was": "N",
    "rule": "a-rule", "digest": "0" * 64, "file_digest": "0" * 64, "case": "CASE-7", "role": "office", "session": "AM",
    "school_year": 2026, "parameters": {"days": 5}, "categories": ["identity"], "bases": ["a-basis"], "fields": "{}",
    "codes": ["OTH"], "source": "P", "care_authority": "926", "country": "ENG", "fsm_category": "TFSM", "field": "a_field",
    "reasons": ["A reason."], "terms": [{"first": "2026-09-03", "last": "2026-10-23"}], "minutes_late": 7, "priority": 1,
    "parental_responsibility": True, "year": 2026, "exclusion_reasons": ["PP", "DB"], "corrects": 12, "kind": None,
    "until": None, "attends": ["MON AM", "TUE PM"], "in_force_until": None, "ground": "another-school",
    "provision": "K", "ciphertext_digest": "0" * 64, "needs": ["ASD", "SLCN"],
    "order_kind": "care", "forbids": ["contact"], "withholds": "address", "known_from": "court", "fact": "sex",
    "item": "ethnicity", "asked": [{"item": "ethnicity", "required": False, "rule_version": 1}], "wording": "0" * 64,
    "subjects": [{"taught": "Maths", "statement": "Counts well.", "effort": "good"}],
    "term": "autumn", "lives_with": ["10" * 16],
    "purposes": ["daily-attendance"], "recipients": ["dfe"], "article_6": "6(1)(c)", "article_9": "9(2)(g)",
    "consent": "photographs", "consent_purpose": "photographs", "givers": ["parent", "pupil"], "conditions": [6, 18],
    "sharing_purpose": "transfer", "gateway": "a-gateway", "salt": "0" * 64, "commitment": "0" * 64, "entries": [3, 5],
    "made_at": "2026-09-15T10:00:00Z", "withheld": ["address"], "included": [SUBJECT.hex()], "excluded": [OTHER.hex()],
    "shares": [{"organisation": "Reed University", "title": "Pathways", "dataset": "School census 2015/16", "begins": "2026-01-01"}],
    "routes": [{"channel": "sftp", "endpoint": "nursing-trust"}], "numbers": [{"given_by": "ods", "number": "RX1"}],
    "notices": [{
        "notice": SUBJECT.hex(), "recipient": OTHER.hex(), "ripples": "correction", "since_entry": 9,
        "disclosures": [OTHER.hex()], "field_names": ["exclusions"], "told_entries": [7],
    }],
    "disclosures": [OTHER.hex()], "field_names": ["address"], "told_entries": [7],
    "uci": "689990980001D", "marks_sent": [{"first": "2025-09-03", "marks": "/\\I\\"}],
}  # fmt: skip
_FIELDS_NAMED: Final = ["upn", "attendance"]
"""An example of fields that are named, where others' ``fields`` are a text."""


def example(model: type[BaseModel]) -> dict[str, Any]:
    """Give an example of a model as JSON: the same for the same fields, always."""
    return {name: _value(name, field) for name, field in model.model_fields.items()}


def _value(name: str, field: Any) -> Any:
    annotation = field.annotation
    options = [one for one in getattr(annotation, "__args__", ()) if one is not type(None)]
    if name == "parts":
        part = options[1]
        return {SUBJECT.hex(): example(part), OTHER.hex(): example(part)}
    if name == "fields" and get_origin(annotation) is tuple and get_args(annotation)[0] is not str:
        named = get_args(annotation)[0]
        return [example(named)] if isinstance(named, type) else _FIELDS_NAMED
    if name == "recipients" and getattr(get_args(annotation)[0], "__origin__", None) is bytes:
        return [OTHER.hex()]  # of a consent they are ids, of a rule kinds
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return example(annotation)
    if name in _EXAMPLES and _EXAMPLES[name] is not None:
        return _EXAMPLES[name]
    if name in _EXAMPLES and type(None) in getattr(annotation, "__args__", ()):
        return None
    if options and all(isinstance(one, str) for one in options):
        return options[0]
    kind = options[0] if options and type(None) in getattr(annotation, "__args__", ()) else annotation
    if hasattr(kind, "__metadata__"):
        kind = kind.__origin__
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return example(kind)
    found: dict[Any, Any] = {bytes: SUBJECT.hex(), str: "Text", int: 3, bool: True, date: "2026-09-15"}
    return found.get(kind, ["2026-12-25"] if name == "bank_holidays" else ["1 Reed Lane"])


def golden(event: Event) -> dict[str, Any]:
    """Give what is pinned of an event: itself, its fields' bytes, and a whole body sealed with a known key and nonce."""
    category = event.definition.category
    pinned: dict[str, Any] = {
        "event": json.loads(event.model_dump_json()),
        "fields": list(shape(type(event)).names),
        "stored": encode(shape(type(event)).pack(event)).hex(),
    }
    if isinstance(event, RegisterEvent):
        pinned["part_fields"] = list(shape(part_class(type(event))).names)
    if category is not None:
        pinned["body"] = sealed(event).hex()
    return pinned


def sealed(event: Event) -> bytes:
    """Seal an event with keys, ids and nonce that are known here."""
    definition = event.definition
    subjects = codec.subjects_of(event)
    keys = [Key(KeyName(OTHER, one, str(definition.category), event.period).id, AESGCM(one * 2)) for one in subjects]
    context = codec._context(OTHER, SUBJECT, NONCE + bytes(4), definition, str(definition.category))
    fixed: Callable[[int], bytes] = lambda size: NONCE[:size]  # noqa: E731  # the one thing that is random in a body
    kept, codec.os.urandom = codec.os.urandom, fixed  # type: ignore[attr-defined]
    try:
        if definition.discreet:
            veiled = Shown(definition.name, definition.version, definition.category, "dsl", "a-purpose", "a-basis")
            bound = discreet.bound_to(OTHER, SUBJECT, NONCE + bytes(4), subjects[0], keys[0].id)
            return discreet.seal(event, keys[0], veiled, bound)
        if isinstance(event, RegisterEvent):
            return seal_register(event, keys, subjects, context)
        return codec._seal_person(event, keys[0], subjects[0], context)
    finally:
        codec.os.urandom = kept  # type: ignore[attr-defined]


def path_of(name: str, version: int) -> Path:
    """Give where a version's golden file lies."""
    return FOLDER / f"{name}.v{version}.json"


def add_missing() -> list[str]:
    """Write the files that are missing; gives their names."""
    FOLDER.mkdir(exist_ok=True)
    made = []
    for (name, version), kind in released().items():
        path = path_of(name, version)
        if not path.exists():
            event = kind.model_validate_json(json.dumps(example(kind)))
            path.write_text(json.dumps(golden(event), indent=1) + "\n", encoding="utf-8")
            made.append(path.name)
    return made


if __name__ == "__main__":
    print("\n".join(add_missing()) or "Every released version has its golden file.")

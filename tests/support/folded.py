"""folded(view, what happened): the rows that a view makes of entries numbered from 1, by key."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from events.model import Destroyed, Entry, Event, Header, RegisterEvent
from ledger.codec import subjects_of
from ledger.refold import standing
from ledger.view import AnyView, Key, MemoryRows, fold_page
from services.facts import Provenance

ACTOR: Final = b"office".ljust(16, b"\0")
START: Final = datetime(2026, 9, 3, 8, tzinfo=UTC)
ERASED: Final = Destroyed(START, "case 1")
"""Stands for an event whose key has been destroyed."""


def entry(event: Event | Destroyed, index: int) -> Entry:
    """Give an event in its place in a log, as the codec opens it."""
    definition = type(event).definition if isinstance(event, Event) else None
    header = Header(
        b"school".ljust(16, b"\0"), index, START + timedelta(minutes=index), index.to_bytes(16, "big"), "records",
        b"stream".ljust(16, b"\0"), index, definition.name if definition else "pupil-registered", 1,
        definition.category if definition else "identity", 0, subjects_of(event) if isinstance(event, Event) else (),
        False, ACTOR, "office", "pupil-record", "a-basis", None, b"command".ljust(16, b"\0"), None,
    )  # fmt: skip
    if isinstance(event, RegisterEvent):
        return Entry(header, event.model_copy(update={"parts": {}}), event.parts)
    return Entry(header, event, {})


def folded(view: AnyView, *events: Event | Destroyed) -> dict[Key, Any]:
    """Fold events into a view; nothing may be parked."""
    rows = MemoryRows()
    fold_page({view: 0}, standing([entry(event, index) for index, event in enumerate(events, start=1)]), rows)
    assert not rows.set_aside
    return rows.held.get(view.table, {})


def at(index: int) -> Provenance:
    """Give where a value of an entry comes from."""
    recorded_at = START + timedelta(minutes=index)
    return Provenance(index=index, recorded_at=recorded_at, actor=ACTOR, role="office")

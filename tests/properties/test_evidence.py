"""What shows that an entry was wrong is kept with each correction: whoever may send it may say it, and nobody forgets it."""

import json
from typing import Any, Final

from golden.make import path_of
from properties.test_replay import opened, played
from support.scripts import EVERYTHING

from events.model import Event, RegisterEvent
from ledger.codec import upcast
from ledger.decider import Command
from ledger.register_body import part_class

SEEN: Final = "letter of 3 September"


def corrections() -> list[type[Event]]:
    """Give today's class of each event that corrects an entry."""
    return [kind for kind in Event.latest.values()
            if kind.__module__.startswith("events.") and "corrects" in kind.model_fields]  # fmt: skip


def said_by(kind: type[Event]) -> dict[str, Any]:
    """Give the fields of what an event says of one person."""
    return dict((part_class(kind) if issubclass(kind, RegisterEvent) else kind).model_fields)


def test_each_correction_has_a_reason_and_may_have_evidence() -> None:
    assert corrections()
    for kind in corrections():
        said, name = said_by(kind), kind.definition.name
        assert "reason" in said, name
        assert said["reason"].is_required(), name
        assert "evidence" in said, name
        assert said["evidence"].default is None, name


def test_each_older_version_of_a_correction_is_read_as_todays_without_evidence() -> None:
    today = {kind.definition.name: kind for kind in corrections()}
    older = [key for key in Event.released if key[0] in today and key[1] < today[key[0]].definition.version]
    assert older
    for name, version in older:
        kind = Event.released[name, version]
        old = kind.model_validate_json(json.dumps(json.loads(path_of(name, version).read_text())["event"]))
        read = upcast(old)
        assert type(read) is today[name]
        bodies: list[Any] = list(read.parts.values()) if isinstance(read, RegisterEvent) else [read]
        assert [one.evidence for one in bodies] == [None] * len(bodies)
        assert bodies[0].reason == "Text"


def test_what_is_sent_as_evidence_stands_in_each_correction(tmp_path_factory: Any) -> None:
    script = [_with_evidence(one) if isinstance(one, Command) else _later(one) for one in EVERYTHING]
    log, vault, _ = played(script, tmp_path_factory.mktemp("keys"))
    made = set[str]()
    for entry in opened(log, vault):
        if hasattr(entry.event, "corrects"):
            said: list[Any] = [*entry.parts.values()] or [entry.event]
            assert {getattr(one, "evidence", None) for one in said} == {SEEN}, entry.header.name
            made.add(entry.header.name)
    assert made == {kind.definition.name for kind in corrections()}


def _with_evidence(command: Command) -> Command:
    if "evidence" not in type(command).model_fields:
        return command
    return command.model_copy(update={"evidence": SEEN})


def _later(said: Any) -> Any:
    return lambda newest: _with_evidence(said(newest))

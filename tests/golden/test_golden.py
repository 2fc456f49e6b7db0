"""What is released stays as it is: each golden file decodes to today's class, and seals to the same bytes."""

import json

import pytest
from golden.make import FOLDER, add_missing, golden, path_of

from events.catalogue import DOCS, kind_of, markdown, released, schemas
from events.model import Event
from ledger.codec import upcast
from ledger.shape import decode, shape

FILES = sorted(FOLDER.glob("*.json"))


@pytest.mark.parametrize("key", list(released()), ids=lambda key: f"{key[0]}.v{key[1]}")
def test_a_released_version_has_a_golden_file_and_still_seals_to_its_bytes(key: tuple[str, int]) -> None:
    kept = json.loads(path_of(*key).read_text())
    event = released()[key].model_validate_json(json.dumps(kept["event"]))
    assert golden(event) == kept


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_golden_file_still_decodes_to_todays_class(path: object) -> None:
    name, _, version = path.stem.rpartition(".v")  # type: ignore[attr-defined]  # a Path
    kept = json.loads(path.read_text())  # type: ignore[attr-defined]  # a Path
    kind = released()[name, int(version)]
    known: dict[str, object] = {field: getattr(kind.model_validate_json(json.dumps(kept["event"])), field)
             for field in ("subject", "parts") if field in kind.model_fields}  # fmt: skip
    decoded = upcast(shape(kind).unpack(decode(bytes.fromhex(kept["stored"])), known))
    assert type(decoded) is Event.latest[name]
    if kind is Event.latest[name]:
        assert json.loads(decoded.model_dump_json()) == kept["event"]


def test_nothing_is_missing_and_nothing_is_written_twice() -> None:
    before = {path: path.read_bytes() for path in FILES}
    assert before
    assert add_missing() == []
    assert {path: path.read_bytes() for path in sorted(FOLDER.glob("*.json"))} == before


def test_the_documentation_is_current() -> None:
    assert DOCS.read_text(encoding="utf-8") == markdown(), "run make docs"


def test_every_event_says_what_it_is() -> None:
    for kind in released().values():
        assert (kind.__doc__ or "").strip()
        assert (kind.definition.category is None) == (kind_of(kind) == "plain")
    assert len(schemas()) == len(released()) == 279

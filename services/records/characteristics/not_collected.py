"""Takes out of what was sent the fields that no purpose needs, before anything keeps, compares or refuses it."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from law.rules import field_not_collected

SECTION: Final = "characteristics"
GIVEN: Final = "not_collected"
NAMING: Final = ("kind", "field")
"""The keys under which a list of facts says what each of them is of."""


def scrubbed(fields: Mapping[str, Any], day: date) -> dict[str, Any]:
    """Give a row without the values of fields that are not collected; a row of a pupil says which were given."""
    given: set[str] = set()
    kept: dict[str, Any] = _without(fields, day, given)
    sections = kept.setdefault("sections", {}) if given else {}
    part = sections.setdefault(SECTION, {}) if isinstance(sections, dict) else {}
    if given and isinstance(part, dict):
        said = part.get(GIVEN)
        known = {one for one in said if isinstance(one, str)} if isinstance(said, list) else set()
        part[GIVEN] = sorted(given | known)
    return kept


def _without(value: Any, day: date, given: set[str]) -> Any:
    match value:
        case Mapping():
            kept = {}
            for key, inner in value.items():
                field = field_not_collected(_last(str(key)), day)
                if field is None:
                    kept[key] = _without(inner, day, given)
                elif inner not in (None, "", [], {}):
                    given.add(field)
            return kept
        case list() | tuple():
            return [_without(inner, day, given) for inner in value if not _is_of(inner, day, given)]
        case _:
            return value


def _is_of(value: Any, day: date, given: set[str]) -> bool:
    """Whether an item of a list is such a field, as ``{"kind": "nationality", ...}`` is."""
    names = [value.get(key) for key in NAMING] if isinstance(value, Mapping) else []
    found = {field for name in names if isinstance(name, str) and (field := field_not_collected(name, day))}
    given |= found
    return bool(found)


def _last(key: str) -> str:
    """Give the last part of a path such as ``BasicDetails/Nationality``."""
    return key.replace(".", "/").rpartition("/")[2]

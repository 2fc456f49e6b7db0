"""Mending a row on a page: its fields as boxes to type in, and what was typed as the row that the desk takes."""

import json
from collections.abc import Mapping
from typing import Any, Final

from ledger.decider import Refused

LINES: Final = 5
"""Lines of an address that a page offers; a file's sixth stays in what is not shown."""
_PUPIL: Final = {
    "upn": (), "surname": ("full_name",), "forename": ("full_name",), "middle_names": ("full_name",),
    "date_of_birth": (), "sex": (), "since": ("enrolment",), "status": ("enrolment",),
    "year_group": ("enrolment",), "postcode": ("address",),
}  # fmt: skip
_MARK: Final = ("date", "session", "group", "upn", "code", "minutes_late")
LABELS: Final = {
    "upn": "UPN", "surname": "Surname", "forename": "Forename", "middle_names": "Middle names",
    "date_of_birth": "Date of birth", "sex": "Sex", "since": "On the roll since", "status": "Enrolment status",
    "year_group": "Year group", "postcode": "Postcode", "date": "Day", "session": "Session", "group": "Group",
    "code": "Code", "minutes_late": "Minutes late",
    **{f"line{number}": f"Address line {number}" for number in range(1, LINES + 1)},
}  # fmt: skip
HINTS: Final = {
    "date_of_birth": "For example 2019-03-27", "since": "For example 2026-09-03", "date": "For example 2026-09-15",
    "status": "C for a pupil of this school only", "year_group": "For example R or 3", "sex": "F or M",
    "session": "AM or PM",
}  # fmt: skip
_HIDDEN: Final = frozenset({"as_written", "row"})


def is_mark(fields: Mapping[str, Any]) -> bool:
    """Whether a row is a mark of a register, and not a pupil's."""
    return "session" in fields or "code" in fields


def boxes(fields: Mapping[str, Any]) -> dict[str, str]:
    """Give what a page shows of a row, by box; whatever the row held there, as text."""
    if is_mark(fields):
        return {name: _text(fields.get(name)) for name in _MARK}
    found = {name: _text(_inside(fields, path).get(name)) for name, path in _PUPIL.items()}
    lines = _inside(fields, ("address",)).get("lines")
    listed = lines if isinstance(lines, list) else []
    for number in range(1, LINES + 1):
        found[f"line{number}"] = _text(listed[number - 1]) if number <= len(listed) else ""
    return found


def rest(fields: Mapping[str, Any]) -> str:
    """Give the parts of a row that have no box (contacts, telephones, further sections), as JSON to be edited."""
    if is_mark(fields):
        return ""
    shown = {"upn", "full_name", "date_of_birth", "sex", "enrolment", "address"}
    kept = {name: value for name, value in fields.items() if name not in shown | _HIDDEN}
    return json.dumps(kept, indent=1, ensure_ascii=False)


def mended(fields: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    """Give the row with what was typed: an empty box is what the file does not say. Raises Refused."""
    said = {name: text.strip() for name, text in typed.items()}
    if is_mark(fields):
        made: dict[str, Any] = {name: said.get(name, "") for name in _MARK} | {"pupil": fields.get("pupil")}
        made["upn"] = said.get("upn") or None
        made["minutes_late"] = int(said["minutes_late"]) if said.get("minutes_late", "").isdigit() else None
        return made
    made = {**_others(typed.get("rest", "")), "upn": said.get("upn") or None}
    made |= {name: said.get(name) or None for name in ("date_of_birth", "sex")}
    name_parts = ("surname", "forename", "middle_names")
    made["full_name"] = {
        **{name: value for name, value in _inside(fields, ("full_name",)).items() if name not in name_parts},
        **{name: said.get(name) or None for name in name_parts},
    }
    place = {name: said.get(name) or None for name in ("since", "status", "year_group")}
    made["enrolment"] = place if any(place.values()) else None
    lines = [said[f"line{number}"] for number in range(1, LINES + 1) if said.get(f"line{number}")]
    made["address"] = {"lines": lines, "postcode": said.get("postcode") or None} if lines else None
    return made


def _others(text: str) -> dict[str, Any]:
    if not text.strip():
        return {}
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Refused("The rest of the row is not written as JSON any more. Go back and leave it as it was.")
    return found


def _inside(fields: Mapping[str, Any], path: tuple[str, ...]) -> Mapping[str, Any]:
    found: Any = fields
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _text(value: Any) -> str:
    return "" if value is None or isinstance(value, (dict, list)) else str(value)

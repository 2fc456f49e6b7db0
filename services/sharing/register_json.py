"""A line of the register as JSON: whole for the school, and as a family is told it."""

from datetime import date
from typing import Any

from services.facts import LONDON
from services.routes import plain
from services.sharing.disclosure_queries import Line


def line_json(line: Line) -> dict[str, Any]:
    """Give a line as JSON."""
    found: dict[str, Any] = plain(line)
    return found


def family_json(line: Line) -> dict[str, Any]:
    """Give a line as a family is told it: no member of staff, no other person, no number of an entry."""
    sending = line.sending
    day: date = line.at.recorded_at.astimezone(LONDON).date()
    return {
        "date": day, "to": sending.to.title, "purpose": sending.sharing_purpose, "law": sending.gateway,
        "fields": sorted(line.fields), "about_everyone": line.cohort,
    }  # fmt: skip

"""How pages look: the templates, their filters, and the headers that keep a page to itself."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import BaseModel

from events.codes.attendance import attendance_code
from events.identifiers import id_text
from events.records import FullName, PostalAddress
from services.facts import LONDON

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def environment() -> Environment:
    """Give the templates, with everything escaped and nothing undefined."""
    made = Environment(
        autoescape=True, loader=PackageLoader("services.pages"), undefined=StrictUndefined, trim_blocks=True
    )
    made.filters |= {"id": id_text, "day": day, "moment": moment, "said": said, "meaning": meaning}
    return made


def day(value: date) -> str:
    """Write a date as people do: 11 March 2026."""
    return f"{value.day} {value:%B %Y}"


def moment(value: datetime) -> str:
    """Write a moment in London's time: 11 March 2026 at 9:30am."""
    here = value.astimezone(LONDON)
    return f"{day(here)} at {here.hour % 12 or 12}:{here:%M}{'am' if here.hour < 12 else 'pm'}"  # noqa: PLR2004  # noon


def meaning(code: str) -> str:
    """Give what an attendance code means."""
    return attendance_code(code).meaning


def said(value: Any) -> str:
    """Write a fact's value."""
    match value:
        case FullName():
            return f"{value.preferred_forename or value.forename} {value.preferred_surname or value.surname}"
        case PostalAddress():
            return ", ".join((*value.lines, *([value.postcode] if value.postcode else [])))
        case date():
            return day(value)
        case {"status": status, "year_group": year_group}:
            return f"status {status}, year {year_group}"
        case BaseModel():
            return " ".join(str(one) for one in value.model_dump().values() if one is not None)
        case _:
            return str(value)

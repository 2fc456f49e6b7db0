"""How pages look: the templates, their filters, and the headers that keep a page to itself."""

from collections.abc import Mapping, MutableMapping
from typing import Any, Final

from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader, PrefixLoader, StrictUndefined, Template

from events.identifiers import id_text
from law.gateways import purpose_title, sharing_purposes
from services.pages import words

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


MACROS: Final = "govuk_frontend_jinja"
"""The package of GOV.UK Frontend's components, and what templates import them under."""


class Macros(BaseLoader):
    """Gives GOV.UK's macros to templates that let nothing be undefined: the macros ask for options nobody gave."""

    def __init__(self) -> None:
        self._own = Environment(
            autoescape=True, loader=PrefixLoader({MACROS: PackageLoader(MACROS)}), trim_blocks=True, lstrip_blocks=True
        )

    def load(
        self, environment: Environment, name: str, globals: MutableMapping[str, Any] | None = None,  # noqa: A002  # Jinja's name
    ) -> Template:  # fmt: skip
        """Give a template of an environment of its own, where what is missing is only false."""
        del environment, globals
        return self._own.get_template(name)


def environment() -> Environment:
    """Give the templates, with everything escaped and nothing undefined."""
    made = Environment(
        autoescape=True,
        loader=ChoiceLoader([PackageLoader("services.pages"), Macros()]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    made.filters |= {
        "id": id_text,
        "day": words.day,
        "moment": words.moment,
        "london_day": words.london_day,
        "mark": words.mark,
        "role": words.role,
        "year": words.year,
        "words": words.words,
        "purpose": purpose_title,
    }
    made.globals["purpose_titles"] = {one.purpose: one.title for one in sharing_purposes()}
    return made

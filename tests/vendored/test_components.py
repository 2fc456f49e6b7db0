"""The macros make GOV.UK Frontend's own markup, in the version whose stylesheet and script are vendored."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import pytest
from jinja2 import ChoiceLoader, DictLoader, Environment
from vendored.make import COMPONENTS

from services.pages.look import MACROS, environment

FIXTURES: Final = Path(__file__).parent / "fixtures"
TEMPLATES: Final = Path(__file__).resolve().parents[2] / "services" / "pages" / "templates"
IMPORTED: Final = re.compile(rf'"{MACROS}/components/([a-z-]+)/macro\.html"')
CASES: Final = [
    pytest.param(name, case, id=f"{name}: {case['name']}")
    for name in COMPONENTS
    for case in json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))["fixtures"]
]


class Tokens(HTMLParser):
    """Reads HTML as its tags, with their attributes in order, and its words."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Any] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, sorted((name, " ".join((value or "").split())) for name, value in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.found += [("text", word) for word in data.split()]


@pytest.fixture(scope="module")
def macros() -> Environment:
    """Give the pages' own environment, with a template for each component that only calls its macro."""
    made = environment()
    given = {}
    for name in COMPONENTS:
        macro = "govuk" + "".join(word.capitalize() for word in name.split("-"))
        given[name] = f'{{% from "{MACROS}/components/{name}/macro.html" import {macro} %}}{{{{ {macro}(options) }}}}'
    assert made.loader is not None
    made.loader = ChoiceLoader([DictLoader(given), made.loader])
    return made


@pytest.mark.parametrize(("name", "case"), CASES)
def test_a_component_is_what_gov_uk_makes(name: str, case: dict[str, Any], macros: Environment) -> None:
    made = macros.get_template(name).render(options=case["options"])
    assert Tokens(made).found == Tokens(case["html"]).found


def test_every_component_that_a_page_imports_is_compared() -> None:
    imported = {name for path in TEMPLATES.glob("*.html") for name in IMPORTED.findall(path.read_text("utf-8"))}
    assert "table" in imported
    assert imported <= set(COMPONENTS)


def test_another_markup_is_found() -> None:
    assert Tokens('<p class="a b">x</p>').found == Tokens('<p  class=" a  b">\n x </p>').found
    for other in ('<p class="a">x</p>', '<p class="a b">y</p>', '<b class="a b">x</b>', '<p class="a b" id="p">x</p>'):
        assert Tokens('<p class="a b">x</p>').found != Tokens(other).found

"""The diagram of what flows: category, recipient, law. Drawn on the server; a table beside it says the same."""

from collections.abc import Iterable, Mapping, Sequence
from textwrap import wrap
from typing import Final

from markupsafe import Markup

from services.pages.words import words
from services.sharing.flow_queries import Flow

WIDTH: Final = 250
"""Pixels of a box: thirty letters a line, which holds most laws' titles in two."""
LETTERS: Final = 32
LINES_MAX: Final = 2
HEIGHT: Final = 46
GAP: Final = 12
BETWEEN: Final = 90
"""Pixels between two columns, so that crossing lines can be told apart."""
COLUMNS: Final = 3

_BOX: Final = Markup('<g><title>{}</title><rect class="app-flow-box{}" x="{}" y="{}" width="{}" height="{}"/>{}</g>')
_TEXT: Final = Markup('<text x="{}" y="{}">{}</text>')
_LINE: Final = Markup('<path class="app-flow{}" d="M{} {} C{} {} {} {} {} {}"/>')
_SVG: Final = Markup(
    '<svg class="app-flows" role="img" aria-labelledby="flows-title flows-desc" viewBox="0 0 {} {}" width="{}"'
    ' height="{}"><title id="flows-title">{}</title><desc id="flows-desc">{}</desc>{}</svg>'
)
TITLE: Final = "Category of data, recipient and law"
DESCRIPTION: Final = "The table below says the same, a line of it for each way from a category to a law."


def flow_svg(flows: Sequence[Flow]) -> Markup:
    """Draw the ways from categories to recipients to laws; a way with something wrong is dashed, and red."""
    columns = [
        _column((one.category, words(one.category), bool(one.troubles)) for one in flows),
        _column((one.recipient, one.to, bool(one.troubles)) for one in flows),
        _column((one.gateway, one.law, bool(one.troubles)) for one in flows),
    ]
    tallest = max(len(one) for one in columns)
    parts: list[Markup] = []
    for step in range(COLUMNS - 1):
        drawn: dict[tuple[object, object], bool] = {}
        for one in flows:
            keys = (one.category, one.recipient, one.gateway)
            ends = keys[step], keys[step + 1]
            drawn[ends] = drawn.get(ends, False) or bool(one.troubles)
        places = [list(columns[step]), list(columns[step + 1])]
        for (start, end), red in drawn.items():
            parts.append(_way(step, places[0].index(start), places[1].index(end), red=red))
    for number, column in enumerate(columns):
        parts += [_box(number, place, text, red=red) for place, (text, red) in enumerate(column.values())]
    width, height = COLUMNS * WIDTH + (COLUMNS - 1) * BETWEEN + 2, tallest * (HEIGHT + GAP)
    return _SVG.format(width, height, width, height, TITLE, DESCRIPTION, Markup().join(parts))


def _column(found: Iterable[tuple[object, str, bool]]) -> Mapping[object, tuple[str, bool]]:
    made: dict[object, tuple[str, bool]] = {}
    for key, text, red in found:
        made[key] = (text, red or made.get(key, ("", False))[1])
    return made


def _left(column: int) -> int:
    return 1 + column * (WIDTH + BETWEEN)


def _box(column: int, place: int, text: str, *, red: bool) -> Markup:
    lines = wrap(text, LETTERS) or [""]
    if len(lines) > LINES_MAX:
        lines = [*lines[: LINES_MAX - 1], f"{lines[LINES_MAX - 1][: LETTERS - 1]}…"]
    top, left = place * (HEIGHT + GAP) + 1, _left(column)
    first = top + (28 if len(lines) == 1 else 19)
    said = Markup().join(_TEXT.format(left + 10, first + 17 * row, line) for row, line in enumerate(lines))
    return _BOX.format(text, " app-flow-red" if red else "", left, top, WIDTH, HEIGHT - 2, said)


def _way(column: int, start: int, end: int, *, red: bool) -> Markup:
    x, far = _left(column) + WIDTH, _left(column + 1)
    y, ends = (place * (HEIGHT + GAP) + HEIGHT // 2 for place in (start, end))
    middle = (x + far) // 2
    return _LINE.format(" app-flow-red" if red else "", x, y, middle, y, middle, ends, far, ends)

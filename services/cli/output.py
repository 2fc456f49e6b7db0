"""How the command line speaks: tables or JSON on stdout, messages and progress on stderr, refusals as sentences."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, NoReturn

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

WIDTH: Final = 160
"""Columns of a table that no person watches being printed: wide enough for ids to stay whole."""
out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else WIDTH)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def say(message: str) -> None:
    """Tell the person something."""
    err.print(message, markup=False)


def refuse(sentence: str, code: int = 1) -> NoReturn:
    """End with a sentence."""
    say(sentence)
    raise typer.Exit(code)


def as_json(value: Any) -> None:
    """Print a result as JSON."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a result as a table."""
    made = Table(title=title, title_justify="left", show_lines=False)
    for column in columns:
        made.add_column(column, overflow="fold")
    for row in rows:
        made.add_row(*(Text(_cell(value)) for value in row))  # Text: a name may hold brackets, which are no markup
    out.print(made)


def at_line(answer: Mapping[str, Any]) -> None:
    """Say which entry a result is at."""
    at = answer["at"]
    known = f", as known at entry {at['known_at']}" if at.get("known_at") is not None else ""
    say(f"Up to entry {at['index']}{known}; true on {at.get('valid_on', 'today')}.")


@contextmanager
def progress() -> Iterator[Progress]:
    """Give progress bars on stderr; none where nobody would see them."""
    with Progress(console=err, disable=not err.is_terminal, transient=True) as bars:
        yield bars


@contextmanager
def told() -> Iterator[None]:
    """Turn what the server or a file refuses into a sentence and exit status 1."""
    from services.connectors.client import Problem
    from services.connectors.problems import FileRefused

    try:
        yield
    except Problem as problem:
        for error in problem.errors:
            say(f"{error['pointer']}: {error['detail']}")
        refuse(problem.sentence)
    except (FileRefused, FileNotFoundError) as error:
        refuse(str(error) if isinstance(error, FileRefused) else "There is no such file. Check its name and folder.")


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case Mapping():
            return " ".join(_cell(one) for one in value.values() if one is not None)
        case list() | tuple():
            return ", ".join(_cell(one) for one in value)
        case _:
            return str(value)

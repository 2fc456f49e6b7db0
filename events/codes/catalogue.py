"""The registry of the code sets, from which the documentation is made: every code with its meaning and its dates."""

import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Final

DOCS: Final = Path(__file__).parents[2] / "docs" / "codes.md"
_HEAD: Final = ("| code | meaning | from | until |", "|---|---|---|---|")
_DATES: Final = ("from", "until")


def markdown() -> str:
    """Give every code set as a page of documentation."""
    lines = [
        "# The codes",
        "",
        "Generated from `events/codes/` by `make docs`. A code without dates is older than the record, and in force.",
        "Where a set is not verified, its meanings were not read in the source: they are shown beside a code, never",
        "instead of it.",
        "",
    ]
    folder = resources.files("events.codes")
    for file in sorted(one.name for one in folder.iterdir() if one.name.endswith(".toml")):
        text = (folder / file).read_text("utf-8")
        lines += [f"## `{file}`", "", *_source(text), ""]
        for name, table in tomllib.loads(text).items():
            lines += [*_set(name, table), ""]
    return "\n".join(lines)


def _source(text: str) -> Iterator[str]:
    """Yield the comment that a file opens with: whence its codes are."""
    for line in text.splitlines():
        if not line.startswith("#"):
            return
        yield line.lstrip("# ")


def _set(name: str, table: object) -> list[str]:
    if isinstance(table, list):  # a table of codes each with a citation and flag of its own
        return list(_own(table))
    if not isinstance(table, dict):
        raise TypeError(f"{name}: not a table of codes")
    lines = [f"### {table.get('title', name)}", "", _said(table)]
    codes = table.get("codes")
    if isinstance(codes, dict):
        rows = [[code, meaning] for code, meaning in codes.items()]
        return [*lines, "", "| code | meaning |", "|---|---|", *(_row(row) for row in rows)]
    if isinstance(codes, list):
        rows = [[one["code"], one["meaning"], *(one.get(day, "") for day in _DATES)] for one in codes]
        return [*lines, "", *_HEAD, *(_row(row) for row in rows)]
    ranges = table.get("ranges", ())
    return [*lines, "", ", ".join(first if first == last else f"{first} to {last}" for first, last in ranges)]


def _said(table: Mapping[str, object]) -> str:
    """Give what a set says of itself: whether it was verified, where it is laid down, and what it is not said by."""
    said = ["verified" if table.get("verified") else "not verified"]
    said += [f"{day} {table[day]}" for day in _DATES if day in table]
    said += [f"citation: {table['citation']}"] if "citation" in table else []
    for name, meaning in (("refusals", "refused"), ("unanswered", "not answered")):
        codes = table.get(name)
        if isinstance(codes, list):
            said.append(f"{meaning}: {', '.join(f'`{code}`' for code in codes)}")
    return f"{'; '.join(said)}.".capitalize() if len(said) == 1 else f"{said[0].capitalize()}; {'; '.join(said[1:])}."


def _own(codes: Sequence[Mapping[str, object]]) -> Iterator[str]:
    has_class = any("class" in one for one in codes)
    yield f"| code | meaning |{' class |' if has_class else ''} from | until | citation | verified |"
    yield f"|---|---|{'---|' if has_class else ''}---|---|---|---|"
    for one in codes:
        row = [one["code"], one["meaning"], *([one.get("class", "")] if has_class else [])]
        row += [*(one.get(day, "") for day in _DATES), one.get("citation", ""), "yes" if one.get("verified") else "no"]
        yield _row(row)


def _row(cells: Sequence[object]) -> str:
    code, *rest = [str(cell).replace("|", r"\|").strip() for cell in cells]
    return f"| `{code}` | {' | '.join(rest)} |"


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--docs"]:
            DOCS.write_text(markdown(), encoding="utf-8")
        case _:
            sys.exit("usage: python -m events.codes.catalogue --docs")

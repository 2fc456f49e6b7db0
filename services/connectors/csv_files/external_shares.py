"""Brings the Department's published list of external data shares in over HTTP, part by part, as it was published."""

import calendar
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO, Final

from events.sharing.onward import SHARES_MAX
from services.connectors.client import Client
from services.connectors.csv_files.external_columns import COLUMNS, LONGEST
from services.connectors.csv_files.table import TableRow, read_table
from services.connectors.problems import FileRefused, Place, Problems
from services.connectors.report import Report
from services.connectors.written import fits, sound, spreadsheet_date, tidy

NAMED_MAX: Final = 20
"""Headings that a report names of those that were not read."""
_SHOWN: Final = 60
"""Characters of such a heading."""
_MONTH: Final = re.compile(r"([A-Za-z]{3,9})[ -](\d{2}|\d{4})")
_MONTHS: Final[Mapping[str, int]] = {
    name.casefold(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
}
_CENTURY: Final = 2000


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A row of the list: its number, what it says as the API takes it, and what was left out of it, in sentences.

    A row that names no organisation says nothing, and ``share`` is None.
    """

    number: int
    share: Mapping[str, Any] | None
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SharesFile:
    """A list as read: its rows, the SHA-256 of its bytes, and the headings that were not recognised."""

    rows: tuple[ShareRow, ...]
    sha256: str
    others: tuple[str, ...]


def read_shares(file: BinaryIO) -> SharesFile:
    """Read a list. Raises FileRefused for what is no table, or has no column for the organisation."""
    table = read_table(file, COLUMNS)
    if "organisation" not in table.columns:
        raise FileRefused(
            "The first row of this file has no heading for the organisation. Save one sheet of the published list as "
            "CSV, with its headings in the first row, and import that."
        )
    return SharesFile(tuple(_read(row) for row in table.rows), table.sha256, table.others)


def load_shares(  # what a load needs, named at each call
    client: Client, file: BinaryIO, file_name: str, *, as_at: date, dry_run: bool = False,
    advance: Callable[[int], None] = lambda _: None,
) -> Report:  # fmt: skip
    """Load a list as at the day that it says of itself. The same list again adds nothing.

    Raises FileRefused for an unreadable file, and Problem for what the server refuses.
    """
    read, report = read_shares(file), Report(file_name, dry_run)
    report.note(*_notes(read))
    told = [row for row in read.rows if row.share is not None]
    parts = [told[start : start + SHARES_MAX] for start in range(0, len(told), SHARES_MAX)]
    for number, part in enumerate(parts, start=1):
        changed = True
        if not dry_run:
            body = {"as_at": as_at.isoformat(), "digest": read.sha256, "part": number, "of_parts": len(parts),
                    "shares": [row.share for row in part]}  # fmt: skip
            key = f"{client.organisation} {read.sha256} {as_at} {number}"
            answer = client.post("sharing/import-external-shares", body, key)
            report.index, changed = max(report.index, int(answer["index"])), bool(answer["changed"])
        outcome = "accepted" if changed else "unchanged"
        report.take({"row": row.number, "outcome": outcome, "effects": [], "reasons": []} for row in part)
        advance(len(part))
    report.take(
        {"row": row.number, "outcome": "quarantined", "effects": [], "reasons": list(row.left_out)}
        for row in read.rows
        if row.share is None
    )
    return report


def _notes(read: SharesFile) -> Iterator[str]:
    named = [name for name in read.others if name.isprintable() and 0 < len(name) <= _SHOWN]
    if named:
        yield f"Headings that are not known here and were not read: {', '.join(named[:NAMED_MAX])}."
    if len(read.others) > len(named[:NAMED_MAX]):
        yield f"{len(read.others) - len(named[:NAMED_MAX])} more columns were not read."
    for row in read.rows:
        if row.share is not None:
            yield from (f"Row {row.number}: {sentence}" for sentence in row.left_out)


def _read(row: TableRow) -> ShareRow:
    problems = Problems()
    said: dict[str, Any] = {name: _text(row, name, problems) for name in LONGEST}
    begins, ends = _day(row, "begins", problems, last=False), _day(row, "ends", problems, last=True)
    if said["organisation"] is None:
        problems.fatal(Place("organisation", "Organisation"), "is missing. The row was not taken.")
    days = {name: day.isoformat() for name, day in (("begins", begins), ("ends", ends)) if day}
    share = {**{name: text for name, text in said.items() if text is not None}, **days}
    left_out = tuple(problem.sentence for problem in problems.found)
    return ShareRow(row.number, share if said["organisation"] is not None else None, left_out)


def _text(row: TableRow, name: str, problems: Problems) -> str | None:
    text, place = tidy(row.cells.get(name)), Place(name, name.capitalize())
    if text is None or (fits(text, LONGEST[name], place, problems, vital=False) and sound(text, place, problems)):
        return text
    return None


def _day(row: TableRow, name: str, problems: Problems, *, last: bool) -> date | None:
    """Read a day, or a month as its first or last day; words such as "ongoing" are told, and say no day."""
    text = tidy(row.cells.get(name))
    if text is None:
        return None
    found = spreadsheet_date(text) or _month(text, last=last)
    if found is None:
        problems.minor(Place(name, name.capitalize()), "is not a date and was not read.")
    return found


def _month(text: str, *, last: bool) -> date | None:
    found = _MONTH.fullmatch(text)
    month = _MONTHS.get(found[1].casefold()) if found else None
    if found is None or month is None:
        return None
    year = int(found[2]) if int(found[2]) >= _CENTURY // 2 else _CENTURY + int(found[2])
    return date(year, month, calendar.monthrange(year, month)[1] if last else 1)

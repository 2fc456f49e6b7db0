"""A comma-separated file as numbered rows of text, strictly read: its encoding, its separator and its columns."""

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from services.connectors.problems import FileRefused

FILE_BYTES_MAX: Final = 50_000_000
"""Bytes. 200,000 rows of registers come to about 12 MB, and twice that in UTF-16."""

ROWS_MAX: Final = 200_000
"""Rows in a file: a school of 1,000 pupils has 190,000 marks in half a term."""

COLUMNS_MAX: Final = 100
"""Columns in a file; more is not a table of registers."""

CELL_MAX: Final = 10_000
"""Characters in a cell before the whole file is refused: an unclosed quotation mark swallows the rest of a file."""

_SEPARATORS: Final = ",;\t"
_ENCODINGS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True, repr=False)
class TableRow:
    """A row under its number in the file, where the row of column names is 1.

    ``whole`` is whether no cell is missing or over; ``cells`` holds each column that was asked for.
    """

    number: int
    cells: Mapping[str, str]
    whole: bool


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file, and how many of its columns were not asked for."""

    rows: Iterator[TableRow]
    columns: frozenset[str]
    columns_not_read: int


def read_table(data: bytes, columns: Mapping[str, str]) -> Table:
    """Read ``data`` by the names in its first row.

    ``columns`` gives each accepted name, in lower case and without blanks or signs, the column that it means.
    Raises FileRefused for an empty or oversize file, an encoding other than UTF-8 and UTF-16, a column given twice,
    more than ROWS_MAX rows, and (while giving rows) a quotation mark that breaks the table.
    """
    text = _decoded(data)
    if max(text.count("\n"), text.count("\r")) > ROWS_MAX + 1:
        raise FileRefused(f"This file has more than {ROWS_MAX:,} rows. Export half a term at a time.")
    first = text.lstrip("\r\n").partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)  # Spreadsheets save semicolons or tabs under the same file name.
    lines = enumerate(_lines(text, separator), start=1)
    _, header = next(((n, cells) for n, cells in lines if any(cells)), (0, []))
    if len(header) > COLUMNS_MAX:
        raise FileRefused(f"This file has more than {COLUMNS_MAX} columns. Export only the registers.")
    meanings = [columns.get(_plain(name)) for name in header]
    known = [meaning for meaning in meanings if meaning is not None]
    repeated = next((meaning for meaning in known if known.count(meaning) > 1), None)
    if repeated:
        raise FileRefused(f"This file has two columns for {repeated}. Delete one of them and import the file again.")
    rows = (_row(number, cells, meanings) for number, cells in lines if any(cells))
    return Table(rows, frozenset(known), len(header) - len(known))


def _decoded(data: bytes) -> str:
    if len(data) > FILE_BYTES_MAX:
        raise FileRefused(f"This file is larger than {FILE_BYTES_MAX // 1_000_000} MB. Export half a term at a time.")
    encoding = next((name for mark, name in _ENCODINGS if data.startswith(mark)), None) or _unmarked(data)
    try:
        text = data.decode(encoding, "surrogatepass")
    except UnicodeDecodeError as error:
        at = error.start + 1
    else:
        if text.strip("\x00 \t\r\n"):
            return text
        raise FileRefused("This file is empty. Export the registers again.")
    raise FileRefused(
        f"This file is not in UTF-8 (near byte {at:,}). In your spreadsheet choose Save as, CSV UTF-8; import that."
    )


def _unmarked(data: bytes) -> str:
    """UTF-16 without a mark shows as a NUL beside each letter of the column names."""
    if len(data) > 1 and data[1] == 0 and data[0] != 0:
        return "utf-16-le"
    return "utf-16-be" if len(data) > 1 and data[0] == 0 and data[1] != 0 else "utf-8"


def _lines(text: str, separator: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        try:
            cells = next(reader, None)
            broken = cells is not None and any(len(cell) > CELL_MAX for cell in cells)
        except csv.Error:
            cells, broken = None, True
        if broken:
            raise FileRefused(
                f"A quotation mark on or before line {reader.line_num:,} breaks the table. Remove the quotation marks "
                "and import the file again."
            )
        if cells is None:
            return
        yield [cell.strip(" ") for cell in cells]


def _row(number: int, cells: Sequence[str], meanings: Sequence[str | None]) -> TableRow:
    named = {meaning: cell for meaning, cell in zip(meanings, cells, strict=False) if meaning is not None}
    whole = len(cells) >= len(meanings) and not any(cells[len(meanings) :])
    return TableRow(number, named, whole)


def _plain(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())

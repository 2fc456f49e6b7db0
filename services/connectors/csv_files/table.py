"""A comma-separated file as numbered rows of text, strictly read: its encoding, its separator and its columns.

Nothing here grows with the file: it is measured in one pass and read in another, a line at a time.
"""

import codecs
import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

from services.connectors.problems import FileRefused

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

FILE_BYTES_MAX: Final = 300_000_000
"""Bytes. Two million rows of registers come to about 130 MB, and twice that in UTF-16."""

ROWS_MAX: Final = 2_000_000
"""Rows in a file: a school of 2,000 pupils has 760,000 marks in a school year."""

COLUMNS_MAX: Final = 400
"""Columns in a file; more is not a table of registers or of pupils, even with thirty contacts a pupil."""

CELL_MAX: Final = 10_000
"""Characters in a cell before the whole file is refused: an unclosed quotation mark swallows the rest of a file."""

LINE_MAX: Final = 1_000_000
"""Characters in a line before the whole file is refused: it is held in memory as one."""

_CHUNK: Final = 1 << 16
"""Bytes read at once."""

_SEPARATORS: Final = ",;\t"
_ENCODINGS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_QUOTATION: Final = (
    "A quotation mark on or before line {:,} breaks the table. Remove the quotation marks and import the file again."
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
    """The rows of a file, its SHA-256 in hex, and the names of its columns that were not asked for."""

    rows: Iterator[TableRow]
    columns: frozenset[str]
    others: tuple[str, ...]
    sha256: str

    @property
    def columns_not_read(self) -> int:
        """How many columns were not asked for."""
        return len(self.others)


def read_table(file: BinaryIO, columns: Mapping[str, str]) -> Table:
    """Read a file that can be read twice by the names in its first row.

    ``columns`` gives each accepted name, in lower case and without blanks or signs, the column that it means.
    Raises FileRefused for an empty or oversize file, an encoding other than UTF-8 and UTF-16, a column given twice,
    more than ROWS_MAX rows, and (while giving rows) a quotation mark that breaks the table.
    """
    encoding, digest = _measured(file)
    first = next((line for line in _lines(_text(file, encoding)) if line.strip("\r\n")), "")
    separator = max(_SEPARATORS, key=first.count)  # Spreadsheets save semicolons or tabs under the same file name.
    lines = enumerate(_records(_text(file, encoding), separator), start=1)
    _, header = next(((n, cells) for n, cells in lines if any(cells)), (0, []))
    if len(header) > COLUMNS_MAX:
        raise FileRefused(f"This file has more than {COLUMNS_MAX} columns. Export only those that are needed.")
    meanings = [columns.get(plain(name)) for name in header]
    known = [meaning for meaning in meanings if meaning is not None]
    repeated = next((meaning for meaning in known if known.count(meaning) > 1), None)
    if repeated:
        raise FileRefused(f"This file has two columns for {repeated}. Delete one of them and import the file again.")
    others = tuple(name for name, meaning in zip(header, meanings, strict=True) if meaning is None)
    rows = (_row(number, cells, meanings) for number, cells in lines if any(cells))
    return Table(rows, frozenset(known), others, digest)


def _measured(file: BinaryIO) -> tuple[str, str]:
    """Give a file's encoding and its SHA-256, once all of it has been seen to be text, and not too much of it."""
    if file.seek(0, io.SEEK_END) > FILE_BYTES_MAX:
        raise FileRefused(f"This file is larger than {FILE_BYTES_MAX // 1_000_000} MB. Export it in smaller parts.")
    file.seek(0)
    start = file.read(len(codecs.BOM_UTF8))
    file.seek(0)
    encoding = next((name for mark, name in _ENCODINGS if start.startswith(mark)), None) or _unmarked(start)
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
    digest, begun, says_something, at = hashlib.sha256(), 0, False, None
    ends = {"\n": 0, "\r": 0}
    while at is None:
        chunk = file.read(_CHUNK)
        held = len(decoder.getstate()[0])
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            at = begun - held + error.start + 1
            break
        if not chunk:
            break
        digest.update(chunk)
        begun += len(chunk)
        says_something = says_something or bool(text.strip("\x00 \t\r\n"))
        ends = {end: count + text.count(end) for end, count in ends.items()}
        if max(ends.values()) > ROWS_MAX + 1:
            raise FileRefused(f"This file has more than {ROWS_MAX:,} rows. Export it in smaller parts.")
    if at is not None:
        raise FileRefused(
            f"This file is not in UTF-8 (near byte {at:,}). In your spreadsheet choose Save as, CSV UTF-8; import that."
        )
    if not says_something:
        raise FileRefused("This file is empty. Export it again.")
    return encoding, digest.hexdigest()


def _unmarked(data: bytes) -> str:
    """UTF-16 without a mark shows as a NUL beside each letter of the column names."""
    if len(data) > 1 and data[1] == 0 and data[0] != 0:
        return "utf-16-le"
    return "utf-16-be" if len(data) > 1 and data[0] == 0 and data[1] != 0 else "utf-8"


class _Borrowed(io.RawIOBase):
    """A file that stays open when the text around it is forgotten: it is the caller's to close."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        found = self._file.read(len(memoryview(buffer)))
        memoryview(buffer)[: len(found)] = found
        return len(found)


def _text(file: BinaryIO, encoding: str) -> io.TextIOWrapper:
    file.seek(0)
    return io.TextIOWrapper(io.BufferedReader(_Borrowed(file), _CHUNK), encoding, "surrogatepass", newline="")


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    number = 0
    while line := text.readline(LINE_MAX + 1):
        number += 1
        if len(line) > LINE_MAX:
            raise FileRefused(f"Line {number:,} of this file is too long to be a row of a table. Export it again.")
        yield line


def _records(text: io.TextIOWrapper, separator: str) -> Iterator[list[str]]:
    reader = csv.reader(_lines(text), delimiter=separator, strict=True)
    while True:
        try:
            cells = next(reader, None)
            broken = cells is not None and any(len(cell) > CELL_MAX for cell in cells)
        except csv.Error:
            cells, broken = None, True
        if broken:
            raise FileRefused(_QUOTATION.format(reader.line_num))
        if cells is None:
            return
        yield [cell.strip(" ") for cell in cells]


def _row(number: int, cells: Sequence[str], meanings: Sequence[str | None]) -> TableRow:
    named = {meaning: cell for meaning, cell in zip(meanings, cells, strict=False) if meaning is not None}
    whole = len(cells) >= len(meanings) and not any(cells[len(meanings) :])
    return TableRow(number, named, whole)


def plain(name: str) -> str:
    """Give a column's name in lower case and without blanks or signs."""
    return "".join(character for character in name.casefold() if character.isalnum())

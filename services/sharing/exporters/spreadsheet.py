"""A spreadsheet (CSV) of the fields that were asked for, a pupil a line: for an authority, a nurse, a processor."""

import csv
from io import StringIO
from typing import Final

from services.shared_facts import Pupil, SharedFact
from services.sharing.exporters import Export, Exporter, File
from services.sharing.exporters.contacts import contact_lines

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula at the beginning of a cell (CSV injection); an apostrophe stops it."""


def safe(text: str) -> str:
    """Give a cell that no spreadsheet runs."""
    return f"'{text}" if text.startswith(FORMULA) else text


def make(export: Export) -> File:
    """Make the file: UTF-8 with a byte order mark, as spreadsheets expect, and CRLF lines (RFC 4180)."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([one.replace("_", " ").capitalize() for one in export.fields])
    for pupil in export.pupils:
        writer.writerow([safe(_cell(pupil, field)) for field in export.fields])
    name = f"rollbook-{export.valid_on.isoformat()}-{export.number:03}.csv"
    return File(name, "text/csv; charset=utf-8", b"\xef\xbb\xbf" + out.getvalue().encode())


def _cell(pupil: Pupil, field: str) -> str:
    if field in pupil.withheld and not pupil.of(field):
        return "withheld"
    return "; ".join(_said(one) for one in pupil.of(field))


def _said(fact: SharedFact) -> str:
    if fact.field != "contacts":
        return fact.text
    return ", ".join(one for one in (fact.text, *contact_lines(fact.value)) if one)


SPREADSHEET: Final = Exporter("spreadsheet", 1, "Spreadsheet", make)

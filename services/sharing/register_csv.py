"""The register of disclosures as a spreadsheet, for an inspector or an auditor: no cell of it runs in one."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Final

from law.gateways import purpose_title
from services.sharing.disclosure_queries import Line
from services.sharing.exporters.spreadsheet import safe
from services.sharing.flow_queries import FIELDS, Known, given_on

HEAD: Final = (
    "Day", "Recipient", "Kind", "Purpose", "Law", "Citation", "Version", "Fields", "Pupils", "Whole roll", "Channel",
    "State", "Received on", "Review due", "Reviewed", "Entry",
)  # fmt: skip


def csv_of(lines: Iterable[Line], named: Known) -> bytes:
    """Give the register: UTF-8 with a byte order mark, as spreadsheets expect, and CRLF lines (RFC 4180)."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEAD)
    for line in lines:
        writer.writerow([safe(cell) for cell in _cells(line, named)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _cells(line: Line, named: Known) -> list[str]:
    sending, (law, citation) = line.sending, named.law(line.sending)
    return [
        given_on(line).isoformat(), sending.to.title, sending.recipient_kind, purpose_title(sending.sharing_purpose),
        law, citation,
        str(sending.gateway_version), "; ".join(FIELDS.get(one, one) for one in line.fields), str(line.pupils),
        "yes" if line.cohort else "no", sending.channel, line.state,
        line.confirmed_on.isoformat() if line.confirmed_on else "",
        line.review_due.isoformat() if line.review_due else "",
        ("yes" if line.reviewed else "no") if line.review_due else "", str(line.at.index),
    ]  # fmt: skip

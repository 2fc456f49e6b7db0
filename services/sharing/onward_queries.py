"""The newest published list of what the Department gives on, searched, and what of it may hold a child's data."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from events.codes.calendar import school_year
from events.sharing.onward import ExternalShare
from ledger.view import Reader
from services.facts import Provenance
from services.sharing.disclosure_queries import Line
from services.sharing.onward_match import COLLECTIONS, Collected, Possible, possible
from services.sharing.onward_views import RegisterPartRow, external_shares


@dataclass(frozen=True, slots=True)
class PublishedList:
    """A list as it was published: whose, as at which day, in how many files, and the entry that took in the last."""

    source: str
    as_at: date
    files: int
    shares: Sequence[ExternalShare]
    at: Provenance


async def newest(reader: Reader, day: date) -> PublishedList | None:
    """Give what was published as at the latest day up to ``day``: all its files that were taken in whole, as one list.

    The Department publishes several sheets at a time, and each is a file of its own.
    """
    parts: dict[tuple[str, date], list[RegisterPartRow]] = {}
    for row in await reader.find(external_shares):
        if row.as_at <= day:
            parts.setdefault((row.digest, row.as_at), []).append(row)
    whole = [rows for rows in parts.values() if len(rows) == rows[0].of_parts]
    last = max((rows[0].as_at for rows in whole), default=None)
    return _list([row for rows in whole if rows[0].as_at == last for row in rows]) if last else None


def searched(shares: Iterable[ExternalShare], text: str) -> list[ExternalShare]:
    """Give the rows that hold every word of a text, anywhere."""
    words = text.casefold().split()
    return [one for one in shares if all(word in _text(one) for word in words)]


def collected(lines: Iterable[Line]) -> list[Collected]:
    """Give the collections that a child was given in, of everything that was given of them, each once in a year."""
    found: dict[tuple[str, int], Collected] = {}
    for line in lines:
        purpose, year = line.sending.sharing_purpose, school_year(line.valid_on)
        if purpose in COLLECTIONS and line.state != "recalled":
            found.setdefault((purpose, year), Collected(purpose, year, line.disclosure))
    return [found[one] for one in sorted(found, key=lambda one: (-one[1], one[0]))]


def onward(published: PublishedList, of_child: Sequence[Collected]) -> list[Possible]:
    """Give the shares of a list that may hold what a child was collected in, in the list's own order."""
    found = (possible(one, of_child) for one in published.shares)
    return [one for one in found if one is not None]


def _list(rows: Sequence[RegisterPartRow]) -> PublishedList:
    ordered = sorted(rows, key=lambda row: row.at.index)
    shares = dict.fromkeys(share for row in ordered for share in row.shares)  # a row on two sheets is one share
    last = ordered[-1]
    return PublishedList(last.source, last.as_at, len({row.digest for row in rows}), tuple(shares), last.at)


def _text(share: ExternalShare) -> str:
    said = (share.organisation, share.title, share.purpose, share.dataset, share.sensitivity, share.gateway)
    return " ".join(one for one in said if one).casefold()

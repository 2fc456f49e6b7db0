"""Whether a published share may hold a child's data: by the collections it names and the school years they are of.

Pure, and careful to one side: what a row does not say shuts nothing out, so that every answer is "possible" and none is
certain. Nobody outside the Department knows which children were in an extract.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from events.codes.calendar import LATEST, school_year
from events.sharing.onward import ExternalShare

CERTAINTY: Final = "possible, not certain"
EVERYTHING: Final = ("national pupil database", "npd")
"""What names the database that all collections end in."""
COLLECTIONS: Final[Mapping[str, Sequence[str]]] = {
    "school-census": ("school census", "plasc", "spring census", "autumn census", "summer census", "pupil census"),
    "early-years-census": ("early years",),
    "daily-attendance": ("attendance", "absence"),
}
"""By which words a row names what schools send the Department, by the purpose of the sending."""
_YEAR: Final = re.compile(r"(?<!\d)((?:19|20)\d{2})(?:\s?[/\u2013-]\s?((?:19|20)?\d{2})(?!\d))?(?!\d)")
_TO: Final = re.compile(r"\s*(?:to|until|through|-|\u2013|\u2014)\s*", re.IGNORECASE)
_ONWARDS: Final = re.compile(r"\s*(?:onwards?|to (?:date|present|current)|and (?:later|after))", re.IGNORECASE)
_CENTURY: Final = 100


@dataclass(frozen=True, slots=True)
class Collected:
    """A collection that a child was given in: for which purpose, in which school year, under which disclosure."""

    purpose: str
    school_year: int
    disclosure: bytes


@dataclass(frozen=True, slots=True)
class Possible:
    """A share that may hold a child's data, by which collections, and why it is thought possible, in a sentence."""

    share: ExternalShare
    collected: Sequence[Collected]
    why: str
    certainty: str = CERTAINTY


def possible(share: ExternalShare, collected: Iterable[Collected]) -> Possible | None:
    """Give whether a share may hold data of these collections; None where what it says shuts them all out.

    A share without an end goes on, also after the day of the list that names it.
    """
    named = collections_in(share.dataset or "")  # what a purpose mentions is not what was given, and shuts nothing out
    last = school_year(share.ends) if share.ends else LATEST
    years = years_in(share.dataset or "", last)
    fitting = [
        one
        for one in collected
        if (not named or one.purpose in named) and (not years or one.school_year in years) and one.school_year <= last
    ]
    return Possible(share, fitting, _why(named=bool(named), years=bool(years))) if fitting else None


def collections_in(text: str) -> frozenset[str]:
    """Give the collections that a text names; all of them for the whole database, none where it names none."""
    words = " ".join(text.casefold().split())
    if any(re.search(rf"\b{re.escape(one)}\b", words) for one in EVERYTHING):
        return frozenset(COLLECTIONS)
    return frozenset(name for name, said in COLLECTIONS.items() if any(one in words for one in said))


def years_in(text: str, last: int) -> frozenset[int]:
    """Give the school years that a text names, by the year each begins in; none where it names none.

    2015/16 is one school year; 2010 to 2016, 2010-2016 and 2010/11 to 2015/16 are runs of them; 2015 alone is the
    two of which that year has a part; what goes on is taken to go on to ``last``.
    """
    found: set[int] = set()
    before: tuple[int, int, int] | None = None
    for token in _YEAR.finditer(text):
        first, until = _years(token)
        start = first
        if before is not None and _TO.fullmatch(text, before[2], token.start()):
            start = min(before[0], first)
        if _ONWARDS.match(text, token.end()):
            until = max(until, last)
        found |= set(range(start, until + 1))
        before = (first, until, token.end())
    return frozenset(found)


def _years(token: "re.Match[str]") -> tuple[int, int]:
    """Give the first and last school year of one token; a calendar year falls into two."""
    year, second = int(token[1]), token[2]
    if second is None:
        return year - 1, year
    end = int(second) if int(second) >= _CENTURY else year - year % _CENTURY + int(second)
    if end < year:
        end += _CENTURY
    return (year, year) if end == year + 1 else (year - 1, end)


def _why(*, named: bool, years: bool) -> str:
    if named and years:
        return "It names a collection that the child was in, and its school year."
    if named:
        return "It names a collection that the child was in, and no school years."
    if years:
        return "It names a school year in which the child was in a collection, and not which collection."
    return "It names neither collections nor school years, so that it may hold any."

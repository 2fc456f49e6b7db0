"""What a section of a pupil's record is: facts in words, with since when each is true, whence, and what it replaced."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeAlias, TypeVar

from events.model import Category
from ledger.view import Reader
from services.deeds import Deed, Never
from services.episodes import Lasting
from services.facts import Dated, Provenance, on, replaced

ValueT = TypeVar("ValueT")
ReadSection: TypeAlias = "Callable[[Reader, bytes, date], Awaitable[Sequence[Fact]]]"
"""Gives a section's facts of one pupil, as true on a date: those that still are, and those that have ended."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: what it is called, its value as stored and in words, and where it comes from.

    ``until`` is the last day it was true, where that is known; ``was`` is the value it replaced, in words, and
    ``was_at`` the entry that one came from, where that is known; ``note`` is what must be shown with it, such as a
    statement of disagreement.
    """

    label: str
    value: Any
    text: str
    since: date | None
    at: Provenance
    until: date | None = None
    was: str | None = None
    note: str | None = None
    was_at: Provenance | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a pupil's record: its name in addresses, its heading, and the category that whoever sees it may see."""

    name: str
    title: str
    category: Category
    read: ReadSection


def fact(label: str, series: Iterable[Dated[Any]], valid_on: date, words: Callable[[Any], str]) -> Fact | None:
    """Give what a dated series says on a date, and what it said before; None where it says nothing yet."""
    known = list(series)
    item = on(known, valid_on)
    if item is None:
        return None
    before = replaced(known, item)
    was, was_at = (words(before.value), before.at) if before else (None, None)
    return Fact(label, item.value, words(item.value), item.since, item.at, was=was, was_at=was_at)


def lasted(label: str, series: Iterable[Lasting[Any]], valid_on: date, words: Callable[[Any], str]) -> list[Fact]:
    """Give the episodes that had begun by a date, each with the value that a correction found there."""
    return [
        Fact(
            label, one.value, words(one.value), one.since, one.at,
            until=one.until, was=None if one.replaced is None else words(one.replaced),
        )
        for one in series
        if one.since <= valid_on
    ]  # fmt: skip


def done(label: str, deed: Deed[ValueT], value: Any, words: Callable[[ValueT], str], never: str) -> Fact:
    """Give what was done, and of a corrected deed what was told before; ``never`` is said where it was not done.

    The value of what was not done is None, so that whoever counts the values counts what was.
    """
    was = None
    if deed.was is not None and deed.was_on is not None:
        moved = deed.never or deed.was_on != deed.on
        was = f"{words(deed.was)}, on {deed.was_on.isoformat()}" if moved else words(deed.was)
    return Fact(
        label, None if deed.never else value, never if deed.never else words(deed.value), deed.on, deed.at,
        was=was, note=f"Corrected: {deed.why}" if deed.why else None,
    )  # fmt: skip


def withdrawn(known: Fact, never: Never | None, words: str) -> Fact:
    """Give a fact or, where what it tells never was so, that, with what had been told."""
    if never is None:
        return known
    value = {**known.value, "withdrawn": True} if isinstance(known.value, dict) else None
    note = f"Corrected: {never.why}"
    return replace(known, value=value, text=words, at=never.at, until=None, was=known.text, note=note)

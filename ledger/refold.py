"""Where an entry tells the past otherwise, those it is about are folded anew: joined, parted, or without an entry."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final, TypeAlias

from events.model import Entry, EntryWithdrawn, Event
from ledger.alias import Aliases, group, join_of, joins_in
from ledger.view import AnyView, Rows, fold_page

About: TypeAlias = Callable[[Collection[bytes], int], Sequence[Entry]]
"""Gives the entries about any of these subjects up to an index, in order, with just these subjects' parts."""
_PLAIN: Final = 0
_WITHDRAWN: Final = -1


def fold_on(cursors: Mapping[AnyView, int], entries: Sequence[Entry], rows: Rows, known: Aliases, about: About) -> None:
    """Fold a page as ``fold_page`` does, cut where an entry tells the past otherwise and its people are folded anew.

    ``known`` are at least the joinings up to the page. So every view's rows are, at each entry, what all entries up to
    it come to, with each subject held to be whom they are held to be at that entry, and without what is withdrawn by
    then.
    """
    aliases = Aliases([*known.joins, *joins_in(entries)])
    for run in _runs(entries):
        last = run[-1].header.index
        now = aliases.at(last)
        turned = _turned(run[0])
        if turned == _PLAIN:
            fold_page(cursors, run, rows, of=now)
            continue
        before = aliases.at(run[0].header.index - 1)
        behind = {view: after for view, after in cursors.items() if after < last}
        fold_page({view: after for view, after in behind.items() if not view.is_personal}, run, rows)
        named = {subject for entry in run for subject in _named(entry)}
        subjects = group(before, named) | group(now, named)
        anew([view for view in behind if view.is_personal], subjects, last, rows, now, about)


def _runs(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Cut a page: each joining by itself; withdrawals that follow one another together, as a file is undone so."""
    for _, run in groupby(entries, _turned):
        yield list(run)


def _turned(entry: Entry) -> int:
    """Give what tells apart the entries that turn something: each joining by its index."""
    if isinstance(entry.event, EntryWithdrawn):
        return _WITHDRAWN
    return _PLAIN if join_of(entry.header.index, entry.event) is None else entry.header.index


def _named(entry: Entry) -> Sequence[bytes]:
    join = join_of(entry.header.index, entry.event)
    if join is None:
        return entry.header.subjects
    return [join.subject, *([join.of] if join.of else [])]


def anew(
    views: Sequence[AnyView],
    subjects: Collection[bytes],
    index: int,
    rows: Rows,
    of: Mapping[bytes, bytes],
    about: About,
) -> None:
    """Take away everything keyed to these subjects and fold it again up to an entry. No views: nothing is done."""
    if views:
        rows.forget(views, list(subjects))
        fold_page(dict.fromkeys(views, 0), standing(about(subjects, index)), rows, frozenset(subjects), of)


def standing(entries: Sequence[Entry]) -> list[Entry]:
    """Leave out what is withdrawn by one of these entries: it is taken to have never been."""
    gone = {entry.event.withdraws for entry in entries if isinstance(entry.event, EntryWithdrawn)}
    return [entry for entry in entries if entry.header.index not in gone]


def put_together(entries: Iterable[Entry]) -> list[Entry]:
    """Give entries in order, each once: of one that is here for several subjects, with all of their parts."""
    found: dict[int, Entry] = {}
    for entry in entries:
        known = found.get(entry.header.index)
        found[entry.header.index] = entry if known is None else _both(known, entry)
    return [found[index] for index in sorted(found)]


def _both(one: Entry, other: Entry) -> Entry:
    parts = {**one.parts, **other.parts}
    event = one.event if isinstance(one.event, Event) else other.event
    return replace(one, event=event, parts={who: parts[who] for who in one.header.subjects if who in parts})

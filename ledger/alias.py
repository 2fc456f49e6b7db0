"""Two subjects found to be one: from a joining entry on, all that is said of either is folded as of one of them."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from events.model import Entry, Event, Part, PersonEvent, Recorded
from ledger.view import AnyView, Reader, Row, Rows, View

_ALL: Final = 0
INDEX_MAX: Final = 2**63 - 1
"""Above every entry's index: the newest that is known."""


class Join(Row):
    """From an entry on, a subject is held to be another one; or (None) itself again."""

    index: int
    subject: bytes
    of: bytes | None


class JoinsRow(Row):
    """Every joining and parting of an organisation. They are few, so one row holds them all."""

    place: int
    joins: tuple[Join, ...] = ()


def alias_view(*kinds: type[Event]) -> View[JoinsRow]:
    """Give the view of the joinings and partings that these events say (see Event.alias).

    It is about nobody, as ids are in clear, so that it outlives an erasure: whoever was joined stays joined. It stands
    first among a runner's views.
    """
    view = View("aliases", version=1, row=JoinsRow, key=["place"], key_of=lambda _: (_ALL,))

    @view.on(*kinds)
    def _joined(row: JoinsRow | None, recorded: Recorded[Any]) -> JoinsRow | None:
        join = join_of(recorded.index, recorded.event)
        return row if join is None else JoinsRow(place=_ALL, joins=(*(row.joins if row else ()), join))

    return view


class Aliases:
    """Who was held to be whom, at any entry."""

    def __init__(self, joins: Iterable[Join] = ()) -> None:
        by_index = {join.index: join for join in joins}
        self.joins = tuple(by_index[index] for index in sorted(by_index))

    def at(self, index: int = INDEX_MAX) -> dict[bytes, bytes]:
        """Give for each subject that is joined to another, as known at an entry, the one it is in the end."""
        direct: dict[bytes, bytes] = {}
        for join in self.joins:
            if join.index > index:
                break
            if join.of is None:
                direct.pop(join.subject, None)
            else:
                direct[join.subject] = join.of
        return {subject: _end(direct, subject) for subject in direct}

    def ever_with(self, subjects: Iterable[bytes]) -> set[bytes]:
        """Give these subjects and all that were, at any entry, held to be the same as one of them, however far."""
        found, pairs = set(subjects), [{join.subject, join.of} for join in self.joins if join.of]
        while more := {one for pair in pairs if pair & found for one in pair} - found:
            found |= more
        return found


def _end(direct: Mapping[bytes, bytes], subject: bytes) -> bytes:
    seen = {subject}
    while (of := direct.get(subject)) is not None and of not in seen:
        seen.add(of)
        subject = of
    return subject


def group(of: Mapping[bytes, bytes], subjects: Iterable[bytes]) -> set[bytes]:
    """Give these subjects and all that are held to be the same as one of them."""
    ends = {of.get(subject, subject) for subject in subjects}
    return ends | {subject for subject, end in of.items() if end in ends}


def join_of(index: int, event: object) -> Join | None:
    """Give what an event says of who is whom, if it says anything."""
    alias = event.alias if isinstance(event, Event) else None
    return Join(index=index, subject=alias.subject, of=alias.of) if alias else None


def joins_in(entries: Iterable[Entry]) -> list[Join]:
    """Give what entries say of who is whom."""
    found = (join_of(entry.header.index, entry.event) for entry in entries)
    return [join for join in found if join is not None]


async def held(reader: Reader, view: View[JoinsRow]) -> dict[bytes, bytes]:
    """Give who is held to be whom at a reader's position (see Aliases.at)."""
    row = await reader.get(view, _ALL)
    return Aliases(row.joins if row else ()).at()


def known_in(rows: Rows, views: Iterable[AnyView]) -> Aliases:
    """Give the joinings that have been folded into an organisation's rows."""
    for view in views:
        if view.row is JoinsRow:
            found = rows.load(view, [(_ALL,)]).get((_ALL,))
            return Aliases(found.joins if found else ())
    return Aliases()


def event_of(entry: Entry, of: Mapping[bytes, bytes]) -> Event | None:
    """Give an entry's event with what could be opened of it, about whom each subject is held to be."""
    event = entry.event
    if not isinstance(event, Event):
        return None
    if entry.parts:
        opened = {of.get(who, who): part for who, part in entry.parts.items() if isinstance(part, Part)}
        return event.model_copy(update={"parts": opened})
    if isinstance(event, PersonEvent) and event.subject in of:
        return event.model_copy(update={"subject": of[event.subject]})
    return event

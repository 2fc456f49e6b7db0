"""What corrects or ends an entry belongs to the record that the entry is about, also while two are held to be one."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from events.model import Entry, Event, PersonEvent
from ledger.stream import Stream


class Home(NamedTuple):
    """Whose record an entry is part of, and in which stream it stands."""

    subject: bytes
    stream: bytes

    def taking(self, event: Event) -> tuple[bytes, Event]:
        """Give the stream, and the event about this record's subject."""
        return self.stream, event.model_copy(update={"subject": self.subject})


class Homes:
    """Where each entry of a decider's history stands, found by its index and by the ids that its event gives."""

    def __init__(self, entries: Sequence[Entry], names: Sequence[str], of: Mapping[bytes, bytes]) -> None:
        self._names: Final = names
        self._of: Final = of
        self._found: Final = dict[object, Home]()
        self._places: Final = dict[object, dict[bytes, Home]]()
        for entry in entries:
            if entry.parts:  # Of a register each part is somebody's; of two parts of one, their own goes before.
                ends = {of.get(who, who): Home(who, entry.header.stream) for who in entry.parts}
                own = {who: Home(who, entry.header.stream) for who in entry.parts if who not in of}
                self._places[entry.header.index] = {**ends, **own}
            if isinstance(entry.event, PersonEvent):
                home = Home(entry.event.subject, entry.header.stream)
                for key in (entry.header.index, *self._named(entry.event)):
                    self._found.setdefault(key, home)  # what is told of a thing later belongs where it began

    def of(self, event: Event, entry: int | None = None) -> Home | None:
        """Give where an event belongs, by an entry or by what it names; None where it was decided about that one."""
        if not isinstance(event, PersonEvent):
            return None
        keys = [entry] if entry else self._named(event)
        homes = (self._found.get(key) or self._places.get(key, {}).get(event.subject) for key in keys)
        home = next((home for home in homes if home is not None), None)
        return home if home is not None and self._of.get(home.subject) == event.subject else None

    def streams(self) -> list[tuple[bytes, tuple[bytes, ...]]]:
        """Give each stream of the history with whom there are entries about."""
        return [(home.stream, (home.subject,)) for home in set(self._found.values())]

    def _named(self, event: Event) -> list[object]:
        """Give what an event names: an entry by its index, any other thing by the id that it was given."""
        said = ((name, getattr(event, name, None)) for name in self._names)
        return [value if isinstance(value, int) else (name, value) for name, value in said if value is not None]


def of_the_same(stream: Stream, of: Mapping[bytes, bytes]) -> list[Stream]:
    """Give the streams of the same kind about subjects that are held to be this stream's."""
    kind, *key = stream
    return [
        Stream(kind, *(one.hex() if part == end.hex() else part for part in key))
        for one, end in of.items()
        if end.hex() in key
    ]

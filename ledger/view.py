"""A view: what is shown, folded purely from entries; a row under a key, made from the row's class."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, NamedTuple, Protocol, Self, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict

from events.identifiers import SubjectId
from events.model import DISCREET, Entry, EntryWithdrawn, Event, PersonEvent, Recorded
from ledger.shape import shape

Key: TypeAlias = tuple[Any, ...]
REASON_MAX: Final = 100
"""Characters of a parked row's reason: an exception's class name, never its text, which could hold a person's data."""


class Row(BaseModel):
    """A row of plain facts, about nobody."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def assembled(cls, **values: Any) -> Self:
        """Give a row of values that are right already, one for each field: quick enough for every mark of a rebuild."""
        return shape(cls).assemble(values)


class PersonRow(Row):
    """A row about exactly one subject, so that it goes and comes back with that subject's keys."""

    subject: SubjectId


RowT = TypeVar("RowT", bound=Row)
Fold: TypeAlias = Callable[[Any, Any], Any]


class Taking(NamedTuple):
    """How a view takes an event: its fold, and of which bodies (None: of all)."""

    fold: Fold
    where: Callable[[Any], bool] | None


class View(Generic[RowT]):
    """A projection: ``fold(row or None, recorded) -> row or None`` for each event it takes, under a key.

    ``key`` names the row's fields that are its key (organisation comes first in the database, and is not a field);
    ``key_of`` gives their values for a body. A view of PersonRow folds parts and person events; a view of Row folds
    whole events, of which only the plain part can be seen. ``indexed`` are fields, or runs of fields, to look up by.
    Folds are pure: no clock, no random, no environment, no law but what an event adopted.
    """

    def __init__(  # a declaration, read by name
        self,
        name: str,
        *,
        version: int,
        row: type[RowT],
        key: Sequence[str],
        key_of: Callable[[Any], Key],
        indexed: Sequence[Sequence[str]] = (),
    ) -> None:
        self.name = name
        self.version = version
        self.row = row
        self.key = tuple(key)
        self.key_of = key_of
        self.indexed = tuple(tuple(fields) for fields in indexed)
        self.is_personal = issubclass(row, PersonRow)
        self.folds: dict[str, Taking] = {}
        if self.is_personal and "subject" not in self.key:
            raise TypeError(f"{name}: the key of a row about a person holds its subject")

    @property
    def table(self) -> str:
        """The name of the view's table: one for each version, so that a new one is built beside the old."""
        return f"{self.name}_v{self.version}"

    def on(self, *kinds: type[Event], where: Callable[[Any], bool] | None = None) -> Callable[[Fold], Fold]:
        """Register a fold for these events.

        With ``where``, only for the bodies of which it is true: those that neither make, change nor end a row. It saves
        looking for a row that no mark but one in a hundred has.
        """

        def register(fold: Fold) -> Fold:
            for kind in kinds:
                if not self.is_personal and issubclass(kind, PersonEvent):
                    raise TypeError(f"{self.name}: a row about nobody cannot hold what is sealed about a person")
                self.folds[kind.definition.name] = Taking(fold, where)
            return fold

        return register


AnyView: TypeAlias = View[Any]


class Position(NamedTuple):
    """How far views have come: the last entry folded in, and when it was recorded (UTC)."""

    index: int  # type: ignore[assignment]  # the log's word; nobody looks for a value's place in a position
    recorded_at: datetime | None


class Reader(Protocol):
    """One organisation's rows at one position, to read: the live views, or the scratch of a replay."""

    async def get(self, view: "View[RowT]", *key: Any) -> "RowT | None":
        """Give the row under a key."""

    async def find(self, view: "View[RowT]", **fields: Any) -> "list[RowT]":
        """Give the rows whose key or indexed fields have these values, in the order of their keys; a list means any."""

    async def prefix(self, view: "View[RowT]", field: str, text: str, limit: int) -> "list[RowT]":
        """Give the rows whose indexed field begins with a text, in its order."""

    async def position(self) -> Position:
        """Give how far all views that are read here have come."""


class Parked(NamedTuple):
    """A row that an entry could not be folded into: it stays as it was, passed by, until it is folded anew."""

    view: str
    key: Key
    index: int  # type: ignore[assignment]  # as in Position
    reason: str


class Rows(Protocol):
    """Where one organisation's rows are kept while they are folded."""

    def load(self, view: AnyView, keys: Sequence[Key]) -> dict[Key, Any]:
        """Give the rows that exist under these keys."""

    def save(self, view: AnyView, rows: Mapping[Key, Any]) -> None:
        """Keep rows; None takes one away."""

    def parked(self, view: AnyView) -> set[Key]:
        """Give the keys whose rows are parked."""

    def park(self, parked: Parked) -> None:
        """Set a row aside, with the reason."""

    def forget(self, views: Sequence[AnyView], subjects: Sequence[bytes]) -> None:
        """Take away these subjects' rows, and their parked ones."""


@dataclass(frozen=True, slots=True)
class Folded:
    """How much a page of entries came to."""

    entries: int
    parts: int


def fold_page(
    views: Mapping[AnyView, int],
    entries: Sequence[Entry],
    rows: Rows,
    subjects: frozenset[bytes] | None = None,
    of: Mapping[bytes, bytes] | None = None,
) -> Folded:
    """Fold entries, in order, into each view's rows; ``views`` says after which index each of them begins.

    With ``subjects``, only those persons' rows are touched. What is about a subject of ``of`` is folded as if it were
    about the one it is held to be (ledger/alias.py). The one fold of live views, rebuilds, refolds and replays.
    """
    parts = 0
    bodies = _Bodies(subjects, of or {})
    for view, after in views.items():
        work: list[_Work] = []
        key_of = view.key_of
        for entry in entries:
            taking = view.folds.get(entry.header.name)
            if taking is None or entry.header.index <= after:
                continue
            fold, where = taking
            work += [
                (key_of(recorded), fold, recorded)
                for recorded in bodies.of(entry, personal=view.is_personal)
                if where is None or where(recorded)
            ]
        if work:
            parts += len(work)
            _fold_view(view, work, rows)
    return Folded(len(entries), parts)


_Work: TypeAlias = tuple[Key, Fold, Recorded[Any]]


class _Bodies:
    """What of each entry is folded, made once for all the views that fold it."""

    def __init__(self, subjects: frozenset[bytes] | None, of: Mapping[bytes, bytes]) -> None:
        self._subjects = subjects
        self._of = of
        self._known: dict[int, list[Recorded[Any]]] = {}

    def of(self, entry: Entry, *, personal: bool) -> Sequence[Recorded[Any]]:
        """Give an entry's bodies: a person's each, or the event itself for a view about nobody."""
        if not personal:
            if self._subjects is not None or not isinstance(entry.event, Event):
                return ()
            return [Recorded(entry.header, entry.event, entry.event)]
        known = self._known.get(entry.header.index)
        if known is None:
            found = map(self._held, entry.recorded()) if self._of else entry.recorded()
            known = self._known[entry.header.index] = [
                recorded for recorded in found if self._subjects is None or recorded.subject in self._subjects
            ]
        return known

    def _held(self, recorded: Recorded[BaseModel]) -> Recorded[BaseModel]:
        """Give a body as of the subject that its own is held to be; the header goes on naming its own."""
        end = self._of.get(recorded.subject) if recorded.subject is not None else None
        if end is None:
            return recorded
        if isinstance(recorded.event, PersonEvent):
            event = recorded.event.model_copy(update={"subject": end})
            return Recorded(recorded.header, event, event, end)
        return recorded._replace(subject=end)


def _fold_view(view: AnyView, work: Sequence[_Work], rows: Rows) -> None:
    keys = list(dict.fromkeys(key for key, _, _ in work))
    held: dict[Key, Any] = rows.load(view, keys)
    known = set(held)
    parked = rows.parked(view)
    passed_by = frozenset(parked)
    for key, fold, recorded in work:
        if key in parked:
            continue
        try:
            held[key] = fold(held.get(key), recorded)
        except Exception as error:  # noqa: BLE001  # whatever one row cannot take must not stop the school
            parked.add(key)
            rows.park(Parked(view.table, key, recorded.index, type(error).__name__[:REASON_MAX]))
    # A row parked just now is kept as it was before that entry, wherever the page began: so live = rebuilt.
    folded = {key: held.get(key) for key in keys if key not in passed_by}
    rows.save(view, {key: row for key, row in folded.items() if row is not None or key in known})


class MemoryRows:
    """Rows in memory: the scratch of a replay, and what tests look into."""

    def __init__(self) -> None:
        self.held: dict[str, dict[Key, Any]] = {}
        self.set_aside: list[Parked] = []

    def load(self, view: AnyView, keys: Sequence[Key]) -> dict[Key, Any]:
        """Give the rows that exist under these keys."""
        table = self.held.get(view.table, {})
        return {key: table[key] for key in keys if key in table}

    def save(self, view: AnyView, rows: Mapping[Key, Any]) -> None:
        """Keep rows; None takes one away."""
        table = self.held.setdefault(view.table, {})
        for key, row in rows.items():
            if row is None:
                table.pop(key, None)
            else:
                table[key] = row

    def parked(self, view: AnyView) -> set[Key]:
        """Give the keys whose rows are parked."""
        return {parked.key for parked in self.set_aside if parked.view == view.table}

    def park(self, parked: Parked) -> None:
        """Set a row aside, with the reason."""
        self.set_aside.append(parked)

    def forget(self, views: Sequence[AnyView], subjects: Sequence[bytes]) -> None:
        """Take away these subjects' rows, and their parked ones."""
        gone = frozenset(subjects)
        for view in views:
            place, table = view.key.index("subject"), self.held.get(view.table, {})
            for key in [key for key in table if key[place] in gone]:
                del table[key]
            self.set_aside = [one for one in self.set_aside if one.view != view.table or one.key[place] not in gone]


class MemoryReader:
    """Reads what a replay has folded (see Reader)."""

    def __init__(self, rows: MemoryRows, position: Position) -> None:
        self._rows = rows
        self._position = position

    async def get(self, view: View[RowT], *key: Any) -> RowT | None:
        """Give the row under a key."""
        found: RowT | None = self._rows.held.get(view.table, {}).get(key)
        return found

    async def find(self, view: View[RowT], **fields: Any) -> list[RowT]:
        """Give the rows whose fields have these values, in the order of their keys; a list means any of its values."""
        wanted = {name: value if isinstance(value, list) else [value] for name, value in fields.items()}
        return [row for row in self._sorted(view) if all(getattr(row, name) in any_ for name, any_ in wanted.items())]

    async def prefix(self, view: View[RowT], field: str, text: str, limit: int) -> list[RowT]:
        """Give the rows whose field begins with a text, in its order."""
        found = [row for row in self._sorted(view) if str(getattr(row, field)).startswith(text)]
        return sorted(found, key=lambda row: str(getattr(row, field)))[:limit]

    async def position(self) -> Position:
        """Give the entry that the replay went up to."""
        return self._position

    def _sorted(self, view: View[RowT]) -> list[RowT]:
        held = self._rows.held.get(view.table, {})
        return [held[key] for key in sorted(held)]


def names_of(views: Sequence[AnyView]) -> frozenset[str]:
    """Give the names of all events that these views fold, or that withdraw one: nothing else needs opening."""
    names = {name for view in views for name in view.folds}
    names |= {name for name, kind in Event.latest.items() if issubclass(kind, EntryWithdrawn)} if names else set()
    return frozenset(names | {DISCREET} if any(Event.latest[name].definition.discreet for name in names) else names)

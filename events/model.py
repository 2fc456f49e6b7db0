"""The three kinds of event, what every entry says of itself in clear, and what a fold is given."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, ClassVar, Final, Generic, Literal, NamedTuple, TypeAlias, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field

from events.identifiers import SubjectId
from events.text import PlainText

Category: TypeAlias = Literal[
    "identity",
    "contact",
    "enrolment",
    "characteristics",
    "attendance",
    "assessment",
    "health",
    "sen",
    "pastoral",
    "safeguarding",
    "media",
    "correspondence",
    "access",
]
CATEGORIES: Final[tuple[Category, ...]] = get_args(Category)

DISCREET: Final = "discreet"
"""What is stored in clear instead of a discreet event's name, category, role, purpose and basis."""

PARTS_MAX: Final = 500
"""Parts in one event: a whole year group's sitting, and still far below the 900 kB that a message broker carries."""

ALL_TIME: Final = 0
"""The period of facts that are not kept by the school year."""

Text200: TypeAlias = Annotated[PlainText, Field(min_length=1, max_length=200)]

_NAME = re.compile(r"[a-z]+(-[a-z]+)*")


class Strict(BaseModel):
    """What every model of the language shares: immutable, nothing extra, nothing coerced."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Part(Strict):
    """One subject's share of a register event; sealed under that subject's key."""


@dataclass(frozen=True, slots=True)
class Definition:
    """What a class says of itself: the given name and version that are stored, and the category its key is for.

    A plain event has no category, because nothing of it is sealed.
    """

    name: str
    version: int
    category: Category | None
    discreet: bool = False
    """Whether the name itself is a secret, so that a log's database shows none of these (docs/adr/0006)."""


class Alias(NamedTuple):
    """A subject that is held to be another one from here on; or, with ``of`` None, itself again."""

    subject: bytes
    of: bytes | None


class Event(Strict):
    """A fact about nobody: a rule adopted, a school closed for snow. Not sealed."""

    definition: ClassVar[Definition]
    latest: ClassVar[dict[str, "type[Event]"]] = {}
    released: ClassVar[dict[tuple[str, int], "type[Event]"]] = {}
    chooses_category: ClassVar[bool] = False
    """Whether each event says itself under which category's key it is kept (``kept_under``)."""

    def __init_subclass__(
        cls, *, name: str | None = None, version: int = 1, category: Category | None = None, discreet: bool = False
    ) -> None:
        super().__init_subclass__()
        if name is None:
            return
        if not _NAME.fullmatch(name) or name == DISCREET:
            raise TypeError(f"{name!r} is not an event name: lower-case words joined by hyphens")
        if (name, version) in Event.released:
            raise TypeError(f"{name} version {version} is defined twice")
        if (category is None) == issubclass(cls, (PersonEvent, RegisterEvent)):
            raise TypeError(f"{name}: events about people have a category, and plain events have none")
        if discreet and not issubclass(cls, PersonEvent):
            raise TypeError(f"{name}: only an event about one person can be discreet")
        if category == "safeguarding" and not discreet:
            raise TypeError(f"{name}: that a safeguarding fact exists is a secret; declare it discreet")
        cls.definition = Definition(name, version, category, discreet)
        Event.released[name, version] = cls
        if name not in Event.latest or Event.latest[name].definition.version < version:
            Event.latest[name] = cls

    @property
    def period(self) -> int:
        """The school year whose key seals this event, by the year it begins in, or ALL_TIME."""
        return ALL_TIME

    @property
    def alias(self) -> Alias | None:
        """Who is held to be whom from here on, where the event says so in clear: views are folded accordingly."""
        return None

    @property
    def kept_under(self) -> Category | None:
        """The category whose key seals this event: the class's, unless the class leaves it to each event."""
        return self.definition.category

    @property
    def is_cohort(self) -> bool:
        """Whether the event is about everyone whom a predicate selects, instead of subjects it lists."""
        return False


class PersonEvent(Event):
    """A fact about one subject in one category. Its whole body is sealed under that subject's key for the category.

    ``valid_on`` is the civil date (Europe/London) from which the fact holds; it is sealed with the body, as it may be
    the date of a hearing.
    """

    subject: SubjectId
    valid_on: date


class EntryWithdrawn(PersonEvent):
    """What every withdrawal says: an earlier entry of the same stream is taken to have never been.

    There is one class for each category, since an event's key follows its category. ``was`` is the withdrawn event's
    name. A decider's history leaves out both; a view drops what the entry said.
    """

    withdraws: Annotated[int, Field(ge=1)]
    was: Annotated[PlainText, Field(min_length=1, max_length=60)]
    reason: Text200


PartT = TypeVar("PartT", bound=Part)


class RegisterEvent(Event, Generic[PartT]):
    """A fact about many subjects at one moment: a plain part in clear, and a sealed part for each subject."""

    parts: Annotated[dict[SubjectId, PartT], Field(max_length=PARTS_MAX)]


class Source(Strict):
    """Where a fact came from: the connector, its batch and, within the batch's file, the row (from 1)."""

    connector: Annotated[PlainText, Field(min_length=1, max_length=60)]
    batch: SubjectId
    row: Annotated[int, Field(ge=0)] = 0


@dataclass(frozen=True, slots=True)
class Header:
    """What is stored in clear of every entry. Ids are 16 bytes; ``recorded_at`` is UTC by the database's clock."""

    organisation: bytes
    index: int
    recorded_at: datetime
    event_id: bytes
    service: str
    stream: bytes
    version: int
    name: str
    event_version: int
    category: Category | None
    period: int
    subjects: tuple[bytes, ...]
    cohort: bool
    actor: bytes
    role: str
    purpose: str
    basis: str
    source: Source | None
    command: bytes
    cause: int | None


@dataclass(frozen=True, slots=True)
class Destroyed:
    """A sealed part whose key has been destroyed: when, and by which request. The fact that it existed remains."""

    when: datetime | None
    request: str


@dataclass(frozen=True, slots=True)
class Tampered:
    """A sealed part that its key does not open: it was changed, moved or relabelled after it was written."""


BodyT_co = TypeVar("BodyT_co", covariant=True)


class Recorded(NamedTuple, Generic[BodyT_co]):
    """What a fold is given: one body in its place. For a register, ``body`` is one subject's part.

    ``event`` is the event itself; of a register only its plain fields are filled in.
    """

    header: Header
    event: Event
    body: BodyT_co
    subject: bytes | None = None

    @property
    def index(self) -> int:  # type: ignore[override]  # the log's word; nobody looks for a value's place in a body
        return self.header.index


@dataclass(frozen=True, slots=True)
class Entry:
    """An event in its place in a log. A sealed part that could not be opened stands there as what it has become."""

    header: Header
    event: Event | Destroyed | Tampered
    parts: Mapping[bytes, Part | Destroyed | Tampered]

    def recorded(self) -> Iterator[Recorded[BaseModel]]:
        """Each body that could be opened, in its stored order."""
        if not isinstance(self.event, Event):
            return
        if not isinstance(self.event, RegisterEvent):
            subject = self.event.subject if isinstance(self.event, PersonEvent) else None
            yield Recorded(self.header, self.event, self.event, subject)
            return
        for subject, part in self.parts.items():
            if isinstance(part, Part):
                yield Recorded(self.header, self.event, part, subject)

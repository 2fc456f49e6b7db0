"""What one service tells another of a fact, where somebody puts them together: its value, and its entries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol

from ledger.view import Reader

MAY_BE_KEPT_BACK: Final = frozenset({"address", "phones", "emails", "contacts"})
"""The fields of which an order or marker can keep something back."""
KEPT_DISCREETLY: Final = frozenset({"exclusions"})
"""Fields of which it is a secret whether there is anything at all, though they go openly."""


@dataclass(frozen=True, slots=True)
class SharedFact:
    """A fact as it may be given to somebody: of which field, about whom, in words and as data, from which entries."""

    field: str
    about: bytes
    value: Any
    text: str
    since: date | None
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pupil:
    """What is known of one pupil in the fields that were asked for; ``withheld`` may not be told by order or marker."""

    subject: bytes
    facts: Sequence[SharedFact]
    withheld: Mapping[str, str]

    def of(self, field: str) -> list[SharedFact]:
        """Give the facts of one field, in order."""
        return [one for one in self.facts if one.field == field]


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of the record: known up to an entry, true on a day; ``sent_on`` is when it left, if that was asked."""

    known_at: int
    valid_on: date
    sent_on: date | None = None


class FactSource(Protocol):
    """Whoever keeps the pupils' record, asked for what may be given away of it."""

    async def live(
        self, reader: Reader, subjects: Sequence[bytes], fields: Iterable[str], valid_on: date,
        person: bytes | None = None, sent_on: date | None = None,
    ) -> Sequence[Pupil]:  # fmt: skip
        """Give what is known now of pupils; whoever is none is not there. ``person`` is who it is told, if it is one.

        Nothing that an order or marker keeps from them is in it, in force on the day asked about or when it is sent.
        """

    async def then(
        self, organisation: bytes, subjects: Sequence[bytes], fields: Iterable[str], at: Moment,
        person: bytes | None = None,
    ) -> Sequence[Pupil]:  # fmt: skip
        """Give what was known at a moment, folded from the log again."""

    async def barred(self, reader: Reader, pupil: bytes, person: bytes, day: date) -> str | None:
        """Give why a person may be told nothing at all of a pupil, as a sentence; None where they may."""

    async def no_parent(self, reader: Reader, pupil: bytes, person: bytes, day: date) -> str | None:
        """Give why a person cannot answer as a pupil's parent on a day, as a sentence; None where they may."""

    async def on_roll(self, reader: Reader, day: date) -> Sequence[bytes]:
        """Give whoever is on the roll on a day."""

    async def last_days(self, reader: Reader, subjects: Sequence[bytes], day: date) -> Mapping[bytes, date]:
        """Give the last day on the roll of whoever of these was on it before a day, and is not on that day."""

    async def near(self, reader: Reader, subjects: Sequence[bytes]) -> frozenset[bytes]:
        """Give everybody of whom something may be in what is given of pupils: the pupils and their contacts."""

    async def stood(
        self, organisation: bytes, subject: bytes, fields: Iterable[str], at: Moment
    ) -> Sequence[Pupil]:  # fmt: skip
        """Give what was known at a moment of somebody on the roll: of each record that is held to be theirs now."""

    async def was_on_roll(
        self, organisation: bytes, subject: bytes, moments: Sequence[Moment]
    ) -> Sequence[frozenset[bytes]]:  # fmt: skip
        """Give as whom somebody was on the roll at each of these moments, as known then; nobody: they were not.

        Records that are merged now may have been two then, and both in a return.
        """

    async def pupils_of(self, reader: Reader, person: bytes) -> Sequence[bytes]:
        """Give every pupil whose contact somebody is or was."""

    async def ages(self, reader: Reader, subjects: Sequence[bytes], day: date) -> Mapping[bytes, int]:
        """Give pupils' ages in whole years; whose date of birth is not known is not there."""


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody who left the roll: when their time on it began and ended, to where, and on which ground."""

    subject: bytes
    name: str
    since: date
    day: date
    destination: str | None
    ground: str | None
    has_concerns: bool
    """Whether there is a child protection file: for nobody's eyes but those who may know that there is."""


@dataclass(frozen=True, slots=True)
class SchoolDay:
    """A school day (None: there are not so many ahead), and whether a published calendar says so in every year."""

    day: date | None
    by_calendar: bool


class LeaverSource(Protocol):
    """Whoever keeps the roll and the calendar, asked for the clocks of a transfer."""

    async def left(self, reader: Reader, first: date, last: date) -> Sequence[Leaver]:
        """Give whoever left between two days, both inclusive, the earliest first."""

    async def school_day_after(self, reader: Reader, day: date, count: int) -> SchoolDay:
        """Give the school day that is so many after a day."""

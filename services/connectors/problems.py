"""What is wrong with a file or with one row of it, in sentences that a school secretary can act on.

A sentence names the field and the remedy and never the value: it is shown, stored in clear and may be logged.
"""

from dataclasses import dataclass, field
from typing import Final

SENTENCE_MAX: Final = 200
"""Characters: a reason is kept with the quarantined row, where a reason is at most this long."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a row or file.

    ``field`` is a stable key (``date_of_birth``, ``contacts.2.surname``), ``sentence`` says what to do next. A fatal
    problem keeps the whole row out; any other leaves only that value out, and what is left out counts as not said.
    """

    field: str
    sentence: str
    fatal: bool


class FileRefused(ValueError):
    """The whole file cannot be read, and nothing of it was taken. Its text says what to do and holds no value."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: the stable key of its field, and what to call it at the start of a sentence."""

    field: str
    label: str


@dataclass(slots=True)
class Problems:
    """Collects the problems of one row in the order in which they were found."""

    _found: dict[Problem, None] = field(default_factory=dict)

    @property
    def found(self) -> tuple[Problem, ...]:
        """What was noted, each once."""
        return tuple(self._found)

    def fatal(self, place: Place, predicate: str) -> None:
        """Note that the row cannot be used, in the sentence made of the place's label and ``predicate``."""
        self._note(place, predicate, fatal=True)

    def minor(self, place: Place, predicate: str) -> None:
        """Note that a value is left out or looks odd, while the row can be used."""
        self._note(place, predicate, fatal=False)

    def _note(self, place: Place, predicate: str, *, fatal: bool) -> None:
        self._found[Problem(place.field, f"{place.label} {predicate}", fatal)] = None

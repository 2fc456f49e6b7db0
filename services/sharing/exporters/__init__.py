"""Files out: pure and versioned, so that any file ever sent is made again byte for byte from what was known then.

A module an exporter. A released version never changes: a file that should look otherwise is a next version, beside it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from events.sharing.words import Party
from ledger.decider import Refused
from services.shared_facts import Pupil


@dataclass(frozen=True, slots=True)
class Export:
    """All that a file is made of: who sends it to whom, when, its running number, and what is known of each pupil."""

    sender: Party
    to: Party
    made_at: datetime
    number: int
    valid_on: date
    fields: Sequence[str]
    pupils: Sequence[Pupil]


class File(NamedTuple):
    """A file as it leaves; its name tells nothing of a pupil."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Exporter:
    """Makes one kind of file. ``fields`` are those that it can carry (None: any)."""

    name: str
    version: int
    title: str
    make: Callable[[Export], File]
    fields: frozenset[str] | None = None
    of_one: bool = False
    """Whether it is about one pupil and nobody else."""
    sections: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Its parts by the names that people choose them by, each with its fields; none where it is not made of parts."""

    def left_out(self, fields: Iterable[str]) -> list[str]:
        """Name each part that a file of these fields lacks, wholly or in part."""
        given = set(fields)
        return [name if not given & own else f"{name} (in part)" for name, own in self.sections.items() if own - given]


def by_version(exporters: Sequence[Exporter]) -> Mapping[tuple[str, int], Exporter]:
    """Give exporters by name and version. Raises ValueError where one is there twice."""
    found = {(one.name, one.version): one for one in exporters}
    if len(found) != len(exporters):
        raise ValueError("an exporter's version is there twice")
    return found


def chosen(exporters: Mapping[tuple[str, int], Exporter], name: str, fields: Iterable[str]) -> Exporter:
    """Give the newest version of the exporter that was asked for. Raises Refused where it cannot carry the fields."""
    exporter = newest(exporters, name)
    if exporter is None:
        known = sorted({name for name, _ in exporters})
        raise Refused("There is no such kind of file. Choose one of the list.", known=known)
    # Else the register would say that the recipient was given what is not in the file.
    beyond = sorted(set(fields) - exporter.fields) if exporter.fields is not None else []
    if beyond:
        named = ", ".join(one.replace("_", " ") for one in beyond)
        raise Refused(f"This kind of file cannot carry: {named}. Leave it out, or send it in another kind of file.")
    return exporter


def fields_of(exporters: Mapping[tuple[str, int], Exporter], name: str, sections: Iterable[str]) -> tuple[str, ...]:
    """Give the fields of parts of a kind of file. Raises Refused for a part that it has not."""
    exporter = newest(exporters, name)
    known = exporter.sections if exporter else {}
    if not known:
        raise Refused("This kind of file has no sections to choose from. Choose fields.")
    unknown = sorted(set(sections) - known.keys())
    if unknown:
        raise Refused(f"This file has no such section: {', '.join(unknown)}. Choose from these: {', '.join(known)}.")
    return tuple(sorted(set[str]().union(*(known[one] for one in sections))))


def newest(exporters: Mapping[tuple[str, int], Exporter], name: str) -> Exporter | None:
    """Give an exporter's newest version."""
    versions = [version for known, version in exporters if known == name]
    return exporters[name, max(versions)] if versions else None

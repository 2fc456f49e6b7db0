"""Files out: pure and versioned, so that any file ever sent is made again byte for byte from what was known then.

A module an exporter. A released version never changes: a file that should look otherwise is a next version, beside it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
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


def newest(exporters: Mapping[tuple[str, int], Exporter], name: str) -> Exporter | None:
    """Give an exporter's newest version."""
    versions = [version for known, version in exporters if known == name]
    return exporters[name, max(versions)] if versions else None

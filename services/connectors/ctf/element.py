"""One XML element and what was asked of it, so that whatever nobody asked for can be reported instead of dropped."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Final

from lxml import etree

from services.connectors.ctf.tags import Tag
from services.connectors.problems import Place, Problems
from services.connectors.written import TEXT_MAX, fits, iso_date, legible, sound, tidy

_PLAIN_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,59}")
_TRUTHS: Final = {"true": True, "1": True, "t": True, "y": True, "false": False, "0": False, "f": False, "n": False}


def local_name(element: etree._Element) -> str:
    """The element's name in lower case and without its namespace: files differ in both."""
    return element.tag.rpartition("}")[2].lower()


@dataclass(slots=True, repr=False)
class Row:
    """What the reading of one pupil, or of the header, brought to light."""

    problems: Problems = field(default_factory=Problems)
    as_written: list[tuple[str, str]] = field(default_factory=list)
    opened: "list[Element]" = field(default_factory=list)
    given: dict[str, None] = field(default_factory=dict)
    """The fields that are given and not collected, in the order of reading."""

    def not_read(self) -> Iterator[str]:
        """The path of each element, in the opened ones, that says something and was never asked for."""
        for element in self.opened:
            yield from element.not_asked()


class Element:
    """An element to be asked for fields by tag; ``prefix`` and ``whose`` name its fields and finish its sentences."""

    def __init__(
        self, elements: Iterable[etree._Element], row: Row, *, path: str = "", prefix: str = "", whose: str = ""
    ) -> None:
        """Take the content of ``elements`` as one: a section that comes twice is read as one section."""
        self.row = row
        self.path = path
        self.prefix = prefix
        self.whose = whose
        self._children: dict[str, list[etree._Element]] = {}
        self._asked: set[str] = set()
        self._opened: dict[tuple[str, ...], Element] = {}
        for child in chain.from_iterable(elements):
            self._children.setdefault(local_name(child), []).append(child)
        row.opened.append(self)

    def place(self, tag: Tag) -> Place:
        """Where the field of ``tag`` stands, for a problem."""
        return Place(self.prefix + tag.field, f"The {tag.label}{self.whose}")

    def texts(self, tag: Tag) -> tuple[str, ...]:
        """Every distinct value of a field that may come several times, without those that cannot be kept."""
        written = dict.fromkeys(tidy(found.text) for name in tag.names for found in self._named(name))
        return tuple(text for text in written if text is not None and self._kept(tag, text))

    def text(self, tag: Tag) -> str | None:
        """The one value of a field: of its spellings the first that says anything; None where none does."""
        spellings = [dict.fromkeys(filter(None, (tidy(e.text) for e in self._named(name)))) for name in tag.names]
        said = next(filter(None, spellings), None)
        if said is None:
            return None
        if len(said) > 1:
            self.row.problems.fatal(
                self.place(tag), "is given twice with different values. Ask the sender which is right, and correct it."
            )
        elif any(other and other != said for other in spellings):
            self.row.problems.minor(
                self.place(tag), "is given under an old and a new name with different values. The new one was used."
            )
        text = next(iter(said))
        return text if self._kept(tag, text) else None

    def day(self, tag: Tag, earliest: date, latest: date) -> date | None:
        """A date; a wrong one is noted, and fatal where the field is vital."""
        text = self.text(tag)
        if text is None:
            return None
        note = self.row.problems.fatal if tag.vital else self.row.problems.minor
        found = iso_date(text)
        if found is None:
            note(self.place(tag), "is not a date that exists, written like 2026-09-07. Correct it.")
        elif not earliest <= found <= latest:
            note(self.place(tag), f"is not between {earliest.isoformat()} and {latest.isoformat()}. Correct it.")
            return None
        return found

    def truth(self, tag: Tag) -> bool | None:
        """True or false; another word is noted and left out."""
        text = self.text(tag)
        if text is None:
            return None
        if text.lower() not in _TRUTHS:
            self.row.problems.minor(self.place(tag), "is neither true nor false, so it was left out. Add it by hand.")
        return _TRUTHS.get(text.lower())

    def gives(self, tag: Tag) -> bool:
        """Whether the file gives a field that is not collected: what it says of it is not read."""
        found = [child for name in tag.names for child in self._named(name)]  # each of its spellings is asked for
        return any(_says_something(child) for child in found)

    def refuse(self, *tags: Tag) -> None:
        """Note of fields that are not collected whether the file gives them; none of their values is read."""
        for tag in tags:
            if self.gives(tag):
                self.row.given[tag.field] = None

    def child(self, names: tuple[str, ...]) -> "Element":
        """The element of that name, whose content is read as part of this one; an empty one if there is none."""
        if names not in self._opened:
            path = f"{self.path}{names[0]}/"
            self._opened[names] = Element(self._all(names), self.row, path=path, prefix=self.prefix, whose=self.whose)
        return self._opened[names]

    def children(self, names: tuple[str, ...], prefix: str, whose: str) -> "Iterator[Element]":
        """Each element of that name, numbered from 1 in its fields and sentences."""
        for number, child in enumerate(self._all(names), start=1):
            yield Element(
                [child],
                self.row,
                path=f"{self.path}{names[0]}/",
                prefix=f"{self.prefix}{prefix}.{number}.",
                whose=f"{whose} {number}{self.whose}",
            )

    def not_asked(self) -> Iterator[str]:
        """The path of each element that says something and was not asked for."""
        for name, children in self._children.items():
            if name not in self._asked:
                yield from (self.path + _shown_name(child) for child in children if _says_something(child))

    def _all(self, names: tuple[str, ...]) -> list[etree._Element]:
        return [child for name in names for child in self._named(name)]

    def _named(self, name: str) -> list[etree._Element]:
        self._asked.add(name.lower())
        return self._children.get(name.lower(), [])

    def _kept(self, tag: Tag, text: str) -> bool:
        self.row.as_written.append((self.prefix + tag.names[0], legible(text[:TEXT_MAX])))
        place = self.place(tag)
        return sound(text, place, self.row.problems) and fits(
            text, tag.longest, place, self.row.problems, vital=tag.vital
        )


def unread_section(element: etree._Element) -> tuple[str, ...]:
    """The name of a section that is not read, if it says anything."""
    return (_shown_name(element),) if _says_something(element) else ()


def _says_something(element: etree._Element) -> bool:
    return any(tidy(part.text) or part.attrib for part in element.iter())


def _shown_name(element: etree._Element) -> str:
    name = element.tag.rpartition("}")[2]
    return name if _PLAIN_NAME.fullmatch(name) else "an unnamed section"

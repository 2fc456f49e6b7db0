"""Reads a Common Transfer File into rows, a pupil at a time, so that neither a large nor a hostile file can hurt."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from lxml import etree

from services.connectors.ctf import tags
from services.connectors.ctf.element import local_name, unread_section
from services.connectors.ctf.file_name import FileName, read_file_name
from services.connectors.ctf.header import NO_HEADER, file_problems, read_header
from services.connectors.ctf.model import CtfFile, CtfHeader, CtfPupil
from services.connectors.ctf.pupil import read_pupil
from services.connectors.ctf.source import clean_xml
from services.connectors.problems import FileRefused, Problem

ELEMENTS_MAX: Final = 500_000
"""Elements in a file: 2,000 pupils with 250 each, a very large school's leavers with every section."""

SECTION_ELEMENTS_MAX: Final = 20_000
"""Elements of one pupil. Fourteen years of attendance, assessment and every other section come to about 3,000."""

DEPTH_MAX: Final = 32
"""Elements inside one another. A Common Transfer File goes 8 deep."""

PUPILS_MAX: Final = 10_000
"""Pupils in a file: three times the largest school in England."""

SECTIONS_SHOWN_MAX: Final = 100
"""Names of unread sections kept for the report; a true file has fewer than 60 kinds of element."""

_NOT_CTF: Final = (
    "This is not a Common Transfer File: it does not begin with CTfile. Check that you chose the right file, or ask "
    "the sending school for its Common Transfer File."
)
_CUT_SHORT: Final = (
    "This file stops making sense at line {line:,}: it was cut short or changed on its way. Download it again, or ask "
    "the sending school to send it again."
)


def read_ctf(data: bytes, file_name: str, *, today: date) -> CtfFile:
    """Read the bytes of a Common Transfer File, versions 17 to 25, by what they hold.

    ``today`` is the civil date in London, which no birth can follow. A row that cannot be used keeps its place with a
    fatal problem. Raises FileRefused, having taken nothing, for a file in an encoding other than UTF-8 and UTF-16, with
    a DOCTYPE, over a limit, not well formed, or not a Common Transfer File.
    """
    name = read_file_name(file_name)
    reading = _Reading(name, today)
    for element in _sections(data):
        reading.take(element)
    return reading.finished()


def _sections(data: bytes) -> Iterator[etree._Element]:
    """Each header, pupil and other section, whole; its memory is given back before the next."""
    parser = etree.XMLPullParser(
        events=("start", "end"),
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    walk = _Walk()
    for piece in clean_xml(data):
        failure = _failure(parser, piece)
        yield from walk.sections(parser)  # What came before the fault counts towards the limits, which say more.
        if failure:
            raise FileRefused(failure)
    failure = _failure(parser, None)
    if failure or not walk.seen:
        raise FileRefused(failure or _NOT_CTF)


def _failure(parser: etree.XMLPullParser, piece: bytes | None) -> str | None:
    """Feed a piece, or close; the parser's own messages quote the file, so only the line is passed on."""
    try:
        if piece is None:
            parser.close()
        else:
            parser.feed(piece)
    except etree.XMLSyntaxError as error:
        return _CUT_SHORT.format(line=error.lineno or 1)
    return None


class _Walk:
    """Counts what passes and finds where a section is complete."""

    def __init__(self) -> None:
        self.seen = 0
        self.in_section = 0
        self.path: list[str] = []

    def sections(self, parser: etree.XMLPullParser) -> Iterator[etree._Element]:
        for event, element in parser.read_events():
            if element is None or isinstance(element, tuple):
                continue  # Namespace events carry no element, and none were asked for.
            if event == "start":
                self._enter(local_name(element))
                continue
            if self._is_section():
                self.in_section = 0
                yield element
                _forget(element)
            self.path.pop()

    def _enter(self, name: str) -> None:
        self.seen += 1
        self.in_section += 1
        self.path.append(name)
        if self.seen == 1 and name != tags.ROOT:
            raise FileRefused(_NOT_CTF)
        if self.in_section > SECTION_ELEMENTS_MAX:
            raise FileRefused(
                f"This file says more than {SECTION_ELEMENTS_MAX:,} things of one pupil, which no true file does. Ask "
                "the sending school to export it again."
            )
        if self.seen > ELEMENTS_MAX:
            raise FileRefused(
                f"This file has more than {ELEMENTS_MAX:,} elements. Ask the sending school to send it in parts."
            )
        if len(self.path) > DEPTH_MAX:
            raise FileRefused(
                f"This file nests elements more than {DEPTH_MAX} deep, which a Common Transfer File never does. Ask "
                "the sending school to export it again."
            )

    def _is_section(self) -> bool:
        """Whether the element that ends is a direct child of the root, or of the element that holds the pupils."""
        parent = self.path[1:-1]
        return parent == [tags.PUPILS] or (parent == [] and self.path[1:] not in ([], [tags.PUPILS]))


def _forget(element: etree._Element) -> None:
    parent = element.getparent()
    element.clear()
    if parent is not None:
        parent.remove(element)


class _Reading:
    """What has been read so far."""

    def __init__(self, name: FileName, today: date) -> None:
        self.name = name
        self.today = today
        self.header: CtfHeader | None = None
        self.header_problems: tuple[Problem, ...] = ()
        self.pupils: list[CtfPupil] = []
        self.not_read: dict[str, None] = {}

    def take(self, element: etree._Element) -> None:
        """Read one section: the header, which must come first, a pupil, or something to be named in the report."""
        match local_name(element):
            case tags.HEADER:
                self.header, self.header_problems, unread = read_header(element, self.name)
            case tags.PUPIL:
                unread = self._take_pupil(element)
            case _:
                unread = unread_section(element)
        self.not_read.update(dict.fromkeys(unread))

    def _take_pupil(self, element: etree._Element) -> tuple[str, ...]:
        if len(self.pupils) == PUPILS_MAX:
            raise FileRefused(
                f"This file has more than {PUPILS_MAX:,} pupils. Ask the sending school to send it in parts."
            )
        pupil, unread = read_pupil(
            element,
            len(self.pupils) + 1,
            destination=self.header.destination_laestab if self.header else None,
            whole=self.header is not None and self.header.qualifier == "full",
            today=self.today,
        )
        self.pupils.append(pupil)
        return unread

    def finished(self) -> CtfFile:
        """The file, with what only shows when all rows are known."""
        header = self.header or NO_HEADER
        return CtfFile(
            name=self.name,
            header=header,
            pupils=tuple(_with_repeated_upns(self.pupils)),
            problems=(*self.header_problems, *file_problems(self.header, self.pupils)),
            sections_not_read=tuple(self.not_read)[:SECTIONS_SHOWN_MAX],
        )


def _with_repeated_upns(pupils: Iterable[CtfPupil]) -> Iterator[CtfPupil]:
    """Set aside every row whose UPN stands on another row too: which of them it belongs to is for a person to say."""
    rows: defaultdict[str, list[int]] = defaultdict(list)
    pupils = list(pupils)
    for pupil in pupils:
        if pupil.identity.upn is not None:
            rows[pupil.identity.upn].append(pupil.row)
    for pupil in pupils:
        same = rows.get(pupil.identity.upn or "", ())
        other = next((row for row in same if row != pupil.row), None)
        if other is None:
            yield pupil
        else:
            problem = Problem(
                "upn", f"The UPN is also on row {other} of this file. Ask the sender whose it is.", fatal=True
            )
            yield replace(pupil, problems=(*pupil.problems, problem))

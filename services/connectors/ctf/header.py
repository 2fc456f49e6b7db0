"""The header of a Common Transfer File, and how it squares with the name of the file and with the pupils in it."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from lxml import etree

from services.connectors.ctf import tags
from services.connectors.ctf.element import Element, Row
from services.connectors.ctf.file_name import FileName
from services.connectors.ctf.model import CtfHeader, CtfPupil, Qualifier
from services.connectors.ctf.places import laestab
from services.connectors.problems import Problem

VERSIONS: Final = range(17, 26)
"""Versions whose elements are known, CTF 17 (2017) to CTF 25 (2025); one comes each September."""

NO_HEADER: Final = CtfHeader(None, None, None, None, None, None, None, None, None, None)

_VERSION: Final = re.compile(r"(?P<number>[0-9]{1,2})(\.[0-9]{1,2})?")
_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")
_MOMENT_LENGTH: Final = len("2026-09-07T08:30:00")


def read_header(element: etree._Element, name: FileName) -> tuple[CtfHeader, tuple[Problem, ...], tuple[str, ...]]:
    """Read a header; give with it its problems, none of them fatal, and the names of what is not read."""
    row = Row()
    header = Element([element], row, path="Header/")
    header.text(tags.DOCUMENT)
    source = header.child(tags.SOURCE_SCHOOL)
    destination = header.child(tags.DESTINATION_SCHOOL)
    read = CtfHeader(
        version=_version(header),
        written_at=_written_at(header),
        qualifier=_qualifier(header),
        descriptor=header.text(tags.DESCRIPTOR),
        supplier=header.text(tags.SUPPLIER),
        source_laestab=laestab(source),
        source_urn=source.text(tags.URN),
        source_name=source.text(tags.SCHOOL_NAME),
        source_year=source.text(tags.ACADEMIC_YEAR),
        destination_laestab=laestab(destination),
    )
    problems = (Problem(found.field, found.sentence, fatal=False) for found in row.problems.found)
    return read, (*problems, *_against_name(read, name)), tuple(row.not_read())


def file_problems(header: CtfHeader | None, pupils: Sequence[CtfPupil]) -> Iterator[Problem]:
    """What is odd about a file as a whole."""
    if header is None:
        sentence = "The file has no header, so it does not say who sent it. Check with the sender."
        yield Problem("header", sentence, fatal=False)
    if not pupils:
        yield Problem("pupils", "The file has no pupils. Ask the sending school to export it again.", fatal=False)


def _against_name(header: CtfHeader, name: FileName) -> Iterator[Problem]:
    pairs = (
        ("source", "sender", name.source, header.source_laestab),
        ("destination", "recipient", name.destination, header.destination_laestab),
    )
    for field, word, named, said in pairs:
        if named is not None and said is not None and named != said:
            sentence = f"The {word} in the file's name is not the {word} in its header. Check with the sender."
            yield Problem(field, sentence, fatal=False)


def _version(header: Element) -> str | None:
    text = header.text(tags.VERSION)
    found = _VERSION.fullmatch(text or "")
    if text is not None and (found is None or int(found["number"]) not in VERSIONS):
        header.row.problems.minor(
            header.place(tags.VERSION),
            f"is not one of {VERSIONS[0]} to {VERSIONS[-1]}. What is known of it was read; check the result.",
        )
    return found[0] if found else None


def _written_at(header: Element) -> datetime | None:
    """The moment as written, without a zone: files give the local time of the sender."""
    text = header.text(tags.WRITTEN_AT)
    if text is None:
        return None
    if _MOMENT.match(text):
        try:
            return datetime.fromisoformat(text[:_MOMENT_LENGTH])
        except ValueError:
            pass
    header.row.problems.minor(header.place(tags.WRITTEN_AT), "is not one that exists. Check with the sender.")
    return None


def _qualifier(header: Element) -> Qualifier | None:
    match (header.text(tags.QUALIFIER) or "").lower():
        case "full":
            return "full"
        case "partial":
            return "partial"
        case "":
            return None
    header.row.problems.minor(
        header.place(tags.QUALIFIER), "is neither full nor partial, so the file was read as partial."
    )
    return None

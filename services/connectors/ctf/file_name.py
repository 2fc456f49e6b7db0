"""A Common Transfer File's name says who sent it to whom; browsers and mail programs alter it on the way."""

import re
from dataclasses import dataclass
from typing import Final

NAME_MAX: Final = 255
"""Characters: the longest file name that common file systems hold."""

_PLACE: Final = r"[0-9]{7}|[0-9]{3}L{4}|X{7}|M{7}"
_NAME: Final = re.compile(
    rf"(?P<source>{_PLACE})_CTF_(?P<destination>{_PLACE})_(?P<number>[0-9]{{3}})(?P<copy>\s?\([0-9]{{1,3}}\))?\.XML",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FileName:
    """What the name of a file says; each None where the name does not follow the pattern.

    ``original`` is the name as it came and ``normalised`` the name that it should have,
    ``<sender>_CTF_<recipient>_<number>.xml``. A place is a LAESTAB, an authority's ``926LLLL``, ``XXXXXXX`` where the
    next school is not known, or ``MMMMMMM`` outside the maintained sector. ``copy`` says that a second download's
    ``(1)`` was taken off.
    """

    original: str
    normalised: str | None = None
    source: str | None = None
    destination: str | None = None
    number: int | None = None
    copy: bool = False


def read_file_name(name: str) -> FileName:
    """Take a file name apart; a name of any other shape is kept and says nothing."""
    original = name.replace("\\", "/").rpartition("/")[2][:NAME_MAX]
    found = _NAME.fullmatch(original.strip())
    if found is None:
        return FileName(original)
    source, destination = found["source"].upper(), found["destination"].upper()
    return FileName(
        original=original,
        normalised=file_name(source, destination, int(found["number"])),
        source=source,
        destination=destination,
        number=int(found["number"]),
        copy=found["copy"] is not None,
    )


def file_name(source: str, destination: str, number: int) -> str:
    """Name a file from its sender's and recipient's LAESTAB and its running number for that recipient, 1 to 999."""
    return f"{source}_CTF_{destination}_{number:03d}.xml"

"""Text as people write it: every script, apostrophe and hyphen, and nothing that hides, reverses or breaks a line."""

import unicodedata
from typing import Annotated, Final, TypeAlias

from pydantic import AfterValidator

_REFUSED_CATEGORIES: Final = frozenset({"Cc", "Cs", "Co", "Cn"})
_BIDIRECTIONAL_CONTROLS: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain_text(text: str) -> str:
    """Give ``text`` trimmed and in Unicode form NFC.

    Raises ValueError, naming the position (from 1) and never the text, for control characters, NUL, lone surrogates,
    unassigned code points and bidirectional controls, which can make a name display as another.
    """
    for position, character in enumerate(text, start=1):
        if (
            character in _BIDIRECTIONAL_CONTROLS
            or (not character.isascii() and unicodedata.category(character) in _REFUSED_CATEGORIES)
            or (character < " " or character == "\x7f")
        ):
            raise ValueError(
                f"character {position} is an invisible control character (U+{ord(character):04X}); retype the text"
            )
    return unicodedata.normalize("NFC", text.strip())


PlainText: TypeAlias = Annotated[str, AfterValidator(plain_text)]


def prose(text: str) -> str:
    """Give a text of several lines, each as ``plain_text`` gives it, less blank ones at its ends; raises as it does."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(plain_text(line) for line in lines).strip("\n")


Prose: TypeAlias = Annotated[str, AfterValidator(prose)]
"""What somebody wrote down, over several lines."""

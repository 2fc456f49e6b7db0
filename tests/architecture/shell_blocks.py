"""Reads the shell blocks of a Markdown file, so that what a newcomer is told to type is what the tests type."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FENCE: Final = "```"
OPENING: Final = "```sh"


@dataclass(frozen=True, slots=True)
class ShellBlock:
    """One ``sh`` block: its text as written, and the line of the file on which that text starts (the first is 1)."""

    line: int
    text: str

    @property
    def commands(self) -> tuple[str, ...]:
        """Give its commands in order, continued lines joined; blank lines and lines of comment are left out."""
        lines = self.text.replace("\\\n", " ").splitlines()
        return tuple(line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#"))


def shell_blocks(path: Path) -> Iterator[ShellBlock]:
    """Yield a Markdown file's ``sh`` blocks in order; blocks of other languages are passed over.

    Raises ValueError, with the line, when a block is never closed.
    """
    opened: tuple[int, bool] | None = None
    held: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if opened is None:
            if line.startswith(FENCE):
                opened, held = (number, line.rstrip() == OPENING), []
        elif line.rstrip() == FENCE:
            start, is_shell = opened
            if is_shell:
                yield ShellBlock(start + 1, "".join(f"{one}\n" for one in held))
            opened = None
        else:
            held.append(line)
    if opened is not None:
        message = f"{path.name}: the block opened on line {opened[0]} is never closed"
        raise ValueError(message)

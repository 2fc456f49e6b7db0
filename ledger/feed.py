"""Entries after a position, in order: what views and replays are folded from."""

from collections.abc import Sequence
from typing import Protocol

from ledger.log import Stored


class Feed(Protocol):
    """Every organisation's entries, to read only. Blocking: for runners' threads."""

    def organisations(self) -> Sequence[bytes]:
        """Give the organisations that have a log."""

    def page(self, organisation: bytes, after: int, upto: int | None = None) -> Sequence[Stored]:
        """Give the entries after an index, in order, at most a page of them; none at the end."""

    def about(self, organisation: bytes, subject: bytes, upto: int | None = None) -> Sequence[Stored]:
        """Give every entry about one subject up to an index; a register is cut to the subject's part."""

    def size(self, organisation: bytes) -> int:
        """Give the index of the newest entry."""

    def wait(self, seconds: float) -> frozenset[bytes]:
        """Wait for something new, at most so long; give the organisations that have it, as far as they are known."""

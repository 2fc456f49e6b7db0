"""Pins of a log: its size and Merkle root, printed under what is handed out, so that a later change would show."""

import asyncio
from typing import Final

from ledger.feed import Feed
from ledger.tree import Tree

LOGS_MAX: Final = 64
"""Logs whose tree is remembered: a hash for each bit of a log's size, and reading a log again takes a while."""


class Pins:
    """Gives pins; of each log it remembers how far it has read, as a log only grows."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._trees: dict[bytes, Tree] = {}
        self._one = asyncio.Lock()

    async def pin(self, organisation: bytes, size: int) -> str:
        """Give ``size:root`` of a log's first entries, as ``rollbook verify`` compares it (RFC 6962)."""
        async with self._one:
            tree = self._trees.get(organisation)
            if tree is None or tree.size > size:
                tree = Tree()
            await asyncio.to_thread(self._read, organisation, tree, size)
            if tree.size >= self._size_kept(organisation):
                self._trees[organisation] = tree
            while len(self._trees) > LOGS_MAX:
                del self._trees[next(iter(self._trees))]
            return f"{tree.size}:{tree.root().hex()}"

    def _size_kept(self, organisation: bytes) -> int:
        known = self._trees.get(organisation)
        return known.size if known else 0

    def _read(self, organisation: bytes, tree: Tree, size: int) -> None:
        while tree.size < size and (page := self._feed.page(organisation, tree.size, size)):
            tree.extend([entry.leaf for entry in page])

"""A school as known at an earlier entry: folded once in a thread, kept for an hour, with its progress told."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from ledger.runner import Progress

ANSWER_SECONDS_MAX: Final = 5.0
"""How long a request waits for the fold before it is told how far it has come."""


class StillFolding(Exception):
    """What was known then is still being put together; ``reached`` of ``total`` entries are."""

    def __init__(self, reached: int, total: int) -> None:
        super().__init__(
            f"What was known then is being put together: {reached:,} of {total:,} entries. Ask again in a few seconds."
        )


@dataclass
class _Fold:
    task: asyncio.Task[bytes]
    reached: int = 0


@dataclass
class Pasts:
    """Folds pasts on request, each once at a time. ``fold`` is ledger.runner.Runner.past."""

    fold: Callable[[bytes, int, Progress], bytes]
    _running: dict[tuple[bytes, int], _Fold] = field(default_factory=dict)

    async def place(self, organisation: bytes, index: int) -> bytes:
        """Give the id under which an organisation's rows as known at an entry are read. Raises StillFolding."""
        key = (organisation, index)
        known = self._running.get(key)
        if known is None:
            known = self._running[key] = self._begun(organisation, index)
        done, _ = await asyncio.wait([known.task], timeout=ANSWER_SECONDS_MAX)
        if not done:
            raise StillFolding(known.reached, index)
        return known.task.result()

    def _begun(self, organisation: bytes, index: int) -> _Fold:
        def tell(reached: int, _: int) -> None:
            self._running[organisation, index].reached = reached

        task = asyncio.create_task(asyncio.to_thread(self.fold, organisation, index, tell))
        task.add_done_callback(lambda _: self._running.pop((organisation, index), None))
        return _Fold(task)

"""Recomputes a log from its stored columns: finds what was changed, taken out or put in after it was written."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple, Self

from ledger.feed import Feed
from ledger.log import Stored
from ledger.tree import Tree, content_of, leaf_of

PROBLEMS_MAX: Final = 100
"""Problems that a verdict names: one is enough to distrust a log, and a person reads no more than a screenful."""

_EARLIER: Final = re.compile(r"(0|[1-9][0-9]{0,17}):([0-9a-f]{64})")


class Problem(NamedTuple):
    """What is wrong, and the index where it shows. The sentence holds no personal value."""

    index: int  # type: ignore[assignment]  # the log's word, as in Stored
    sentence: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a log was known to be at an earlier time, kept outside the database: its size and its Merkle root."""

    size: int
    root: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``size:root``, the root as 64 hexadecimal digits. Raises ValueError with a sentence."""
        found = _EARLIER.fullmatch(text.strip().lower())
        if found is None:
            raise ValueError("write the earlier size and root as SIZE:ROOT, as an earlier verification printed them")
        return cls(int(found[1]), bytes.fromhex(found[2]))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a log is now: how many entries it has, their Merkle root in hex (RFC 6962), and what is wrong with it."""

    entries: int
    root: str
    problems: Sequence[Problem]

    @property
    def is_sound(self) -> bool:
        """Whether every entry is as it was written and none is missing, as far as the database alone can show."""
        return not self.problems

    @property
    def pin(self) -> str:
        """``size:root``, to be kept elsewhere and given to a later verification."""
        return f"{self.entries}:{self.root}"


@dataclass(slots=True)
class _Check:
    """One pass over a log. Memory grows with the number of streams, not of entries."""

    organisation: bytes
    earlier: Earlier | None
    tree: Tree = field(default_factory=Tree)
    problems: list[Problem] = field(default_factory=list)
    index: int = 0
    recorded_at: datetime | None = None
    versions: dict[bytes, int] = field(default_factory=dict)

    def say(self, index: int, sentence: str) -> None:
        if len(self.problems) < PROBLEMS_MAX:
            self.problems.append(Problem(index, sentence))

    def take(self, entry: Stored) -> None:
        if entry.index != self.index + 1:
            missing = entry.index - self.index - 1
            self.say(self.index + 1, f"{missing} {'entry is' if missing == 1 else 'entries are'} missing from here")
        if self.recorded_at is not None and entry.recorded_at < self.recorded_at:
            self.say(entry.index, "it is recorded at an earlier time than the entry before it")
        expected = self.versions.get(entry.stream, 0) + 1
        if entry.version != expected:
            self.say(entry.index, f"it is version {entry.version} of its stream where version {expected} belongs")
        leaf = leaf_of(content_of(self.organisation, entry), entry.version, entry.index, entry.recorded_at)
        if leaf != entry.leaf:
            self.say(entry.index, "what is stored is not what was written: its hash differs from the one kept with it")
        self.index, self.recorded_at, self.versions[entry.stream] = entry.index, entry.recorded_at, entry.version
        # The leaf of what is there now, whatever is kept beside it: so an earlier root shows every change.
        self.tree.extend([leaf])
        self.compare()

    def compare(self) -> None:
        if self.earlier is not None and self.tree.size == self.earlier.size and self.tree.root() != self.earlier.root:
            self.say(self.index, f"the first {self.earlier.size} entries are not those of the earlier root")


def verify(
    feed: Feed,
    organisation: bytes,
    progress: Callable[[int, int], None] | None = None,
    earlier: Earlier | None = None,
) -> Verdict:
    """Read one organisation's whole log and check it; no keys are needed, as leaves cover what is sealed.

    Checks that indexes run from 1 to the log's size without a hole, that time never goes back, that each stream's
    versions run from 1 without a hole, that each leaf is that of the stored columns, and the root of the first
    entries against an earlier one. Somebody who rewrites columns *and* leaves is found by the earlier root alone.
    ``progress`` is told the index reached and the log's size. What is appended meanwhile is left out.
    """
    size = feed.size(organisation)
    check = _Check(organisation, earlier)
    check.compare()
    for page in _pages(feed, organisation, size):
        for entry in page:
            check.take(entry)
        if progress:
            progress(check.index, size)
    if check.index < size:
        missing = size - check.index
        check.say(check.index + 1, f"the last {missing} {'entry is' if missing == 1 else 'entries are'} missing")
    beyond = feed.page(organisation, size)
    # The size is read again, after the page: what was appended meanwhile is within it.
    if beyond and beyond[-1].index > (now := feed.size(organisation)):
        check.say(now + 1, "there are entries behind the log's end")
    if earlier is not None and check.tree.size < earlier.size:
        check.say(check.index + 1, f"the log is shorter than the {earlier.size} entries it had earlier")
    return Verdict(check.tree.size, check.tree.root().hex(), tuple(check.problems))


def _pages(feed: Feed, organisation: bytes, size: int) -> Iterator[Sequence[Stored]]:
    after = 0
    while page := feed.page(organisation, after, size):
        yield page
        after = page[-1].index

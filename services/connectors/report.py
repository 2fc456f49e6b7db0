"""What came of a file: how many rows were accepted, unchanged and quarantined, and why."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

OUTCOMES: Final = ("accepted", "unchanged", "quarantined")
LISTED_MAX: Final = 5_000
"""Rows that a report lists, of those set aside and again of all others: more than a school has pupils, or anybody
reads. The rest is counted."""
NOTES_MAX: Final = 1_000
"""Sentences that a report keeps; the rest is counted."""


@dataclass(slots=True)
class Report:
    """A file's rows by outcome; of each quarantined row the reasons, of a dry run the effects. Holds no other value.

    It does not grow with the file: past a limit, rows and notes are only counted. What was set aside is at the desk.
    """

    file: str
    dry_run: bool
    notes: list[str] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    index: int = 0
    notes_left_out: int = 0
    _counts: Counter[str] = field(default_factory=Counter)

    def add(self, answer: Mapping[str, Any]) -> None:
        """Take in an answer of the server."""
        self.index = max(self.index, int(answer["index"]))
        self.take(answer["rows"])

    def take(self, rows: Iterable[dict[str, Any]]) -> None:
        """Take in rows with what came of them."""
        for row in rows:
            outcome = row["outcome"]
            self._counts[outcome] += 1
            aside = self._counts["quarantined"]
            alike = aside if outcome == "quarantined" else self._counts.total() - aside
            if alike <= LISTED_MAX:
                self.rows.append(row)

    def note(self, *sentences: str) -> None:
        """Keep what a person should know of the file."""
        kept = sentences[: max(0, NOTES_MAX - len(self.notes))]
        self.notes += kept
        self.notes_left_out += len(sentences) - len(kept)

    @property
    def rows_left_out(self) -> int:
        """How many rows are counted and not listed."""
        return self._counts.total() - len(self.rows)

    def count(self, outcome: str) -> int:
        """Give how many rows had an outcome."""
        return self._counts[outcome]

    def quarantined(self) -> Iterable[Mapping[str, Any]]:
        """Give the rows that were set aside and are listed, in their order."""
        return sorted((row for row in self.rows if row["outcome"] == "quarantined"), key=lambda row: int(row["row"]))

    def as_json(self) -> dict[str, Any]:
        """Give the report as plain values."""
        totals = {outcome: self.count(outcome) for outcome in OUTCOMES}
        return {"file": self.file, "dry_run": self.dry_run, **totals, "index": self.index, "notes": self.notes,
                "notes_left_out": self.notes_left_out, "rows_left_out": self.rows_left_out,
                "rows": sorted(self.rows, key=lambda row: int(row["row"]))}  # fmt: skip

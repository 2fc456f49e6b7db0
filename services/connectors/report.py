"""What came of a file: how many rows were accepted, unchanged and quarantined, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

OUTCOMES: Final = ("accepted", "unchanged", "quarantined")


@dataclass(slots=True)
class Report:
    """A file's rows by outcome; of each quarantined row the reasons, of a dry run the effects. Holds no other value."""

    file: str
    dry_run: bool
    notes: list[str] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    index: int = 0

    def add(self, answer: Mapping[str, Any]) -> None:
        """Take in an answer of the server."""
        self.index = max(self.index, int(answer["index"]))
        self.rows += answer["rows"]

    def count(self, outcome: str) -> int:
        """Give how many rows had an outcome."""
        return sum(row["outcome"] == outcome for row in self.rows)

    def quarantined(self) -> Iterable[Mapping[str, Any]]:
        """Give the rows that were set aside, in their order."""
        return sorted((row for row in self.rows if row["outcome"] == "quarantined"), key=lambda row: int(row["row"]))

    def as_json(self) -> dict[str, Any]:
        """Give the report as plain values."""
        totals = {outcome: self.count(outcome) for outcome in OUTCOMES}
        return {"file": self.file, "dry_run": self.dry_run, **totals, "index": self.index, "notes": self.notes,
                "rows": sorted(self.rows, key=lambda row: int(row["row"]))}  # fmt: skip

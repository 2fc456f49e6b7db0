"""One run of a connector over a file: its batch, a key of its own for each request, and the rows that it sets aside."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, Final, TypeAlias
from uuid import uuid4

from services.connectors.client import Client
from services.connectors.problems import Problem
from services.connectors.report import Report

ASIDE_A_CALL: Final = 50
"""Rows that are set aside with one request."""

BadRow: TypeAlias = tuple[int, Iterable[tuple[str, Any]], Sequence[Problem]]
"""A row's number, its fields, read or as written, and what is wrong with it."""


class Run:
    """A file on its way in. The server gives the batch, the same for the same file; a dry run has one of its own.

    The keys are this run's: a request that is sent again within it is answered as before, while the same file brought
    in another day is looked at anew.
    """

    def __init__(  # which file it is, and how it is brought in
        self, client: Client, connector: str, kind: str, sha256: str, rows: int, *, dry_run: bool
    ) -> None:
        self._client, self._connector, self._dry_run = client, connector, dry_run
        self._id, self._sent = str(uuid4()), 0
        self._batch = self._id
        if not dry_run:
            begun = {"connector": connector, "kind": kind, "file_sha256": sha256, "rows": rows}
            self._batch = str(client.post("intake/batches", begun, f"{self._id} batch")["batch"])

    def whole_roll(self, upns: Iterable[str | None]) -> Sequence[str]:
        """Say that the file is the whole roll; gives the pupils whom it lacks. Raises client's Problem where many."""
        given = [upn for upn in upns if upn]
        answer = self._post(f"intake/batches/{self._batch}/roll", {"upns": given, "dry_run": self._dry_run}, told=False)
        found: Sequence[str] = answer["missing"]
        return found

    def send(self, path: str, body: Mapping[str, Any]) -> Any:
        """Send rows; gives the server's answer."""
        return self._post(path, {"dry_run": self._dry_run, **body})

    def set_aside(self, report: Report, bad: Iterable[BadRow]) -> None:
        """Set rows aside that the connector itself could not read; a dry run only reports them."""
        rows = (
            {"row": row, "fields": dict(written), "reasons": [one.sentence for one in problems if one.fatal]}
            for row, written, problems in bad
        )
        while some := list(islice(rows, ASIDE_A_CALL)):
            if self._dry_run:
                report.take(
                    {"row": one["row"], "outcome": "quarantined", "effects": [], "reasons": one["reasons"]}
                    for one in some
                )
            else:
                report.add(self._post("intake/quarantine", {"rows": some}))

    def _post(self, path: str, body: Mapping[str, Any], *, told: bool = True) -> Any:
        self._sent += 1
        whose = {"batch": self._batch, "connector": self._connector} if told else {}
        return self._client.post(path, {**whose, **body}, f"{self._id} {self._sent}")

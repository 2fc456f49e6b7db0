"""What is shown of disagreement: the statements that stand, found by the entry disputed, for whoever shows a fact."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeAlias

from events.model import Recorded
from events.records.disagreement import (
    ConcernDisputed,
    ConcernDisputeWithdrawn,
    ExclusionDisputed,
    ExclusionDisputeWithdrawn,
    StatementOfDisagreementAdded,
    StatementOfDisagreementWithdrawn,
)
from ledger.view import AnyView, PersonRow, Reader, Row, View
from services.facts import Provenance

_Added: TypeAlias = StatementOfDisagreementAdded | ConcernDisputed | ExclusionDisputed
_Withdrawn: TypeAlias = StatementOfDisagreementWithdrawn | ConcernDisputeWithdrawn | ExclusionDisputeWithdrawn


class Statement(Row):
    """One statement: which entry, and of several facts which one, it disputes, in whose words, since when."""

    disputes: int
    of: str | None
    text: str
    since: date
    at: Provenance


class DisagreementRow(PersonRow):
    """The statements that stand about a person."""

    statements: tuple[Statement, ...] = ()


disagreements = View("disagreements", version=2, row=DisagreementRow, key=["subject"], key_of=lambda r: (r.subject,))


@disagreements.on(StatementOfDisagreementAdded, ConcernDisputed, ExclusionDisputed)
def _added(row: DisagreementRow | None, recorded: Recorded[_Added]) -> DisagreementRow:
    body, known = recorded.body, row.statements if row else ()
    fact = body.fact if isinstance(body, StatementOfDisagreementAdded) else None
    statement = Statement(
        disputes=body.disputes, of=fact, text=body.text, since=body.valid_on, at=Provenance.of(recorded)
    )
    return DisagreementRow(subject=body.subject, statements=(*known, statement))


@disagreements.on(StatementOfDisagreementWithdrawn, ConcernDisputeWithdrawn, ExclusionDisputeWithdrawn)
def _withdrawn(row: DisagreementRow | None, recorded: Recorded[_Withdrawn]) -> DisagreementRow | None:
    rest = tuple(one for one in row.statements if one.at.index != recorded.body.statement) if row else ()
    return DisagreementRow(subject=recorded.body.subject, statements=rest) if rest else None


class Notes:
    """What must be shown with facts: the statements about them, found by the entry that a fact comes from."""

    def __init__(self, statements: Sequence[Statement] = ()) -> None:
        self._by_entry: dict[int, list[Statement]] = {}
        for one in statements:
            self._by_entry.setdefault(one.disputes, []).append(one)

    def of(self, entry: int, field: str | None = None) -> str | None:
        """Give what is said against a fact of an entry; ``field`` is the event's own name for the fact."""
        found = [one.text for one in self._by_entry.get(entry, ()) if one.of is None or one.of == field]
        return f"Disputed: {' '.join(found)}" if found else None


async def notes_about(reader: Reader, people: Sequence[bytes]) -> Mapping[bytes, Notes]:
    """Give the notes to show with the facts about each of these people."""
    rows = {row.subject: row for row in await reader.find(disagreements, subject=list(people))}
    return {one: Notes(rows[one].statements if one in rows else ()) for one in people}


VIEWS: tuple[AnyView, ...] = (disagreements,)
"""This feature's views."""

"""Disagreement: what a family says of a fact that the school has not corrected, kept beside it."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from events.model import PersonEvent, Text200
from events.records.common import EntryIndex
from events.text import PlainText

DisputedField: TypeAlias = Literal["full_name", "date_of_birth", "sex"]
"""Of an entry that says several things, the one disputed."""


class StatementOfDisagreementAdded(PersonEvent, name="statement-of-disagreement-added", category="correspondence"):
    """Somebody disputes what an entry about this person says; their words are shown beside the fact.

    UK GDPR Article 16.
    """

    disputes: EntryIndex
    fact: DisputedField | None = None
    text: Annotated[PlainText, Field(min_length=1, max_length=2000)]


class StatementOfDisagreementWithdrawn(
    PersonEvent, name="statement-of-disagreement-withdrawn", category="correspondence"
):
    """A statement of disagreement is shown no longer; ``statement`` is the entry that added it."""

    statement: EntryIndex
    reason: Text200

"""Disagreement: what a family says of a fact that the school has not corrected, kept beside it."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from events.model import Category, PersonEvent, Text200
from events.records.common import EntryIndex
from events.records.documents import DocumentCategory
from events.text import PlainText

DisputedField: TypeAlias = Literal["full_name", "date_of_birth", "sex"]
"""Of an entry that says several things, the one disputed."""


class _Kept(PersonEvent):
    """An event that is sealed under the category of the entry that is disputed, as a document is under its own.

    What is said of a special need shows that there is one: nobody reads it who may not read the fact itself.
    """

    chooses_category: ClassVar[bool] = True

    kept_as: DocumentCategory

    @property
    def kept_under(self) -> Category:
        """The category of the entry that is disputed."""
        return self.kept_as


class StatementOfDisagreementAddedV1(PersonEvent, name="statement-of-disagreement-added", category="correspondence"):
    """Somebody disputes what an entry says, as written before a statement was kept like the fact it is about."""

    disputes: EntryIndex
    fact: DisputedField | None = None
    text: Annotated[PlainText, Field(min_length=1, max_length=2000)]


class StatementOfDisagreementAdded(_Kept, name="statement-of-disagreement-added", version=2, category="correspondence"):
    """Somebody disputes what an entry about this person says; their words are shown beside the fact.

    UK GDPR Article 16.
    """

    disputes: EntryIndex
    fact: DisputedField | None = None
    text: Annotated[PlainText, Field(min_length=1, max_length=2000)]

    @staticmethod
    def upcast_v1_v2(event: StatementOfDisagreementAddedV1) -> "StatementOfDisagreementAdded":
        """Give what version 1 said: it is kept among the correspondence."""
        return StatementOfDisagreementAdded(
            subject=event.subject, valid_on=event.valid_on, kept_as="correspondence", disputes=event.disputes,
            fact=event.fact, text=event.text,
        )  # fmt: skip


class StatementOfDisagreementWithdrawnV1(
    PersonEvent, name="statement-of-disagreement-withdrawn", category="correspondence"
):
    """A statement is shown no longer, as written before a statement was kept like the fact it is about."""

    statement: EntryIndex
    reason: Text200


class StatementOfDisagreementWithdrawn(
    _Kept, name="statement-of-disagreement-withdrawn", version=2, category="correspondence"
):
    """A statement of disagreement is shown no longer; ``statement`` is the entry that added it."""

    statement: EntryIndex
    reason: Text200

    @staticmethod
    def upcast_v1_v2(event: StatementOfDisagreementWithdrawnV1) -> "StatementOfDisagreementWithdrawn":
        """Give what version 1 said: it is kept among the correspondence."""
        return StatementOfDisagreementWithdrawn(
            subject=event.subject, valid_on=event.valid_on, kept_as="correspondence", statement=event.statement,
            reason=event.reason,
        )  # fmt: skip


class ConcernDisputed(PersonEvent, name="concern-disputed", category="safeguarding", discreet=True):
    """Somebody disputes what an entry about a concern says; their words are shown beside it, and as discreetly.

    UK GDPR Article 16.
    """

    disputes: EntryIndex
    text: Annotated[PlainText, Field(min_length=1, max_length=2000)]


class ConcernDisputeWithdrawn(PersonEvent, name="concern-dispute-withdrawn", category="safeguarding", discreet=True):
    """What was said against a concern is shown no longer; ``statement`` is the entry that added it."""

    statement: EntryIndex
    reason: Text200


class ExclusionDisputed(PersonEvent, name="exclusion-disputed", category="pastoral", discreet=True):
    """Somebody disputes what an entry about an exclusion says; their words are shown beside it, and as discreetly.

    UK GDPR Article 16.
    """

    disputes: EntryIndex
    text: Annotated[PlainText, Field(min_length=1, max_length=2000)]


class ExclusionDisputeWithdrawn(PersonEvent, name="exclusion-dispute-withdrawn", category="pastoral", discreet=True):
    """What was said against an exclusion is shown no longer; ``statement`` is the entry that added it."""

    statement: EntryIndex
    reason: Text200

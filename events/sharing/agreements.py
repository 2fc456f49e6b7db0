"""What was agreed with a recipient: what it may have, for what, on which terms, from when until when.

An agreement that ran out ends by its date alone. All of it stands in clear, so no text of it names a person.
"""

from datetime import date
from typing import Annotated, Final, TypeAlias

from pydantic import Field

from events.identifiers import SubjectId
from events.model import Event, Strict, Text200
from events.sharing.words import FieldName, SharingPurpose
from events.text import PlainText

PURPOSES_MAX: Final = 20
"""Purposes of one agreement: as many as there are of the law, nearly; more are an agreement about nothing."""
FIELDS_MAX: Final = 60
"""Fields of one agreement: half as many again as there are."""
TERM_MAX: Final = 500
"""Characters of one term: its substance and its clause, as the document itself is kept elsewhere."""

AgreedTerm: TypeAlias = Annotated[PlainText, Field(min_length=1, max_length=TERM_MAX)]
Purposes: TypeAlias = Annotated[tuple[SharingPurpose, ...], Field(min_length=1, max_length=PURPOSES_MAX)]
Fields: TypeAlias = Annotated[tuple[FieldName, ...], Field(min_length=1, max_length=FIELDS_MAX)]


class AgreementTerms(Strict):
    """The terms by which a recipient is bound: who may see it, how it is secured, kept, used and passed on."""

    confidentiality: AgreedTerm
    security: AgreedTerm
    retention: AgreedTerm
    permitted_use: AgreedTerm
    onward_sharing: AgreedTerm


class AgreementSigned(Event, name="agreement-signed"):
    """The school and a recipient agreed what it may be given, from a day until a day, both inclusive.

    UK GDPR Articles 24, 26 and 28; ``document`` is where the signed text is found.
    """

    agreement: SubjectId
    recipient: SubjectId
    purposes: Purposes
    fields: Fields
    terms: AgreementTerms
    document: Text200
    valid_on: date
    until: date


class AgreementEnded(Event, name="agreement-ended"):
    """An agreement ended before it ran out; the date is its last day."""

    agreement: SubjectId
    recipient: SubjectId
    reason: Text200
    valid_on: date

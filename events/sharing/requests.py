"""What somebody asks to be given for the first time, looked at before anything is agreed: four questions, then a word.

Who asks, for what purpose, how sensitive is it, how will it be handled: as the school's privacy notice promises. All of
it stands in clear, so no text of it names a pupil or a family.
"""

from datetime import date
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field

from events.identifiers import SubjectId
from events.model import Event, Strict, Text200
from events.sharing.agreements import FIELDS_MAX, PURPOSES_MAX, Fields, Purposes
from events.sharing.words import FieldName, SharingPurpose
from events.text import PlainText

ANSWER_MAX: Final = 1_000
"""Characters of the answer to one question: half a page, after which nobody reads on."""
AssessedAnswer: TypeAlias = Annotated[PlainText, Field(min_length=1, max_length=ANSWER_MAX)]


class Assessment(Strict):
    """The four questions: who asks, for what purpose, how sensitive is what they ask for, how will they handle it."""

    who_asks: AssessedAnswer
    for_what: AssessedAnswer
    how_sensitive: AssessedAnswer
    how_handled: AssessedAnswer


class SharingRequested(Event, name="sharing-requested"):
    """A recipient asked for data that it was not given before; a member of staff answered the four questions."""

    request: SubjectId
    recipient: SubjectId
    purposes: Purposes
    fields: Fields
    assessment: Assessment
    author: SubjectId
    valid_on: date


class SharingRequestDecided(Event, name="sharing-request-decided"):
    """Somebody else than the author decided: all that was asked for may be agreed, less of it, or nothing.

    ``purposes`` and ``fields`` are what may be agreed: those asked for, fewer, or none where it was refused.
    """

    request: SubjectId
    recipient: SubjectId
    outcome: Literal["approved", "narrowed", "refused"]
    purposes: Annotated[tuple[SharingPurpose, ...], Field(max_length=PURPOSES_MAX)]
    fields: Annotated[tuple[FieldName, ...], Field(max_length=FIELDS_MAX)]
    reason: Text200
    decided_by: SubjectId
    valid_on: date

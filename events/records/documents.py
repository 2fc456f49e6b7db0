"""Documents: that a plan, order, letter or scan is kept about somebody. What it holds is sealed beside the log."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from events.identifiers import SubjectId
from events.model import Category, PersonEvent, Text200
from events.text import PlainText

DOCUMENT_BYTES_MAX = 25_000_000
"""Bytes of one document: a scanned plan of a hundred pages, and small enough to be sealed in memory."""

DocumentCategory: TypeAlias = Literal[
    "correspondence",
    "identity",
    "contact",
    "enrolment",
    "characteristics",
    "assessment",
    "health",
    "sen",
    "pastoral",
]
"""What a document may be about. Attendance's keys are of a school year, and safeguarding's documents are discreet."""

ContentType: TypeAlias = Literal[
    "application/pdf",
    "image/png",
    "image/jpeg",
    "text/plain",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
]
FileName: TypeAlias = Annotated[PlainText, Field(min_length=1, max_length=150)]
DocumentId: TypeAlias = SubjectId
"""16 random bytes, like a person's."""
Sha256: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _AboutDocument(PersonEvent):
    """An event that is sealed under the category that its document is about.

    One class serves every category, as each event names its own (``chooses_category``): the key that seals the event
    and the document is that of ``kept_as``, so that destroying a category's key destroys its documents and nothing
    else. The category in the class's definition is only what such an event has before anybody says another.
    """

    chooses_category: ClassVar[bool] = True

    document: DocumentId
    kept_as: DocumentCategory

    @property
    def kept_under(self) -> Category:
        """The category that the document is about."""
        return self.kept_as


class DocumentAdded(_AboutDocument, name="document-added", category="correspondence"):
    """A document is kept about a pupil. ``ciphertext_digest`` is the SHA-256 of its sealed chunks, of nothing in clear.

    ``size`` is in bytes of the document itself; ``chunks`` is into how many it was sealed.
    """

    file_name: FileName
    content_type: ContentType
    size: Annotated[int, Field(ge=1, le=DOCUMENT_BYTES_MAX)]
    chunks: Annotated[int, Field(ge=1)]
    ciphertext_digest: Sha256


class DocumentWithdrawn(_AboutDocument, name="document-withdrawn", category="correspondence"):
    """A document is shown to nobody from now on: it was another child's, or was replaced. It is not destroyed."""

    reason: Text200

"""Documents: one stream each, so that its header still says that it was there when its key has been destroyed."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Final

from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.documents import (
    ContentType,
    DocumentAdded,
    DocumentCategory,
    DocumentId,
    DocumentWithdrawn,
    FileName,
    Sha256,
)
from ledger.decider import Command, Decided, Decider, Refused, Stream
from services.records.documents.kept_for import PURPOSES


def stream_of(document: bytes) -> Stream:
    """Give the stream of one document."""
    return Stream("document", document)


class _AboutDocument(Command):
    scope: ClassVar[str] = "pupils:write"

    pupil: SubjectId
    valid_on: date
    document: DocumentId
    kept_as: DocumentCategory

    @property
    def purpose(self) -> str:  # type: ignore[override]  # that of the category, which each document says itself
        """For which purpose a document of this category is kept."""
        return PURPOSES[self.kept_as]

    @property
    def stream(self) -> Stream:
        """A document is a stream of its own."""
        return stream_of(self.document)


class AddDocument(_AboutDocument):
    """A document about the pupil is kept; its sealed chunks already are."""

    file_name: FileName
    content_type: ContentType
    size: int
    chunks: int
    ciphertext_digest: Sha256


class WithdrawDocument(_AboutDocument):
    """The document is shown to nobody from now on."""

    reason: Text200


@dataclass(frozen=True, slots=True)
class Document:
    """What is known of one document."""

    added: DocumentAdded | None = None
    is_withdrawn: bool = False


def evolve(state: Document, event: Event, index: int) -> Document:  # noqa: ARG001  # nothing of it is corrected by entry
    """Fold one event."""
    match event:
        case DocumentAdded():
            return replace(state, added=event)
        case DocumentWithdrawn():
            return replace(state, is_withdrawn=True)
        case _:
            return state


def decide(command: Command, state: Document) -> Decided:
    """Decide a command; a document that is there already, or withdrawn already, yields no event."""
    match command:
        case AddDocument():
            event = DocumentAdded(
                subject=command.pupil, valid_on=command.valid_on, document=command.document, kept_as=command.kept_as,
                file_name=command.file_name, content_type=command.content_type, size=command.size,
                chunks=command.chunks, ciphertext_digest=command.ciphertext_digest,
            )  # fmt: skip
            if state.added is None:
                return Decided([event])
            if state.added != event:
                raise Refused("This document is kept already. Add another one as a new document.")
            return Decided()
        case WithdrawDocument():
            known = state.added
            if known is None or (known.subject, known.kept_as) != (command.pupil, command.kept_as):
                raise Refused("There is no such document of this pupil. Look it up in the pupil's record.")
            if state.is_withdrawn:
                return Decided()
            withdrawn = DocumentWithdrawn(
                subject=command.pupil, valid_on=command.valid_on, document=command.document, kept_as=command.kept_as,
                reason=command.reason,
            )  # fmt: skip
            return Decided([withdrawn])
        case _:
            return Decided()


documents: Final = Decider("records", Document(), evolve, decide, commands=(AddDocument, WithdrawDocument), apart=True)
"""Its commands have routes of their own (documents_api): a file is no JSON, and each names its own category.

They name the pupil under whose key a document was sealed, also while that record is merged into another."""

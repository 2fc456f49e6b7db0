"""Which documents are kept about a pupil: what each is called and about what, never what it holds."""

from datetime import date
from typing import Final

from events.model import Recorded
from events.records.documents import DocumentAdded, DocumentWithdrawn
from ledger.view import AnyView, PersonRow, View
from services.facts import Provenance


class DocumentRow(PersonRow):
    """One document. ``withdrawn`` is the day from which it is shown to nobody."""

    document: bytes
    kept_as: str
    file_name: str
    content_type: str
    size: int
    since: date
    withdrawn: date | None = None
    at: Provenance


documents: Final = View(
    "documents", version=1, row=DocumentRow, key=["subject", "document"], indexed=[["subject"]],
    key_of=lambda r: (r.subject, r.body.document),
)  # fmt: skip


@documents.on(DocumentAdded)
def _added(row: DocumentRow | None, recorded: Recorded[DocumentAdded]) -> DocumentRow:
    body = recorded.body
    return row or DocumentRow(
        subject=body.subject, document=body.document, kept_as=body.kept_as, file_name=body.file_name,
        content_type=body.content_type, size=body.size, since=body.valid_on, at=Provenance.of(recorded),
    )  # fmt: skip


@documents.on(DocumentWithdrawn)
def _withdrawn(row: DocumentRow | None, recorded: Recorded[DocumentWithdrawn]) -> DocumentRow | None:
    return row.model_copy(update={"withdrawn": recorded.body.valid_on}) if row else None


VIEWS: tuple[AnyView, ...] = (documents,)
"""The view of documents."""

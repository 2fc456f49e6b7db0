"""Documents: kept once, withdrawn once, told by their bytes, and sealed under the category that they are about."""

import os
import zipfile
from datetime import date
from io import BytesIO
from typing import Any, get_args

import pytest
from support.folded import folded
from support.given import given
from support.installation import Installation

from events.model import Destroyed, Tampered
from events.records.documents import DocumentAdded, DocumentCategory, DocumentWithdrawn
from ledger.codec import PERSON, Draft, Meta
from ledger.log import Stored
from ledger.shape import encode, shape
from services.records.documents.document_types import content_type
from services.records.documents.document_views import documents as view
from services.records.documents.documents import AddDocument, WithdrawDocument, documents
from services.records.documents.kept_for import PURPOSES

ADA, SCAN = b"a" * 16, b"s" * 16
SEPTEMBER, OCTOBER = date(2026, 9, 3), date(2026, 10, 1)
SAID: dict[str, Any] = {
    "valid_on": SEPTEMBER, "document": SCAN, "kept_as": "sen", "file_name": "plan.pdf",
    "content_type": "application/pdf", "size": 9, "chunks": 1, "ciphertext_digest": "a" * 64,
}  # fmt: skip
ADDED = DocumentAdded(subject=ADA, **SAID)
OVER: dict[str, Any] = {"valid_on": OCTOBER, "document": SCAN, "kept_as": "sen", "reason": "another child's"}
WITHDRAWN = DocumentWithdrawn(subject=ADA, **OVER)


def test_a_document_is_kept_once_and_withdrawn_once() -> None:
    given(documents).when(AddDocument(pupil=ADA, **SAID)).then(ADDED)
    given(documents, ADDED).when(AddDocument(pupil=ADA, **SAID | {"size": 8})).then_refused("kept already")
    given(documents, ADDED).when(WithdrawDocument(pupil=ADA, **OVER)).then(WITHDRAWN)
    given(documents).when(WithdrawDocument(pupil=ADA, **OVER)).then_refused("no such document")
    given(documents, ADDED).when(WithdrawDocument(pupil=ADA, **OVER | {"kept_as": "health"})).then_refused("no such")


def test_a_document_of_another_pupil_is_not_withdrawn() -> None:
    given(documents, ADDED).when(WithdrawDocument(pupil=b"b" * 16, **OVER)).then_refused("no such document of this")


def test_the_view_lists_what_is_kept_and_since_when_it_is_withdrawn() -> None:
    row = folded(view, ADDED, WITHDRAWN)[ADA, SCAN]
    assert (row.file_name, row.kept_as, row.since, row.withdrawn) == ("plan.pdf", "sen", SEPTEMBER, OCTOBER)
    assert folded(view, WITHDRAWN) == {}


def test_every_category_of_documents_has_a_purpose() -> None:
    assert set(PURPOSES) == set(get_args(DocumentCategory))
    for category, purpose in PURPOSES.items():
        command = AddDocument(pupil=ADA, **SAID | {"kept_as": category})
        assert command.purpose == purpose


def test_an_event_is_sealed_under_the_category_it_names_and_goes_with_its_key(
    installation: Installation, organisation: bytes
) -> None:
    codec, meta = installation.codec, Meta(ADA, "office", "learning", "a-basis", os.urandom(16))
    sealed, keys = codec.seal(organisation, "records", Draft(SCAN, 1, ADDED), meta)
    assert (sealed.category, len(keys)) == ("sen", 1)
    kept = stored(organisation, sealed)
    assert codec.open(kept).event == ADDED
    codec.seal(organisation, "records", Draft(SCAN, 1, ADDED.model_copy(update={"kept_as": "health"})), meta)
    for label in ("health", "correspondence", None):
        assert not isinstance(codec.open(kept._replace(category=label)).event, DocumentAdded)
    assert codec.open(kept._replace(category="health")).event == Tampered()
    forged = bytes([PERSON]) + encode(shape(DocumentAdded).pack(ADDED))
    assert codec.open(kept._replace(category=None, body=forged)).event == Tampered()
    installation.vault.destroy(organisation, [ADA], category="correspondence", request="REQ-1")
    assert codec.open(kept).event == ADDED
    installation.vault.destroy(organisation, [ADA], category="sen", request="REQ-2")
    assert isinstance(codec.open(kept).event, Destroyed)


def stored(organisation: bytes, sealed: Any) -> Stored:
    rest = sealed._asdict() | {"version": 1}
    return Stored(organisation=organisation, index=1, recorded_at=None, leaf=b"", **rest)  # type: ignore[arg-type]  # of no account here


def archive(*names: str) -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return data.getvalue()


WORD = ("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7 ...", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0...", "image/jpeg"),
        ("Zoë's plan\r\n".encode(), "text/plain"),
        (archive(*WORD), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (archive(*WORD, "word/vbaProject.bin"), None),
        (archive("xl/workbook.xml", "[Content_Types].xml"), None),
        (b"PK\x03\x04 and no archive", None),
        (b"MZ\x90\x00 a program", None),
        (b"text with a \x00", None),
        ("Zoë".encode("latin-1"), None),
        (b"", None),
    ],
)
def test_a_file_is_what_its_bytes_say(content: bytes, kind: str | None) -> None:
    assert content_type(content) == kind

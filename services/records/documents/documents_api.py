"""Documents over HTTP: a file goes in as its bytes and comes out once it is written down who reads it."""

import asyncio
from contextlib import suppress
from datetime import date
from hashlib import sha256
from typing import Final, cast, get_args
from urllib.parse import quote, unquote

from fastapi import APIRouter, Request
from pydantic import TypeAdapter, ValidationError
from starlette.responses import Response

from events.governance import Shown
from events.model import Category, Destroyed, Entry, Strict, Tampered, Text200
from events.records.documents import (
    DOCUMENT_BYTES_MAX,
    DocumentAdded,
    DocumentCategory,
    DocumentWithdrawn,
    FileName,
)
from ledger.alias import held
from ledger.decider import Refused, Step
from ledger.documents import DocumentName, DocumentStore, digest_of, seal, unseal
from ledger.log import CommandReused
from services.door import Door, NotAllowed, NotFound, Visit
from services.problems import TooLarge, problem
from services.records import queries
from services.records.answers import READ, Records
from services.records.documents.document_types import content_type
from services.records.documents.documents import AddDocument, WithdrawDocument, documents, stream_of
from services.records.pupils.identity_views import aliases
from services.routes import NO_STORE, Answered, a_date, an_id, body, command_key, token

WRITE: Final = "pupils:write"
AT_ONCE_MAX: Final = 2
"""Documents in memory at once, each up to three times (in clear, padded, sealed): 150 MB."""
CATEGORIES: Final[tuple[DocumentCategory, ...]] = get_args(DocumentCategory)
_FILE_NAME: Final[TypeAdapter[str]] = TypeAdapter(FileName)
_NOT_HERE: Final = "There is no such document of this pupil here, or you may not see it."
_KINDS: Final = "Send a PDF, a PNG or JPEG image, a Word document (.docx, without macros) or plain text in UTF-8."
_BASE: Final = "/api/organisations/{organisation}/pupils/{subject}/documents"


class Withdrawal(Strict):
    """Why a document is shown to nobody any more, and from which day."""

    valid_on: date
    reason: Text200


def router(door: Door, records: Records, store: DocumentStore) -> APIRouter:
    """Give the routes of documents."""
    made = APIRouter(tags=["documents"])
    desk = _Documents(door, records, store)

    @made.post(_BASE, name="add-document", openapi_extra={"x-scope": WRITE, "requestBody": _ANY_BYTES})
    async def add(request: Request, organisation: str, subject: str) -> Response:
        """Keep a file about a pupil: its bytes as the body, its name in X-File-Name (percent-encoded)."""
        return await desk.add(request, an_id(organisation), an_id(subject))

    @made.get(f"{_BASE}/{{document}}", name="document", openapi_extra={"x-scope": READ})
    async def download(request: Request, organisation: str, subject: str, document: str) -> Response:
        """Give a document, once it is written down that it is shown."""
        return await desk.show(request, an_id(organisation), an_id(subject), document)

    @made.post(f"{_BASE}/{{document}}/withdraw", name="withdraw-document", openapi_extra={"x-scope": WRITE})
    async def withdraw(request: Request, organisation: str, subject: str, document: str) -> Response:
        """Show a document to nobody any more."""
        return await desk.withdraw(request, an_id(organisation), an_id(subject), document)

    return made


_ANY_BYTES: Final = {
    "required": True,
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


class _Documents:
    """Takes and gives documents for one door."""

    def __init__(self, door: Door, records: Records, store: DocumentStore) -> None:
        self._door = door
        self._records = records
        self._store = store
        self._turns = asyncio.Semaphore(AT_ONCE_MAX)

    async def add(self, request: Request, where: bytes, who: bytes) -> Response:
        asked = request.query_params.get("category", "")
        known: list[Category] = [one for one in CATEGORIES if one == asked]
        visit = await self._door.enter(token(request), where, "change", WRITE, known, pupils=[who])
        if not known:
            raise Refused(f"Say in the address what the document is about: category= one of {', '.join(CATEGORIES)}.")
        key, day = command_key(request), a_date(request.query_params.get("valid_on"), "valid_on") or visit.today
        file_name = _file_name(request)
        async with self._door.read(where) as reader:
            if not await queries.is_pupil(reader, who):
                raise NotFound("There is no such pupil here. Look the pupil up again.")
        # The id follows from the key, so that the same attempt again finds what the first one kept.
        which = sha256(b"rollbook document id\x00" + where + key).digest()[:16]
        async with self._turns:
            content = await _content(request)
            kind = content_type(content)
            if kind is None:
                raise Refused(f"This is not a kind of file that is kept. {_KINDS}")
            chunks = await self._kept(DocumentName(where, who, which, known[0]), content)
        command = AddDocument(
            pupil=who, valid_on=day, document=which, kept_as=cast("DocumentCategory", known[0]), file_name=file_name,
            content_type=kind, size=len(content), chunks=len(chunks), ciphertext_digest=digest_of(chunks),
        )  # fmt: skip
        result = await self._door.carry_out(visit, "records", [Step(documents, command)], key)
        return Answered({"document": which, "index": result.index, "changed": result.changed})

    async def show(self, request: Request, where: bytes, who: bytes, document: str) -> Response:
        asked = await self._records.asked(request, where, "view", CATEGORIES, [who])
        if asked.at.asked is not None:
            raise Refused("A document is shown as it is kept. Leave known_at out.")
        which = an_id(document)
        entries, size = await self._entries(where, who, which)
        category = entries[0].header.category
        if category is None or category not in asked.visit.categories:
            raise NotFound(_NOT_HERE)
        if any(isinstance(one.event, DocumentWithdrawn) for one in entries):
            raise Refused("This document was withdrawn and is shown to nobody. Ask the data protection officer.")
        added = entries[0].event
        if isinstance(added, Destroyed):
            return _gone(added, category)
        async with self._turns:
            content = await self._content_of(added, DocumentName(where, entries[0].header.subjects[0], which, category))
            if isinstance(content, Destroyed):
                return _gone(content, category)
            if isinstance(content, Tampered) or not isinstance(added, DocumentAdded):
                return problem(
                    500, "Damaged", "This document was changed after it was kept. Ask whoever runs Rollbook."
                )
            shown = {who: Shown(categories=(category,), what="document")}
            await self._records.reads.viewed(asked.visit, asked.at, size, shown)
            return _file(added, content)

    async def withdraw(self, request: Request, where: bytes, who: bytes, document: str) -> Response:
        visit = await self._door.enter(token(request), where, "change", WRITE, (), pupils=[who])
        said, which = await body(request, Withdrawal), an_id(document)
        entries, _ = await self._entries(where, who, which)
        category = entries[0].header.category
        visit = await self._allowed(request, visit, category, who)
        if isinstance(entries[0].event, Destroyed) and category is not None:
            return _gone(entries[0].event, category)
        command = WithdrawDocument(
            pupil=entries[0].header.subjects[0], valid_on=said.valid_on, document=which,
            kept_as=cast("DocumentCategory", category), reason=said.reason,
        )  # fmt: skip
        result = await self._door.carry_out(visit, "records", [Step(documents, command)], command_key(request))
        return Answered({"index": result.index, "changed": result.changed})

    async def _allowed(self, request: Request, visit: Visit, category: Category | None, who: bytes) -> Visit:
        with suppress(NotAllowed):  # that there is such a document may itself be private
            if category is not None:
                return await self._door.enter(
                    token(request), visit.organisation, "change", WRITE, [category], pupils=[who]
                )
        raise NotFound(_NOT_HERE)

    async def _kept(self, name: DocumentName, content: bytes) -> list[bytes]:
        """Seal and keep a document; what the same attempt kept before is taken, if it is the same."""
        vault = self._door.codec.vault
        chunks = await asyncio.to_thread(seal, vault, name, content)
        if await self._store.add(name.organisation, name.document, chunks):
            return chunks
        kept = list(await self._store.chunks(name.organisation, name.document))
        if await asyncio.to_thread(unseal, vault, name, kept) != content:
            raise CommandReused("this key was used before for another document")
        return kept

    async def _entries(self, where: bytes, who: bytes, which: bytes) -> tuple[list[Entry], int]:
        loaded = await self._door.log.stream(where, stream_of(which).id(where))
        entries = [await asyncio.to_thread(self._door.codec.open, stored) for stored in loaded.entries]
        owner = entries[0].header.subjects[0] if entries else b""
        if owner != who:
            # What was kept about one of two merged records is the other's too; it stays sealed under its own.
            async with self._door.read(where) as reader:
                merged = await held(reader, aliases)
            if not entries or merged.get(owner) != who:
                raise NotFound(_NOT_HERE)
        return entries, loaded.size

    async def _content_of(self, added: object, name: DocumentName) -> bytes | Destroyed | Tampered:
        chunks = await self._store.chunks(name.organisation, name.document)
        if not isinstance(added, DocumentAdded) or digest_of(chunks) != added.ciphertext_digest:
            return Tampered()
        return await asyncio.to_thread(unseal, self._door.codec.vault, name, chunks)


async def _content(request: Request) -> bytes:
    """Read a body as it comes, and no more of it than a document may have. Raises TooLarge."""
    said = request.headers.get("content-length", "")
    too_large = TooLarge("A document may have at most 25 MB. Scan it again with fewer colours, or split it.")
    if said.isdigit() and int(said) > DOCUMENT_BYTES_MAX:
        raise too_large
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > DOCUMENT_BYTES_MAX:
            raise too_large
    if not data:
        raise Refused(f"The document is empty. {_KINDS}")
    return bytes(data)


def _file_name(request: Request) -> str:
    """Read the file's name; a name may be personal, so it is never in the address, nor in a refusal."""
    written = unquote(request.headers.get("x-file-name", "")).replace("\\", "/").rpartition("/")[2].strip()
    try:
        return _FILE_NAME.validate_python(written)
    except ValidationError:
        raise Refused("Send the file's name, percent-encoded and at most 150 characters, as X-File-Name.") from None


def _gone(destroyed: Destroyed, category: Category) -> Response:
    return problem(
        410, "Erased", "This document was erased. That it existed, and by which request it went, is what remains.",
        category=category, destroyed_at=destroyed.when.isoformat() if destroyed.when else None,
        request=destroyed.request,
    )  # fmt: skip


def _file(added: DocumentAdded, content: bytes) -> Response:
    """Give a document to be saved and not to be shown in the page's own place: it may hold somebody's script."""
    headers = {
        **NO_STORE,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(added.file_name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(content, media_type=added.content_type, headers=headers)

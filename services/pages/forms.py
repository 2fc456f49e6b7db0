"""Forms that change something: read without touching the disk, and obeyed only with the token of their own sign-in.

A page's cookie alone never carries a change: a browser sends it along whoever made the form, as far as SameSite lets
it. So each form holds a second token, drawn from the first under the installation's key. Another site can neither read
our pages nor work it out, and nothing needs to be kept for it on the server.
"""

import os
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser

from services.auth import NotSignedIn, Signer
from services.door import NotAllowed
from services.routes import COOKIE
from services.strict_json import BadJson

FILE_BYTES_MAX: Final = 20 * 1024 * 1024
"""A transfer file of a whole large school, with years of attendance, is a third of it."""
TEXT_BYTES_MAX: Final = 250_000
"""One field of a form: a whole row that was set aside."""
_STALE: Final = (
    "This form belongs to another sign-in, so nothing was changed. Go back, open the page anew and try again."
)


class _InMemory(MultiPartParser):
    """Keeps what is sent in memory: Starlette would put a larger file on the disk in clear."""

    spool_max_size = FILE_BYTES_MAX + 1
    max_file_size = spool_max_size


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that may be obeyed: whose it is, its fields, and its file if it has one. ``key`` is the same if resent."""

    token: str
    fields: dict[str, str] = field(default_factory=dict)
    file: bytes = b""
    file_name: str = ""

    def text(self, name: str) -> str:
        """Give a field without the spaces around it; empty if there is none."""
        return self.fields.get(name, "").strip()

    @property
    def key(self) -> bytes:
        """The form's own key, so that pressing a button twice is one change."""
        try:
            return UUID(self.text("key")).bytes
        except ValueError:
            return os.urandom(16)


async def sent(request: Request, signer: Signer) -> Sent:
    """Read a form that asks for a change. Raises NotSignedIn, NotAllowed, or BadJson where it is too large."""
    token = request.cookies.get(COOKIE)
    if not token:
        raise NotSignedIn("Sign in first.")
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise NotAllowed(_STALE)
    form = await _read(request)
    try:
        fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        if not signer.is_form_token(fields.get("form", ""), token):
            raise NotAllowed(_STALE)
        for value in form.values():
            if isinstance(value, UploadFile):
                return Sent(token, fields, await value.read(), value.filename or "")
        return Sent(token, fields)
    finally:
        await form.close()


async def _read(request: Request) -> FormData:
    """Read a form's fields, and its file into memory."""
    taken = 0

    async def counted() -> AsyncGenerator[bytes, None]:
        nonlocal taken
        async for chunk in request.stream():
            taken += len(chunk)
            if taken > FILE_BYTES_MAX + TEXT_BYTES_MAX:
                raise BadJson("This file is too large. Ask whoever made it to send it in several smaller ones.")
            yield chunk

    try:
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            parser = _InMemory(request.headers, counted(), max_files=1, max_fields=60, max_part_size=TEXT_BYTES_MAX)
            return await parser.parse()
        return await FormParser(request.headers, counted()).parse()
    except MultiPartException:
        raise BadJson("This form could not be read. Open the page anew and try again.") from None

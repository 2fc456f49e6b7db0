"""The letter that goes with a file by hand, as a page to print and as a tagged PDF of the same words."""

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from events.model import Category
from services.facts import LONDON
from services.pages import look
from services.pages.pdf import pdf_of
from services.routes import an_id, token
from services.sharing.gateway_views import gateways
from services.sharing.letter import STYLE, Law, letter
from services.sharing.register_api import SEEN, SHARE, Register
from services.sharing.remaking import Remaker

_STYLED: Final = f"'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'"
_HEADERS: Final[Mapping[str, str]] = {
    **look.HEADERS, "Content-Security-Policy": f"default-src 'none'; style-src {_STYLED}; frame-ancestors 'none'",
}  # fmt: skip
"""The letter has its style in it, so that it can be kept as one file: that style runs and no other."""
_PDF: Final[Mapping[str, str]] = {"Content-Disposition": 'attachment; filename="letter.pdf"'}
"""The file's name names nobody: it ends up in folders."""


class Letters:
    """Gives letters to whoever may share what the file holds, and writes down that they were given."""

    def __init__(
        self, register: Register, remaker: Remaker, categories: Callable[[Iterable[str]], frozenset[Category]]
    ) -> None:
        self._door, self._register, self._remaker, self._categories = register.door, register, remaker, categories

    async def html(self, request: Request, organisation: bytes, disclosure: bytes) -> str:
        """Give a disclosure's letter."""
        pupil = request.query_params.get("pupil")
        who = an_id(pupil) if pupil else None
        needed = frozenset(SEEN if who else SEEN[:1])
        await self._door.enter(token(request), organisation, "share", SHARE, needed)
        original = await self._remaker.original(organisation, disclosure, who)
        allowed = self._categories(original.sending.fields) | needed
        await self._register.may_have(request, organisation, allowed)
        pupils = await self._remaker.whom(organisation, original)
        visit = await self._register.reading(request, organisation, allowed, pupils)
        async with self._door.read(organisation) as reader:
            row = await reader.get(gateways, original.sending.gateway, original.sending.gateway_version)
        law = Law(row.title, row.citation) if row else Law(original.sending.gateway, "as the school has adopted it")
        await self._register.gave(visit, allowed, pupils, cohort=original.pupils is None, what="letter with a file")
        day = original.sending.made_at.astimezone(LONDON).date()
        return letter(original, disclosure, law, original.counted, day)


def router(letters: Letters) -> APIRouter:
    """Give the letter's two addresses."""
    made = APIRouter(tags=["sharing"])
    address = "/api/organisations/{organisation}/disclosures/{disclosure}/letter"

    @made.get(address, name="disclosure-letter", openapi_extra={"x-scope": SHARE})
    async def page(request: Request, organisation: str, disclosure: str) -> Response:
        """Give the letter to print."""
        text = await letters.html(request, an_id(organisation), an_id(disclosure))
        return HTMLResponse(text, headers=dict(_HEADERS))

    @made.get(f"{address}.pdf", name="disclosure-letter-pdf", openapi_extra={"x-scope": SHARE})
    async def pdf(request: Request, organisation: str, disclosure: str) -> Response:
        """Give the letter as a tagged PDF."""
        made_of = await letters.html(request, an_id(organisation), an_id(disclosure))
        return Response(await pdf_of(made_of), media_type="application/pdf", headers={**look.HEADERS, **_PDF})

    return made

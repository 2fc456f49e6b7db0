"""What all forms about one pupil share: their addresses, who is offered which, and that a sent one is carried out.

Each form carries the token of its sign-in (see services.pages.forms), and sends the command that the API takes.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from events.identifiers import id_text
from events.model import Category
from ledger.decider import Command, Decider, Refused, Step
from services.door import Door, NotAllowed
from services.pages import forms
from services.records.answers import Records
from services.records.api import let_in
from services.routes import an_id, token

Draw = Callable[..., Awaitable[Response]]
Route = tuple[str, str, Callable[..., Awaitable[Response]]]


class Kind(Protocol):
    """One kind of form: where its page is, what it is offered as, and what whoever sends it must be allowed."""

    @property
    def path(self) -> str: ...
    @property
    def offer(self) -> str: ...
    @property
    def category(self) -> Category: ...
    @property
    def decider(self) -> Decider[Any]: ...
    @property
    def scope(self) -> str: ...


KindT = TypeVar("KindT", bound=Kind)


class PupilForms(ABC, Generic[KindT]):
    """Draws forms of several kinds, and sends what was typed."""

    kinds: Sequence[KindT]

    def __init__(self, door: Door, records: Records, draw_of: Draw) -> None:
        self._door, self._records, self._draw_of = door, records, draw_of

    @abstractmethod
    async def show(
        self, request: Request, kind: KindT, pupil: tuple[bytes, bytes], given: str | None,
        form: forms.Sent | None = None, wrong: str | None = None,
    ) -> Response:  # fmt: skip
        """Draw a form of a pupil (organisation and subject), with what was typed and what is wrong with it, if so."""

    @abstractmethod
    def command(self, kind: KindT, who: bytes, form: forms.Sent) -> Command:
        """Give the command that a form asks for. Raises Refused with what to mend."""

    def routes(self) -> Sequence[Route]:
        """Give each page's address, method and function."""
        base = "/schools/{organisation}/pupils/{subject}"
        return tuple(
            (f"{base}/{kind.path}", method, self._page(kind, method))
            for kind in self.kinds
            for method in ("GET", "POST")
        )

    async def offered(self, request: Request, where: bytes, who: bytes) -> list[tuple[str, str]]:
        """Give the addresses of the forms of a pupil that somebody may send, each with what it is for."""
        found = []
        for kind in self.kinds:
            try:
                await self._door.enter(token(request), where, "change", kind.scope, [kind.category])
            except NotAllowed:
                continue  # it is not offered
            found.append((f"{_pupil(where, who)}/{kind.path}", kind.offer))
        return found

    def _page(self, kind: KindT, method: str) -> Callable[..., Awaitable[Response]]:
        async def page(request: Request, organisation: str, subject: str) -> Response:
            where, who = an_id(organisation), an_id(subject)
            if method == "POST":
                return await self._sent(request, kind, where, who)
            given = token(request)
            await self._door.enter(given, where, "change", kind.scope, [kind.category])
            return await self.show(request, kind, (where, who), given)

        return page

    async def _sent(self, request: Request, kind: KindT, where: bytes, who: bytes) -> Response:
        form = await forms.sent(request, self._door.signer)
        await self._door.enter(form.token, where, "change", kind.scope, [kind.category])
        try:
            visit, command = await let_in(self._door, form.token, where, self.command(kind, who, form))
            answer = await self._door.carry_out(visit, "records", [Step(kind.decider, command)], form.key)
        except Refused as refused:
            return await self.show(request, kind, (where, who), form.token, form, refused.sentence)
        return RedirectResponse(f"{_pupil(where, who)}?wait_for={answer.index}", 303)


def _pupil(where: bytes, who: bytes) -> str:
    return f"/schools/{id_text(where)}/pupils/{id_text(who)}"

"""The register to print: as a page, and as a PDF of the same words."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import Request
from jinja2 import Environment
from starlette.responses import Response

from events.identifiers import id_text
from services.door import Door
from services.governance import queries as governance
from services.pages import look
from services.pages.pdf import pdf_of
from services.pins import Pins
from services.records.answers import Asked, Records
from services.records.registers.printing import RegisterPrint
from services.records.registers.registers_api import printed_of
from services.routes import an_id

Draw = Callable[..., Awaitable[Response]]
_HEADERS: Final[Mapping[str, str]] = {"Content-Disposition": 'attachment; filename="register.pdf"'}
"""The file's name names nobody: it ends up in folders and letters."""


class RegisterPages:
    """The two forms of the printed register."""

    def __init__(self, door: Door, records: Records, pins: Pins, templates: Environment, draw: Draw) -> None:
        self._door, self._records, self._pins, self._templates, self._draw = door, records, pins, templates, draw

    async def page(self, request: Request, organisation: str) -> Response:
        """Show a group's or a pupil's register between two dates."""
        asked, printed = await self._printed(request, organisation)
        names = ("group", "pupil", "first", "last", "known_at", "case", "door")
        wanted = {name: request.query_params.get(name) for name in names}
        query = urlencode({name: value for name, value in wanted.items() if value})
        here = f"/schools/{id_text(asked.visit.organisation)}/register-print.pdf?{query}"
        return await self._draw(asked, "register_print.html", section="registers", printed=printed, pdf=here)

    async def pdf(self, request: Request, organisation: str) -> Response:
        """Give the same as a PDF."""
        asked, printed = await self._printed(request, organisation)
        async with self._door.read(asked.visit.organisation) as reader:
            about = await governance.about(reader)
        given: dict[str, Any] = {"printed": printed, "school": about.title if about else "The school"}
        made = await pdf_of(self._templates.get_template("register_print_pdf.html").render(given))
        return Response(made, media_type="application/pdf", headers={**look.HEADERS, **_HEADERS})

    async def _printed(self, request: Request, organisation: str) -> tuple[Asked, RegisterPrint]:
        return await printed_of(request, an_id(organisation), self._records, self._pins)

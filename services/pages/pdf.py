"""A page as a tagged PDF, made in a process of its own: what a page holds can neither block the server nor fetch."""

import asyncio
import sys
from typing import Any, Final, NoReturn

from ledger.decider import Refused

SECONDS_MAX: Final = 120.0
"""Seconds that one document may take: a whole class's year took a tenth of it."""
AT_ONCE_MAX: Final = 2
"""Documents made at once: each takes a processor and some hundred megabytes."""
_places: Final = asyncio.Semaphore(AT_ONCE_MAX)


class CannotFetch(ValueError):
    """A document asked for something from elsewhere. Nothing is fetched for it."""


async def pdf_of(html: str) -> bytes:
    """Give a page as PDF/UA. Raises Refused where it cannot be made here."""
    async with _places:
        worker = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "services.pages.pdf",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            made, _ = await asyncio.wait_for(worker.communicate(html.encode()), SECONDS_MAX)
        except TimeoutError:
            made = b""
        finally:
            if worker.returncode is None:
                worker.kill()
                await worker.wait()
    if worker.returncode != 0 or not made.startswith(b"%PDF"):
        raise Refused(
            "The PDF could not be made here. Print the page from the browser, or ask the operator to install "
            "rollbook[pdf] and Debian's Pango."
        )
    return made


def document(html: str) -> Any:
    """Lay a page out. Importing WeasyPrint takes more than a second, so it waits until here."""
    from weasyprint import HTML  # noqa: PLC0415  # an extra, and slow to import
    from weasyprint.urls import URLFetcher  # noqa: PLC0415  # the same

    class Refusing(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        """Fetches nothing, whatever a document asks for."""

        def fetch(self, url: str, headers: Any = None) -> NoReturn:
            del url, headers
            raise CannotFetch("a printed document fetches nothing")

    return HTML(string=html, url_fetcher=Refusing(fail_on_errors=True)).render()


def main() -> None:
    """Read a page from the standard input and write its PDF to the standard output."""
    html = sys.stdin.buffer.read().decode()
    sys.stdout.buffer.write(document(html).write_pdf(pdf_variant="pdf/ua-1"))


if __name__ == "__main__":
    main()

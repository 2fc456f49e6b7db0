"""A client of the HTTP API, as any connector would write it: a token, idempotency keys, patience when told to wait."""

import hashlib
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final, Self

import httpx2

SECONDS_MAX: Final = 120.0
"""How long one request may take: two hundred registers of a busy school."""
ATTEMPTS_MAX: Final = 8
"""How often a request is sent again when the server asks for patience; about half a minute in all."""
BUSY: Final = 503
REFUSED_FROM: Final = 400


class Problem(Exception):
    """The server's answer to what it cannot do: a sentence, and for each place of the body what is wrong with it."""

    def __init__(self, status: int, sentence: str, errors: list[dict[str, str]]) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.errors = errors


class Client:
    """One caller's requests to one organisation. Every change carries a key that is the same at each attempt."""

    def __init__(self, url: str, token: str, organisation: str = "") -> None:
        self.organisation = organisation
        self._base = f"/api/organisations/{organisation}"
        self._http = httpx2.Client(
            base_url=url.rstrip("/"), headers={"Authorization": f"Bearer {token}"}, timeout=SECONDS_MAX
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def get(self, path: str, **query: str | int | None) -> Any:
        """Ask for something; ``path`` begins with / for the API's root, else it is the organisation's."""
        given = {name: str(value) for name, value in query.items() if value is not None}
        return self._sent("GET", path, params=given)

    def about_us(self) -> Mapping[str, Any]:
        """Give what the server says of the organisation: its title, URN and LAESTAB."""
        mine = self.get("/api/me")["organisations"]
        found: Mapping[str, Any] = next((one for one in mine if one["organisation"] == self.organisation), {})
        return found

    def post(self, path: str, body: Any, key: str) -> Any:
        """Send something. ``key`` is any text that names this one change."""
        headers = {"Idempotency-Key": as_uuid(key)}
        return self._sent("POST", path, json=body, headers=headers)

    def _sent(self, method: str, path: str, **parts: Any) -> Any:
        address = path if path.startswith("/") else f"{self._base}/{path}"
        response = None
        for attempt in range(ATTEMPTS_MAX):
            try:
                response = self._http.request(method, address, **parts)
            except httpx2.TransportError:
                raise Problem(
                    0, "There is no Rollbook server at this address. Start it with: rollbook serve", []
                ) from None
            if response.status_code != BUSY:
                break
            time.sleep(float(response.headers.get("Retry-After", "1")) * (attempt + 1) / 4)
        if response is None or response.status_code >= REFUSED_FROM:
            raise _problem(response)
        return response.json()


def as_uuid(name: str) -> str:
    """Give a uuid for a text, always the same one."""
    digits = hashlib.sha256(name.encode()).hexdigest()[:32]
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _problem(response: httpx2.Response | None) -> Problem:
    if response is None:
        return Problem(0, "Nothing was sent.", [])
    try:
        said = response.json()
        return Problem(response.status_code, str(said["detail"]), list(said.get("errors", ())))
    except (ValueError, KeyError, TypeError):
        return Problem(response.status_code, "The server gave an answer that cannot be read.", [])

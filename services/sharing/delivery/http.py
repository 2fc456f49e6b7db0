"""Posts a file to an address: signed, once, and nowhere but by https or on this machine."""

import asyncio
import hmac
from base64 import b64encode
from hashlib import sha256
from typing import Final

import httpx2

from services.endpoints import HttpEndpoint
from services.sharing.delivery import Parcel, Undelivered

TOO_SLOW: Final = "The recipient's server did not answer in time. Try again later."
UNREACHED: Final = "The recipient's server was not reached safely. Try again later, or ask the recipient."
UNAUTHORISED: Final = (401, 403)
TOO_LARGE: Final = 413
SERVER: Final = 500


class HttpCarrier:
    """Carries by POST. A redirect is not followed: it would take the file to an address that nobody agreed."""

    async def deliver(self, route: HttpEndpoint, parcel: Parcel) -> str:
        """Post it. Raises Undelivered."""
        headers = {
            "Content-Type": parcel.file.content_type,
            "Content-Disposition": f'attachment; filename="{parcel.file.name}"',
            **signed(route, parcel.disclosure, parcel.file.data),
        }
        if route.token is not None:
            headers["Authorization"] = f"Bearer {route.token.get_secret_value()}"
        try:
            async with (
                asyncio.timeout(route.seconds),
                httpx2.AsyncClient(follow_redirects=False, timeout=route.seconds, trust_env=False) as client,
                client.stream("POST", route.url, content=parcel.file.data, headers=headers) as response,
            ):
                # What the answer says is not read: it might repeat something of the file.
                status = response.status_code
        except (TimeoutError, httpx2.TimeoutException):
            raise Undelivered(TOO_SLOW, "not-reached") from None
        except httpx2.HTTPError:
            raise Undelivered(UNREACHED, "not-reached") from None
        if not httpx2.codes.is_success(status):
            raise Undelivered(_said(status))
        return f"HTTP {status}"


def signed(route: HttpEndpoint, disclosure: str, data: bytes) -> dict[str, str]:
    """Give the headers by which a recipient knows that a file is ours, whole, and the same at each attempt.

    Digest: RFC 9530. Signature: RFC 9421, hmac-sha256 over method, address, digest and key of the attempt.
    """
    digest = f"sha-256=:{b64encode(sha256(data).digest()).decode()}:"
    covered = f'("@method" "@target-uri" "content-digest" "idempotency-key");keyid="{route.key_id}";alg="hmac-sha256"'
    base = "\n".join((
        '"@method": POST', f'"@target-uri": {route.url}', f'"content-digest": {digest}',
        f'"idempotency-key": {disclosure}', f'"@signature-params": {covered}',
    ))  # fmt: skip
    signature = hmac.digest(route.secret.get_secret_value().encode(), base.encode(), "sha256")
    return {
        "Idempotency-Key": disclosure,
        "Content-Digest": digest,
        "Signature-Input": f"rollbook={covered}",
        "Signature": f"rollbook=:{b64encode(signature).decode()}:",
    }


def _said(status: int) -> str:
    if status in UNAUTHORISED:
        return f"The recipient's server did not let Rollbook in (HTTP {status}). Ask whoever runs Rollbook here."
    if status == TOO_LARGE:
        return f"The recipient's server finds the file too large (HTTP {status}). Send fewer pupils at a time."
    if status >= SERVER:
        return f"The recipient's server failed (HTTP {status}). Try again later."
    return f"The recipient's server would not take the file (HTTP {status}). Ask the recipient."

"""Who is calling: signed bearer tokens that name a subject, their organisations and scopes, and run out."""

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import time
from typing import Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from events.identifiers import id_text, parse_id

ALGORITHM: Final = "HS256"
"""The installation signs and the installation verifies: one algorithm, so that none can be talked into another."""
ISSUER: Final = "rollbook"
AUDIENCE: Final = "rollbook"
EVERY_ORGANISATION: Final = "*"
HOURS_MAX: Final = 24 * 31
REMEMBERED_MAX: Final = 5_000
"""Tokens whose signature need not be checked again; each is still checked for its time."""
TOKEN_CHARACTERS_MAX: Final = 8_000


class NotSignedIn(Exception):
    """There is no token, or it is not valid any more. The text is a sentence for the caller."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling: a subject; their organisations (None: all of them, an operator's); what the token allows."""

    subject: bytes
    organisations: frozenset[bytes] | None
    scopes: frozenset[str]
    expires: float

    def belongs_to(self, organisation: bytes) -> bool:
        """Whether the token is for this organisation."""
        return self.organisations is None or organisation in self.organisations


class Signer:
    """Signs and checks tokens with one 32-byte key. ``clock`` gives seconds since 1970."""

    def __init__(self, key: bytes, clock: Callable[[], float] = time) -> None:
        self._key = OctKey.import_key(key)
        self._secret = key
        self._clock = clock
        self._remembered: dict[str, Caller] = {}
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(clock()),
            iss={"essential": True, "value": ISSUER},
            aud={"essential": True, "value": AUDIENCE},
            exp={"essential": True},
            sub={"essential": True},
        )

    def token(self, subject: bytes, organisations: Sequence[bytes] | str, scopes: Sequence[str], hours: float) -> str:
        """Sign a token for a subject. ``organisations`` are ids, or "*" for an operator; at most HOURS_MAX hours."""
        if not 0 < hours <= HOURS_MAX:
            raise ValueError(f"a token lives between a moment and {HOURS_MAX} hours")
        now = self._clock()
        listed = organisations if isinstance(organisations, str) else [id_text(one) for one in organisations]
        claims = {
            "iss": ISSUER, "aud": AUDIENCE, "sub": id_text(subject), "iat": int(now), "exp": int(now + hours * 3600),
            "org": listed, "scope": " ".join(scopes),
        }  # fmt: skip
        return jwt.encode({"alg": ALGORITHM}, claims, self._key, algorithms=[ALGORITHM])

    def caller(self, token: str | None) -> Caller:
        """Give who a token says is calling. Raises NotSignedIn with a sentence."""
        if not token:
            raise NotSignedIn("Sign in first, or send a bearer token in the Authorization header.")
        known = self._remembered.get(token)
        if known is None:
            known = self._checked(token)
            if len(self._remembered) >= REMEMBERED_MAX:
                self._remembered.clear()
            self._remembered[token] = known
        if known.expires <= self._clock():
            raise NotSignedIn("Your sign-in has run out. Sign in again, or ask for a new token.")
        return known

    def form_token(self, token: str) -> str:
        """Give what a page's forms carry beside the cookie of this sign-in: nobody can make it who has not the key.

        Another site can make a browser send the cookie, but can neither read our pages nor work this out.
        """
        return hmac.digest(self._secret, b"rollbook form\x00" + token.encode(), "sha256").hex()

    def is_form_token(self, given: str, token: str) -> bool:
        """Whether a form's token is that of this sign-in."""
        return hmac.compare_digest(given.encode(), self.form_token(token).encode())

    def _checked(self, token: str) -> Caller:
        if len(token) > TOKEN_CHARACTERS_MAX:
            raise NotSignedIn("This token is not valid here. Sign in again, or ask for a new token.")
        try:
            decoded = jwt.decode(token, self._key, algorithms=[ALGORITHM])
            self._claims.validate(decoded.claims)
            return _caller(decoded.claims)
        except (JoseError, ValueError, KeyError, TypeError):
            raise NotSignedIn("This token is not valid here. Sign in again, or ask for a new token.") from None


def _caller(claims: Mapping[str, object]) -> Caller:
    listed, expires = claims["org"], claims["exp"]
    if not isinstance(expires, int):
        raise TypeError("exp is a number")
    organisations = None
    if listed != EVERY_ORGANISATION:
        if not isinstance(listed, list):
            raise TypeError("org is a list")
        organisations = frozenset(parse_id(one) for one in listed)
    return Caller(parse_id(claims["sub"]), organisations, frozenset(str(claims["scope"]).split()), float(expires))

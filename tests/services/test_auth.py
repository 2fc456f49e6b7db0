"""Tokens: signed here, for a subject, organisations and scopes, and only for a while."""

import os

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from services.auth import NotSignedIn, Signer

KEY, SUBJECT, SCHOOL = os.urandom(32), os.urandom(16), os.urandom(16)
NOW = 1_790_000_000.0


def test_a_token_names_who_where_and_what() -> None:
    signer = Signer(KEY, lambda: NOW)
    caller = signer.caller(signer.token(SUBJECT, [SCHOOL], ["records:read"], 1))
    assert (caller.subject, caller.organisations, caller.scopes) == (
        SUBJECT,
        frozenset({SCHOOL}),
        frozenset({"records:read"}),
    )
    assert caller.belongs_to(SCHOOL)
    assert not caller.belongs_to(SUBJECT)


def test_a_token_runs_out_even_where_it_is_remembered() -> None:
    moment = [NOW]
    signer = Signer(KEY, lambda: moment[0])
    token = signer.token(SUBJECT, [SCHOOL], [], 1)
    assert signer.caller(token).subject == SUBJECT
    moment[0] += 3601
    with pytest.raises(NotSignedIn, match="run out"):
        signer.caller(token)


@pytest.mark.parametrize("hours", [0, -1, 24 * 40])
def test_a_token_lives_neither_never_nor_for_ever(hours: float) -> None:
    with pytest.raises(ValueError, match="a token lives"):
        Signer(KEY).token(SUBJECT, [SCHOOL], [], hours)


def forged() -> dict[str, str]:
    """Give tokens that must not be believed."""
    claims = {
        "iss": "rollbook",
        "aud": "rollbook",
        "sub": SUBJECT.hex(),
        "exp": int(NOW + 99),
        "org": "*",
        "scope": "*",
    }
    ours, theirs = OctKey.import_key(KEY), OctKey.import_key(os.urandom(32))
    good = Signer(KEY, lambda: NOW).token(SUBJECT, [SCHOOL], [], 1)
    head, body, signature = good.split(".")
    return {
        "another key": jwt.encode({"alg": "HS256"}, claims, theirs),
        "another algorithm": jwt.encode({"alg": "HS512"}, claims, ours, algorithms=["HS512"]),
        "another audience": jwt.encode({"alg": "HS256"}, {**claims, "aud": "other"}, ours),
        "another issuer": jwt.encode({"alg": "HS256"}, {**claims, "iss": "other"}, ours),
        "no end": jwt.encode({"alg": "HS256"}, {k: v for k, v in claims.items() if k != "exp"}, ours),
        "no subject": jwt.encode({"alg": "HS256"}, {k: v for k, v in claims.items() if k != "sub"}, ours),
        "no algorithm": "eyJhbGciOiJub25lIn0." + body + ".",
        "another body": f"{head}.{body[:-2]}AA.{signature}",
        "nothing": "",
        "words": "let me in",
        "too long": "a" * 10_000,
    }


@pytest.mark.parametrize("name", forged())
def test_a_forged_token_is_not_believed(name: str) -> None:
    with pytest.raises(NotSignedIn):
        Signer(KEY, lambda: NOW).caller(forged()[name])

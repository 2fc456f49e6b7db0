"""JSON as it should be: no NaN, no key twice, no lone surrogates, nothing too large or too deep."""

import json
from math import isinf
from typing import Any, Final

BYTES_MAX: Final = 4_000_000
"""Bytes of one request: two hundred registers of thirty marks, or a hundred rows of a transfer file, several times."""
DEPTH_MAX: Final = 32


class BadJson(ValueError):
    """The body is not JSON that can be accepted; the text is a sentence that holds none of it."""


def load(data: bytes) -> Any:
    """Give the value that ``data`` holds. Raises BadJson."""
    if len(data) > BYTES_MAX:
        raise BadJson(f"The request is larger than {BYTES_MAX // 1_000_000} MB. Send it in several smaller ones.")
    try:
        value = json.loads(
            data.decode("utf-8"), object_pairs_hook=_object, parse_constant=_constant, parse_float=_finite
        )
    except UnicodeDecodeError:
        raise BadJson("The request is not UTF-8 text.") from None
    except RecursionError:
        raise BadJson(f"The request is nested deeper than {DEPTH_MAX} levels.") from None
    except BadJson:
        raise
    except ValueError:
        raise BadJson("The request is not JSON. Check for a missing comma, quote or bracket.") from None
    if b"\\ud" in data.lower():
        _refuse_surrogates(value)
    _refuse_depth(value, DEPTH_MAX)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadJson("A field is given twice in the same object. Give each field once.")
    return found


def _constant(_: str) -> Any:
    raise BadJson("NaN and Infinity are not numbers that can be kept.")


def _finite(text: str) -> float:
    number = float(text)
    if isinf(number):
        raise BadJson("A number is too large to be kept.")
    return number


def _refuse_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise BadJson("The request holds half of a character (a lone surrogate). Retype the text.") from None


def _refuse_depth(value: Any, left: int) -> None:
    level = [value]
    while level:
        if left == 0:
            raise BadJson(f"The request is nested deeper than {DEPTH_MAX} levels.")
        left -= 1
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]

"""Local authority numbers, as far as they are known here."""

import tomllib
from functools import cache
from importlib import resources


@cache
def known_la_codes() -> frozenset[str]:
    """Give the three-digit numbers that may stand in a UPN."""
    table = tomllib.loads((resources.files("events.codes") / "local_authorities.toml").read_text("utf-8"))
    return frozenset(
        f"{number:03}"
        for part in table.values()
        for first, last in part["ranges"]
        for number in range(int(first), int(last) + 1)
    )

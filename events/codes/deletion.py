"""The grounds on which a name may be deleted from the admission register, as data."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Annotated, TypeAlias

from pydantic import AfterValidator


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground as the table has it; ``verified`` is false where nobody has read the cited text."""

    code: str
    meaning: str
    first: date
    citation: str
    verified: bool


@cache
def deletion_grounds() -> Mapping[str, Ground]:
    """Give the whole table, by code."""
    table = tomllib.loads((resources.files("events.codes") / "deletion_grounds.toml").read_text("utf-8"))
    return {
        row["code"]: Ground(row["code"], row["meaning"], row["from"], row["citation"], row["verified"])
        for row in table["ground"]
    }


def _known(code: str) -> str:
    if code not in deletion_grounds():
        raise ValueError(f"this is not a ground of regulation 9; the grounds are {grounds_listed()}")
    return code


def grounds_listed() -> str:
    """Give every ground with what it means, as a sentence lists them."""
    return "; ".join(f"{one.code} ({one.meaning})" for one in deletion_grounds().values())


DeletionGround: TypeAlias = Annotated[str, AfterValidator(_known)]

"""Codes of special educational needs, each with the days on which it may begin: provision, and type of need."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Annotated, TypeAlias

from pydantic import AfterValidator


@dataclass(frozen=True, slots=True)
class SenCode:
    """A code, what it means, and the first and last day on which it may begin (None: not known to be bounded)."""

    code: str
    meaning: str
    first: date | None
    last: date | None

    def may_begin(self, day: date) -> bool:
        """Whether something may begin under this code on a day."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@cache
def sen_codes(name: str) -> Mapping[str, SenCode]:
    """Give a code set, ``provision`` or ``need``, by code."""
    table = tomllib.loads((resources.files("events.codes") / "sen.toml").read_text("utf-8"))
    return {
        one["code"]: SenCode(one["code"], one["meaning"], one.get("from"), one.get("until"))
        for one in table[name]["codes"]
    }


def _checked(name: str) -> AfterValidator:
    def check(code: str) -> str:
        codes = sen_codes(name)
        if code not in codes:
            raise ValueError(f"this is not one of the codes {', '.join(codes)}")
        return code

    return AfterValidator(check)


SenProvision: TypeAlias = Annotated[str, _checked("provision")]
SenNeed: TypeAlias = Annotated[str, _checked("need")]

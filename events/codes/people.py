"""Code sets about people: relationship, telephone type, sex, enrolment status, national curriculum year."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Annotated, Final, TypeAlias

from pydantic import AfterValidator

SHOWN_MAX: Final = 8
"""Codes that an error names: enough to see the pattern, and still a sentence."""


@cache
def code_set(name: str) -> Mapping[str, str]:
    """Give a code set by name: meanings by code."""
    table = tomllib.loads((resources.files("events.codes") / "people.toml").read_text("utf-8"))
    found: Mapping[str, str] = table[name]["codes"]
    return found


def _checked(name: str) -> AfterValidator:
    codes = code_set(name)
    few = ", ".join(list(codes)[:SHOWN_MAX]) + (" …" if len(codes) > SHOWN_MAX else "")

    def check(code: str) -> str:
        if code not in codes:
            raise ValueError(f"this is not one of the codes {few}")
        return code

    return AfterValidator(check)


Relationship: TypeAlias = Annotated[str, _checked("relationship")]
PhoneType: TypeAlias = Annotated[str, _checked("phone_type")]
Sex: TypeAlias = Annotated[str, _checked("sex")]
EnrolmentStatus: TypeAlias = Annotated[str, _checked("enrolment_status")]
NcYear: TypeAlias = Annotated[str, _checked("nc_year")]

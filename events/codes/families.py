"""Code sets about families: court orders and what they forbid, markers, and how parental responsibility is known."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Annotated, Final, TypeAlias

from pydantic import AfterValidator

OTHER_ORDER: Final = "other"


@cache
def family_codes(name: str) -> Mapping[str, str]:
    """Give a code set by name: meanings by code."""
    table = tomllib.loads((resources.files("events.codes") / "families.toml").read_text("utf-8"))
    found: Mapping[str, str] = table[name]["codes"]
    return found


def _checked(name: str) -> AfterValidator:
    codes = family_codes(name)
    all_of_them = ", ".join(codes)

    def check(code: str) -> str:
        if code not in codes:
            raise ValueError(f"this is not one of the codes {all_of_them}")
        return code

    return AfterValidator(check)


CourtOrder: TypeAlias = Annotated[str, _checked("court_order")]
Prohibition: TypeAlias = Annotated[str, _checked("prohibition")]
Withheld: TypeAlias = Annotated[str, _checked("withheld")]
ResponsibilitySource: TypeAlias = Annotated[str, _checked("responsibility_source")]

"""Code sets of suspensions and exclusions: what may be sent, and what the codes mean as far as anybody has read it."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator

ExclusionKind: TypeAlias = Literal["SUSP", "PERM", "LNCH"]
ReviewBody: TypeAlias = Literal["GB", "IRP"]


@cache
def exclusion_codes(name: str) -> Mapping[str, str]:
    """Give a code set by name: meanings by code, empty where nobody has read one."""
    table = tomllib.loads((resources.files("events.codes") / "exclusions.toml").read_text("utf-8"))
    found: Mapping[str, str] = table[name]["codes"]
    return found


def _reason(code: str) -> str:
    if code not in exclusion_codes("exclusion_reason"):
        raise ValueError("this is not a reason code of the Common Basic Data Set, such as PP, VA or DB")
    return code


ExclusionReason: TypeAlias = Annotated[str, AfterValidator(_reason)]

"""Code sets of assessment: what the codes of a result mean, as far as anybody has read it."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field

from events.text import PlainText

Locale: TypeAlias = Literal["ENG", "WAL", "NIR", "SCO"]
CODE_MAX: Final = 20
"""Characters of a stage, subject, method, component or result: the longest that a file was seen to hold, doubled."""
ResultCode: TypeAlias = Annotated[PlainText, Field(min_length=1, max_length=CODE_MAX)]


@cache
def assessment_codes(name: str) -> Mapping[str, str]:
    """Give a code set by name: meanings by code."""
    table = tomllib.loads((resources.files("events.codes") / "assessment.toml").read_text("utf-8"))
    found: Mapping[str, str] = table[name]["codes"]
    return found

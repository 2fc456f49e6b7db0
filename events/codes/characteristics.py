"""Code sets of characteristics: each code with its meaning, from when it may be used, and whether it is a refusal."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator

FILES: Final = ("characteristics.toml", "first_language.toml")

Kind: TypeAlias = Literal[
    "ethnicity",
    "first_language",
    "religion",
    "disability",
    "service_child",
    "young_carer",
    "kinship_care",
    "post_looked_after",
    "looked_after",
    "english_proficiency",
]
"""What a characteristic is of; each is a code set."""
SEVERAL: Final[frozenset[Kind]] = frozenset({"disability"})
"""The kinds of which a pupil may have more than one code at a time."""


@dataclass(frozen=True, slots=True)
class CodeSet:
    """A code set: meanings by code, and which of the codes say that somebody refused to answer.

    ``unanswered`` are those that say only that nobody has answered yet: a file that has one of them says nothing.
    ``first`` is the day from which the codes may be used, None where that is not laid down. ``verified`` is whether the
    codes and their meanings have been read where ``citation`` says.
    """

    title: str
    citation: str
    verified: bool
    codes: Mapping[str, str]
    refusals: frozenset[str]
    unanswered: frozenset[str]
    first: date | None


@cache
def code_sets() -> Mapping[str, CodeSet]:
    """Give every code set by name."""
    return {
        name: CodeSet(
            row["title"], row["citation"], row["verified"], row["codes"], frozenset(row.get("refusals", ())),
            frozenset(row.get("unanswered", ())), row.get("from"),
        )
        for file in FILES
        for name, row in tomllib.loads((resources.files("events.codes") / file).read_text("utf-8")).items()
    }  # fmt: skip


def is_refusal(kind: str, codes: tuple[str, ...]) -> bool:
    """Whether codes say that somebody declined to answer; "not obtained" says only that nobody has answered yet."""
    return any(code in code_sets()[kind].refusals for code in codes)


def in_words(kind: str, codes: tuple[str, ...]) -> str:
    """Give codes by their meanings."""
    known = code_sets()[kind].codes
    return ", ".join(known.get(code, code) for code in codes)


def one_of(name: str) -> AfterValidator:
    """Give what refuses, without repeating it, a value that is not in a code set."""
    known = code_sets()[name].codes

    def check(code: str) -> str:
        if code not in known:
            raise ValueError(f"this is not one of the codes {', '.join(known)}")
        return code

    return AfterValidator(check)


Source: TypeAlias = Annotated[str, one_of("source")]
FsmCategory: TypeAlias = Annotated[str, one_of("fsm_category")]
UkCountry: TypeAlias = Annotated[str, one_of("uk_country")]

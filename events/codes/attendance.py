"""Attendance codes, each with the class it counts in and the dates between which it may be used."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator

Session: TypeAlias = Literal["AM", "PM"]


class AttendanceClass(StrEnum):
    """The statistical class of a code: what a session counts as."""

    PRESENT = "PRESENT"
    EDUCATION = "EDUCATION"
    AUTHORISED = "AUTHORISED"
    UNAUTHORISED = "UNAUTHORISED"
    NOT_POSSIBLE = "NOT_POSSIBLE"
    NOT_COLLECTED = "NOT_COLLECTED"


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """A code as the table has it. ``first`` and ``last`` are the days it is in force, None where open."""

    code: str
    meaning: str
    attendance_class: AttendanceClass
    first: date | None
    last: date | None
    session: Session | None
    instead: str | None
    citation: str
    verified: bool


@cache
def attendance_codes() -> Mapping[str, CodeEntry]:
    """Give the whole table, by code."""
    table = tomllib.loads((resources.files("events.codes") / "attendance.toml").read_text("utf-8"))
    return {
        row["code"]: CodeEntry(
            row["code"], row["meaning"], AttendanceClass(row["class"]), row.get("from"), row.get("until"),
            row.get("session"), row.get("instead"), row["citation"], row["verified"],
        )
        for row in table["code"]
    }  # fmt: skip


_CODES: Final = attendance_codes()


def attendance_code(code: str) -> CodeEntry:
    """Give a code's entry. Raises KeyError for what is no code."""
    return _CODES[code]


def _known(code: str) -> str:
    if code not in _CODES:
        raise ValueError("this is not an attendance code; see the list of codes, and mind capitals")
    return code


AttendanceCode: TypeAlias = Annotated[str, AfterValidator(_known)]


def in_force(code: str, on: date) -> bool:
    """Whether a code may be used for a session on a date."""
    entry = _CODES[code]
    return (entry.first is None or entry.first <= on) and (entry.last is None or on <= entry.last)


def why_not_in_force(code: str, on: date) -> str | None:
    """Give, for a code that may not be used on a date, why and what to use instead; None where it may be used."""
    if in_force(code, on):
        return None
    entry = _CODES[code]
    if entry.last is not None and on > entry.last:
        use = f" Use {entry.instead} instead." if entry.instead else ""
        return f"Code {code} was withdrawn after {_written(entry.last)}.{use}"
    return f"Code {code} is in force only from {_written(entry.first or on)}. Use a code of that time."


def fits_session(code: str, session: Session) -> bool:
    """Whether a code may stand in a session: a slash only in the morning, a backslash only in the afternoon."""
    wanted = _CODES[code].session
    return wanted is None or wanted == session


def _written(day: date) -> str:
    return f"{day.day} {day:%B %Y}"

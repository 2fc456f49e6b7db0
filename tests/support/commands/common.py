"""Who and when every script is about, and how any command of a class is drawn."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final, TypeAlias

from hypothesis import strategies as st

from events.governance import Term
from events.records.attendance import Mark
from events.records.common import FullName, PostalAddress
from ledger.decider import Command

Said: TypeAlias = Command | Callable[[int], Command]
"""A command, or what makes one of the newest entry's index."""

GROUPS = [b"wren".ljust(16, b"\0"), b"robin".ljust(16, b"\0")]
PUPILS = [bytes([number]) * 16 for number in range(1, 5)]
CONTACTS = [bytes([number]) * 16 for number in range(5, 7)]
STAFF = [bytes([number]) * 16 for number in range(7, 9)]
TRUST = b"trust".ljust(16, b"\0")
DAYS = [date(2026, 9, day) for day in (7, 8, 30)] + [date(2026, 10, 1)]
TERM = Term(first=DAYS[0], last=date(2026, 10, 23))
BORN = date(2020, 5, 6)
ULNS = ["1000000019", "1234567899"]
TEMPORARY = "P92620002401A"
NAMES = [FullName(surname=name, forename="Ada") for name in ("Lark", "Wren", "Swift")]
ADDRESSES = [PostalAddress(lines=(line,)) for line in ("1 Reed Lane", "4 Mill Row")]
ADA: Final[dict[str, Any]] = {"pupil": PUPILS[0], "valid_on": DAYS[0]}
HOME: Final[dict[str, Any]] = {"person": PUPILS[0], "valid_on": DAYS[0]}
TESS: Final[dict[str, Any]] = {"staff": STAFF[0], "valid_on": DAYS[0]}
BEN: Final[dict[str, Any]] = {"pupil": PUPILS[1], "valid_on": DAYS[0]}
days, names = st.sampled_from(DAYS), st.sampled_from(NAMES)
pupils, people = st.sampled_from(PUPILS), st.sampled_from([*PUPILS[:2], *CONTACTS])
members, teachers = st.lists(pupils, min_size=1, unique=True).map(tuple), st.sampled_from(STAFF)
in_group, in_session = st.sampled_from(GROUPS), st.sampled_from(["AM", "PM"])
codes = st.sampled_from(["N", "I", "L", "Y1", "C1", "H", "/"])
marks = st.one_of(st.just(Mark(code="L", minutes_late=5)), codes.map(lambda code: Mark(code=code)))
because = st.sampled_from(["seen", "rang"])


def any_of(command: type[Command], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Command]:
    """Give any command of a class; what of its fields has one value only is left to its default."""
    return st.builds(command, **fields)


def of_pupil(command: type[Command], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Command]:
    return any_of(command, pupil=pupils, valid_on=days, **fields)


def of_person(command: type[Command], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Command]:
    return any_of(command, person=people, valid_on=days, **fields)


def of_staff(command: type[Command], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Command]:
    return any_of(command, staff=teachers, valid_on=days, **fields)

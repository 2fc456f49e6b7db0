"""How much of the register somebody is shown: all of it, or what is in the categories of their role; page by page."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from ledger.decider import Refused
from services.door import DIGITS_MAX
from services.permission import sharable, visible
from services.sharing.disclosure_queries import KeptLine, Line
from services.sharing.flow_queries import CATEGORIES

PAGE_MAX: Final = 1_000
"""Lines of one page: an answer stays under a megabyte."""

One = TypeVar("One")


def sees_all(role: str) -> bool:
    """Whether a role sees the whole register: it does if it reads what was written to and of others."""
    return "correspondence" in visible(role)


def within(role: str, fields: Iterable[str]) -> list[str]:
    """Give those of some fields that a role may know to have been given."""
    if sees_all(role):
        return list(fields)
    reach = visible(role) | sharable(role)
    return [one for one in fields if CATEGORIES.get(one) in reach]


def lines_within(role: str, lines: Sequence[Line]) -> list[Line]:
    """Give the lines that a role may see, each with no more than its fields; without any, it is left out."""
    if sees_all(role):
        return list(lines)
    found = []
    for line in lines:
        asked = tuple(within(role, line.sending.fields))
        if asked:
            sending = line.sending.model_copy(update={"fields": asked})
            fields, withheld = within(role, line.fields), within(role, line.withheld)
            found.append(replace(line, sending=sending, fields=fields, withheld=withheld))
    return found


def kept_within(role: str, lines: Sequence[KeptLine]) -> list[KeptLine]:
    """Give what was not shared, as far as a role may see it; a reason may name any field, so only whole lines."""
    return [one for one in lines if len(within(role, one.fields)) == len(one.fields)]


def paged(
    lines: Sequence[One], key: Callable[[One], Sequence[int]], query: Mapping[str, str]
) -> tuple[Sequence[One], str | None]:
    """Give what of some lines is asked for by ``limit`` and ``cursor``, and the next cursor. Raises Refused.

    The lines are in the order of their keys; without a limit it is all of them.
    """
    limit, cursor = query.get("limit"), query.get("cursor")
    if cursor:
        after = tuple(_number(one) for one in cursor.split("."))
        lines = [one for one in lines if tuple(key(one)) > after]
    if not limit:
        return lines, None
    number = _number(limit)
    if not 1 <= number <= PAGE_MAX:
        raise Refused(f"Ask for 1 to {PAGE_MAX} lines at a time.")
    shown = lines[:number]
    return shown, ".".join(str(one) for one in key(shown[-1])) if len(lines) > number else None


def _number(text: str) -> int:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= DIGITS_MAX):
        raise Refused("Write the limit as a number, and the cursor just as the answer before gave it.")
    return int(text)

"""What a Common Transfer File says of the school that a pupil attended last, as the API takes it."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from services.connectors.ctf.model import CtfSchool

NAME_MAX: Final = 100
"""Characters of a school's name that the admission register keeps."""


def section(history: Sequence[CtfSchool] | None, here: CtfSchool | None) -> dict[str, Any] | None:
    """Give the row's section; None where the file marks no school, or several, as the last one.

    ``here`` is the time at the school to which the file is addressed, which is never its own school of before.
    """
    destination = here.laestab if here else None
    names = {
        school.name
        for school in history or ()
        if school.last_school and school.name and (destination is None or school.laestab != destination)
    }
    since: date | None = here.entry_date if here else None
    if len(names) != 1 or len(name := names.pop()) > NAME_MAX:
        return None
    return {"last_school": name, "since": since.isoformat() if since else None}

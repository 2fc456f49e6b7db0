"""That a door of Article 18(2) was opened: written beside what was shown through it, so that each use can be judged."""

from collections.abc import Collection, Mapping
from typing import Final

from events.governance import Shown
from services.permission import Through

WHAT_MAX: Final = 60
"""Characters of what was shown (see events.governance.Shown)."""


def through(
    shown: Mapping[bytes, Shown], door: Through | None, of: Collection[bytes] | None = None
) -> dict[bytes, Shown]:
    """Give what is shown with the door named beside it: of everybody, or of those whose data it opened."""
    if door is None:
        return dict(shown)
    opened = f" (door={door})"
    return {
        who: one.model_copy(update={"what": one.what[: WHAT_MAX - len(opened)] + opened})
        if of is None or who in of
        else one
        for who, one in shown.items()
    }

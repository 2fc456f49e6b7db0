"""What should still be told of deeds, such as a referral, after their corrections; worked out from the log's events."""

from collections.abc import Iterable
from typing import Any

from support.oracle import Oracle


def standing(events: Iterable[tuple[int, Any]], told: type[Any], right: str) -> list[tuple[int, Any]]:
    """Give what stands of events that tell deeds and of those that correct them, with the entry that says it.

    ``right`` is the field by which a correction says how it was; where that is empty, the deed was not done.
    """
    found: list[tuple[int, Any]] = []
    for index, event in events:
        if isinstance(event, told):
            found.append((index, event))
            continue
        place = next((place for place, (entry, _) in enumerate(found) if entry == event.corrects), None)
        if place is not None:
            how = getattr(event, right)
            found[place : place + 1] = [] if how is None else [(index, how)]
    return found


def day_of(deed: Any) -> Any:
    """Give the day of a deed: a correction of a mere day is that day, and any other says on which."""
    return getattr(deed, "valid_on", None) or getattr(deed, "on", deed)


def last_told(
    oracle: Oracle, person: bytes, told: tuple[type[Any], ...], gone: type[Any], key: str
) -> dict[bytes, tuple[int, Any]]:
    """Give each thing as it was last told, by its id, without those that were then found never to have been."""
    found: dict[bytes, tuple[int, Any]] = {}
    for index, event in oracle.of(person, (*told, gone)):
        if isinstance(event, gone):
            found.pop(getattr(event, key), None)
        else:
            found[getattr(event, key)] = (index, event)
    return found

"""The days that Rollbook takes: a slip such as 0026 or 2206 is told whoever made it, wherever in a body it stands."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Final, TypeAlias, TypeVar

from pydantic import AfterValidator, BaseModel

FIRST: Final = date(1900, 1, 1)
"""Nobody whom a school knows was born before, and nothing that it keeps happened before."""
LAST: Final = date(2100, 12, 31)
"""No fact of a pupil of today reaches further; days can still be counted on from it."""
OUTSIDE: Final = "This date is not between 1900 and 2100. Check the year."


def _within(day: date) -> date:
    if not FIRST <= day <= LAST:
        raise ValueError(OUTSIDE)
    return day


Day: TypeAlias = Annotated[date, AfterValidator(_within)]
"""A date of a file's row: rows are read one by one, so each model says it itself."""


def outside(value: object, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Give the place of each date in a model, however deep, that is before FIRST or after LAST."""
    match value:
        case date() if not isinstance(value, datetime) and not FIRST <= value <= LAST:
            yield place
        case BaseModel():
            for name in type(value).model_fields:
                yield from outside(getattr(value, name), (*place, name))
        case Mapping():
            for key, one in value.items():
                yield from outside(key, (*place, str(key)))
                yield from outside(one, (*place, str(key)))
        case tuple() | list():
            for number, one in enumerate(value):
                yield from outside(one, (*place, number))


ModelT = TypeVar("ModelT", bound=BaseModel)


def whole(model: ModelT) -> ModelT:
    """Give a part of a file's row that is an event's own model, if every date in it is a Day. Raises ValueError."""
    if next(outside(model), None) is not None:
        raise ValueError(OUTSIDE)
    return model


def eve(day: date) -> date:
    """Give the day before; of the first day of all, that day: a log may hold it from before days were bounded."""
    return day - timedelta(days=1) if day > date.min else day

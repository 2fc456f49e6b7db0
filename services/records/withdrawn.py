"""What a withdrawal takes out of a row: everything the entry had said, found by the entry that each value names."""

from collections.abc import Sequence
from typing import Any, Final, TypeVar

from events.model import EntryWithdrawn, Event, Recorded
from events.records.withdrawing import WITHDRAWN
from ledger.view import AnyView, PersonRow

RowT = TypeVar("RowT", bound=PersonRow)
_BY_PERSON: Final = ("subject",)


def dropped(row: RowT, entry: int) -> RowT:
    """Give a row without the values that come from an entry, in every series it holds."""
    return row.model_copy(
        update={
            name: tuple(item for item in value if entry_of(item) != entry)
            for name in type(row).model_fields
            if isinstance(value := getattr(row, name), tuple)
        }
    )


def entry_of(item: Any) -> int | None:
    """Give the entry that an item of a series comes from; None for what names none."""
    at = getattr(item, "at", None)
    return at.index if at is not None else None


def unless_empty(row: RowT) -> RowT | None:
    """Give a row, or nothing where nothing is left of it: so it is as it was before the first entry."""
    return row if any(getattr(row, name) for name in type(row).model_fields if name != "subject") else None


def withdrawable(view: AnyView) -> bool:
    """Whether a view can take a withdrawal: its rows are found by the person alone."""
    return bool(view.is_personal) and view.key == _BY_PERSON


def forget_withdrawn(views: Sequence[AnyView]) -> None:
    """Let each view drop what a withdrawn entry had said, if it folds entries of that name at all."""
    for view in views:
        if withdrawable(view):
            categories = {Event.latest[name].definition.category for name in view.folds}
            kinds = [kind for category, kind in WITHDRAWN.items() if category in categories]
            if kinds:
                view.on(*kinds, where=_folded_by(view))(_withdrawn)


def _folded_by(view: AnyView) -> Any:
    return lambda recorded: recorded.body.was in view.folds


def _withdrawn(row: Any, recorded: Recorded[EntryWithdrawn]) -> Any:
    if row is None:
        return None
    body = recorded.body
    if hasattr(row, "without"):
        return row.without(body.withdraws, body.was)
    return unless_empty(dropped(row, body.withdraws))

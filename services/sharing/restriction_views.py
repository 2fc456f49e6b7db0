"""Restrictions as the gate obeys them, folded by sharing for itself."""

from typing import Final

from ledger.view import AnyView
from services.restrictions import restricted as restricted  # noqa: PLC0414  # the gate asks it here
from services.restrictions import view_of

restrictions: Final = view_of("sharing_restrictions")
VIEWS: Final[tuple[AnyView, ...]] = (restrictions,)

"""Restrictions as the rights service shows them, and as permission obeys them."""

from typing import Final

from ledger.view import AnyView
from services.restrictions import view_of

restrictions: Final = view_of("restrictions")
VIEWS: Final[tuple[AnyView, ...]] = (restrictions,)

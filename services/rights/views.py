"""Every view of the rights service, for its runner; a feature adds its own here."""

from ledger.view import AnyView
from services.rights import restriction_views

VIEWS: tuple[AnyView, ...] = (*restriction_views.VIEWS,)

"""Every view of the sharing service, for its runner; a feature adds its own here."""

from ledger.view import AnyView
from services.sharing import disclosure_views, gateway_views

VIEWS: tuple[AnyView, ...] = (*disclosure_views.VIEWS, *gateway_views.VIEWS)

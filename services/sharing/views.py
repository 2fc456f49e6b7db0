"""Every view of the sharing service, for its runner; a feature adds its own here."""

from ledger.view import AnyView

VIEWS: tuple[AnyView, ...] = ()

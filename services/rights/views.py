"""Every view of the rights service, for its runner; a feature adds its own here."""

from ledger.view import AnyView

VIEWS: tuple[AnyView, ...] = ()

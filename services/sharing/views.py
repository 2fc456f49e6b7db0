"""Every view of the sharing service, for its runner; a feature adds its own here."""

from ledger.view import AnyView
from services.sharing import (
    agreement_views,
    consent_views,
    disclosure_views,
    gateway_views,
    notice_views,
    onward_views,
    recipient_views,
    request_views,
    restriction_views,
)

VIEWS: tuple[AnyView, ...] = (
    *agreement_views.VIEWS, *consent_views.VIEWS, *disclosure_views.VIEWS, *gateway_views.VIEWS,
    *notice_views.VIEWS, *onward_views.VIEWS, *recipient_views.VIEWS, *request_views.VIEWS,
    *restriction_views.VIEWS,
)  # fmt: skip

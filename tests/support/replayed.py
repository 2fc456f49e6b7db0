"""A whole log folded into rows in memory: what the live rows, a rebuild and a school's past must equal."""

from collections.abc import Sequence

from ledger.codec import Codec
from ledger.feed import Feed
from ledger.view import AnyView, MemoryRows, fold_page, names_of


def replay(views: Sequence[AnyView], feed: Feed, codec: Codec, organisation: bytes, upto: int) -> MemoryRows:
    """Fold a log up to an index into scratch rows."""
    rows, names, after = MemoryRows(), names_of(views), 0
    while after < upto and (page := feed.page(organisation, after, upto)):
        fold_page(dict.fromkeys(views, 0), list(codec.open_page([one for one in page if one.name in names])), rows)
        after = page[-1].index
    return rows

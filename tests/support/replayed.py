"""A whole log folded into rows in memory: what the live rows, a rebuild and a school's past must equal.

Whoever is merged at the end is so from the first entry on, and what is withdrawn was never there: nothing is cut or folded anew here, as the runner does.
"""

from collections.abc import Sequence

from ledger.alias import Aliases, joins_in
from ledger.codec import Codec
from ledger.feed import Feed
from ledger.refold import standing
from ledger.view import AnyView, MemoryRows, fold_page, names_of


def replay(views: Sequence[AnyView], feed: Feed, codec: Codec, organisation: bytes, upto: int) -> MemoryRows:
    """Fold a log up to an index into scratch rows."""
    rows, names, after, entries = MemoryRows(), names_of(views), 0, []
    while after < upto and (page := feed.page(organisation, after, upto)):
        entries += list(codec.open_page([one for one in page if one.name in names]))
        after = page[-1].index
    fold_page(dict.fromkeys(views, 0), standing(entries), rows, of=Aliases(joins_in(entries)).at())
    return rows

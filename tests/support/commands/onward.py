"""A published list of what others give on, taken in part by part."""

from collections.abc import Sequence
from typing import Final

from hypothesis import strategies as st

from events.sharing.onward import ExternalShare
from ledger.decider import Command
from services.sharing.onward import ImportExternalShares
from support.commands.common import DAYS, Said, any_of, days

_SHARES: Final = [
    (ExternalShare(organisation="Reed University", dataset="School census 2015/16 onwards"),),
    (ExternalShare(organisation="Marsh Institute"), ExternalShare(organisation="Mill College", title="Paths")),
]
ANY: Final[Sequence[st.SearchStrategy[Command]]] = (
    any_of(
        ImportExternalShares, as_at=days, digest=st.sampled_from(["1" * 64, "2" * 64]), part=st.integers(1, 2),
        of_parts=st.just(2), shares=st.sampled_from(_SHARES),
    ),
)  # fmt: skip
ALL: Final[Sequence[Said]] = tuple(
    ImportExternalShares(as_at=DAYS[0], digest="1" * 64, part=part, of_parts=2, shares=shares)
    for part, shares in enumerate(_SHARES, start=1)
)

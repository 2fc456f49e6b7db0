"""What families are asked on the collection form, what they answer and later answer otherwise, and their notices."""

from collections.abc import Sequence
from typing import Any, Final

from hypothesis import strategies as st

from events.records.collection import Asked
from services.records.families import collection
from support.commands.common import ADA, CONTACTS, DAYS, PUPILS, Said, because, of_pupil
from support.commands.opening import OPENING

_ASKED: Final = tuple(
    Asked(item=item, required=required, rule_version=1) for item, required in (("religion", False), ("sex", True))
)
_ITEMS: Final = st.sampled_from(["religion", "sex"])
_SHOWN: Final = st.integers(len(OPENING) + 1, len(OPENING) + 12)
"""The entries after a school has begun: those that show a field, so that an answer finds its question."""
_BY: Final = st.just(CONTACTS[0])
_LATER: Final[dict[str, Any]] = {"pupil": PUPILS[0], "valid_on": DAYS[2], "by": CONTACTS[0]}
ANY: Final = (
    of_pupil(
        collection.ShowFields, to=_BY, wording=st.just("1" * 64), channel=st.just("paper"),
        asked=st.sampled_from([_ASKED, _ASKED[:1]]),
    ),
    of_pupil(collection.GiveField, item=_ITEMS, shown=_SHOWN, by=_BY),
    of_pupil(collection.DeclineField, item=_ITEMS, shown=_SHOWN, by=_BY, reason=because),
    of_pupil(
        collection.GiveNotice, notice_version=st.integers(1, 2), digest=st.just("1" * 64), to=st.sampled_from(CONTACTS)
    ),
)  # fmt: skip
ALL: Final[Sequence[Said]] = (
    collection.ShowFields(**ADA, to=CONTACTS[0], wording="1" * 64, channel="paper", asked=_ASKED),
    lambda newest: collection.GiveField(**ADA, item="sex", shown=newest, by=CONTACTS[0]),
    lambda newest: collection.DeclineField(**ADA, item="religion", shown=newest - 1, by=CONTACTS[0]),
    lambda newest: collection.GiveField(**_LATER, item="religion", shown=newest - 2),
    collection.GiveNotice(**ADA, notice_version=1, digest="1" * 64, to=CONTACTS[0]),
)

"""Restrictions of processing, announced and lifted."""

from collections.abc import Sequence
from typing import Any, Final

from hypothesis import strategies as st

from services.rights.restriction import AnnounceLift, LiftRestriction, RestrictProcessing
from support.commands.common import DAYS, HOME, Said, because, days, of_person

_entries = st.integers(1, 40)
_CASE: Final[dict[str, Any]] = {"on_ground": "accuracy-contested", "case": "R-1"}

ANY: Final = (
    of_person(RestrictProcessing, categories=st.sampled_from([None, ("health",), ("contact", "identity")]),
              on_ground=st.sampled_from(["accuracy-contested", "objection-pending"]), case=st.just("R-1")),
    of_person(AnnounceLift, restriction=_entries, lifts_on=days),
    of_person(LiftRestriction, restriction=_entries, reason=because),
)  # fmt: skip
ALL: Final[Sequence[Said]] = (
    RestrictProcessing(**HOME, categories=("contact",), **_CASE),
    lambda newest: AnnounceLift(**HOME, restriction=newest, lifts_on=DAYS[1]),
    lambda newest: LiftRestriction(
        person=HOME["person"], valid_on=DAYS[1], restriction=newest - 1, reason="It was right."
    ),
)

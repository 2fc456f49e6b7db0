"""On which ground an organisation acts: the purpose as it was adopted, and nothing in a category that it lacks."""

import asyncio
from datetime import date

import pytest
from support.folded import entry

from events.governance import LawfulBasisAdopted, PurposeAdopted
from events.records.common import PostalAddress
from events.records.contacts import AddressChanged
from ledger.decider import Ground, Refused
from ledger.ground import refuse_beyond
from ledger.view import MemoryReader, MemoryRows, Position, fold_page
from services.governance import queries
from services.governance.views import rules

DAY = date(2026, 9, 3)
BASIS = LawfulBasisAdopted(
    rule="a-basis", rule_version=1, digest="1" * 64, citation="A statute", in_force_from=date(2020, 1, 1)
)
PURPOSE = PurposeAdopted(
    rule="contact-families", rule_version=1, digest="1" * 64, bases=("a-basis",), categories=("identity",)
)
MOVED = AddressChanged(
    subject=bytes(16), valid_on=DAY, address=PostalAddress(lines=("4 Mill Lane",), postcode="NR12 8XX")
)


def ground_of(*events: LawfulBasisAdopted | PurposeAdopted) -> Ground | None:
    rows = MemoryRows()
    fold_page({rules: 0}, [entry(event, index) for index, event in enumerate(events, start=1)], rows)
    return asyncio.run(queries.ground(MemoryReader(rows, Position(len(events), None)), "contact-families", DAY))


def test_a_purpose_covers_no_category_that_was_not_adopted_with_it() -> None:
    ground = ground_of(BASIS, PURPOSE)
    assert ground == Ground("contact-families", "a-basis", frozenset({"identity"}))
    with pytest.raises(Refused, match="does not cover this kind of data"):
        refuse_beyond(MOVED, ground)
    wider = PURPOSE.model_copy(update={"rule_version": 2, "categories": ("identity", "contact")})
    refuse_beyond(MOVED, ground_of(BASIS, PURPOSE, wider))

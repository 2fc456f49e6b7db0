"""What is larger than one entry holds is refused by name, before anything of it is sealed."""

import pytest

from events.records.merging import Merging, PupilsMerged
from ledger.register_body import LENGTH_MAX, BodyTooLarge, seal_register

ADA, TWICE = b"a" * 16, b"b" * 16


def test_a_part_that_is_longer_than_its_length_can_say_is_refused() -> None:
    long = Merging.model_construct(reason="x" * LENGTH_MAX)
    merged = PupilsMerged.model_construct(survivor=ADA, merged=TWICE, parts={ADA: long})
    with pytest.raises(BodyTooLarge, match="pupils-merged has a part of more than"):
        seal_register(merged, (), (), b"")

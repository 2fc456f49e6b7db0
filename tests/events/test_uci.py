"""A candidate's number is accepted as it is printed, and a wrong one is explained by the character, never repeated."""

import pytest

from events.identifiers import IdentifierError, check_uci


@pytest.mark.parametrize("typed", ["689990980001D", " 68999 0 98 0001 d ", "68999A980001D"])
def test_a_number_is_accepted_as_it_is_printed(typed: str) -> None:
    assert check_uci(typed) in {"689990980001D", "68999A980001D"}


@pytest.mark.parametrize(
    ("typed", "position"),
    [("", 0), ("689990980001", 0), ("6899909800011", 13), ("68999O98000ID", 12), ("A89990980001D", 1)],
)
def test_a_wrong_number_is_explained(typed: str, position: int) -> None:
    with pytest.raises(IdentifierError) as refused:
        check_uci(typed)
    assert refused.value.position == position
    assert not typed or typed not in str(refused.value)

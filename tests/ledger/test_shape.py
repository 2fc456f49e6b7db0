"""The stored form of a model: what goes in comes out, in the fields' order, and nothing else is accepted."""

from datetime import UTC, date, datetime
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from events.model import Strict
from events.records.attendance import Mark, RegisterTaken
from events.records.identity import NameChanged
from ledger.shape import decode, encode, shape


class Colour(Enum):
    RED = "r"
    BLUE = "b"


class Inner(Strict):
    word: str
    day: date | None = None


class Everything(Strict):
    text: Annotated[str, Field(max_length=10)]
    number: int
    yes: bool
    data: bytes
    day: date
    moment: datetime
    colour: Colour
    choice: Literal["AM", "PM"]
    inner: Inner
    inners: tuple[Inner, ...]
    days: tuple[date, ...] = ()
    words: tuple[str, ...] = ()
    counts: dict[str, int] = Field(default_factory=dict)
    maybe: int | None = None
    maybe_inner: Inner | None = None


MOMENT = datetime(2026, 9, 1, 8, 50, 0, 5, tzinfo=UTC)
FULL = Everything(
    text="é", number=-(2**40), yes=True, data=b"\x00\xff", day=date(2026, 9, 1), moment=MOMENT, colour=Colour.BLUE,
    choice="PM", inner=Inner(word="w", day=date(2026, 1, 2)), inners=(Inner(word="x"), Inner(word="y")),
    days=(date(2026, 9, 2),), words=("a", "b"), counts={"b": 2, "a": 1}, maybe=0, maybe_inner=Inner(word="z"),
)  # fmt: skip
BARE = FULL.model_copy(update={"inners": (), "days": (), "words": (), "counts": {}, "maybe": None, "maybe_inner": None})


@pytest.mark.parametrize("value", [FULL, BARE])
def test_what_goes_in_comes_out(value: Everything) -> None:
    back = shape(Everything).unpack(decode(encode(shape(Everything).pack(value))))
    assert back == value
    assert type(back) is Everything
    assert back.model_dump() == value.model_dump()
    assert Everything.model_validate(back.model_dump(), strict=False) == value


def test_the_fields_stand_in_their_own_order() -> None:
    assert decode(encode(shape(Everything).pack(FULL))) == [
        "é", -(2**40), True, b"\x00\xff", "2026-09-01", "2026-09-01T08:50:00.000005+00:00", "b", "PM",
        ["w", "2026-01-02"], [["x", None], ["y", None]], ["2026-09-02"], ["a", "b"], {"a": 1, "b": 2}, 0, ["z", None],
    ]  # fmt: skip


def test_equal_values_have_equal_bytes() -> None:
    turned = FULL.model_copy(update={"counts": {"a": 1, "b": 2}})
    assert encode(shape(Everything).pack(turned)) == encode(shape(Everything).pack(FULL))


@given(st.integers(-(2**63), 2**63 - 1), st.text(max_size=10), st.dates(), st.binary(max_size=40))
def test_any_value_survives(number: int, text: str, day: date, data: bytes) -> None:
    value = FULL.model_copy(update={"number": number, "text": text, "day": day, "data": data})
    assert shape(Everything).unpack(decode(encode(shape(Everything).pack(value)))) == value


@pytest.mark.parametrize("change", [lambda fields: fields[:-1], lambda fields: [*fields, None], lambda _: []])
def test_another_length_is_refused(change: Any) -> None:
    fields = decode(encode(shape(Everything).pack(FULL)))
    with pytest.raises(ValueError, match="Everything has 15 stored fields"):
        shape(Everything).unpack(change(fields))
    with pytest.raises(ValueError, match="Mark has 2 stored fields, not 1"):
        shape(Mark).unpack(["/"])


def test_what_the_header_says_is_not_stored_again() -> None:
    assert shape(NameChanged).names == ("valid_on", "full_name")
    assert shape(RegisterTaken).names == ("group", "date", "session")
    subject = bytes(16)
    event = NameChanged.model_validate(
        {"subject": subject, "valid_on": date(2026, 9, 1), "full_name": {"surname": "Test", "forename": "Synthetic"}}
    )
    assert shape(NameChanged).unpack(decode(encode(shape(NameChanged).pack(event))), {"subject": subject}) == event


def test_a_model_without_fields_and_one_with_a_single_field() -> None:
    class Nothing(Strict):
        pass

    class One(Strict):
        day: date

    assert shape(Nothing).pack(Nothing()) == ()
    assert shape(Nothing).unpack([]) == Nothing()
    assert shape(One).unpack(list(shape(One).pack(One(day=date(2026, 9, 1))))) == One(day=date(2026, 9, 1))


def test_types_without_a_stored_form_are_refused() -> None:
    class Fraction(Strict):
        value: float

    class Either(Strict):
        value: int | str

    class Pair(Strict):
        value: tuple[int, str]

    for model in (Fraction, Either, Pair):
        with pytest.raises(TypeError, match="has no stored form"):
            shape(model)

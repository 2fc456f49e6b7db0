"""Every identifier is accepted as people write it, and a wrong one is explained by the character, never repeated."""

import json
import uuid
from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from events.identifiers import (
    CHECK_LETTERS,
    PLACEHOLDER_URNS,
    BatchId,
    EventId,
    GroupId,
    IdentifierError,
    LaEstab,
    OrganisationId,
    SubjectId,
    Uln,
    Upn,
    Urn,
    check_laestab,
    check_uln,
    check_upn,
    check_urn,
    estab_of,
    id_text,
    is_temporary,
    la_of,
    parse_id,
    upn_check_letter,
    upn_warnings,
)

AN_ID: Final = bytes.fromhex("3f2504e04f8941d39a0c0305e82c3301")
AN_ID_WRITTEN: Final = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"


class Sheet(BaseModel):
    """A model as strict as those of the language, with an id as a field and as a key."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    group: GroupId
    codes: dict[SubjectId, str]


class Numbers(BaseModel):
    """The field's own numbers, as a strict model takes them."""

    model_config = ConfigDict(strict=True)

    upn: Upn | None = None
    uln: Uln | None = None
    urn: Urn | None = None
    laestab: LaEstab | None = None


def refusal(check: Callable[[str], str], text: str) -> IdentifierError:
    with pytest.raises(IdentifierError) as caught:
        check(text)
    return caught.value


# Ids ----------------------------------------------------------------------------------------------------------------


@given(st.uuids())
def test_an_id_is_the_sixteen_bytes_of_its_uuid_however_that_is_written(one: uuid.UUID) -> None:
    for written in (one.bytes, str(one), one.hex, str(one).upper()):
        assert parse_id(written) == one.bytes
    assert id_text(one.bytes) == str(one)


@pytest.mark.parametrize(
    "wrong",
    [
        b"", AN_ID[:15], AN_ID + b"\0", bytearray(AN_ID), uuid.UUID(AN_ID_WRITTEN), None, 7, "", AN_ID_WRITTEN[:-1],
        AN_ID_WRITTEN + "0", f"{{{AN_ID_WRITTEN}}}", "g" * 32, "3f2504e0" + "-" * 24, "3f2504e04f8941d39a0c0305e82c33 1",
        "    " + AN_ID.hex(), AN_ID.hex() + "\n\n\n\n", "----" + AN_ID.hex(), "\uff13" + AN_ID.hex()[1:],
        "3f2504e0-4f89-41d3-9a0c-0305e82c33 1", "3f2504e0-4f89-41d3-9a0c-0305e82c-301",
    ],
)  # fmt: skip
def test_what_is_no_id_is_refused_without_repeating_it(wrong: object) -> None:
    with pytest.raises(ValueError, match="this is not an id") as caught:
        parse_id(wrong)
    assert str(wrong) == "" or str(wrong) not in str(caught.value) or wrong == 7


@pytest.mark.parametrize("kind", [SubjectId, OrganisationId, GroupId, BatchId, EventId])
def test_each_kind_of_id_goes_to_json_and_back_in_strict_mode(kind: object) -> None:
    adapter: TypeAdapter[bytes] = TypeAdapter(kind, config=ConfigDict(strict=True))  # type: ignore[arg-type]  # a type, as pydantic sees it
    assert adapter.validate_python(AN_ID) == AN_ID
    assert adapter.validate_python(AN_ID_WRITTEN) == AN_ID
    assert adapter.validate_json(f'"{AN_ID_WRITTEN}"') == AN_ID
    assert adapter.dump_json(AN_ID) == f'"{AN_ID_WRITTEN}"'.encode()
    assert adapter.dump_python(AN_ID) == AN_ID
    assert adapter.json_schema() == {"type": "string", "format": "uuid"}


def test_ids_are_keys_in_json_and_bytes_in_python() -> None:
    sheet = Sheet(group=AN_ID, codes={AN_ID: "/"})
    written = sheet.model_dump_json()
    assert json.loads(written) == {"group": AN_ID_WRITTEN, "codes": {AN_ID_WRITTEN: "/"}}
    assert Sheet.model_validate_json(written) == sheet
    assert sheet.model_dump() == {"group": AN_ID, "codes": {AN_ID: "/"}}
    assert sheet.model_dump(mode="json")["codes"] == {AN_ID_WRITTEN: "/"}


def test_a_wrong_id_as_a_key_is_refused() -> None:
    with pytest.raises(ValidationError, match="this is not an id"):
        Sheet.model_validate_json(f'{{"group": "{AN_ID_WRITTEN}", "codes": {{"7": "/"}}}}')


# Unique pupil number ------------------------------------------------------------------------------------------------

PERMANENT: Final = (
    "B801200005001", "Z926200018001", "N926200024017", "J926306121042", "P207000016049", "A000000000000",
)  # fmt: skip
TEMPORARY: Final = ("P92620002401A", "E82344311501Z")

twelve_digits = st.text("0123456789", min_size=12, max_size=12)
twelve_of_a_temporary = st.builds(
    str.__add__, st.text("0123456789", min_size=11, max_size=11), st.sampled_from(CHECK_LETTERS)
)
twelves = twelve_digits | twelve_of_a_temporary
upns = twelves.map(lambda twelve: upn_check_letter(twelve) + twelve)


@pytest.mark.parametrize("upn", PERMANENT + TEMPORARY)
def test_a_right_upn_is_accepted_as_it_is(upn: str) -> None:
    assert check_upn(upn) == upn
    assert upn_check_letter(upn[1:]) == upn[0]
    assert is_temporary(upn) is (upn in TEMPORARY)


def test_the_example_that_two_help_pages_work_wrongly_has_the_letter_p() -> None:
    """207000016049: the pages say 267 and Q. The sum is 266, remainder 13, which is P in their own table."""
    assert sum(n * int(digit) for n, digit in enumerate("207000016049", start=2)) == 266
    assert upn_check_letter("207000016049") == "P"


@pytest.mark.parametrize("typed", ["b801200005001", "B801200005001 ", "\tb801200005001\n", "\u00a0B801200005001"])
def test_a_upn_is_trimmed_and_put_in_capitals_first(typed: str) -> None:
    assert check_upn(typed) == "B801200005001"


@pytest.mark.parametrize(
    ("typed", "position", "right"),
    [
        ("A801200005001", 1, "should be B "),
        ("N926200024071", 1, "should be G "),
        ("P92620002401B", 1, "should be D "),
        ("Q207000016049", 1, "should be P "),
        ("B207000016049", 1, "should be P "),
        ("I801200005001", 1, "should be B .*never I, O or S"),
        ("O801200005001", 1, "should be B .*never I, O or S"),
        ("S801200005001", 1, "should be B .*never I, O or S"),
        ("8801200005001", 1, "should be B "),
        ("P92620002401S", 13, "never I, O or S"),
        ("P92620002401?", 13, "digit, or for a temporary UPN a letter"),
        ("B80120000500", 0, "13 characters.*has 12"),
        ("B8012000050011", 0, "13 characters.*has 14"),
        ("", 0, "13 characters.*has 0"),
        ("B8O1200005001", 3, "digit from 0 to 9"),
        ("B80120000\u0665001", 10, "digit from 0 to 9"),
        ("B80120000500\u00b2", 13, "digit, or for a temporary UPN a letter"),
    ],
)
def test_a_wrong_upn_is_explained_by_the_character(typed: str, position: int, right: str) -> None:
    error = refusal(check_upn, typed)
    assert error.position == position
    assert pytest.RaisesExc(IdentifierError, match=right).matches(error), error.sentence
    if position:
        assert f"Character {position} " in error.sentence
    if typed:
        assert typed not in str(error)
        assert typed[1:12] not in str(error)


@given(twelves, st.sampled_from(CHECK_LETTERS))
def test_a_twelve_has_exactly_one_check_letter(twelve: str, letter: str) -> None:
    if letter == upn_check_letter(twelve):
        assert check_upn(letter + twelve) == letter + twelve
    else:
        error = refusal(check_upn, letter + twelve)
        assert error.position == 1
        assert f"should be {upn_check_letter(twelve)} " in error.sentence


@given(upns)
def test_every_single_wrong_digit_is_caught(upn: str) -> None:
    for place in range(1, 12 if is_temporary(upn) else 13):
        for digit in set("0123456789") - {upn[place]}:
            assert refusal(check_upn, upn[:place] + digit + upn[place + 1 :]).position == 1


@given(upns)
def test_every_swap_of_two_characters_is_caught(upn: str) -> None:
    for first in range(13):
        for second in range(first + 1, 13):
            if upn[first] != upn[second]:
                swapped = list(upn)
                swapped[first], swapped[second] = swapped[second], swapped[first]
                refusal(check_upn, "".join(swapped))


@given(twelve_of_a_temporary)
def test_every_wrong_letter_at_the_end_of_a_temporary_upn_is_caught(twelve: str) -> None:
    upn = upn_check_letter(twelve) + twelve
    for letter in set(CHECK_LETTERS) - {upn[12]}:
        assert refusal(check_upn, upn[:12] + letter).position == 1


@given(twelve_digits)
def test_a_last_digit_exchanged_with_the_letter_of_its_value_is_not_caught(digits: str) -> None:
    """The one gap of the check letter: 0 and A, 1 and B … 9 and K at character 13.

    The exchange turns a permanent UPN into a temporary one silently, so whoever compares UPNs must not take a valid
    number for the right one.
    """
    permanent = upn_check_letter(digits) + digits
    temporary = permanent[:12] + CHECK_LETTERS[int(digits[-1])]
    assert check_upn(temporary) == temporary
    assert not is_temporary(permanent)
    assert is_temporary(temporary)


@pytest.mark.parametrize("wrong", ["", "80120000500", "8012000050011", "B801200005001", "80120000500S"])
def test_a_check_letter_is_made_only_of_twelve_characters_of_a_upn(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"zip\(\)|substring"):
        upn_check_letter(wrong)


def test_an_unknown_authority_is_a_warning_and_no_error() -> None:
    assert check_upn("A000000000000") == "A000000000000"
    (warning,) = upn_warnings("A000000000000")
    assert "Characters 2 to 4" in warning
    assert "000" not in warning
    assert not upn_warnings("Z926200018001")


@pytest.mark.parametrize("newer", ["838", "839", "940", "941", "942", "943"])
def test_an_authority_newer_than_the_census_list_gives_no_warning(newer: str) -> None:
    assert not upn_warnings(upn_check_letter(newer + "200005001") + newer + "200005001")


# Unique learner number ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("uln", ["1000000019", "1234567899", "9999999912", "2026000017"])
def test_a_right_uln_is_accepted(uln: str) -> None:
    assert check_uln(f" {uln} ") == uln


@pytest.mark.parametrize(
    ("typed", "position", "right"),
    [
        ("1000000018", 10, "should be 9 "),
        ("1000000010", 10, "should be 9 "),
        ("100000001", 0, "10 digits"),
        ("10000000190", 0, "10 digits"),
        ("1000O00019", 5, "digit from 0 to 9"),
        ("100000001\u0669", 10, "digit from 0 to 9"),
    ],
)
def test_a_wrong_uln_is_explained_by_the_character(typed: str, position: int, right: str) -> None:
    error = refusal(check_uln, typed)
    assert error.position == position
    assert right in error.sentence
    assert typed not in str(error)


@given(st.text("0123456789", min_size=9, max_size=9))
def test_nine_digits_have_at_most_one_uln(nine: str) -> None:
    """Weights 10 to 2, modulo 11; remainder 0 gives none, and remainder 10 gives the last digit 0."""
    remainder = sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True)) % 11
    right = None if remainder == 0 else str(10 - remainder)
    for last in "0123456789":
        if last == right:
            assert check_uln(nine + last) == nine + last
        else:
            assert refusal(check_uln, nine + last).position == (0 if right is None else 10)


# Establishments -----------------------------------------------------------------------------------------------------


def test_a_urn_has_six_digits() -> None:
    assert check_urn(" 120000 ") == "120000"
    assert refusal(check_urn, "12000").position == 0
    assert refusal(check_urn, "1200000").position == 0
    assert refusal(check_urn, "12O000").position == 3


@pytest.mark.parametrize("placeholder", ["888888", "999999"])
def test_a_placeholder_never_means_a_school(placeholder: str) -> None:
    assert placeholder in PLACEHOLDER_URNS
    assert "not for a school" in refusal(check_urn, placeholder).sentence


@pytest.mark.parametrize("typed", ["9262000", "926/2000", "926 2000", " 926/2000 "])
def test_a_laestab_is_accepted_as_people_write_it(typed: str) -> None:
    laestab = check_laestab(typed)
    assert (laestab, la_of(laestab), estab_of(laestab)) == ("9262000", "926", "2000")


@pytest.mark.parametrize(
    ("typed", "position"),
    [
        ("926200", 0), ("92620000", 0), ("926-2000", 0), ("926//000", 5), ("926//2000", 0),
        ("9262O00", 5), ("926/2O00", 6), ("926 20O0", 7), ("9Z6/2000", 2), ("926/200 ", 4),
    ],
)  # fmt: skip
def test_a_wrong_laestab_is_explained_by_the_character_as_it_was_typed(typed: str, position: int) -> None:
    assert refusal(check_laestab, typed).position == position


# In a model ---------------------------------------------------------------------------------------------------------


def test_a_strict_model_normalises_each_number() -> None:
    numbers = Numbers.model_validate_json(
        '{"upn": "b801200005001", "uln": "1000000019 ", "urn": "120000", "laestab": "926/2000"}'
    )
    assert numbers == Numbers(upn="B801200005001", uln="1000000019", urn="120000", laestab="9262000")


@pytest.mark.parametrize(
    ("field", "wrong", "position"),
    [("upn", "A801200005001", 1), ("uln", "1000000018", 10), ("urn", "12O000", 3), ("laestab", "926/2O00", 6)],
)
def test_a_model_reports_the_sentence_and_the_position(field: str, wrong: str, position: int) -> None:
    with pytest.raises(ValidationError) as caught:
        Numbers.model_validate({field: wrong})
    (error,) = caught.value.errors(include_input=False)
    cause = error["ctx"]["error"]
    assert isinstance(cause, IdentifierError)
    assert cause.position == position
    assert cause.sentence in error["msg"]
    assert wrong not in error["msg"]


def test_a_number_must_be_text() -> None:
    with pytest.raises(ValidationError):
        Numbers.model_validate_json('{"urn": 120000}')

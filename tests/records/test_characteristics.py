"""Characteristics: changed from a date on, corrected, refused as such; and fields of which no value is ever taken."""

from datetime import date
from typing import Any

import pytest
from support.folded import at, folded
from support.given import given

from events.codes.characteristics import code_sets, is_refusal
from events.records.characteristics import CharacteristicChanged, CharacteristicCorrected, FieldRefused
from services.records.characteristics import characteristics as ask
from services.records.characteristics.characteristics import characteristics
from services.records.characteristics.characteristics_views import characteristics as view
from services.records.characteristics.characteristics_views import refused_fields

ADA, SEPTEMBER, OCTOBER = b"a" * 16, date(2026, 9, 3), date(2026, 10, 1)
CANARY = "ZQX"


def changed(code: str = "WBRI", day: date = SEPTEMBER, *, refused: bool = False, **said: Any) -> CharacteristicChanged:
    told: dict[str, Any] = {"kind": "ethnicity", "codes": (code,), "refused": refused} | said
    return CharacteristicChanged(subject=ADA, valid_on=day, **told)


def change(code: str = "WBRI", day: date = SEPTEMBER, **said: Any) -> ask.ChangeCharacteristic:
    told: dict[str, Any] = {"kind": "ethnicity", "codes": (code,)} | said
    return ask.ChangeCharacteristic(pupil=ADA, valid_on=day, **told)


def correct(code: str, day: date = SEPTEMBER) -> ask.CorrectCharacteristic:
    return ask.CorrectCharacteristic(
        pupil=ADA, valid_on=day, kind="ethnicity", codes=(code,), reason="form seen again", evidence="the signed form"
    )


def test_a_first_value_and_a_change_say_who_gave_them() -> None:
    given(characteristics).when(change(source="P")).then(changed(source="P"))
    given(characteristics, changed()).when(change("BAFR", OCTOBER)).then(changed("BAFR", OCTOBER))


def test_a_value_that_holds_already_is_no_news_on_a_later_day() -> None:
    given(characteristics, changed()).when(change("WBRI", OCTOBER)).then()


@pytest.mark.parametrize(("kind", "code"), [("ethnicity", "REFU"), ("first_language", "REF"), ("service_child", "R")])
def test_a_refusal_is_recorded_as_one(kind: str, code: str) -> None:
    given(characteristics).when(change(kind=kind, codes=(code,))).then(changed(kind=kind, codes=(code,), refused=True))


@pytest.mark.parametrize(("kind", "code"), [("ethnicity", "NOBT"), ("first_language", "NOT"), ("service_child", "U")])
def test_what_nobody_has_asked_yet_is_no_refusal(kind: str, code: str) -> None:
    assert not is_refusal(kind, (code,))
    assert code in code_sets()[kind].unanswered


def test_a_correction_names_the_entry_its_reason_and_evidence() -> None:
    given(characteristics, changed(), changed("BAFR", OCTOBER)).when(correct("APKN", OCTOBER)).then(
        CharacteristicCorrected(
            subject=ADA, valid_on=OCTOBER, kind="ethnicity", codes=("APKN",), refused=False, corrects=2,
            reason="form seen again", evidence="the signed form",
        )
    )  # fmt: skip
    given(characteristics).when(correct("APKN")).then_refused("nothing of this kind to correct")


def test_what_is_no_code_of_its_kind_is_refused() -> None:
    given(characteristics).when(change("FRN")).then_refused("not a code")
    given(characteristics).when(change(codes=("WBRI", "BAFR"))).then_refused("one code too many")
    given(characteristics).when(change(care_authority="926")).then_refused("in care has a care authority")


def test_a_pupil_may_have_several_disabilities_in_any_order() -> None:
    two = changed(kind="disability", codes=("HEAR", "VIS"))
    given(characteristics).when(change(kind="disability", codes=("VIS", "HEAR"))).then(two)
    given(characteristics, two).when(change(kind="disability", codes=("VIS", "HEAR"))).then()


def test_a_pupil_in_care_has_an_authority() -> None:
    said: dict[str, Any] = {"kind": "looked_after", "codes": ("Y",), "care_authority": "926"}
    given(characteristics).when(change(**said)).then(changed(**said))


@pytest.mark.parametrize("field", ["nationality", "country_of_birth"])
def test_a_field_without_a_purpose_is_refused_with_its_rule_and_never_its_value(field: str) -> None:
    command = ask.OfferField.model_validate({"pupil": ADA, "valid_on": SEPTEMBER, "field": field, "value": CANARY})
    assert CANARY not in repr(command)
    assert CANARY not in command.model_dump_json()
    refused = FieldRefused(subject=ADA, valid_on=SEPTEMBER, field=field, rule="fields-not-collected", rule_version=1)
    given(characteristics).when(command).then(refused)
    (row,) = folded(refused_fields, refused).values()
    assert (row.field, row.rule, row.rule_version, row.at) == (field, "fields-not-collected", 1, at(1))
    again = refused.model_copy(update={"valid_on": date(2027, 1, 4), "rule_version": 2})
    (row,) = folded(refused_fields, refused, again).values()
    assert [(one.since, one.rule_version) for one in row.refusals] == [(SEPTEMBER, 1), (date(2027, 1, 4), 2)]


def test_a_field_that_no_rule_is_against_has_no_place() -> None:
    offered = ask.OfferField(pupil=ADA, valid_on=SEPTEMBER, field="shoe_size")
    given(characteristics).when(offered).then_refused("no place for it")


def test_the_row_of_a_kind_keeps_its_series_and_a_correction_leaves_no_hole() -> None:
    wrong, other = changed("REFU", refused=True), changed(kind="religion", codes=("CE",))
    right = CharacteristicCorrected(
        subject=ADA,
        valid_on=OCTOBER,
        kind="ethnicity",
        codes=("BAFR",),
        refused=False,
        corrects=1,
        reason="typed wrong",
    )
    rows = folded(view, wrong, other, right)
    (known,) = rows[ADA, "ethnicity"].series
    assert (known.value.codes, known.value.refused, known.value.why) == (("BAFR",), False, "typed wrong")
    assert (known.since, known.at) == (SEPTEMBER, at(3))
    assert rows[ADA, "religion"].series[0].value.codes == ("CE",)


def test_the_code_sets_are_whole() -> None:
    sizes = {name: len(one.codes) for name, one in code_sets().items()}
    assert (sizes["first_language"], sizes["ethnicity"], sizes["religion"]) == (255, 24, 22)
    assert all(one.refusals | one.unanswered <= set(one.codes) for one in code_sets().values())
    assert code_sets()["fsm_category"].first == date(2026, 9, 1)
    assert not code_sets()["source"].verified

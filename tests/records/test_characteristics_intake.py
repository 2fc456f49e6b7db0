"""A file's characteristics against a record: merged, never blanked, never doubled; and nothing uncollected kept."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from ledger.decider import Command
from services.facts import Dated, Provenance
from services.records.characteristics import characteristics as say
from services.records.characteristics import free_meals as meals
from services.records.characteristics.characteristics_intake import CharacteristicsFact, plan
from services.records.characteristics.characteristics_views import (
    CharacteristicRow,
    Meals,
    MealsRow,
    RefusedFieldRow,
    Said,
)
from services.records.characteristics.not_collected import scrubbed
from services.records.files.intake import Known, Plan

ADA = b"a" * 16
LAST_YEAR, SEPTEMBER, OCTOBER, NOVEMBER = date(2025, 9, 3), date(2026, 9, 3), date(2026, 10, 1), date(2026, 11, 2)
AT = Provenance(index=3, recorded_at=datetime(2026, 9, 3, 8, tzinfo=UTC), actor=b"o" * 16, role="office")
CANARY = "ZQX"


def planned(known: Known, **said: Any) -> Plan:
    made = Plan()
    plan(made, CharacteristicsFact.model_validate_json(json.dumps(said)), known, ADA, NOVEMBER)
    return made


def commands(known: Known, **said: Any) -> list[Command]:
    made = planned(known, **said)
    assert not made.reasons
    return [step.command for step in made.steps]


def knows(code: str, source: str | None = "P") -> Known:
    said = Said(codes=(code,), source=source, care_authority=None, refused=False)
    series = (Dated[Said](value=said, since=SEPTEMBER, at=AT),)
    return Known(rows={"characteristics": [CharacteristicRow(subject=ADA, kind="ethnicity", series=series)]})


def eats(start: date, until: date | None = None, **more: Any) -> Known:
    episode = Meals(**{"start": start, "until": until, "country": "ENG", "fsm_category": None, "at": AT} | more)
    return Known(rows={"free_meals": [MealsRow(subject=ADA, episodes=(episode,))]})


def ethnicity(code: str, **more: str) -> list[dict[str, Any]]:
    return [{"kind": "ethnicity", "codes": [code], **more}]


def test_a_new_value_is_taken_and_a_known_one_is_the_same() -> None:
    (command,) = commands(Known(), said=ethnicity("WBRI", source="P"))
    assert command == say.ChangeCharacteristic(
        pupil=ADA, valid_on=NOVEMBER, kind="ethnicity", codes=("WBRI",), source="P"
    )
    assert commands(knows("WBRI"), said=ethnicity("WBRI")) == []
    (changed,) = planned(knows("WBRI"), said=ethnicity("BAFR")).effects
    assert (changed.effect, changed.old["codes"], changed.at) == ("changed", ("WBRI",), AT)


def test_not_yet_obtained_never_replaces_an_answer() -> None:
    assert commands(knows("WBRI"), said=ethnicity("NOBT")) == []
    assert len(commands(Known(), said=ethnicity("NOBT"))) == 1
    assert len(commands(knows("WBRI"), said=ethnicity("REFU"))) == 1


def test_what_is_no_code_is_a_reason() -> None:
    assert "not a code" in planned(Known(), said=ethnicity("XXXX")).reasons[0]


def test_episodes_are_taken_in_their_order_and_once() -> None:
    fsm = [{"start": "2026-09-03"}, {"start": "2025-09-03", "until": "2026-03-31"}, {"start": "2026-09-03"}]
    first, second = commands(Known(), fsm=fsm)
    assert first == meals.StartFsmEpisode(pupil=ADA, valid_on=LAST_YEAR, until=date(2026, 3, 31))
    assert second == meals.StartFsmEpisode(pupil=ADA, valid_on=SEPTEMBER)


@pytest.mark.parametrize(
    ("known", "fsm"),
    [
        (eats(SEPTEMBER), {"start": "2026-09-03"}),
        (eats(SEPTEMBER, OCTOBER), {"start": "2026-09-03"}),
        (eats(SEPTEMBER), {"start": "2026-10-01"}),
        (eats(SEPTEMBER, NOVEMBER), {"start": "2026-09-10", "until": "2026-10-01"}),
        (eats(SEPTEMBER, voided=True), {"start": "2026-09-03"}),
    ],
)
def test_a_known_episode_is_not_begun_again(known: Known, fsm: dict[str, Any]) -> None:
    assert commands(known, fsm=[fsm]) == []


def test_an_end_closes_the_open_episode() -> None:
    (command,) = commands(eats(SEPTEMBER), fsm=[{"start": "2026-09-03", "until": "2026-10-01"}])
    assert command == meals.EndFsmEpisode(pupil=ADA, valid_on=OCTOBER, started=SEPTEMBER)


@pytest.mark.parametrize(
    ("known", "fsm", "says"),
    [
        (eats(SEPTEMBER, NOVEMBER), {"start": "2026-09-03", "until": "2026-10-01"}, "The end of an episode"),
        (eats(SEPTEMBER, OCTOBER), {"start": "2026-09-10", "until": "2026-11-20"}, "The end of an episode"),
        (eats(SEPTEMBER), {"start": "2025-09-03"}, "overlap"),
        (eats(SEPTEMBER), {"start": "2026-09-03", "country": "WLS"}, "country or category"),
        (Known(), {"start": "2027-09-03"}, "long after the day of the file"),
    ],
)
def test_what_contradicts_the_record_is_a_persons_to_decide(known: Known, fsm: dict[str, Any], says: str) -> None:
    assert says in planned(known, fsm=[fsm]).reasons[0]


def test_a_refused_field_is_recorded_once() -> None:
    (command,) = commands(Known(), not_collected=["nationality"])
    assert command == say.OfferField(pupil=ADA, valid_on=NOVEMBER, field="nationality")
    row = RefusedFieldRow(
        subject=ADA, field="nationality", since=SEPTEMBER, rule="fields-not-collected", rule_version=1, at=AT
    )
    assert commands(Known(rows={"refused_fields": [row]}), not_collected=["nationality"]) == []


@pytest.mark.parametrize(
    "row",
    [
        {"nationality": CANARY},
        {"BasicDetails/Nationality": CANARY},
        {"deep": [{"Country of birth": CANARY}]},
        {"sections": {"characteristics": {"nationality": CANARY, "said": []}}},
        {"sections": {"characteristics": {"said": [{"kind": "nationality", "codes": [CANARY]}]}}},
    ],
)
def test_the_value_is_taken_out_of_a_row_wherever_it_stands(row: dict[str, Any]) -> None:
    clean = scrubbed({"row": 1, "full_name": {"surname": "Cob"}, **row}, NOVEMBER)
    assert CANARY not in json.dumps(clean)
    assert clean["full_name"] == {"surname": "Cob"}
    assert clean["sections"]["characteristics"]["not_collected"] in (["nationality"], ["country_of_birth"])


def test_a_row_without_such_a_field_stays_as_it_is() -> None:
    row = {"row": 1, "address": {"country": "England"}, "not_collected": []}
    assert scrubbed(row, NOVEMBER) == row

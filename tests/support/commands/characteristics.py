"""Characteristics with their refusals, free meals as episodes, and fields that are not collected."""

from collections.abc import Sequence
from typing import Final

from hypothesis import strategies as st

from events.records.characteristics import FsmEpisode
from services.governance import rule_commands
from services.records.characteristics import characteristics, free_meals
from support.commands.common import ADA, DAYS, PUPILS, Said, because, days, of_pupil
from support.commands.governance import of_rule
from support.commands.opening import RULE

ANY: Final = (
    of_pupil(
        characteristics.ChangeCharacteristic, kind=st.sampled_from(["ethnicity", "religion"]),
        codes=st.sampled_from([("REFU",), ("WBRI",), ("CE",)]), source=st.sampled_from([None, "P"]),
    ),
    of_pupil(
        characteristics.CorrectCharacteristic, kind=st.just("ethnicity"), codes=st.sampled_from([("NOBT",), ("WBRI",)]),
        reason=because,
    ),
    of_pupil(characteristics.OfferField, field=st.sampled_from(["nationality", "country_of_birth"])),
    of_pupil(free_meals.StartFsmEpisode, until=st.none() | days, fsm_category=st.sampled_from([None, "TFSM"])),
    of_pupil(free_meals.EndFsmEpisode, started=days),
    of_pupil(
        free_meals.CorrectFsmEpisode, started=days, reason=because,
        episode=st.none() | st.builds(FsmEpisode, start=days, until=st.none() | days, country=st.just("WLS")),
    ),
    of_pupil(free_meals.SetFsmReview, review=days),
    of_pupil(free_meals.CorrectFsmReview, review=days, reason=because),
    of_rule(rule_commands.AdoptFieldRule, "fields-not-collected", not_collected=st.just(("nationality",))),
)  # fmt: skip
ALL: Final[Sequence[Said]] = (
    rule_commands.AdoptFieldRule(rule="fields-not-collected", not_collected=("nationality",), **RULE),
    characteristics.ChangeCharacteristic(**ADA, kind="ethnicity", codes=("REFU",), source="P"),
    characteristics.CorrectCharacteristic(**ADA, kind="ethnicity", codes=("WBRI",), reason="seen", evidence="form"),
    characteristics.OfferField(**ADA, field="nationality"),
    free_meals.StartFsmEpisode(**ADA, fsm_category="TFSM"),
    free_meals.EndFsmEpisode(pupil=PUPILS[0], valid_on=DAYS[1], started=DAYS[0]),
    free_meals.CorrectFsmEpisode(**ADA, started=DAYS[0], reason="seen"),
    free_meals.SetFsmReview(**ADA, review=DAYS[3]),
    free_meals.CorrectFsmReview(**ADA, review=DAYS[2], reason="seen", evidence="letter"),
)

"""A Common Transfer File's characteristics: what is read, what is left out, and what is not even read."""

from datetime import date, timedelta

from support.ctf_files import CANARY, IDENTITY, TODAY, one, read

from services.connectors.ctf.load import notes, row
from services.records.characteristics.characteristics_intake import AHEAD_MAX

BASIC = (
    "<BasicDetails><Ethnicity>WBRI</Ethnicity><EthnicitySource>P</EthnicitySource><Languages><Type>"
    "<LanguageType>F</LanguageType><Language>ENG</Language></Type><Type><LanguageType>H</LanguageType>"
    "<Language>POL</Language></Type></Languages><ServiceChild>Y</ServiceChild><Disabilities><Disability>VIS</Disability>"
    "<Disability>HEAR</Disability></Disabilities></BasicDetails>"
)
MEALS = (
    "<FSMhistory><FSMreviewDate>2027-01-08</FSMreviewDate>"
    "<FSMinstance><FSMstartDate>2024-01-01</FSMstartDate><FSMendDate>2024-07-19</FSMendDate><UKcountry>WLS</UKcountry>"
    "</FSMinstance><FSMinstance><FSMstartDate>2026-09-01</FSMstartDate><UKcountry>ENG</UKcountry></FSMinstance>"
    "</FSMhistory>"
)
CARE = "<LookedAfter><InCare>true</InCare><CareAuthority>926</CareAuthority></LookedAfter>"


def test_every_section_is_read() -> None:
    pupil = one(IDENTITY + BASIC + MEALS + CARE)
    assert row(pupil)["sections"]["characteristics"] == {
        "said": [
            {"kind": "ethnicity", "codes": ["WBRI"], "source": "P"},
            {"kind": "first_language", "codes": ["ENG"]},
            {"kind": "service_child", "codes": ["Y"]},
            {"kind": "disability", "codes": ["VIS", "HEAR"]},
            {"kind": "looked_after", "codes": ["Y"], "care_authority": "926"},
        ],
        "fsm": [
            {"start": "2024-01-01", "until": "2024-07-19", "country": "WLS", "fsm_category": None},
            {"start": "2026-09-01", "until": None, "country": "ENG", "fsm_category": None},
        ],
        "fsm_review": "2027-01-08",
        "not_collected": ["further_language"],
    }
    assert pupil.problems == ()
    assert not any("Basic" in name or "FSM" in name for name in read(IDENTITY + BASIC + MEALS).sections_not_read)


def test_a_file_that_says_nothing_has_no_section() -> None:
    assert row(one(IDENTITY))["sections"] == {}


def test_a_wrong_value_leaves_only_itself_out() -> None:
    pupil = one(IDENTITY + BASIC.replace("WBRI", CANARY[:4]).replace("HEAR", "EARS"))
    assert pupil.usable
    assert {problem.field for problem in pupil.problems} >= {"ethnicity", "disability"}
    assert pupil.characteristics.ethnicity is None
    assert pupil.characteristics.disabilities == ("VIS",)


def test_an_episode_whose_end_is_wrong_is_left_out_and_not_left_open() -> None:
    pupil = one(IDENTITY + MEALS.replace("2024-07-19", "2023-07-19"))
    assert [episode.start for episode in pupil.characteristics.episodes] == [date(2026, 9, 1)]
    assert "left out" in pupil.problems[0].sentence


def test_nationality_and_country_of_birth_are_not_read() -> None:
    given = f"<BasicDetails><Nationality>{CANARY}</Nationality><CountryOfBirth>{CANARY}</CountryOfBirth></BasicDetails>"
    found = read(IDENTITY + given)
    (pupil,) = found.pupils
    assert row(pupil)["sections"]["characteristics"]["not_collected"] == ["nationality", "country_of_birth"]
    assert CANARY not in str(pupil.as_written) + str(row(pupil)) + str(pupil.problems) + str(found.sections_not_read)
    assert any("nationality is not collected here" in sentence for sentence in notes(pupil))


def test_meals_that_begin_in_the_coming_term_are_read_and_a_slip_of_the_year_is_not() -> None:
    for start, taken in ((TODAY + AHEAD_MAX, True), (TODAY + AHEAD_MAX + timedelta(days=1), False)):
        pupil = one(IDENTITY + MEALS.replace("2026-09-01", start.isoformat()))
        assert (start in [episode.start for episode in pupil.characteristics.episodes]) is taken

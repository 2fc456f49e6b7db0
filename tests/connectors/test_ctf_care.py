"""What a file says of special educational needs, and the medical flag, read as it stands."""

import pytest
from support.ctf_files import IDENTITY, one, read

from services.connectors.ctf.care import care_sections
from services.connectors.ctf.load import row

HISTORY = (
    "<SENhistory><SEN><StartDate>2024-09-04</StartDate><EndDate>2025-07-20</EndDate><SENprovision>K</SENprovision></SEN>"
    "<SEN><StartDate>2025-09-03</StartDate><SENprovision>E</SENprovision></SEN>"
    "<SENneeds><SENneed><Rank>2</Rank><Type>SLCN</Type></SENneed><SENneed><Rank>1</Rank><Type>DS</Type></SENneed></SENneeds>"
    "</SENhistory>"
)
FLAG = "<BasicDetails><MedicalFlag>true</MedicalFlag></BasicDetails>"


def test_the_history_is_read_and_goes_into_the_row() -> None:
    pupil = one(IDENTITY + HISTORY + FLAG)
    assert pupil.problems == ()
    assert row(pupil)["sections"] == {
        "sen": {
            "provision": [
                {"since": "2024-09-04", "until": "2025-07-20", "provision": "K"},
                {"since": "2025-09-03", "until": None, "provision": "E"},
            ],
            "needs": ["DS", "SLCN"],
        },
        "health": {"medical_flag": True},
    }
    assert not any("SEN" in name or "Medical" in name for name in read(IDENTITY + HISTORY + FLAG).sections_not_read)


def test_a_file_that_says_nothing_gives_no_section() -> None:
    for nothing in ("", "<SENhistory/>", "<SENhistory><SEN/></SENhistory>", "<BasicDetails/>"):
        assert care_sections(one(IDENTITY + nothing).care) == {}


@pytest.mark.parametrize(
    ("inside", "says"),
    [
        ("<SEN><StartDate>2025-02-30</StartDate><SENprovision>K</SENprovision></SEN>", "not a date that exists"),
        ("<SEN><StartDate>2025-09-03</StartDate><SENprovision>Q</SENprovision></SEN>", "is not a code"),
        ("<SEN><SENprovision>K</SENprovision></SEN>", "is not given"),
        (
            "<SEN><StartDate>2025-09-03</StartDate><EndDate>2025-09-01</EndDate><SENprovision>K</SENprovision></SEN>",
            "before",
        ),
        ("<SENneeds><SENneed><Type>XYZ</Type></SENneed></SENneeds>", "is not a code"),
    ],
)
def test_what_is_wrong_leaves_only_that_value_out(inside: str, says: str) -> None:
    pupil = one(f"{IDENTITY}<SENhistory>{inside}</SENhistory>")
    assert pupil.usable
    assert says in pupil.problems[0].sentence
    assert care_sections(pupil.care) == {}


def test_a_rank_that_is_no_number_keeps_the_order_of_the_file() -> None:
    needs = "<SENneeds><SENneed><Rank>x</Rank><Type>HI</Type></SENneed><SENneed><Type>VI</Type></SENneed></SENneeds>"
    pupil = one(f"{IDENTITY}<SENhistory>{needs}</SENhistory>")
    assert pupil.care.needs == ("HI", "VI")
    assert [problem.fatal for problem in pupil.problems] == [False]

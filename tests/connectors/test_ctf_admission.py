"""The school that a file marks as the last one, and no school that it does not mark."""

import pytest
from support.ctf_files import IDENTITY, one

from services.connectors.ctf.load import row

LAST = "<LastSchool>true</LastSchool>"
BEFORE = "<LEA>926</LEA><Estab>9901</Estab><SchoolName>Heronmere Infant School</SchoolName>"
HERE = (
    "<School><LEA>926</LEA><Estab>9902</Estab><SchoolName>Here</SchoolName><EntryDate>2026-09-03</EntryDate></School>"
)


def said(*schools: str) -> object:
    history = "".join(f"<School>{school}</School>" for school in schools)
    return row(one(IDENTITY + f"<SchoolHistory>{history}{HERE}</SchoolHistory>"))["sections"].get("admission")


def test_the_last_school_is_read_with_the_starting_day() -> None:
    assert said(BEFORE + LAST) == {"last_school": "Heronmere Infant School", "since": "2026-09-03"}
    assert said(BEFORE + LAST, BEFORE + LAST) == {"last_school": "Heronmere Infant School", "since": "2026-09-03"}


@pytest.mark.parametrize(
    "schools",
    [
        (),
        (BEFORE,),
        (BEFORE.replace("<SchoolName>Heronmere Infant School</SchoolName>", "") + LAST,),
        (BEFORE.replace("9901", "9902") + LAST,),
        (BEFORE + LAST, BEFORE.replace("Heronmere", "Otterwick") + LAST),
        (BEFORE.replace("Heronmere", "H" * 100) + LAST,),
    ],
    ids=["none", "not marked", "no name", "the school itself", "two", "too long"],
)
def test_what_is_not_clear_is_not_guessed(schools: tuple[str, ...]) -> None:
    assert said(*schools) is None

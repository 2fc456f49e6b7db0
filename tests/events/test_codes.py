"""The code sets are as the Department for Education has them, and a code is good only for the days it was in force."""

import tomllib
from collections import Counter
from datetime import date, timedelta
from importlib import resources
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from events.codes import catalogue
from events.codes.attendance import (
    AttendanceClass,
    AttendanceCode,
    Session,
    attendance_code,
    attendance_codes,
    fits_session,
    in_force,
    why_not_in_force,
)
from events.codes.calendar import SchoolYear, school_year
from events.codes.local_authorities import known_la_codes
from events.codes.people import EnrolmentStatus, NcYear, PhoneType, Relationship, Sex, code_set

LAST_OLD_DAY: Final = date(2024, 8, 18)
FIRST_NEW_DAY: Final = date(2024, 8, 19)
"""School Attendance (Pupil Registration) (England) Regulations 2024 came into force."""

CLASSES: Final = {
    AttendanceClass.PRESENT: "/ \\ L",
    AttendanceClass.EDUCATION: "K V P W B J",
    AttendanceClass.AUTHORISED: "C C1 C2 E I J1 M R S T H",
    AttendanceClass.UNAUTHORISED: "G N O U",
    AttendanceClass.NOT_POSSIBLE: "D Q X Y1 Y2 Y3 Y4 Y5 Y6 Y7 Y",
    AttendanceClass.NOT_COLLECTED: "Z #",
}
WITHDRAWN: Final = set("H J Y".split())
NEW: Final = set("C1 C2 J1 K Q Y1 Y2 Y3 Y4 Y5 Y6 Y7".split())


class Line(BaseModel):
    """A model as strict as those of the language."""

    model_config = ConfigDict(strict=True)

    code: AttendanceCode
    session: Session


# Attendance ---------------------------------------------------------------------------------------------------------


def test_every_code_stands_in_its_statistical_class_and_there_is_no_other() -> None:
    expected = {code: class_ for class_, codes in CLASSES.items() for code in codes.split()}
    assert {code: entry.attendance_class for code, entry in attendance_codes().items()} == expected


def test_no_code_stands_in_the_file_twice_and_no_line_of_it_is_misspelt() -> None:
    rows = tomllib.loads((resources.files("events.codes") / "attendance.toml").read_text("utf-8"))["code"]
    assert [code for code, count in Counter(row["code"] for row in rows).items() if count > 1] == []
    allowed = set("code meaning class from until session instead citation verified".split())
    assert [row["code"] for row in rows if not row.keys() <= allowed] == []


def test_only_the_withdrawn_codes_await_a_check() -> None:
    """Their classes are from memory: the interview code J counted as education, unlike J1 today."""
    assert {code for code, entry in attendance_codes().items() if not entry.verified} == WITHDRAWN


@given(st.sampled_from(sorted(attendance_codes())), st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_a_code_is_in_force_on_the_days_that_the_regulations_give_it(code: str, on: date) -> None:
    expected = on < FIRST_NEW_DAY if code in WITHDRAWN else on >= FIRST_NEW_DAY if code in NEW else True
    assert in_force(code, on) is expected
    assert (why_not_in_force(code, on) is None) is expected


@pytest.mark.parametrize("code", sorted(WITHDRAWN))
def test_a_withdrawn_code_had_its_last_day_on_18_august_2024(code: str) -> None:
    assert in_force(code, LAST_OLD_DAY)
    assert not in_force(code, FIRST_NEW_DAY)


@pytest.mark.parametrize("code", sorted(NEW))
def test_a_new_code_had_its_first_day_on_19_august_2024(code: str) -> None:
    assert not in_force(code, LAST_OLD_DAY)
    assert in_force(code, FIRST_NEW_DAY)


@pytest.mark.parametrize(
    ("code", "on", "sentence"),
    [
        ("H", FIRST_NEW_DAY, "Code H was withdrawn after 18 August 2024. Use C instead."),
        ("J", FIRST_NEW_DAY, "Code J was withdrawn after 18 August 2024. Use J1 instead."),
        ("Y", FIRST_NEW_DAY, "Code Y was withdrawn after 18 August 2024. Use Y1 to Y7 instead."),
        ("K", LAST_OLD_DAY, "Code K is in force only from 19 August 2024. Use a code of that time."),
    ],
)
def test_a_code_out_of_its_time_is_explained(code: str, on: date, sentence: str) -> None:
    assert why_not_in_force(code, on) == sentence


@pytest.mark.parametrize("code", sorted(attendance_codes()))
def test_only_the_slashes_belong_to_one_session(code: str) -> None:
    assert fits_session(code, "AM") is (code != "\\")
    assert fits_session(code, "PM") is (code != "/")


def test_an_entry_says_what_a_code_means_and_where_that_is_laid_down() -> None:
    for code, entry in attendance_codes().items():
        assert entry.code == code
        assert entry.meaning
        assert entry.citation
    assert attendance_code("Y7").meaning == "any other unavoidable cause"
    with pytest.raises(KeyError):
        attendance_code("?")


@pytest.mark.parametrize("code", sorted(attendance_codes()))
def test_a_model_takes_every_code(code: str) -> None:
    line = Line(code=code, session="AM")
    assert Line.model_validate_json(line.model_dump_json()) == line


@pytest.mark.parametrize("wrong", ["", "c1", "l", "A", "F", "Y8", "C3", " /", "//", "N ", "-", "\uff0f"])
def test_a_model_refuses_what_is_no_code(wrong: str) -> None:
    with pytest.raises(ValidationError, match="not an attendance code"):
        Line(code=wrong, session="AM")


@pytest.mark.parametrize("wrong", ["am", "", "Morning"])
def test_a_session_is_am_or_pm(wrong: str) -> None:
    with pytest.raises(ValidationError):
        Line.model_validate({"code": "L", "session": wrong})


# People -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "name", "codes"),
    [
        (Relationship, "relationship", "CAR CHM DOC FAM FOF FOM HTC OTH PAF PAM REL RLG STF STM SWR TCH"),
        (PhoneType, "phone_type", "A D F H M W"),
        (Sex, "sex", "F M"),
        (EnrolmentStatus, "enrolment_status", "C F G M O P S"),
        (NcYear, "nc_year", "E1 E2 N1 N2 R 1 2 3 4 5 6 7 8 9 10 11 12 13 14 X"),
    ],
)
def test_a_code_set_about_people_has_these_codes_and_refuses_others(kind: object, name: str, codes: str) -> None:
    adapter: TypeAdapter[str] = TypeAdapter(kind, config=ConfigDict(strict=True))  # type: ignore[arg-type]  # a type, as pydantic sees it
    assert set(code_set(name)) == set(codes.split())
    for code in codes.split():
        assert adapter.validate_python(code) == code
    for wrong in ("", "?", codes[:1].lower(), "PAM "):
        with pytest.raises(ValidationError, match="not one of the codes") as caught:
            adapter.validate_python(wrong)
        assert caught.value.errors()[0]["type"] == "value_error"


# Authorities and years ----------------------------------------------------------------------------------------------


def test_authority_numbers_are_those_of_the_census_and_the_newer_ones() -> None:
    """The counts are of the census's list of accepted numbers and of the six authorities created since."""
    known = known_la_codes()
    assert len(known) == 189 + 6
    assert {"001", "005", "213", "420", "660", "681", "896", "926", "938"} <= known
    assert not {"000", "006", "214", "659", "682", "897", "910", "927", "930", "932", "934", "939", "944"} & known


@pytest.mark.parametrize(
    ("on", "year"),
    [
        (date(2026, 8, 31), 2025),
        (date(2026, 9, 1), 2026),
        (date(2026, 12, 31), 2026),
        (date(2027, 1, 1), 2026),
        (date(2027, 8, 31), 2026),
    ],
)
def test_a_school_year_begins_on_1_september(on: date, year: int) -> None:
    assert school_year(on) == year


@given(st.dates(date(2000, 9, 1), date(2100, 8, 30)))
def test_a_school_year_changes_only_into_september(on: date) -> None:
    tomorrow = on + timedelta(days=1)
    changes = (tomorrow.month, tomorrow.day) == (9, 1)
    assert school_year(tomorrow) - school_year(on) == int(changes)


@pytest.mark.parametrize("slip", [1999, 2101, 26])
def test_a_school_year_out_of_reach_is_refused(slip: int) -> None:
    adapter: TypeAdapter[int] = TypeAdapter(SchoolYear)
    assert adapter.validate_python(2026) == 2026
    with pytest.raises(ValidationError):
        adapter.validate_python(slip)


def test_the_documentation_of_the_codes_is_current() -> None:
    assert catalogue.DOCS.read_text(encoding="utf-8") == catalogue.markdown(), "run make docs"


def test_the_documentation_has_every_code_with_its_dates() -> None:
    lines = catalogue.markdown().splitlines()
    for code in attendance_codes().values():
        (line,) = [one for one in lines if one.startswith(f"| `{code.code}` | {code.meaning}")]
        assert code.last is None or code.last.isoformat() in line
    for name in ("relationship", "phone_type", "nc_year"):
        for known in code_set(name):
            assert any(one.startswith(f"| `{known}` |") for one in lines)

"""Earlier schools, their attendance and the candidate's number as a file gives them, and what of a file is not taken."""

from typing import Any

import pytest
from support.ctf_files import CANARY, IDENTITY, UPN, one, read

from services.connectors.ctf.load import notes, of_file, row

BEFORE = (
    "<School><LEA>926</LEA><Estab>9901</Estab><SchoolName>Heronmere</SchoolName><EntryDate>2023-09-05</EntryDate>"
    "<LeavingDate>2026-07-21</LeavingDate><LeavingReason>END</LeavingReason><GroundsForRemoval>8</GroundsForRemoval>"
    "</School>"
)
HERE = (
    "<School><LEA>926</LEA><Estab>9902</Estab><SchoolName>Here</SchoolName><EntryDate>2026-09-03</EntryDate></School>"
)
YEAR = (
    "<YearData><Year>2026</Year><LEA>926</LEA><Estab>9901</Estab><SchoolName>Heronmere</SchoolName>"
    "<SessionsPossible>380</SessionsPossible><SessionsAuthorised>12</SessionsAuthorised>"
    "<SessionsAttended>364</SessionsAttended><SessionsUnauthorised>4</SessionsUnauthorised>"
    "<AttendSessions><AttendanceStartDate>2025-09-03</AttendanceStartDate><AttendanceMarks>/\\I\\</AttendanceMarks>"
    "</AttendSessions></YearData>"
)
COUNTED = {
    "possible": 380, "attended": 364, "authorised": 12, "unauthorised": 4,
    "marks_sent": [{"first": "2025-09-03", "marks": "/\\I\\"}],
}  # fmt: skip


def sections(pupil: str) -> dict[str, Any]:
    found: dict[str, Any] = row(one(IDENTITY + pupil))["sections"]
    return found


def test_every_school_is_read_but_the_time_at_this_one() -> None:
    twice = HERE.replace("2026-09-03", "2021-09-03").replace(
        "</School>", "<LeavingDate>2022-07-20</LeavingDate></School>"
    )
    found = sections(f"<SchoolHistory>{twice}{BEFORE}{HERE}</SchoolHistory>")["earlier_schools"]["schools"]
    assert found == [
        {
            "which": {"school": "Here", "laestab": "9269902", "entered": "2021-09-03"},
            "said": {"left": "2022-07-20", "reason": None, "ground": None},
        },
        {
            "which": {"school": "Heronmere", "laestab": "9269901", "entered": "2023-09-05"},
            "said": {"left": "2026-07-21", "reason": "END", "ground": "8"},
        },
    ]


def test_a_school_without_a_name_or_number_is_named_and_left_out() -> None:
    unknown = "<School><LEA>926</LEA><Estab>LLLL</Estab><EntryDate>2023-09-05</EntryDate></School>"
    pupil = one(f"{IDENTITY}<SchoolHistory>{unknown}</SchoolHistory>")
    assert "earlier_schools" not in row(pupil)["sections"]
    assert any("Earlier school 1 has no name" in sentence for sentence in notes(pupil))


def test_a_last_day_before_the_first_is_left_out() -> None:
    wrong = BEFORE.replace("2026-07-21", "2022-07-21")
    (found,) = sections(f"<SchoolHistory>{wrong}</SchoolHistory>")["earlier_schools"]["schools"]
    assert found["said"]["left"] is None


@pytest.mark.parametrize("name", ["Attendance", "AttendanceData"])
@pytest.mark.parametrize("written", ["2026", "2025/26", "2025-2026"])
def test_a_years_count_is_read_with_its_marks_as_they_are_written(name: str, written: str) -> None:
    found = sections(f"<{name}>{YEAR.replace('2026', written, 1)}</{name}>")["earlier_attendance"]["years"]
    assert found == [{"which": {"year": 2026, "school": "Heronmere", "laestab": "9269901"}, "said": COUNTED}]


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("<Year>2026", "<Year>2025/27", "not a year"),
        ("<Year>2026", "<Year>1066", "not a year"),
        ("<LEA>926</LEA><Estab>9901</Estab><SchoolName>Heronmere</SchoolName>", "", "of a school"),
        (">380<", ">370<", "smaller than what was counted"),
    ],
    ids=["two years", "long ago", "nowhere", "too few"],
)
def test_a_year_that_cannot_be_is_left_out_and_named(right: str, wrong: str, says: str) -> None:
    text = YEAR.replace(right, wrong).replace(">364<", ">364<" if ">370<" not in wrong else ">371<")
    pupil = one(f"{IDENTITY}<Attendance>{text}</Attendance>")
    assert pupil.usable
    assert pupil.years is None
    assert any(says in problem.sentence for problem in pupil.problems)


def test_a_wrong_figure_leaves_only_itself_out() -> None:
    pupil = one(f"{IDENTITY}<Attendance>{YEAR.replace('>12<', '>-12<')}</Attendance>")
    assert pupil.years is not None
    assert (pupil.years[0].authorised, pupil.years[0].attended) == (None, 364)
    assert [problem.field for problem in pupil.problems] == ["attendance.1.authorised"]


def test_two_counts_of_one_year_are_not_guessed_between() -> None:
    pupil = one(f"{IDENTITY}<Attendance>{YEAR}{YEAR}{YEAR.replace('>12<', '>11<')}</Attendance>")
    assert pupil.years is not None
    assert [one.authorised for one in pupil.years] == [12]
    assert ["twice for one school" in problem.sentence for problem in pupil.problems] == [True]


def test_a_candidates_number_is_read_and_a_wrong_one_left_out() -> None:
    assert sections("<UCI>68999 0 98 0001 D</UCI>")["numbers"] == {"uci": "689990980001D"}
    pupil = one(IDENTITY + "<UCI>689990980001</UCI>")
    assert pupil.identity.uci is None
    assert [problem.field for problem in pupil.problems] == ["uci"]


NOT_TAKEN = (
    f"<ApplicationReference>{CANARY}</ApplicationReference>"
    f"<NAWdetails><HomeWelsh>{CANARY}</HomeWelsh></NAWdetails>"
    f"<Address><BS7666Address><PAON>1</PAON><Street>Reed Lane</Street>"
    f"<UniquePropertyReferenceNumber>{CANARY}</UniquePropertyReferenceNumber></BS7666Address>"
    f"<Easting>{CANARY}</Easting><Northing>{CANARY}</Northing></Address>"
    f"<Contacts><Contact><Surname>Otterwick</Surname><Forename>Nadia</Forename><Gender>{CANARY}</Gender></Contact>"
    "</Contacts><BasicDetails><Languages><Type><LanguageType>H</LanguageType>"
    f"<Language>{CANARY}</Language></Type></Languages></BasicDetails>"
)


def test_what_is_not_collected_is_told_by_name_and_its_value_is_nowhere() -> None:
    found = read(IDENTITY + NOT_TAKEN, IDENTITY.replace(UPN, "Z926200018001"))
    pupil, _ = found.pupils
    assert set(row(pupil)["sections"]["characteristics"]["not_collected"]) == {
        "application_reference", "welsh_details", "map_reference", "contact_sex", "further_language",
    }  # fmt: skip
    assert CANARY not in str(pupil.as_written) + str(row(pupil)) + str(pupil.problems) + str(list(notes(pupil)))
    assert found.sections_not_read == ()
    (told,) = of_file(found)
    assert "map reference of a home (rows: 1)" in told
    assert CANARY not in told


def test_a_country_abroad_is_the_last_line_of_an_address() -> None:
    def lines(country: str) -> Any:
        return row(one(f"{IDENTITY}<Address><AddressLines><AddressLine1>1 Reed Lane</AddressLine1></AddressLines>"
                       f"<Country>{country}</Country></Address>"))["address"]["lines"]  # fmt: skip

    assert lines("France") == ["1 Reed Lane", "France"]
    assert lines("England") == ["1 Reed Lane"]


def test_an_address_without_lines_is_named_also_of_a_contact() -> None:
    bare = "<Address><PostCode>ZZ99 1AB</PostCode></Address>"
    contact = f"<Contacts><Contact><Surname>Otterwick</Surname><Forename>Nadia</Forename>{bare}</Contact></Contacts>"
    assert any("address of contact 1 has no lines" in sentence for sentence in notes(one(IDENTITY + contact)))
    assert any(
        "no lines" in sentence for sentence in notes(one(IDENTITY + "<Address><Country>FRA</Country></Address>"))
    )


def test_a_second_number_of_one_type_is_named() -> None:
    phone = "<Phone><TelephoneType>M</TelephoneType><PhoneNo>07700 90000{}</PhoneNo></Phone>"
    two = f"<Phones>{phone.format(1)}{phone.format(2)}</Phones>"
    assert any("numbers of the pupil" in sentence for sentence in notes(one(IDENTITY + two)))
    contact = f"<Contacts><Contact><Surname>Otterwick</Surname><Forename>Nadia</Forename>{two}</Contact></Contacts>"
    assert any("numbers of contact 1" in sentence for sentence in notes(one(IDENTITY + contact)))
    assert not list(notes(one(IDENTITY + two.replace(phone.format(2), ""), qualifier="partial")))[1:]

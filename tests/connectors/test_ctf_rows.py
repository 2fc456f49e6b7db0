"""What is wrong with one pupil sets only that row aside, or leaves only that value out, and says which and why."""

import pytest
from support.ctf_files import CANARY, IDENTITY, NAME, OTHER_UPN, TODAY, UPN, ctf, fatal, one, read

from services.connectors.ctf.reader import read_ctf
from services.connectors.problems import SENTENCE_MAX
from services.connectors.written import TEXT_MAX


@pytest.mark.parametrize(
    "text",
    ["Zo\x00e", "Zo\x07e", "Zo&#0;e", "Zo&#x1B;e", "Zo\x85e", "Zo\u202ee", "Zo\u2067e", "Zo&#xD800;e", "Zo&#9999999;e"],
    ids=ascii,
)
def test_a_hidden_character_sets_only_its_own_row_aside(text: str) -> None:
    bad, good = read(IDENTITY.replace("Zoë", text), IDENTITY.replace(UPN, OTHER_UPN)).pupils
    assert fatal(bad) == ["forename"]
    assert "hidden control character" in bad.problems[0].sentence
    assert "position 3" in bad.problems[0].sentence
    assert bad.identity.forename is None
    assert dict(bad.as_written)["Forename"].startswith("Zo")
    assert dict(bad.as_written)["Forename"].isprintable()
    assert good.problems == ()


def test_lone_surrogates_in_either_encoding() -> None:
    text = ctf(IDENTITY.replace("Zoë", "Zo\ud800e"))
    for data in (text.encode("utf-8", "surrogatepass"), b"\xff\xfe" + text.encode("utf-16-le", "surrogatepass")):
        (pupil,) = read_ctf(data, NAME, today=TODAY).pupils
        assert fatal(pupil) == ["forename"]


@pytest.mark.parametrize("name", ["ZoÃ«", "SiÃ¢n", "Åukasz".replace("Å", "Å\u0081"), "Oâ€™Fenlan", "Ã‰milie"])
def test_garbled_letters_are_noticed(name: str) -> None:
    pupil = one(IDENTITY.replace("Zoë", name))
    assert fatal(pupil) == ["forename"]
    assert "garbled" in pupil.problems[0].sentence


@pytest.mark.parametrize(
    "name",
    ["Łukasz", "MATÚŠ", "Ã", "João", "Renée-Élodie", "O\u2019Fenlan", "D'Arcy", "Nguyễn", "محمد", "अनया", "李", "Siân"],
)
def test_true_spellings_are_kept(name: str) -> None:
    pupil = one(IDENTITY.replace("Zoë", name))
    assert (pupil.identity.forename, pupil.problems) == (name, ())


def test_a_lost_letter_and_a_widthless_one() -> None:
    assert fatal(one(IDENTITY.replace("Zoë", "Zo\ufffd"))) == ["forename"]
    pupil = one(IDENTITY.replace("Zoë", "Zo\u200be"))
    assert pupil.usable
    assert [problem.field for problem in pupil.problems] == ["forename"]


def test_overlong_text() -> None:
    assert fatal(one(IDENTITY.replace("Zoë", "Z" * 101))) == ["forename"]
    assert fatal(one(IDENTITY + f"<Email>{'z' * (TEXT_MAX + 1)}</Email>")) == ["email"]
    assert max(len(text) for _, text in one(IDENTITY.replace("Zoë", "Z" * 5_000)).as_written) == TEXT_MAX


@pytest.mark.parametrize(
    "day", ["2019-02-29", "2019-13-01", "02/03/2019", "2019", "20190302", "1899-12-31", "2026-11-25"]
)
def test_impossible_births(day: str) -> None:
    pupil = one(IDENTITY.replace("2019-03-02", day))
    assert fatal(pupil) == ["date_of_birth"]
    assert pupil.identity.date_of_birth is None


def test_a_birth_today_is_possible() -> None:
    assert one(IDENTITY.replace("2019-03-02", "2026-11-24")).problems == ()


@pytest.mark.parametrize("upn", ["A926200024017", "N926200024071", "S926200024017", "N92620002401", "N926200024017X"])
def test_a_wrong_upn_sets_the_row_aside(upn: str) -> None:
    pupil = one(IDENTITY.replace(UPN, upn))
    assert fatal(pupil) == ["upn"]
    assert pupil.identity.upn is None


def test_a_upn_of_an_unknown_authority_is_kept_and_pointed_out() -> None:
    pupil = one(IDENTITY.replace(UPN, "A000000000000"))
    assert (pupil.identity.upn, pupil.usable) == ("A000000000000", True)
    assert [problem.field for problem in pupil.problems] == ["upn"]


def test_a_upn_in_small_letters_with_blanks_is_the_same_upn() -> None:
    assert one(IDENTITY.replace(UPN, f" {UPN.lower()} ")).identity.upn == UPN


def test_a_upn_twice_in_one_file_sets_both_rows_aside() -> None:
    first, other, second = read(
        IDENTITY, IDENTITY.replace(UPN, OTHER_UPN), IDENTITY.replace("Zoë", "Ivy").replace(UPN, UPN.lower())
    ).pupils
    assert (fatal(first), fatal(second), fatal(other)) == (["upn"], ["upn"], [])
    assert "row 3" in first.problems[0].sentence
    assert "row 1" in second.problems[0].sentence


def test_who_cannot_be_told_from_others_is_set_aside() -> None:
    assert fatal(one("<Surname>Ashmere</Surname><Forename>Zoë</Forename><Sex>F</Sex>", qualifier="partial")) == ["upn"]
    pupil = one(IDENTITY.replace(f"<UPN>{UPN}</UPN>", ""))
    assert pupil.usable
    assert [problem.field for problem in pupil.problems] == ["upn"]


def test_a_name_and_a_birth_are_enough_to_tell_who_it_is() -> None:
    pupil = one("<Surname>Ashmere</Surname><Forename>Zoë</Forename><DOB>2019-03-02</DOB>")
    assert pupil.usable
    assert [problem.field for problem in pupil.problems] == ["upn", "sex"]


def test_a_full_file_misses_what_a_new_pupil_needs() -> None:
    pupil = one(f"<UPN>{UPN}</UPN>")
    assert [problem.field for problem in pupil.problems] == ["surname", "forename", "date_of_birth", "sex"]
    assert pupil.usable


def test_a_name_given_twice_is_for_a_person_to_decide() -> None:
    assert fatal(one(IDENTITY + "<Forename>Ivy</Forename>")) == ["forename"]
    assert one(IDENTITY + "<Forename>Zoë</Forename>").problems == ()


def test_a_wrong_minor_value_is_left_out_and_the_row_stays() -> None:
    pupil = one(
        IDENTITY + "<UniqueLearnerNumber>1000000018</UniqueLearnerNumber>"
        "<BasicDetails><FormerUPN>A926200024017</FormerUPN><NCyearActual>99</NCyearActual><EnrolStatus>?</EnrolStatus>"
        "</BasicDetails><Phones><Phone><TelephoneType>Q</TelephoneType><PhoneNo>none</PhoneNo></Phone></Phones>"
        "<Email>at home</Email><Contacts><Contact><Order>first</Order><Surname>Otterwick</Surname>"
        "<Relationship>MUM</Relationship><Responsibility>maybe</Responsibility></Contact>"
        "<Contact><Forename>Nadia</Forename></Contact></Contacts><SchoolHistory><School><LEA>92</LEA><Estab>9901</Estab>"
        "<EntryDate>2023-09-31</EntryDate></School><School><SchoolName>Heronmere</SchoolName>"
        "<EntryDate>2024-09-03</EntryDate><LeavingDate>2023-07-21</LeavingDate></School></SchoolHistory>"
    )
    assert pupil.usable
    assert {problem.field for problem in pupil.problems} == {
        "uln",
        "former_upns",
        "nc_year",
        "enrolment_status",
        "phones.1.phone_type",
        "phones.1.phone_number",
        "email",
        "contacts.1.order",
        "contacts.1.relationship",
        "contacts.1.parental_responsibility",
        "contacts.2.surname",
        "school_history.1.laestab",
        "school_history.1.entry_date",
        "school_history.2.leaving_date",
    }
    who = pupil.identity
    assert (who.uln, who.former_upns, pupil.nc_year, pupil.phones, pupil.email) == (None, None, None, None, None)
    assert pupil.contacts is not None
    assert [(contact.position, contact.surname) for contact in pupil.contacts] == [(1, "Otterwick")]
    assert (pupil.contacts[0].relationship, pupil.contacts[0].parental_responsibility) == (None, None)


def test_two_contacts_of_one_name_stay_two() -> None:
    contact = "<Contact><Title>Mr</Title><Surname>Otterwick</Surname><Forename>Colin</Forename></Contact>"
    pupil = one(IDENTITY + f"<Contacts>{contact}{contact}</Contacts>")
    assert pupil.contacts is not None
    assert [found.position for found in pupil.contacts] == [1, 2]


# Nothing personal in a sentence


def _spoilt() -> list[str]:
    fields = ("UPN", "Surname", "Forename", "DOB", "Sex", "UniqueLearnerNumber", "Gender", "Email")
    basic = ("FormerUPN", "MiddleNames", "NCyearActual", "EnrolStatus", "PreferredSurname")
    contact = ("Order", "Title", "Surname", "Sex", "Relationship", "Responsibility", "Email", "AddressAsPupil")
    school = ("LEA", "Estab", "EntryDate", "LeavingDate", "LastSchool")
    values = [CANARY, CANARY + "\x01", CANARY + "Ã©", CANARY * 100, CANARY + "\u202e", f"B{CANARY}", CANARY + "\ufffd"]
    wrap = [(fields, "{}"), (basic, "<BasicDetails>{}</BasicDetails>")]
    wrap += [(contact, "<Contacts><Contact>{}</Contact></Contacts>")]
    wrap += [(school, "<SchoolHistory><School>{}</School></SchoolHistory>")]
    wrap += [(("TelephoneType", "PhoneNo"), "<Phones><Phone>{}</Phone></Phones>")]
    wrap += [
        (("Town", "SAON"), "<Address><BS7666Address>{}</BS7666Address></Address>"),
        (("PostCode",), "<Address>{}</Address>"),
    ]
    return [shape.format(f"<{name}>{value}</{name}>") for names, shape in wrap for name in names for value in values]


def test_no_sentence_repeats_a_value() -> None:
    rows = [spoilt + (IDENTITY if bare else "") for spoilt in _spoilt() for bare in (False, True)]
    found = read(*rows)
    sentences = [problem.sentence for pupil in found.pupils for problem in pupil.problems]
    assert len(sentences) > len(rows)
    assert all(CANARY.lower() not in sentence.lower() for sentence in sentences)
    assert all("Ashmere" not in sentence and "2019-03-02" not in sentence for sentence in sentences)
    assert all(UPN not in sentence for sentence in sentences)
    assert max(map(len, sentences)) <= SENTENCE_MAX
    assert CANARY not in repr(found.pupils)


def test_no_problem_of_a_header_repeats_a_value() -> None:
    for name in ("CTFversion", "DateTime", "DocumentQualifier"):
        text = ctf(IDENTITY).replace(f"<{name}>", f"<{name}>{CANARY}")
        found = read_ctf(text.encode(), f"{CANARY}.xml", today=TODAY)
        assert found.problems
        assert all(CANARY not in problem.sentence for problem in found.problems)

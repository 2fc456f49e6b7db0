"""A Common Transfer File is read by what it holds; what it does not say stays unsaid."""

from datetime import date, datetime

import pytest
from support.ctf_files import IDENTITY, NAME, OTHER_UPN, TODAY, UPN, ctf, fatal, one, read

from services.connectors.ctf.reader import read_ctf


def test_everything_that_is_read() -> None:
    pupil = one(
        f"""<UPN>{UPN}</UPN><UniqueLearnerNumber>1000000019</UniqueLearnerNumber>
        <Surname>Ashmere</Surname><Forename>Zoë</Forename><DOB>2019-03-02</DOB><Sex>F</Sex>
        <BasicDetails><FormerUPN>{OTHER_UPN}</FormerUPN><FormerUPN>B801200005001</FormerUPN>
          <MiddleNames>Esme Ivy</MiddleNames><PreferredSurname>Brammere</PreferredSurname>
          <PreferredForename>Zo</PreferredForename><FormerSurname>Fenwick</FormerSurname>
          <NCyearActual>2</NCyearActual><EnrolStatus>C</EnrolStatus></BasicDetails>
        <Address><BS7666Address><SAON>Flat 2</SAON><PAON>12a</PAON><Street>Saltpan Road</Street>
          <Town>Marramford</Town><UniquePropertyReferenceNumber>100000000001</UniquePropertyReferenceNumber>
          </BS7666Address><County>Norfolk</County><PostCode>ZZ99 1AB</PostCode></Address>
        <Phones><Phone><TelephoneType>H</TelephoneType><PhoneNo>01632 960123</PhoneNo></Phone></Phones>
        <Email>zoe@example.org</Email>
        <Contacts><Contact><Order>1</Order><Title>Ms</Title><Surname>Otterwick</Surname><Forename>Nadia</Forename>
          <Sex>F</Sex><Relationship>PAM</Relationship><Responsibility>true</Responsibility>
          <Address><AddressAsPupil>true</AddressAsPupil></Address>
          <Phones><Phone><TelephoneType>M</TelephoneType><PhoneNo>07700 900001</PhoneNo></Phone></Phones>
          <Email>nadia@example.org</Email></Contact></Contacts>
        <SchoolHistory><School><LEA>926</LEA><Estab>9901</Estab><SchoolName>Heronmere</SchoolName>
          <EntryDate>2023-09-05</EntryDate><LeavingDate>2026-07-21</LeavingDate><LeavingReason>END</LeavingReason>
          <LastSchool>true</LastSchool></School>
          <School><LEA>926</LEA><Estab>9902</Estab><EntryDate>2026-09-03</EntryDate></School></SchoolHistory>"""
    )
    assert pupil.problems == ()
    who = pupil.identity
    assert (who.upn, who.former_upns, who.uln) == (UPN, (OTHER_UPN, "B801200005001"), "1000000019")
    assert (who.surname, who.forename, who.middle_names) == ("Ashmere", "Zoë", "Esme Ivy")
    assert (who.preferred_surname, who.preferred_forename, who.former_surname) == ("Brammere", "Zo", "Fenwick")
    assert (who.date_of_birth, who.sex, who.former_forename) == (date(2019, 3, 2), "F", None)
    assert (pupil.nc_year, pupil.enrolment_status, pupil.email) == ("2", "C", "zoe@example.org")
    assert pupil.address is not None
    assert pupil.address.lines == ("Flat 2", "12a Saltpan Road", "Marramford", "Norfolk")
    assert pupil.address.postcode == "ZZ99 1AB"
    assert pupil.phones is not None
    assert [(phone.phone_type, phone.number) for phone in pupil.phones] == [("H", "01632 960123")]
    assert pupil.contacts is not None
    (contact,) = pupil.contacts
    assert (contact.order, contact.title, contact.surname, contact.forename) == (1, "Ms", "Otterwick", "Nadia")
    assert (contact.relationship, contact.parental_responsibility) == ("PAM", True)
    assert pupil.characteristics.not_collected == ("map_reference", "contact_sex")
    assert (contact.address_as_pupil, contact.address, contact.email) == (True, None, "nadia@example.org")
    assert contact.phones is not None
    assert contact.phones[0].number == "07700 900001"
    assert pupil.school_history is not None
    before, after = pupil.school_history
    assert (before.laestab, before.name, before.last_school) == ("9269901", "Heronmere", True)
    assert (before.entry_date, before.leaving_date) == (date(2023, 9, 5), date(2026, 7, 21))
    assert before.leaving_reason == "END"
    assert pupil.enrolment == after
    assert after.entry_date == date(2026, 9, 3)


def test_enrolment_is_at_the_school_to_which_the_file_goes() -> None:
    history = "<SchoolHistory><School><LEA>926</LEA><Estab>9901</Estab><EntryDate>2023-09-05</EntryDate></School>"
    assert one(IDENTITY + history + "</SchoolHistory>").enrolment is None
    again = "<School><LEA>926</LEA><Estab>9902</Estab><EntryDate>{}</EntryDate></School>"
    pupil = one(IDENTITY + history + again.format("2026-09-03") + again.format("2022-09-05") + "</SchoolHistory>")
    assert pupil.enrolment is not None
    assert pupil.enrolment.entry_date == date(2026, 9, 3)


def test_the_header() -> None:
    found = read(IDENTITY)
    assert found.header.version == "25.0"
    assert found.header.written_at == datetime(2026, 9, 7, 8, 30)  # noqa: DTZ001 - files give local time without a zone
    assert (found.header.source_laestab, found.header.destination_laestab) == ("9269901", "9269902")
    assert (found.header.source_name, found.header.qualifier) == ("Heronmere Infant School", "full")
    assert found.problems == ()


def test_a_partial_file_leaves_unsaid_what_it_does_not_say() -> None:
    pupil = one(
        f"<UPN>{UPN}</UPN><Surname>Ashmere</Surname><Forename/>"
        "<BasicDetails><MiddleNames>  </MiddleNames></BasicDetails>"
        "<Address><PostCode/></Address><Phones/><Contacts><Contact><Surname/></Contact></Contacts>"
        "<SchoolHistory><School/></SchoolHistory>",
        qualifier="partial",
    )
    assert pupil.problems == ()
    who = pupil.identity
    assert (who.upn, who.surname) == (UPN, "Ashmere")
    said = {name: getattr(who, name) for name in who.__slots__ if name not in {"upn", "surname"}}
    assert set(said.values()) == {None}
    parts = ("nc_year", "enrolment_status", "address", "phones", "email", "contacts", "school_history", "enrolment")
    assert {getattr(pupil, part) for part in parts} == {None}


def test_sections_that_are_not_read_are_named() -> None:
    found = read(
        IDENTITY + "<BasicDetails><NCyearActual>2</NCyearActual></BasicDetails>"
        "<SENhistory/>"
        "<Contacts><Contact><Surname>Otterwick</Surname><Occupation>Potter</Occupation></Contact></Contacts>"
        "<StageAssessments><KeyStage><Stage>KS1</Stage><Teacher>B</Teacher></KeyStage></StageAssessments>",
        IDENTITY.replace(UPN, OTHER_UPN)
        + "<Attendance><YearData><Year>2026</Year><Term>1</Term></YearData></Attendance>",
    )
    assert set(found.sections_not_read) == {
        "Contacts/Contact/Occupation",
        "StageAssessments/KeyStage/Teacher",
        "Attendance/YearData/Term",
    }


@pytest.mark.parametrize("version", ["17.0", "20.0", "24.0", "25.0"])
def test_gender_is_read_where_an_older_file_says_it(version: str) -> None:
    pupil = one(IDENTITY.replace("Sex>", "Gender>"), version=version)
    assert pupil.identity.sex == "F"
    assert pupil.problems == ()


def test_sex_wins_over_a_gender_that_differs_and_says_so() -> None:
    pupil = one(IDENTITY + "<Gender>M</Gender>")
    assert pupil.identity.sex == "F"
    assert [problem.field for problem in pupil.problems] == ["sex"]
    assert pupil.usable


@pytest.mark.parametrize("version", ["16.0", "26.0", "next"])
def test_another_version_is_read_and_pointed_out(version: str) -> None:
    found = read(IDENTITY, version=version)
    assert found.pupils[0].identity.upn == UPN
    assert [problem.field for problem in found.problems] == ["version"]


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("UTF-8", "UTF-16").encode("utf-16"),
        lambda text: b"\xfe\xff" + text.replace("UTF-8", "UTF-16").encode("utf-16-be"),
        lambda text: text.replace("UTF-8", "UTF-16").encode("utf-16-le"),
        lambda text: text.replace(' encoding="UTF-8"', "").encode(),
        lambda text: text.partition("\n")[2].encode(),
    ],
    ids=["utf-8", "bom", "utf-16", "utf-16-be", "utf-16 bare", "no label", "no declaration"],
)
def test_encodings(encode: object) -> None:
    assert callable(encode)
    (pupil,) = read_ctf(encode(ctf(IDENTITY)), NAME, today=TODAY).pupils
    assert pupil.identity.forename == "Zoë"
    assert pupil.problems == ()


def test_a_letter_cut_by_the_end_of_a_piece_stays_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.connectors.ctf.source._CHUNK_BYTES", 1)
    text = ctf(IDENTITY.replace("Zoë", "Zo&#xEB;") + "<Email>zo&amp;ë@example.org</Email>")
    for data in (text.encode(), text.encode("utf-16")):
        (pupil,) = read_ctf(data, NAME, today=TODAY).pupils
        assert (pupil.identity.forename, pupil.email) == ("Zoë", "zo&ë@example.org")
    (pupil,) = read_ctf(ctf(IDENTITY.replace("Zoë", "Zo&#x0;e")).encode(), NAME, today=TODAY).pupils
    assert fatal(pupil) == ["forename"]


def test_a_namespace_comments_and_line_breaks_make_no_difference() -> None:
    text = ctf(IDENTITY.replace("Zoë", "Zoë\n   Mary<!-- not here -->-Ann")).replace(
        "<CTfile>", '<c:CTfile xmlns:c="urn:example:ctf" xmlns="urn:example:ctf"><?skip this?>'
    )
    found = read_ctf(text.replace("</CTfile>", "</c:CTfile>").encode(), NAME, today=TODAY)
    assert found.pupils[0].identity.forename == "Zoë Mary-Ann"
    assert found.pupils[0].problems == ()


@pytest.mark.parametrize("copy", ["(1)", " (2)"])
def test_the_name_of_a_second_download_is_mended_and_recorded(copy: str) -> None:
    name = f"9269901_CTF_9269902_001{copy}.xml"
    found = read_ctf(ctf(IDENTITY).encode(), name, today=TODAY)
    assert (found.name.original, found.name.normalised) == (name, NAME)
    assert (found.name.copy, found.name.number) == (True, 1)
    assert found.problems == ()


def test_a_name_that_contradicts_the_header_is_pointed_out() -> None:
    found = read_ctf(ctf(IDENTITY).encode(), "9269905_CTF_9269902_001.xml", today=TODAY)
    assert [problem.field for problem in found.problems] == ["source"]
    assert read_ctf(ctf(IDENTITY).encode(), "from Mrs Fenwick.xml", today=TODAY).problems == ()


def test_addresses_in_lines_and_a_contact_who_lives_elsewhere() -> None:
    pupil = one(
        IDENTITY + "<Contacts><Contact><Surname>Otterwick</Surname><Responsibility>false</Responsibility><Address>"
        "<AddressLines><AddressLine1>Old Drift House</AddressLine1><AddressLine2>Quay Loke</AddressLine2>"
        "</AddressLines>"
        "<PostCode>ZZ99 2CD</PostCode></Address></Contact></Contacts>"
    )
    assert pupil.contacts is not None
    address = pupil.contacts[0].address
    assert address is not None
    assert (address.lines, address.postcode) == (("Old Drift House", "Quay Loke"), "ZZ99 2CD")
    assert pupil.contacts[0].parental_responsibility is False
    assert pupil.contacts[0].address_as_pupil is None

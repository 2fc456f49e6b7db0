"""A transfer file that came in goes out again by the exporter, and is read as it was: but for what is named here."""

from datetime import date
from typing import Any

from support.school import School, new_id, upn
from support.sharing import asked, recipient, sent

from services.connectors.ctf.load import row
from services.connectors.ctf.reader import read_ctf
from services.sharing.exporters.ctf import FIELDS

TODAY = date(2026, 11, 24)
IN, OUT = "9269901_CTF_9262000_001.xml", "9262000_CTF_9262001_001.xml"
HEADER = """<Header>
  <DocumentName>Common Transfer File</DocumentName><CTFversion>25.0</CTFversion>
  <DateTime>2026-09-07T08:30:00</DateTime><DocumentQualifier>full</DocumentQualifier>
  <SourceSchool><LEA>926</LEA><Estab>9901</Estab><SchoolName>Heronmere Infant School</SchoolName></SourceSchool>
  <DestSchool><LEA>926</LEA><Estab>2000</Estab></DestSchool>
</Header>"""
PUPIL = f"""<UPN>{upn(77)}</UPN><Surname>Ashmere</Surname><Forename>Zoë</Forename><DOB>2019-03-02</DOB><Sex>F</Sex>
<BasicDetails>
  <PreferredSurname>Ash</PreferredSurname><PreferredForename>Zo</PreferredForename><MiddleNames>Anne</MiddleNames>
  <NCyearActual>2</NCyearActual><Ethnicity>WBRI</Ethnicity><EthnicitySource>P</EthnicitySource>
  <Languages><Type><LanguageType>F</LanguageType><Language>ENG</Language></Type></Languages>
  <EnrolStatus>C</EnrolStatus><MedicalFlag>true</MedicalFlag><ServiceChild>N</ServiceChild>
</BasicDetails>
<FSMhistory><FSMinstance><FSMstartDate>2024-09-04</FSMstartDate><FSMendDate>2025-07-20</FSMendDate><UKcountry>ENG</UKcountry></FSMinstance></FSMhistory>
<SENhistory><SEN><StartDate>2025-09-04</StartDate><SENprovision>K</SENprovision></SEN>
  <SENneeds><SENneed><SENtypeRank>1</SENtypeRank><SENtype>SLCN</SENtype></SENneed></SENneeds></SENhistory>
<Address><AddressLines><AddressLine1>4 Mill Lane</AddressLine1><AddressLine2>Hickling</AddressLine2></AddressLines>
  <PostCode>NR12 8XX</PostCode></Address>
<Phones><Phone><TelephoneType>H</TelephoneType><PhoneNo>01632 960123</PhoneNo></Phone></Phones>
<Contacts><Contact><Order>1</Order><Title>Ms</Title><Surname>Otterwick</Surname><Forename>Nadia</Forename>
  <Relationship>MOT</Relationship><Responsibility>true</Responsibility>
  <Address><AddressLines><AddressLine1>4 Mill Lane</AddressLine1></AddressLines><PostCode>NR12 8XX</PostCode></Address>
  <Phones><Phone><TelephoneType>M</TelephoneType><PhoneNo>07700 900001</PhoneNo></Phone></Phones>
  <Email>nadia@example.org</Email></Contact></Contacts>
<StageAssessments><KeyStage><Stage>KS1</Stage><StageAssessment><Locale>ENG</Locale><Year>2026</Year>
  <Subject>ENG</Subject><Method>TA</Method><Component>REA</Component><ResultStatus>R</ResultStatus>
  <ResultQualifier>NL</ResultQualifier><Result>EXS</Result><ResultDate>2026-06-30</ResultDate></StageAssessment></KeyStage></StageAssessments>
<SchoolHistory><School><LEA>926</LEA><Estab>2000</Estab><SchoolName>Marsh Lane Infant School</SchoolName>
  <EntryDate>2026-09-03</EntryDate></School></SchoolHistory>"""
WITHOUT_SCHOOL = {"enrolment": None}
"""Where the pupil will be next is the next school's to say: the file says when they were here, as their last school."""
WITHOUT_FLAG = {"health": None}
"""That a file of before had a medical flag, without a condition, is not a condition that the school knows of."""
GAINED = {"admission", "earlier_schools"}
"""What the next school learns beside: that the pupil was here, from when."""


def as_row(data: bytes, name: str) -> dict[str, Any]:
    read = read_ctf(data, name, today=TODAY)
    (pupil,) = read.pupils
    assert [one for one in pupil.problems if one.fatal] == []
    return row(pupil)


def whole(pupil: str) -> bytes:
    text = f'<?xml version="1.0" encoding="UTF-8"?><CTfile>{HEADER}<CTFpupilData><Pupil>{pupil}</Pupil></CTFpupilData></CTfile>'
    return text.encode()


def brought_in(school: School, said: dict[str, Any]) -> str:
    body = {"batch": new_id(), "connector": "ctf", "valid_on": "2026-09-03", "rows": [said]}
    answer = school.post("connector", "intake/pupils", body)
    assert answer.status_code == 200, answer.text
    (found,) = answer.json()["rows"]
    school.written = max(school.written, answer.json()["index"])
    school.caught_up()
    pupil: str = found["pupil"]
    return pupil


def test_a_whole_record_comes_out_as_it_went_in(school: School) -> None:
    went_in = as_row(whole(PUPIL), IN)
    ada = brought_in(school, went_in)
    hickling = recipient(school, "school", "Hickling Junior School", laestab="926/2001")
    body = asked(hickling, "transfer", sorted(FIELDS), pupils=[ada], exporter="ctf", file_number=1, channel="by-hand")
    which = sent(school, "head", body)
    came_out = as_row(school.get("head", f"disclosures/{which}/file").content, OUT)
    first, second = went_in.pop("sections"), came_out.pop("sections")
    assert came_out == {**went_in, **WITHOUT_SCHOOL}
    assert {name: second.get(name) for name in first} == {**first, **WITHOUT_FLAG}
    assert set(second) - set(first) == GAINED
    assert second["admission"]["last_school"] == school.title
    (here,) = second["earlier_schools"]["schools"]
    assert here["which"] == {"school": school.title, "laestab": "9262000", "entered": "2026-09-03"}


def test_a_file_of_some_fields_is_partial_and_says_nothing_of_the_rest(school: School) -> None:
    ada = brought_in(school, as_row(whole(PUPIL), IN))
    hickling = recipient(school, "school", "Hickling Junior School", laestab="926/2001")
    body = asked(hickling, "transfer", ["upn", "full_name"], pupils=[ada], exporter="ctf", file_number=1)
    content = school.get("head", f"disclosures/{sent(school, 'head', body)}/file").content
    assert b"<DocumentQualifier>partial</DocumentQualifier>" in content
    for word in (b"Mill Lane", b"SENhistory", b"Otterwick", b"DOB", b"WBRI"):
        assert word not in content


def test_whom_a_marker_hides_is_not_in_the_file(school: School) -> None:
    ada = brought_in(school, as_row(whole(PUPIL), IN))
    (contact,) = [one["contact"] for one in school.read("head", f"pupils/{ada}")["pupil"]["contacts"]]
    school.command("office", "records/mark-non-disclosure", person=contact, valid_on="2026-09-03", marker=new_id(),
                   withholds="person", reason="a refuge")  # fmt: skip
    hickling = recipient(school, "school", "Hickling Junior School", laestab="926/2001")
    body = asked(hickling, "transfer", sorted(FIELDS), pupils=[ada], exporter="ctf", file_number=1)
    content = school.get("head", f"disclosures/{sent(school, 'head', body)}/file").content
    assert b"Otterwick" not in content
    assert b"900001" not in content

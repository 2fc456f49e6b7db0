"""The XML tags of Common Transfer Files, as data: each field, what to call it, and every spelling it has had.

Versions 17 to 25 differ in which elements are there, so a file is read by what it holds and never by its version.
Source of the names: DfE Common Basic Data Set, and the header of a CTF 25 file. Spellings below the line "verified =
false" were never seen in a specification: they are read where they occur, and are to be checked before an export.
"""

from dataclasses import dataclass
from typing import Final

NAME_MAX: Final = 100
"""Characters of a name or an address line that the register keeps."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A field: its stable key, its words in a sentence, its element names, the first said being read, and its length.

    ``vital`` is whether a wrong value sets the whole row aside: the fields by which a child is told from another.
    """

    field: str
    label: str
    names: tuple[str, ...]
    longest: int = NAME_MAX
    vital: bool = False


ROOT: Final = "ctfile"
HEADER: Final = "header"
PUPIL: Final = "pupil"
PUPILS: Final = "ctfpupildata"

VERSION: Final = Tag("version", "version of the file", ("CTFversion",), 10)
WRITTEN_AT: Final = Tag("written_at", "date and time of the file", ("DateTime",), 40)
QUALIFIER: Final = Tag("qualifier", "document qualifier of the file", ("DocumentQualifier",), 20)
DOCUMENT: Final = Tag("document", "document name of the file", ("DocumentName",))
DESCRIPTOR: Final = Tag("descriptor", "description of the file", ("DataDescriptor",), 500)
SUPPLIER: Final = Tag("supplier", "supplier of the file", ("SupplierID",))
SOURCE_SCHOOL: Final = ("SourceSchool",)
DESTINATION_SCHOOL: Final = ("DestSchool",)
LEA: Final = Tag("lea", "local authority number", ("LEA",), 3)
ESTAB: Final = Tag("estab", "establishment number", ("Estab",), 4)
SCHOOL_NAME: Final = Tag("school_name", "name of the school", ("SchoolName",), 200)
URN: Final = Tag("urn", "URN of the school", ("URN",), 6)
ACADEMIC_YEAR: Final = Tag("academic_year", "academic year", ("AcademicYear",), 9)

UPN: Final = Tag("upn", "UPN", ("UPN",), vital=True)
ULN: Final = Tag("uln", "unique learner number", ("UniqueLearnerNumber", "ULN"))
UCI: Final = Tag("uci", "unique candidate identifier", ("UCI",))
SURNAME: Final = Tag("surname", "surname", ("Surname", "LegalSurname"), vital=True)
FORENAME: Final = Tag("forename", "forename", ("Forename", "LegalForename"), vital=True)
DATE_OF_BIRTH: Final = Tag("date_of_birth", "date of birth", ("DOB",), vital=True)
SEX: Final = Tag("sex", "sex", ("Sex", "Gender"), vital=True)

BASIC_DETAILS: Final = ("BasicDetails",)
FORMER_UPN: Final = Tag("former_upns", "former UPN", ("FormerUPN",))
MIDDLE_NAMES: Final = Tag("middle_names", "middle names", ("MiddleNames",))
PREFERRED_SURNAME: Final = Tag("preferred_surname", "preferred surname", ("PreferredSurname",))
PREFERRED_FORENAME: Final = Tag("preferred_forename", "preferred forename", ("PreferredForename",))
FORMER_SURNAME: Final = Tag("former_surname", "former surname", ("FormerSurname",))
FORMER_FORENAME: Final = Tag("former_forename", "former forename", ("FormerForename",))
NC_YEAR: Final = Tag("nc_year", "National Curriculum year", ("NCyearActual",))
ENROLMENT_STATUS: Final = Tag("enrolment_status", "enrolment status", ("EnrolStatus",))

ETHNICITY: Final = Tag("ethnicity", "ethnicity", ("Ethnicity",), 4)
ETHNICITY_SOURCE: Final = Tag("ethnicity_source", "source of the ethnicity", ("EthnicitySource",), 1)
LANGUAGES: Final = ("Languages",)
LANGUAGE_TYPE: Final = ("Type",)
DISABILITIES: Final = ("Disabilities",)
DISABILITY: Final = Tag("disability", "disability", ("Disability",), 4)
FSM_HISTORY: Final = ("FSMhistory",)
FSM_REVIEW: Final = Tag("fsm_review", "review date of free school meals", ("FSMreviewDate",))
FSM_INSTANCE: Final = ("FSMinstance",)
FSM_START: Final = Tag("fsm_start", "start of free school meals", ("FSMstartDate",))
FSM_END: Final = Tag("fsm_end", "end of free school meals", ("FSMendDate",))
FSM_COUNTRY: Final = Tag("fsm_country", "country of free school meals", ("UKcountry",), 3)
LOOKED_AFTER: Final = ("LookedAfter",)
IN_CARE: Final = Tag("in_care", "in-care mark", ("InCare",))
CARE_AUTHORITY: Final = Tag("care_authority", "care authority", ("CareAuthority",), 3)

ADDRESS: Final = ("Address",)
BS7666: Final = ("BS7666Address",)
ADDRESS_LINES: Final = ("AddressLines",)
SAON: Final = Tag("address", "flat or part of the building", ("SAON",))
PAON: Final = Tag("address", "house number or name", ("PAON",))
STREET: Final = Tag("address", "street", ("Street",))
REST_OF_ADDRESS: Final = (
    Tag("address", "locality", ("Locality",)),
    Tag("address", "town", ("Town",)),
    Tag("address", "administrative area", ("AdministrativeArea",)),
    Tag("address", "post town", ("PostTown",)),
)
LINES: Final = tuple(Tag("address", f"address line {n}", (f"AddressLine{n}",)) for n in range(1, 6))
COUNTY: Final = Tag("address", "county", ("County",))
POSTCODE: Final = Tag("postcode", "postcode", ("PostCode", "Postcode", "Zip"), 10)
COUNTRY: Final = Tag("country", "country", ("Country",))

PHONES: Final = ("Phones",)
PHONE: Final = ("Phone",)
EMAIL: Final = Tag("email", "e-mail address", ("Email", "EMail"), 200)

CONTACTS: Final = ("Contacts",)
CONTACT: Final = ("Contact",)

SCHOOL_HISTORY: Final = ("SchoolHistory",)
SCHOOL: Final = ("School",)
ENTRY_DATE: Final = Tag("entry_date", "entry date", ("EntryDate",))
LEAVING_DATE: Final = Tag("leaving_date", "leaving date", ("LeavingDate",))
LEAVING_REASON: Final = Tag("leaving_reason", "leaving reason", ("LeavingReason", "LeavingReasonCode"), 60)
# verified = false: the spelling; version 18 of the file added it.
REMOVAL_GROUND: Final = Tag("ground", "ground of removal", ("GroundsForRemoval", "GroundForRemoval"), 60)
LAST_SCHOOL: Final = Tag("last_school", "last-school mark", ("LastSchool",))

# verified = false: inside Contact and Phone, the likely spellings, the usual one first.
PHONE_TYPE: Final = Tag("phone_type", "telephone type", ("TelephoneType", "PhoneType"))
PHONE_NUMBER: Final = Tag("phone_number", "telephone number", ("PhoneNo", "PhoneNumber", "TelephoneNumber"), 30)
ORDER: Final = Tag("order", "order of calling", ("Order", "ContactOrder", "Priority"), 4)
TITLE: Final = Tag("title", "title", ("Title",), 20)
CONTACT_SURNAME: Final = Tag("surname", "surname", ("Surname", "ContactSurname"))
CONTACT_FORENAME: Final = Tag("forename", "forename", ("Forename", "ContactForename"))
RELATIONSHIP: Final = Tag("relationship", "relationship to the pupil", ("Relationship", "RelationshipToPupil"))
RESPONSIBILITY: Final = Tag(
    "parental_responsibility", "parental responsibility", ("Responsibility", "ParentalResponsibility")
)
ADDRESS_AS_PUPIL: Final = Tag(
    "address_as_pupil", "lives-with-the-pupil mark", ("AddressAsPupil", "SameAddress", "PupilAddress")
)

# verified = false: language roles and codes, the category of free school meals, service children, and the spellings of
# the fields that are not collected.
LANGUAGE_ROLE: Final = Tag("language_role", "role of the language", ("LanguageType", "LanguageRole", "Role"), 10)
LANGUAGE: Final = Tag("first_language", "first language", ("Language", "LanguageCode"), 3)
FSM_CATEGORY: Final = Tag("fsm_category", "category of free school meals", ("FSMcategory", "FSMtype"), 4)
SERVICE_CHILD: Final = Tag("service_child", "service child mark", ("ServiceChild", "ServiceChildIndicator"), 5)
NOT_COLLECTED: Final = (
    Tag("nationality", "nationality", ("Nationality", "Nationalities", "NationalityCode")),
    Tag("country_of_birth", "country of birth", ("CountryOfBirth", "BirthCountry", "COB")),
)
# Asked for where they stand, so that nobody reads them, and told to the register as given and not taken.
APPLICATION_REFERENCE: Final = Tag("application_reference", "application reference", ("ApplicationReference",))
CONTACT_SEX: Final = Tag("contact_sex", "sex of contacts", ("Sex", "Gender"))
FURTHER_LANGUAGE: Final = Tag("further_language", "further languages", ("Language", "LanguageCode"))
MAP_REFERENCE: Final = Tag(
    "map_reference", "map reference of a home", ("Easting", "Northing", "UniquePropertyReferenceNumber", "UPRN")
)
WELSH_DETAILS: Final = Tag("welsh_details", "details for schools in Wales", ("NAWdetails",))
QUIETLY_NOT_COLLECTED: Final = (APPLICATION_REFERENCE, CONTACT_SEX, FURTHER_LANGUAGE, MAP_REFERENCE, WELSH_DETAILS)
"""What most files give of most pupils: the report counts these instead of naming them row by row."""

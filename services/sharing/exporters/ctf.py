"""The Common Transfer File that follows a pupil to the next school, whole or of some sections.

Education (Pupil Information) (England) Regulations 2005, reg 9. The structure is that of CTF 25 as far as it is
published; the spellings inside Contact are the likely ones (verified = false).
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from lxml import etree

from services.shared_facts import Pupil, SharedFact
from services.sharing.exporters import Export, Exporter, File

VERSION: Final = "25.0"
NUMBER_MAX: Final = 999
UNKNOWN_SCHOOL: Final = "XXXXXXX"
"""The recipient's place in a file's name where it has no LAESTAB."""
FIELDS: Final = frozenset({
    "upn", "former_upn", "uln", "full_name", "former_names", "date_of_birth", "sex", "address", "phones", "emails",
    "contacts", "enrolment", "leaving", "admission", "ethnicity", "first_language", "service_child", "looked_after",
    "disability", "free_school_meals", "sen_provision", "sen_needs", "medical_conditions", "results",
})  # fmt: skip


def make(export: Export) -> File:
    """Make the file: UTF-8, pupils in the order given."""
    root = etree.Element("CTfile")
    header(etree.SubElement(root, "Header"), export, FIELDS)
    data = etree.SubElement(root, "CTFpupilData")
    for pupil in export.pupils:
        element = etree.SubElement(data, "Pupil")
        _pupil(element, pupil)
        _history(element, pupil, export)
    content = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    sender, to = place(export.sender.laestab), place(export.to.laestab)
    return File(f"{sender}_CTF_{to}_{export.number:03}.xml", "application/xml", content)


def place(laestab: str | None) -> str:
    """Give a school as a file's name has it."""
    return laestab.replace("/", "") if laestab else UNKNOWN_SCHOOL


def header(header: etree._Element, export: Export, whole: frozenset[str], descriptor: str | None = None) -> None:
    """Say what file this is: full where it has every field of ``whole``."""
    add(header, "DocumentName", "Common Transfer File")
    add(header, "CTFversion", VERSION)
    add(header, "DateTime", export.made_at.strftime("%Y-%m-%dT%H:%M:%S"))
    add(header, "DocumentQualifier", "full" if set(export.fields) >= whole else "partial")
    add(header, "DataDescriptor", descriptor)
    add(header, "SupplierID", "Rollbook")
    source = etree.SubElement(header, "SourceSchool")
    numbers(source, export.sender.laestab)
    add(source, "SchoolName", export.sender.title)
    year = export.valid_on.year if export.valid_on.month >= 9 else export.valid_on.year - 1  # noqa: PLR2004  # September
    add(source, "AcademicYear", str(year))
    numbers(etree.SubElement(header, "DestSchool"), export.to.laestab)


def _pupil(element: etree._Element, pupil: Pupil) -> None:
    child(element, pupil)
    reach(element, first(pupil, "address"), values(pupil, "phones"), values(pupil, "emails"))
    if pupil.of("contacts"):
        contacts = etree.SubElement(element, "Contacts")
        for one in pupil.of("contacts"):
            contact(etree.SubElement(contacts, "Contact"), one.value)
    results_of(element, pupil.of("results"))


def child(element: etree._Element, pupil: Pupil) -> None:
    """Add who a pupil is, and what stands before where they live."""
    name = first(pupil, "full_name") or {}
    add(element, "UPN", first(pupil, "upn"))
    add(element, "UniqueLearnerNumber", said_of(pupil, "uln"))
    add(element, "Surname", name.get("surname"))
    add(element, "Forename", name.get("forename"))
    add(element, "DOB", first(pupil, "date_of_birth"))
    add(element, "Sex", first(pupil, "sex"))
    basic_details(etree.SubElement(element, "BasicDetails"), pupil, name)
    meals(element, pupil.of("free_school_meals"))
    care(element, pupil.of("looked_after"))
    sen(element, pupil)


def basic_details(basic: etree._Element, pupil: Pupil, name: Mapping[str, Any]) -> None:
    """Add the element of that name."""
    for one in pupil.of("former_upn"):
        add(basic, "FormerUPN", one.value["value"])
    add(basic, "PreferredSurname", name.get("preferred_surname"))
    add(basic, "PreferredForename", name.get("preferred_forename"))
    for one in pupil.of("former_names"):
        add(basic, "FormerSurname", one.value["value"].get("surname"))
        add(basic, "FormerForename", one.value["value"].get("forename"))
    add(basic, "MiddleNames", name.get("middle_names"))
    enrolment = first(pupil, "enrolment") or {}
    add(basic, "NCyearActual", enrolment.get("year_group"))
    ethnicity = said_of(pupil, "ethnicity") or {}
    add(basic, "Ethnicity", _code(ethnicity))
    add(basic, "EthnicitySource", ethnicity.get("source"))
    language = _code(said_of(pupil, "first_language"))
    if language is not None:
        spoken = etree.SubElement(etree.SubElement(basic, "Languages"), "Type")
        add(spoken, "LanguageType", "F")
        add(spoken, "Language", language)
    add(basic, "EnrolStatus", enrolment.get("status"))
    if pupil.of("medical_conditions"):
        add(basic, "MedicalFlag", "true")
    disability = said_of(pupil, "disability") or {}
    if disability.get("codes"):
        several = etree.SubElement(basic, "Disabilities")
        for code in disability["codes"]:
            add(several, "Disability", code)
    add(basic, "ServiceChild", _code(said_of(pupil, "service_child")))


def meals(element: etree._Element, facts: Iterable[SharedFact]) -> None:
    """Add the times of free school meals."""
    episodes = [one for one in facts if isinstance(one.value["value"], dict) and not one.value["value"]["voided"]]
    if not episodes:
        return
    history = etree.SubElement(element, "FSMhistory")
    for one in episodes:
        instance = etree.SubElement(history, "FSMinstance")
        add(instance, "FSMstartDate", one.since.isoformat() if one.since else None)
        add(instance, "FSMendDate", one.value["until"])
        add(instance, "UKcountry", one.value["value"]["country"])


def care(element: etree._Element, facts: Iterable[SharedFact]) -> None:
    """Add whether the pupil is looked after."""
    said = next((one.value["value"] for one in facts if one.value["label"] == "Looked after"), None)
    if said is None or not said.get("codes"):
        return
    care = etree.SubElement(element, "LookedAfter")
    add(care, "InCare", "true" if said["codes"][0] in ("true", "Y", "1") else "false")
    add(care, "CareAuthority", said.get("care_authority"))


def sen(element: etree._Element, pupil: Pupil) -> None:
    """Add the SEN provision and needs."""
    provision, needs = pupil.of("sen_provision"), said_of(pupil, "sen_needs") or []
    if not provision and not needs:
        return
    history = etree.SubElement(element, "SENhistory")
    for one in provision:
        episode = etree.SubElement(history, "SEN")
        add(episode, "StartDate", one.since.isoformat() if one.since else None)
        add(episode, "EndDate", one.value["until"])
        add(episode, "SENprovision", one.value["value"])
    if needs:
        several = etree.SubElement(history, "SENneeds")
        for rank, code in enumerate(needs, start=1):
            need = etree.SubElement(several, "SENneed")
            add(need, "SENtypeRank", str(rank))
            add(need, "SENtype", code)


def reach(
    element: etree._Element,
    address: Mapping[str, Any] | None,
    phones: Iterable[Mapping[str, Any]],
    emails: Iterable[str],
) -> None:
    """Add where and how somebody is reached."""
    if address is not None:
        wrapper = etree.SubElement(element, "Address")
        lines = etree.SubElement(wrapper, "AddressLines")
        for number, line in enumerate(address["lines"][:5], start=1):
            add(lines, f"AddressLine{number}", line)
        add(wrapper, "PostCode", address.get("postcode"))
    numbers = [one for one in phones if not one.get("ended")]
    if numbers:
        several = etree.SubElement(element, "Phones")
        for one in numbers:
            phone = etree.SubElement(several, "Phone")
            add(phone, "TelephoneType", one["phone_type"])
            add(phone, "PhoneNo", one["number"])
    for email in emails:
        add(element, "Email", email)


def contact(element: etree._Element, said: Mapping[str, Any]) -> None:
    """Add one contact."""
    called = said["called"] or {}
    name = called.get("full_name") or {}
    add(element, "Order", str(said["priority"]))
    add(element, "Title", called.get("title"))
    add(element, "Surname", name.get("surname"))
    add(element, "Forename", name.get("forename"))
    add(element, "Relationship", said["relationship"])
    if said["parental_responsibility"] is not None:
        add(element, "Responsibility", str(said["parental_responsibility"]).lower())
    reach(element, said["address"], said["phones"], [])
    for email in said["emails"]:
        add(element, "Email", email if isinstance(email, str) else email.get("email"))


def results_of(element: etree._Element, facts: Iterable[SharedFact]) -> None:
    """Add the results, by stage."""
    by_stage: dict[str, list[Mapping[str, Any]]] = {}
    for one in facts:
        by_stage.setdefault(one.value["assessed"]["stage"], []).append(one.value)
    if not by_stage:
        return
    several = etree.SubElement(element, "StageAssessments")
    for stage, results in by_stage.items():
        key_stage = etree.SubElement(several, "KeyStage")
        add(key_stage, "Stage", stage)
        for said in results:
            assessed, outcome = said["assessed"], said["outcome"]
            result = etree.SubElement(key_stage, "StageAssessment")
            add(result, "Locale", assessed["locale"])
            add(result, "Year", str(assessed["year"]))
            add(result, "Subject", assessed["subject"])
            add(result, "Method", assessed["method"])
            add(result, "Component", assessed["component"])
            add(result, "ResultStatus", outcome["status"])
            add(result, "ResultQualifier", outcome["qualifier"])
            add(result, "Result", outcome["result"])
            add(result, "ResultDate", said["on"])


def _history(element: etree._Element, pupil: Pupil, export: Export) -> None:
    """Add the school attended before, and the time at this one: to whoever receives the file it is the last school."""
    schools = [one.value["value"] for one in pupil.of("admission") if one.value["label"] == "Last school attended"]
    named = [one for one in schools if isinstance(one, str)]
    began = next((one.since for one in pupil.of("enrolment")), None)
    ended = next((one.since for one in pupil.of("leaving")), None)
    if not named and began is None and ended is None:
        return
    history = etree.SubElement(element, "SchoolHistory")
    for one in named:
        add(etree.SubElement(history, "School"), "SchoolName", one)
    if began is not None or ended is not None:
        here = etree.SubElement(history, "School")
        numbers(here, export.sender.laestab)
        add(here, "SchoolName", export.sender.title)
        add(here, "EntryDate", began.isoformat() if began else None)
        add(here, "LeavingDate", ended.isoformat() if ended else None)
        add(here, "LastSchool", "true")


def numbers(element: etree._Element, laestab: str | None) -> None:
    """Add a school's LEA and Estab numbers."""
    bare = laestab.replace("/", "") if laestab else UNKNOWN_SCHOOL
    add(element, "LEA", bare[:3])
    add(element, "Estab", bare[3:])


def first(pupil: Pupil, field: str) -> Any:
    """Give the first value of a field."""
    return next((one.value for one in pupil.of(field)), None)


def values(pupil: Pupil, field: str) -> list[Any]:
    """Give the values of a field."""
    return [one.value for one in pupil.of(field)]


def said_of(pupil: Pupil, field: str) -> Any:
    """Give the first value of a field that stands in a section of the record."""
    return next((one.value["value"] for one in pupil.of(field)), None)


def _code(said: Mapping[str, Any] | None) -> str | None:
    codes = (said or {}).get("codes") or ()
    return next(iter(codes), None)


def add(parent: etree._Element, name: str, text: str | None) -> None:
    """Add an element that says something; what is not said has no element."""
    if text is not None:
        etree.SubElement(parent, name).text = text


CTF: Final = Exporter("ctf", 1, "Common Transfer File", make, FIELDS)

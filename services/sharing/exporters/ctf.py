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
    _header(etree.SubElement(root, "Header"), export)
    data = etree.SubElement(root, "CTFpupilData")
    for pupil in export.pupils:
        element = etree.SubElement(data, "Pupil")
        _pupil(element, pupil)
        _history(element, pupil, export)
    content = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    sender, to = _place(export.sender.laestab), _place(export.to.laestab)
    return File(f"{sender}_CTF_{to}_{export.number:03}.xml", "application/xml", content)


def _place(laestab: str | None) -> str:
    return laestab.replace("/", "") if laestab else UNKNOWN_SCHOOL


def _header(header: etree._Element, export: Export) -> None:
    _text(header, "DocumentName", "Common Transfer File")
    _text(header, "CTFversion", VERSION)
    _text(header, "DateTime", export.made_at.strftime("%Y-%m-%dT%H:%M:%S"))
    _text(header, "DocumentQualifier", "full" if set(export.fields) >= FIELDS else "partial")
    _text(header, "SupplierID", "Rollbook")
    source = etree.SubElement(header, "SourceSchool")
    _numbers(source, export.sender.laestab)
    _text(source, "SchoolName", export.sender.title)
    year = export.valid_on.year if export.valid_on.month >= 9 else export.valid_on.year - 1  # noqa: PLR2004  # September
    _text(source, "AcademicYear", str(year))
    _numbers(etree.SubElement(header, "DestSchool"), export.to.laestab)


def _pupil(element: etree._Element, pupil: Pupil) -> None:
    name = _first(pupil, "full_name") or {}
    _text(element, "UPN", _first(pupil, "upn"))
    _text(element, "UniqueLearnerNumber", _said(pupil, "uln"))
    _text(element, "Surname", name.get("surname"))
    _text(element, "Forename", name.get("forename"))
    _text(element, "DOB", _first(pupil, "date_of_birth"))
    _text(element, "Sex", _first(pupil, "sex"))
    _basic(etree.SubElement(element, "BasicDetails"), pupil, name)
    _meals(element, pupil.of("free_school_meals"))
    _care(element, pupil.of("looked_after"))
    _sen(element, pupil)
    _reach(element, _first(pupil, "address"), _values(pupil, "phones"), _values(pupil, "emails"))
    if pupil.of("contacts"):
        contacts = etree.SubElement(element, "Contacts")
        for one in pupil.of("contacts"):
            _contact(etree.SubElement(contacts, "Contact"), one.value)
    _results(element, pupil.of("results"))


def _basic(basic: etree._Element, pupil: Pupil, name: Mapping[str, Any]) -> None:
    for one in pupil.of("former_upn"):
        _text(basic, "FormerUPN", one.value["value"])
    _text(basic, "PreferredSurname", name.get("preferred_surname"))
    _text(basic, "PreferredForename", name.get("preferred_forename"))
    for one in pupil.of("former_names"):
        _text(basic, "FormerSurname", one.value["value"].get("surname"))
        _text(basic, "FormerForename", one.value["value"].get("forename"))
    _text(basic, "MiddleNames", name.get("middle_names"))
    enrolment = _first(pupil, "enrolment") or {}
    _text(basic, "NCyearActual", enrolment.get("year_group"))
    ethnicity = _said(pupil, "ethnicity") or {}
    _text(basic, "Ethnicity", _code(ethnicity))
    _text(basic, "EthnicitySource", ethnicity.get("source"))
    language = _code(_said(pupil, "first_language"))
    if language is not None:
        spoken = etree.SubElement(etree.SubElement(basic, "Languages"), "Type")
        _text(spoken, "LanguageType", "F")
        _text(spoken, "Language", language)
    _text(basic, "EnrolStatus", enrolment.get("status"))
    if pupil.of("medical_conditions"):
        _text(basic, "MedicalFlag", "true")
    disability = _said(pupil, "disability") or {}
    if disability.get("codes"):
        several = etree.SubElement(basic, "Disabilities")
        for code in disability["codes"]:
            _text(several, "Disability", code)
    _text(basic, "ServiceChild", _code(_said(pupil, "service_child")))


def _meals(element: etree._Element, facts: Iterable[SharedFact]) -> None:
    episodes = [one for one in facts if isinstance(one.value["value"], dict) and not one.value["value"]["voided"]]
    if not episodes:
        return
    history = etree.SubElement(element, "FSMhistory")
    for one in episodes:
        instance = etree.SubElement(history, "FSMinstance")
        _text(instance, "FSMstartDate", one.since.isoformat() if one.since else None)
        _text(instance, "FSMendDate", one.value["until"])
        _text(instance, "UKcountry", one.value["value"]["country"])


def _care(element: etree._Element, facts: Iterable[SharedFact]) -> None:
    said = next((one.value["value"] for one in facts if one.value["label"] == "Looked after"), None)
    if said is None or not said.get("codes"):
        return
    care = etree.SubElement(element, "LookedAfter")
    _text(care, "InCare", "true" if said["codes"][0] in ("true", "Y", "1") else "false")
    _text(care, "CareAuthority", said.get("care_authority"))


def _sen(element: etree._Element, pupil: Pupil) -> None:
    provision, needs = pupil.of("sen_provision"), _said(pupil, "sen_needs") or []
    if not provision and not needs:
        return
    history = etree.SubElement(element, "SENhistory")
    for one in provision:
        episode = etree.SubElement(history, "SEN")
        _text(episode, "StartDate", one.since.isoformat() if one.since else None)
        _text(episode, "EndDate", one.value["until"])
        _text(episode, "SENprovision", one.value["value"])
    if needs:
        several = etree.SubElement(history, "SENneeds")
        for rank, code in enumerate(needs, start=1):
            need = etree.SubElement(several, "SENneed")
            _text(need, "SENtypeRank", str(rank))
            _text(need, "SENtype", code)


def _reach(
    element: etree._Element,
    address: Mapping[str, Any] | None,
    phones: Iterable[Mapping[str, Any]],
    emails: Iterable[str],
) -> None:
    if address is not None:
        wrapper = etree.SubElement(element, "Address")
        lines = etree.SubElement(wrapper, "AddressLines")
        for number, line in enumerate(address["lines"][:5], start=1):
            _text(lines, f"AddressLine{number}", line)
        _text(wrapper, "PostCode", address.get("postcode"))
    numbers = [one for one in phones if not one.get("ended")]
    if numbers:
        several = etree.SubElement(element, "Phones")
        for one in numbers:
            phone = etree.SubElement(several, "Phone")
            _text(phone, "TelephoneType", one["phone_type"])
            _text(phone, "PhoneNo", one["number"])
    for email in emails:
        _text(element, "Email", email)


def _contact(element: etree._Element, said: Mapping[str, Any]) -> None:
    called = said["called"] or {}
    name = called.get("full_name") or {}
    _text(element, "Order", str(said["priority"]))
    _text(element, "Title", called.get("title"))
    _text(element, "Surname", name.get("surname"))
    _text(element, "Forename", name.get("forename"))
    _text(element, "Relationship", said["relationship"])
    if said["parental_responsibility"] is not None:
        _text(element, "Responsibility", str(said["parental_responsibility"]).lower())
    _reach(element, said["address"], said["phones"], [])
    for email in said["emails"]:
        _text(element, "Email", email if isinstance(email, str) else email.get("email"))


def _results(element: etree._Element, facts: Iterable[SharedFact]) -> None:
    by_stage: dict[str, list[Mapping[str, Any]]] = {}
    for one in facts:
        by_stage.setdefault(one.value["assessed"]["stage"], []).append(one.value)
    if not by_stage:
        return
    several = etree.SubElement(element, "StageAssessments")
    for stage, results in by_stage.items():
        key_stage = etree.SubElement(several, "KeyStage")
        _text(key_stage, "Stage", stage)
        for said in results:
            assessed, outcome = said["assessed"], said["outcome"]
            result = etree.SubElement(key_stage, "StageAssessment")
            _text(result, "Locale", assessed["locale"])
            _text(result, "Year", str(assessed["year"]))
            _text(result, "Subject", assessed["subject"])
            _text(result, "Method", assessed["method"])
            _text(result, "Component", assessed["component"])
            _text(result, "ResultStatus", outcome["status"])
            _text(result, "ResultQualifier", outcome["qualifier"])
            _text(result, "Result", outcome["result"])
            _text(result, "ResultDate", said["on"])


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
        _text(etree.SubElement(history, "School"), "SchoolName", one)
    if began is not None or ended is not None:
        here = etree.SubElement(history, "School")
        _numbers(here, export.sender.laestab)
        _text(here, "SchoolName", export.sender.title)
        _text(here, "EntryDate", began.isoformat() if began else None)
        _text(here, "LeavingDate", ended.isoformat() if ended else None)
        _text(here, "LastSchool", "true")


def _numbers(element: etree._Element, laestab: str | None) -> None:
    bare = laestab.replace("/", "") if laestab else UNKNOWN_SCHOOL
    _text(element, "LEA", bare[:3])
    _text(element, "Estab", bare[3:])


def _first(pupil: Pupil, field: str) -> Any:
    return next((one.value for one in pupil.of(field)), None)


def _values(pupil: Pupil, field: str) -> list[Any]:
    return [one.value for one in pupil.of(field)]


def _said(pupil: Pupil, field: str) -> Any:
    return next((one.value["value"] for one in pupil.of(field)), None)


def _code(said: Mapping[str, Any] | None) -> str | None:
    codes = (said or {}).get("codes") or ()
    return next(iter(codes), None)


def _text(parent: etree._Element, name: str, text: str | None) -> None:
    """Add an element that says something; what is not said has no element."""
    if text is not None:
        etree.SubElement(parent, name).text = text


CTF: Final = Exporter("ctf", 1, "Common Transfer File", make, FIELDS)

"""Invented backgrounds: what a census asks of some pupils, free meals, special needs, and that one has a medical note.

Each is drawn from the pupil's own number alone, so that nobody else's changes when somebody is added.
"""

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from lxml import etree

_ETHNICITIES: Final = ("WBRI",) * 14 + ("WOTH", "MWBA", "AIND", "APKN", "BAFR", "CHNE", "REFU")
_LANGUAGES: Final = ("ENG",) * 17 + ("POL", "LIT", "POR")
_NEEDS: Final = ("SLCN", "SEMH", "SPLD", "ASD", "MLD")
_FREE_MEALS: Final = 0.22
_SERVICE: Final = 0.03
_SUPPORT: Final = 0.13
_PLAN: Final = 0.03
_MEDICAL: Final = 0.06


@dataclass(frozen=True, slots=True)
class Background:
    """What a file says of a pupil beside identity and family; free meals, support and need from the entry on."""

    ethnicity: str
    first_language: str
    service_child: bool
    free_meals: bool
    provision: str | None
    need: str | None
    medical_flag: bool


def background(upn: str) -> Background:
    """Give the background of the pupil with this number."""
    random = Random(upn)  # invented people, and the same ones at each run
    ethnicity, language = random.choice(_ETHNICITIES), random.choice(_LANGUAGES)
    service, meals, need = random.random() < _SERVICE, random.random() < _FREE_MEALS, random.random()
    provision = "E" if need < _PLAN else "K" if need < _PLAN + _SUPPORT else None
    kind = random.choice(_NEEDS) if provision else None
    return Background(ethnicity, language, service, meals, provision, kind, random.random() < _MEDICAL)


def write_background(pupil: etree._Element, basic: etree._Element, said: Background, since: date) -> None:
    """Add the elements of a Common Transfer File; ``since`` is the day from which meals and support are given."""
    _element(basic, Ethnicity=said.ethnicity, EthnicitySource="P")
    language = etree.SubElement(etree.SubElement(basic, "Languages"), "Type")
    _element(language, LanguageType="F", Language=said.first_language)
    if said.service_child:
        _element(basic, ServiceChild="Y")
    if said.medical_flag:
        _element(basic, MedicalFlag="true")
    if said.free_meals:
        meals = etree.SubElement(etree.SubElement(pupil, "FSMhistory"), "FSMinstance")
        _element(meals, FSMstartDate=since.isoformat(), UKcountry="ENG")
    if said.provision and said.need:
        history = etree.SubElement(pupil, "SENhistory")
        _element(etree.SubElement(history, "SEN"), StartDate=since.isoformat(), SENprovision=said.provision)
        needs = etree.SubElement(history, "SENneeds")
        _element(etree.SubElement(needs, "SENneed"), SENtypeRank="1", SENtype=said.need)


def _element(parent: etree._Element, **texts: str) -> None:
    for name, text in texts.items():
        etree.SubElement(parent, name).text = text

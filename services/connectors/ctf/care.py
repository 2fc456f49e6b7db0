"""What a Common Transfer File says of special educational needs, and its one word on health: the medical flag."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pydantic import TypeAdapter

from events.codes.sen import SenNeed, SenProvision
from services.connectors.ctf import tags
from services.connectors.ctf.coded import coded
from services.connectors.ctf.element import Element
from services.connectors.ctf.tags import Tag
from services.connectors.written import EARLIEST_BIRTH

PROVISIONS: Final[TypeAdapter[SenProvision]] = TypeAdapter(SenProvision)
NEEDS: Final[TypeAdapter[SenNeed]] = TypeAdapter(SenNeed)
LATEST_END: Final = date(2100, 12, 31)
"""An end may be planned; a later one is a slip."""

SEN_HISTORY: Final = ("SENhistory",)
SEN: Final = ("SEN",)
SEN_NEEDS: Final = ("SENneeds",)
SEN_NEED: Final = ("SENneed",)
START: Final = Tag("sen.since", "start date", ("StartDate", "SENstartDate"))
END: Final = Tag("sen.until", "end date", ("EndDate", "SENendDate"))
PROVISION: Final = Tag("sen.provision", "SEN provision", ("SENprovision",))
# verified = false: inside SENneed, the likely spellings.
RANK: Final = Tag("sen.rank", "rank", ("SENtypeRank", "SENneedRank", "Rank"), 2)
NEED: Final = Tag("sen.need", "SEN type", ("SENtype", "SENneedType", "Type"))
MEDICAL_FLAG: Final = Tag("medical_flag", "medical flag", ("MedicalFlag",))


@dataclass(frozen=True, slots=True, repr=False)
class CtfProvision:
    """A provision from a first to, where the file says it, a last day."""

    since: date
    until: date | None
    provision: SenProvision


@dataclass(frozen=True, slots=True, repr=False)
class CtfCare:
    """What the file says; None is that it does not say."""

    provision: tuple[CtfProvision, ...] | None
    needs: tuple[SenNeed, ...] | None
    medical_flag: bool | None


def read_care(pupil: Element, today: date) -> CtfCare:
    """Read the sections of one pupil. What is wrong in them leaves only that value out."""
    history = pupil.child(SEN_HISTORY)
    spans = [_provision(one, today) for one in history.children(SEN, "sen", " of SEN record")]
    return CtfCare(
        provision=tuple(one for one in spans if one is not None) or None,
        needs=_needs(history),
        medical_flag=pupil.child(tags.BASIC_DETAILS).truth(MEDICAL_FLAG),
    )


def _provision(one: Element, today: date) -> CtfProvision | None:
    since = one.day(START, EARLIEST_BIRTH, today)
    until = one.day(END, EARLIEST_BIRTH, LATEST_END)
    provision = coded(PROVISIONS, one, PROVISION)
    problems = one.row.problems
    if since is None or provision is None:
        place = one.place(START if since is None else PROVISION)
        if place.field not in {problem.field for problem in problems.found}:
            problems.minor(place, "is not given, so that provision was left out. Add it by hand.")
        return None
    if until is not None and until < since:
        problems.minor(one.place(END), "is before the start date, so that provision was left out. Add it by hand.")
        return None
    return CtfProvision(since, until, provision)


def _needs(history: Element) -> tuple[SenNeed, ...] | None:
    """The needs by rank; one that is named twice counts once, and without a rank it stands where the file has it."""
    found: list[tuple[int, int, SenNeed]] = []
    for place, one in enumerate(history.child(SEN_NEEDS).children(SEN_NEED, "sen_needs", " of SEN need"), start=1):
        rank, need = one.text(RANK), coded(NEEDS, one, NEED)
        if rank is not None and not (rank.isascii() and rank.isdigit()):
            one.row.problems.minor(one.place(RANK), "is not a number, so the order of the file was kept.")
            rank = None
        if need is not None:
            found.append((place if rank is None else int(rank), place, need))
    return tuple(dict.fromkeys(need for _, _, need in sorted(found))) or None


def care_sections(care: CtfCare) -> dict[str, Any]:
    """Give what the file says as the sections of a row; a section of which it says nothing is not there."""
    sections: dict[str, Any] = {}
    if care.provision or care.needs:
        sections["sen"] = {
            "provision": list(_spans(care.provision or ())),
            "needs": list(care.needs) if care.needs else None,
        }
    if care.medical_flag is not None:
        sections["health"] = {"medical_flag": care.medical_flag}
    return sections


def _spans(spans: Sequence[CtfProvision]) -> list[dict[str, str | None]]:
    return [
        {
            "since": one.since.isoformat(),
            "until": one.until.isoformat() if one.until else None,
            "provision": one.provision,
        }
        for one in spans
    ]

"""The results in a pupil's ``StageAssessments``: what the file says of each, and which of them cannot be kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from services.connectors.ctf.element import Element
from services.connectors.ctf.tags import Tag

CODE_MAX: Final = 20
EARLIEST: Final = date(1988, 9, 1)
"""There was no national curriculum before."""
LOCALES: Final = ("ENG", "WAL", "NIR", "SCO")
SECTION: Final = ("StageAssessments",)
KEY_STAGE: Final = ("KeyStage",)
ONE: Final = ("StageAssessment",)
STAGE: Final = Tag("stage", "stage", ("Stage",), CODE_MAX)
LOCALE: Final = Tag("locale", "locale", ("Locale",), CODE_MAX)
YEAR: Final = Tag("year", "year", ("Year",), CODE_MAX)
SUBJECT: Final = Tag("subject", "subject", ("Subject",), CODE_MAX)
METHOD: Final = Tag("method", "method", ("Method",), CODE_MAX)
COMPONENT: Final = Tag("component", "component", ("Component",), CODE_MAX)
STATUS: Final = Tag("status", "result status", ("ResultStatus",), CODE_MAX)
QUALIFIER: Final = Tag("qualifier", "result qualifier", ("ResultQualifier",), CODE_MAX)
RESULT: Final = Tag("result", "result", ("Result",), CODE_MAX)
DATE: Final = Tag("date", "date of the result", ("ResultDate",), CODE_MAX)
_LAST_YEAR: Final = 2100


@dataclass(frozen=True, slots=True, repr=False)
class CtfResult:
    """One result; ``year`` is the calendar year in which the school year ends."""

    stage: str
    locale: str
    year: int
    subject: str
    method: str
    component: str | None
    status: str | None
    qualifier: str | None
    result: str
    on: date | None


def assessments(pupil: Element, today: date) -> tuple[CtfResult, ...] | None:
    """Read the results in the file's order; None where it gives none. One that lacks what tells it apart is noted."""
    found = []
    for stage in pupil.child(SECTION).children(KEY_STAGE, "key_stage", " of key stage"):
        name = stage.text(STAGE)
        found += [_result(one, name, today) for one in stage.children(ONE, "result", " of result")]
    return tuple(filter(None, found)) or None


def _result(one: Element, stage: str | None, today: date) -> CtfResult | None:
    year, locale = one.text(YEAR), (one.text(LOCALE) or "ENG").upper()
    subject, method, result = one.text(SUBJECT), one.text(METHOD), one.text(RESULT)
    component, status, qualifier = one.text(COMPONENT), one.text(STATUS), one.text(QUALIFIER)
    day = one.day(DATE, EARLIEST, today)
    if stage is None or subject is None or method is None or result is None:
        one.row.problems.minor(
            one.place(RESULT), "lacks its stage, subject, method or value, so it was left out. Add it by hand."
        )
        return None
    if locale not in LOCALES:
        one.row.problems.minor(one.place(LOCALE), "is not ENG, WAL, NIR or SCO, so the result was left out.")
        return None
    if year is None or not (year.isascii() and year.isdigit() and EARLIEST.year <= int(year) <= _LAST_YEAR):
        one.row.problems.minor(one.place(YEAR), "is not a year like 2026, so the result was left out. Add it by hand.")
        return None
    return CtfResult(stage, locale, int(year), subject, method, component, status, qualifier, result, day)


def section(results: Sequence[CtfResult] | None) -> dict[str, Any] | None:
    """Give the results as a row's section; nothing where the file gives none."""
    return {"results": list(_rows(results))} if results else None


def _rows(results: Sequence[CtfResult]) -> Iterator[dict[str, Any]]:
    for one in results:
        assessed = {
            "stage": one.stage, "locale": one.locale, "year": one.year, "subject": one.subject,
            "method": one.method, "component": one.component,
        }  # fmt: skip
        outcome = {"status": one.status, "qualifier": one.qualifier, "result": one.result}
        yield {"assessed": assessed, "outcome": outcome, "on": one.on.isoformat() if one.on else None}

"""What a row of a table of pupils says beside who a pupil is: numbers, background, free meals, needs and results."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from events.codes.assessment import CODE_MAX as RESULT_MAX
from events.codes.characteristics import code_sets
from events.codes.sen import sen_codes
from events.identifiers import Upn, check_uci, check_uln
from services.connectors.csv_files.pupil_cells import NUMBER_MAX, PupilCells
from services.connectors.csv_files.pupil_columns import NOT_COLLECTED, OF_RESULTS, RESULTS_MAX, result
from services.connectors.problems import Place
from services.connectors.written import EARLIEST_BIRTH, LATEST_YEAR, accepted, tidy

NAME_MAX: Final = 100
"""Characters of a name or an address line that the register keeps."""
AHEAD: Final = timedelta(days=120)
"""A file may know before the summer of meals from September on; Rollbook itself takes no later start."""
EARLIEST_RESULT: Final = date(1988, 9, 1)
"""There was no national curriculum before."""
LOCALES: Final = ("ENG", "WAL", "NIR", "SCO")
_LAST_DAY: Final = date(LATEST_YEAR, 12, 31)
_RESULTS: Final = tuple((n, {part: result(n, part) for part in OF_RESULTS}) for n in range(1, RESULTS_MAX + 1))
_SERVICE: Final = {"yes": "Y", "true": "Y", "1": "Y", "no": "N", "false": "N", "0": "N"}


def sections(cells: PupilCells, upn: Upn | None, since: str | None, today: date) -> dict[str, Any]:
    """Give the further parts of the record that the row says something of; what it does not say is not there."""
    last_school = cells.text("last_school", NAME_MAX, vital=False)
    found: dict[str, dict[str, Any]] = {
        "admission": {"last_school": last_school, "since": since} if last_school else {},
        "numbers": _numbers(cells, upn),
        "characteristics": _characteristics(cells, today),
        "sen": _sen(cells, today),
        "assessment": {"results": list(_results(cells, today))},
    }
    told = {name: {key: value for key, value in part.items() if value} for name, part in found.items()}
    return {name: part for name, part in told.items() if part}


def _numbers(cells: PupilCells, upn: Upn | None) -> dict[str, Any]:
    former = cells.upn("former_upn", vital=False)
    uln = cells.text("uln", NUMBER_MAX, vital=False)
    uci = cells.text("uci", NUMBER_MAX, vital=False)
    return {
        "former_upns": [former] if former not in (None, upn) else [],
        "uln": None if uln is None else accepted(check_uln, uln, cells.place("uln"), cells.problems, vital=False),
        "uci": None if uci is None else accepted(check_uci, uci, cells.place("uci"), cells.problems, vital=False),
        "former_surname": cells.text("former_surname", NAME_MAX, vital=False),
        "former_forename": cells.text("former_forename", NAME_MAX, vital=False),
    }


def _characteristics(cells: PupilCells, today: date) -> dict[str, Any]:
    sets = code_sets()
    source = cells.coded("ethnicity_source", sets["source"].codes)
    facts: list[dict[str, Any]] = [
        {"kind": kind, "codes": [code], **({"source": source} if kind == "ethnicity" else {})}
        for kind in ("ethnicity", "first_language", "religion")
        if (code := cells.coded(kind, sets[kind].codes))
    ]
    disabilities = cells.several("disability", sets["disability"].codes)
    facts += [{"kind": "disability", "codes": disabilities}] if disabilities else []
    written = (tidy(cells.row.cells.get("service_child")) or "").casefold()
    service = _SERVICE.get(written) or cells.coded("service_child", sets["service_child"].codes)
    facts += [{"kind": "service_child", "codes": [service]}] if service else []
    given = [column for column in NOT_COLLECTED if (cells.row.cells.get(column) or "").strip()]
    for column in given:
        cells.problems.minor(cells.place(column), "is not collected here: it was not read, and is not kept.")
    episode = _meals(cells, today)
    return {
        "said": facts,
        "fsm": [episode] if episode else [],
        "fsm_review": cells.day("fsm_review", EARLIEST_BIRTH, _LAST_DAY),
        "not_collected": given,
    }


def _meals(cells: PupilCells, today: date) -> dict[str, Any] | None:
    """Read an episode of free meals. Without its true days an episode would be another one, so it is left out."""
    eligible = cells.truth("free_school_meals")
    start = cells.day("fsm_start", EARLIEST_BIRTH, today + AHEAD)
    until = cells.day("fsm_end", EARLIEST_BIRTH, _LAST_DAY)
    category = cells.coded("fsm_category", code_sets()["fsm_category"].codes)
    wrong = None
    if start is None:
        if eligible or until or category:
            wrong = "lack the first day (fsm_start): left out. Fill it in, or add them by hand."
    elif until is None and tidy(cells.row.cells.get("fsm_end")):
        wrong = "have a last day that cannot be read: left out. Correct it, or add them by hand."
    elif until is not None and until < start:
        wrong = "end before they begin: left out. Check both days."
    elif eligible is False and (until is None or until > today.isoformat()):
        wrong = "are said to be had no more, and have no last day in the past: left out. Fill in fsm_end."
    if wrong is not None:
        cells.problems.minor(Place("fsm_start", "The free school meals"), wrong)
    if start is None or wrong is not None:
        return None
    first = code_sets()["fsm_category"].first
    if category is not None and first is not None and start < first.isoformat():
        cells.problems.minor(cells.place("fsm_category"), "was not in use when the meals began, so it was left out.")
        category = None
    return {"start": start, "until": until, "country": None, "fsm_category": category}


def _sen(cells: PupilCells, today: date) -> dict[str, Any]:
    provisions, needs = sen_codes("provision"), sen_codes("need")
    provision = cells.coded("sen_provision", {code: one.meaning for code, one in provisions.items()})
    given = tidy(cells.row.cells.get("sen_start"))
    since = cells.day("sen_start", EARLIEST_BIRTH, today) if given else today.isoformat()
    spans = []
    if provision is None and given and since is not None and not tidy(cells.row.cells.get("sen_provision")):
        cells.problems.minor(cells.place("sen_start"), "stands without a provision: left out. Fill in sen_provision.")
    if provision is not None and since is not None:
        if provisions[provision].may_begin(date.fromisoformat(since)):
            spans.append({"since": since, "until": None, "provision": provision})
        else:
            cells.problems.minor(
                cells.place("sen_provision"),
                "is a code that was not in use on that day: left out. Check it and sen_start.",
            )
    return {
        "provision": spans,
        "needs": cells.several("sen_needs", {code: one.meaning for code, one in needs.items()}),
    }


def _results(cells: PupilCells, today: date) -> Iterator[dict[str, Any]]:
    """Yield the results in their order; one that lacks what tells it from others, or its date is wrong, is left out."""
    for number, at in _RESULTS:
        if not any(tidy(cells.row.cells.get(column)) for column in at.values()):
            continue
        said = {
            part: cells.text(at[part], RESULT_MAX, vital=False)
            for part in ("stage", "subject", "method", "component", "year", "locale", "status", "qualifier", "result")
        }
        day = cells.day(at["date"], EARLIEST_RESULT, today)
        sentence = _why_not(said)
        if sentence is None and day is None and tidy(cells.row.cells.get(at["date"])):
            sentence = "has a date that cannot be true, so that result was left out. Correct it."
        if sentence is not None:
            cells.problems.minor(Place(f"result_{number}", f"Result {number}"), sentence)
            continue
        assessed = {name: said[name] for name in ("stage", "subject", "method", "component")}
        yield {
            "assessed": {**assessed, "locale": (said["locale"] or "ENG").upper(), "year": int(said["year"] or 0)},
            "outcome": {name: said[name] for name in ("status", "qualifier", "result")},
            "on": day,
        }


def _why_not(said: dict[str, str | None]) -> str | None:
    """Give why a result cannot be kept."""
    if not all(said[part] for part in ("stage", "subject", "method", "year", "result")):
        return "lacks its stage, subject, method, year or result, so it was left out. Fill it in."
    if (said["locale"] or "ENG").upper() not in LOCALES:
        return "has a locale that is not ENG, WAL, NIR or SCO, so it was left out."
    year = said["year"] or ""
    if not (year.isascii() and year.isdigit() and EARLIEST_RESULT.year <= int(year) <= LATEST_YEAR):
        return "has no year like 2026, so it was left out. It is the year in which the school year ended."
    return None

"""Who a pupil is besides their name: numbers of now and before, former names, and records merged into theirs."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from ledger.view import Reader
from services.facts import Dated, on
from services.records.pupils.identity_views import FormerName, PupilRow, pupils
from services.records.section import Fact, Section, fact


def present_upn(row: PupilRow, valid_on: date) -> Dated[str] | None:
    """Give a pupil's UPN on a date: their own record's or, where that has none, that of a record merged into it."""
    return on(row.upn, valid_on) or next((item for one in row.merged if (item := on(one.upn, valid_on))), None)


def former_upns(row: PupilRow, valid_on: date) -> list[Dated[str]]:
    """Give the UPNs that a pupil had before, those of records merged into theirs included, each once."""
    present = present_upn(row, valid_on)
    known = [*row.former_upns, *(item for one in row.merged for item in (*one.former_upns, *one.upn))]
    return _each_once(item for item in known if present is None or item.value != present.value)


def uln(row: PupilRow, valid_on: date) -> Dated[str] | None:
    """Give a pupil's ULN on a date, by their own record or by one merged into it."""
    return on(row.uln, valid_on) or next((item for one in row.merged if (item := on(one.uln, valid_on))), None)


def uci(row: PupilRow, valid_on: date) -> Dated[str] | None:
    """Give a pupil's UCI on a date, by their own record or by one merged into it."""
    return on(row.uci, valid_on) or next((item for one in row.merged if (item := on(one.uci, valid_on))), None)


def _each_once(items: Iterable[Dated[str]]) -> list[Dated[str]]:
    return list({item.value: item for item in reversed(list(items))}.values())[::-1]


def _once(name: FormerName) -> str:
    return " ".join(part for part in (name.forename, name.surname) if part)


async def _facts(reader: Reader, subject: bytes, valid_on: date) -> Sequence[Fact]:
    row = await reader.get(pupils, subject)
    if row is None:
        return ()
    # By their own record or, where it knows none, by one merged into it.
    numbers = (
        ("Unique learner number", [row.uln, *(one.uln for one in row.merged)]),
        ("Unique candidate identifier", [row.uci, *(one.uci for one in row.merged)]),
    )
    known = ((fact(label, one, valid_on, str) for one in series) for label, series in numbers)
    found = [number for of in known if (number := next(filter(None, of), None))]
    # Since when a number was theirs, nobody knows: a file's date is the day on which it said so.
    found += [Fact("Former UPN", item.value, item.value, None, item.at) for item in former_upns(row, valid_on)]
    names = [*row.former_names, *(item for one in row.merged for item in one.former_names)]
    found += [
        Fact("Former name", item.value, _once(item.value), None, item.at, was=_once(item.was) if item.was else None)
        for item in names
    ]
    for one in row.merged:
        name, born = on(one.names, valid_on), on(one.born, valid_on)
        if name is not None:
            words = f"{name.value.forename} {name.value.surname}" + (f", born {born.value.isoformat()}" if born else "")
            found.append(Fact("Merged record", {"record": one.subject, "name": name.value}, words, name.since, name.at))
    return found


NUMBERS: Final = Section("numbers", "Numbers and former names", "identity", _facts)

"""A pupil's history as a person reads it: what each entry said and replaced, when it applies, how late it came."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from services.facts import LONDON
from services.pages.words import day, field, words
from services.sharing.disclosure_queries import Line as Given

_LABELS: Final[Mapping[str, str]] = {
    "full_name": "Name",
    "date_of_birth": "Date of birth",
    "sex": "Sex",
    "upn": "UPN",
    "title": "Title",
    "address": "Address",
    "number": "Telephone",
    "email": "E-mail",
    "relationship": "Relationship",
    "parental_responsibility": "Parental responsibility",
    "holds": "Parental responsibility",
    "priority": "Call order",
    "status": "Enrolment status",
    "year_group": "Year group",
    "code": "Mark",
    "minutes_late": "Minutes late",
    "ground": "Ground",
    "destination": "Gone to",
    "school": "Last school",
    "until": "Last day",
    "consent_purpose": "Consent for",
    "answer": "Answer",
    "capacity": "Answers as",
    "text": "Statement",
    "reason": "Reason",
    "evidence": "Evidence",
}
"""The fields of events that are shown, in words. Ids are not."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A value that an entry said, and the one that it replaced, if it names one."""

    label: str
    value: str
    was: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of a history. ``applies`` is the other time, in words; ``gone`` says why nothing can be read."""

    index: int
    recorded_at: datetime
    title: str
    category: str
    by: str
    source: str | None
    facts: Sequence[Fact]
    applies: str | None
    corrects: int | None
    gone: str | None
    session: tuple[date, str] | None


def lines(entries: Iterable[Mapping[str, Any]]) -> list[Line]:
    """Give the lines of a history, newest first, from the entries that the records service gave."""
    known = {one["index"]: one for one in entries}
    return [_line(one, known) for one in reversed(known.values())]


def of_returns(found: Sequence[Given], names: Mapping[int, str], titles: Mapping[str, str]) -> list[Line]:
    """Give lines for the returns about everyone that a pupil was in: no entry of theirs names them, yet they were."""
    return [
        Line(
            one.at.index, one.at.recorded_at, "In a return about everyone on the roll", "correspondence",
            names.get(one.at.index, "somebody who is not known here"), None,
            (
                Fact("Given to", one.sending.to.title), Fact("For", words(one.sending.sharing_purpose)),
                Fact("Fields", ", ".join(titles.get(field, field) for field in one.fields)),
            ),
            f"Applies from {day(one.valid_on)}", None, None, None,
        )
        for one in found
    ]  # fmt: skip


def together(own: Sequence[Line], others: Sequence[Line]) -> list[Line]:
    """Give two histories as one, the newest first."""
    return sorted([*own, *others], key=lambda one: -one.index)


def _line(entry: Mapping[str, Any], known: Mapping[int, Mapping[str, Any]]) -> Line:
    spoken: Mapping[str, Any] = entry.get("said") or {}
    corrects = spoken.get("corrects")
    before = known.get(corrects, {}).get("said") or {} if corrects is not None else {}
    if "was" in spoken:
        before = {"code": spoken["was"]}
    facts = [
        Fact(label, field(name, spoken[name]), field(name, before[name]) if before.get(name) is not None else None)
        for name, label in _LABELS.items()
        if spoken.get(name) is not None
    ]
    source = f"{entry['source']} row {entry['row']}" if entry["source"] else None
    return Line(
        entry["index"], entry["recorded_at"], entry["title"].replace("Upn", "UPN"), entry["category"], entry["by"],
        source, facts, _applies(entry), corrects, _gone(entry),
        (entry["valid_on"], entry["session"]) if entry.get("session") else None,
    )  # fmt: skip


def _applies(entry: Mapping[str, Any]) -> str | None:
    """Say which day an entry is about, and how long after it the entry was recorded."""
    about: date | None = entry["valid_on"]
    if about is None:
        return None
    session = entry.get("session")
    what = f"Session: {day(about)}, {session}" if session else f"Applies from {day(about)}"
    days = (entry["recorded_at"].astimezone(LONDON).date() - about).days
    if days == 0:
        return what
    return f"{what}, recorded {abs(days)} {'day' if abs(days) == 1 else 'days'} {'later' if days > 0 else 'before'}"


def _gone(entry: Mapping[str, Any]) -> str | None:
    if entry.get("tampered"):
        return "What this entry said does not match its seal. Tell whoever runs Rollbook."
    if destroyed := entry.get("destroyed"):
        on = f" on {day(destroyed['when'].astimezone(LONDON))}" if destroyed["when"] else ""
        return f"What this entry said was destroyed{on} for request {destroyed['request']}."
    return None

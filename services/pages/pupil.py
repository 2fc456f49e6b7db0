"""What one pupil's page shows: the record with where each value comes from, the marks of each day, the moments."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from markupsafe import Markup
from pydantic import TypeAdapter, ValidationError

from events.codes.attendance import attendance_code
from events.governance import CaseNumber
from events.model import Category
from ledger.alias import group, held
from ledger.discreet import category_of
from services.door import Door, Visit
from services.pages import words
from services.pages.charts import calendar_svg, kind_of
from services.pages.timeline import Line
from services.permission import Ask, permitted
from services.records.families.family_queries import ContactRecord
from services.records.pupils.identity_views import aliases
from services.records.queries import PupilRecord
from services.records.registers.attendance_queries import SessionMark, Summary
from services.records.section import Fact
from services.records.values import Value

_NO_NEED: Final = "N"
"""The code of a pupil without special educational needs."""
_CASE: Final[TypeAdapter[str]] = TypeAdapter(CaseNumber)


@dataclass(frozen=True, slots=True)
class Badge:
    """A word at the top of the page, and the class that colours it."""

    text: str
    colour: str


@dataclass(frozen=True, slots=True)
class Session:
    """A session's mark as it is told: the code with its meaning, what it replaced, and the entry that says so."""

    text: str
    was: str | None
    reason: str | None
    line: Line | None


@dataclass(frozen=True, slots=True)
class Moment:
    """An entry about a pupil as a place to stand: its number in the log, and when it was recorded."""

    index: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a page stands among the entries about its pupil: the place (1 is the oldest) and each entry's moment."""

    place: int
    moments: Sequence[Moment]

    @property
    def is_latest(self) -> bool:
        """Whether nothing about the pupil was recorded after this."""
        return self.place == len(self.moments)

    @property
    def here(self) -> Moment | None:
        """The entry the page stands at."""
        return self.moments[self.place - 1] if self.place else None


def rows(record: PupilRecord) -> list[Fact]:
    """Give the record, value by value."""
    return [*_own(record), *(row for one in record.contacts for row in _contact(one))]


def sections(record: PupilRecord) -> list[tuple[str, Sequence[Fact]]]:
    """Give the further sections that hold anything, each with its heading."""
    return [(one.title, one.facts) for one in record.sections if one.facts]


def badges(record: PupilRecord, day: date) -> list[Badge]:
    """Give what must be seen first, of the sections that the reader may see: nothing tells of another one."""
    facts = [one for section in record.sections for one in section.facts if one.until is None or one.until >= day]
    labels = {one.label for one in facts}
    found = [("Allergy", "govuk-tag--red")] if "Allergy" in labels else []
    if "EHC plan" in labels:
        found.append(("EHC plan", "govuk-tag--purple"))
    elif any(one.label == "SEN provision" and one.value != _NO_NEED for one in facts):
        found.append(("SEN", "govuk-tag--purple"))
    if any("order" in one.value for one in record.warnings):
        found.append(("Court order", "govuk-tag--red"))
    if any("marker" in one.value for one in record.warnings):
        found.append(("Do not disclose", "govuk-tag--red"))
    return [Badge(text, colour) for text, colour in found]


def _own(record: PupilRecord) -> Iterator[Fact]:
    if record.name:
        yield _row("Name", record.name, words.called)
        if words.legal(record.name.value) != words.called(record.name.value):
            yield _row("Name in full", record.name, words.legal)
    if record.date_of_birth:
        yield _row("Date of birth", record.date_of_birth, words.day)
    if record.sex:
        yield _row("Sex", record.sex, lambda sex: words.field("sex", sex).capitalize())
    if record.upn:
        yield _row("UPN", record.upn, str)
    if record.enrolment:
        yield _place(record.enrolment)
        if record.enrolment.value["until"]:
            yield _row("Last day on the roll", replace(record.enrolment, was=None), lambda one: words.day(one["until"]))
    for place in record.groups:
        label = "Registration group" if place.kind == "registration" else "Class"
        yield Fact(label, place.group, place.title, place.since, place.at, was=place.was, note=place.note)
    yield from _reach("", record.address, record.phones, record.emails)


def _place(one: Value) -> Fact:
    """Give an enrolment, with the day of the one before: a correction may have replaced nothing else."""
    was = f"{_enrolled(one.was.value)}, from {words.day(one.was.value['since'])}" if one.was else None
    return replace(_row("Enrolment", one, _enrolled), was=was, was_at=one.was.at if one.was else None)


def _enrolled(one: Mapping[str, Any]) -> str:
    return f"{words.field('status', one['status']).capitalize()}, {words.year(one['year_group']).lower()}"


def _contact(one: ContactRecord) -> Iterator[Fact]:
    label = f"Contact {one.priority}"
    was = words.linked(one.was.value) if one.was else None
    held = words.RESPONSIBLE[one.parental_responsibility]
    said = f"{one.name}, {words.field('relationship', one.relationship)}{held}"
    was_at = one.was.at if one.was else None
    yield Fact(label, one.contact, said, one.since, one.at, was=was, note=one.note, was_at=was_at)
    if one.called and (one.called.was or one.called.note):
        yield _row(f"{label}: name", one.called, lambda known: words.called(known.full_name))
    if one.responsibility:
        yield _row(f"{label}: parental responsibility", one.responsibility, words.responsibility)
    if one.barred:
        first = one.barred[0]
        told = words.barred(one.barred, one.name)
        yield Fact(f"{label}: may not be told", one.barred, told, first.since, first.at, first.until)
    yield from _reach(f"{label}: ", one.address, one.phones, one.emails)


def _reach(label: str, address: Value | None, phones: Sequence[Value], emails: Sequence[Value]) -> Iterator[Fact]:
    if address:
        yield _row(f"{label}address" if label else "Address", address, words.address)
    for one in phones:
        yield _row(f"{label}telephone" if label else "Telephone", one, words.phone)
    for one in emails:
        yield _row(f"{label}e-mail" if label else "E-mail", one, str)


def _row(label: str, value: Value, said: Callable[[Any], str]) -> Fact:
    was = said(value.was.value) if value.was else None
    if was == said(value.value):
        was = None  # A new legal name under the same name used, say: this line did not change.
    at = value.was.at if value.was and was else None
    text = said(value.value)
    return Fact(label, value.value, text, value.since, value.at, was=was, note=value.note, was_at=at)


def sessions(marks: Sequence[SessionMark], told: Sequence[Line]) -> dict[date, dict[str, Session]]:
    """Give each day's marks by session, newest day first, each with the newest entry about that session."""
    newest = {line.session: line for line in reversed(told) if line.session}
    found: dict[date, dict[str, Session]] = {}
    for one in reversed(marks):
        late = f", {one.minutes_late} minutes" if one.minutes_late else ""
        # Every mark that stood here before, the first one first: a register keeps them all.
        was = ", then ".join(words.mark(change.was) for change in one.amendments) or None
        reason = "; ".join(change.reason for change in one.amendments) or None
        line = newest.get((one.date, one.session))
        found.setdefault(one.date, {})[one.session] = Session(f"{words.mark(one.code)}{late}", was, reason, line)
    return found


def calendar(
    marks: Sequence[SessionMark], counted: Summary, first: date, last: date, open_days: Sequence[date]
) -> Markup:
    """Draw the marks between two dates, with their count as what is read aloud."""
    codes = {(one.date, one.session): one.code for one in marks}
    attended = f"{counted.attended} of {counted.possible} possible sessions attended."
    return calendar_svg(first, last, codes, open_days, f"{attended} The table below has the same marks.")


def legend(marks: Sequence[SessionMark]) -> list[tuple[str, str, str, int]]:
    """Give the codes that occur, the rarest last: how the cell looks, the code, its meaning, and how many sessions."""
    counts: dict[str, int] = {}
    for one in marks:
        counts[one.code] = counts.get(one.code, 0) + 1
    return [
        (kind_of(code), code, attendance_code(code).meaning, count)
        for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]


def title(record: PupilRecord) -> str:
    """Give what a record is headed with."""
    return words.called(record.name.value) if record.name else "Pupil"


def locked(visit: Visit) -> str | None:
    """Give what a banner says of restricted data, and whether it is open through a door; None where nothing is."""
    if not visit.restricted:
        return None
    kinds = ", ".join(sorted(visit.restricted))
    if visit.through is None:
        return f"Kept, and not to be used: {kinds}. It is not shown here."
    return f"Kept, and not to be used: {kinds}. It is open to you now through a door, which is written down."


def may_replay(visit: Visit) -> bool:
    """Whether the role in which somebody looks may also replay."""
    return permitted(Ask(frozenset({visit.role}), "replay", visit.categories)).allowed


def is_case(text: str | None) -> bool:
    """Whether this can be a case's number."""
    try:
        _CASE.validate_python(text)
    except ValidationError:
        return False
    return True


async def moments(door: Door, organisation: bytes, subject: bytes, categories: frozenset[Category]) -> list[Moment]:
    """Give the moments of the entries about a pupil, in order, of the categories that somebody may see; opens none.

    Those about a record that is merged into the pupil's count too, as the pupil's page lists them.
    """
    async with door.read(organisation) as reader:
        of = await held(reader, aliases)
    same = {subject} if subject in of else group(of, [subject])
    # A register that names both is one moment.
    stored = {one.index: one for who in sorted(same) for one in await door.log.about(organisation, who)}
    return [
        Moment(index, one.recorded_at)
        for index, one in sorted(stored.items())
        if category_of(door.codec.vault, one) in categories
    ]


def standing(known: Sequence[Moment], asked: int | None) -> Standing:
    """Give where an entry of the log stands among a pupil's own; None is the newest."""
    place = len(known) if asked is None else sum(one.index <= asked for one in known)
    return Standing(place, known)

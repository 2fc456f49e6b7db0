"""The admission register to print: as a page, and as a PDF of the same words."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import Request
from jinja2 import Environment
from starlette.responses import Response

from events.codes.deletion import deletion_grounds
from events.identifiers import id_text
from events.records.dual_registration import OtherSchool
from services.door import Door
from services.episodes import Lasting
from services.facts import Provenance
from services.governance import queries as governance
from services.pages import look, words
from services.pages.pdf import pdf_of
from services.pins import Pins
from services.records.answers import RESTRICTED, Asked, Records
from services.records.families.contact_views import Link
from services.records.families.residence_queries import FUTURE, LIVES_WITH
from services.records.roll.admission_entry import Entered, EnteredContact, OnRoll, Worded
from services.records.roll.admission_queries import (
    FIRST_DAY,
    FUTURE_SCHOOL,
    NO_GROUND,
    OTHER,
    left_as,
    other_school,
    to_come,
)
from services.records.roll.admission_register import AdmissionRegister
from services.records.roll.admission_register_api import entered_of
from services.records.roll.roll_views import EnrolledAs, Spell
from services.records.section import Fact
from services.records.values import Value
from services.routes import an_id

Draw = Callable[..., Awaitable[Response]]
_HEADERS: Final[Mapping[str, str]] = {"Content-Disposition": 'attachment; filename="admission-register.pdf"'}
"""The file's name names nobody: it ends up in folders and letters."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an entry; ``warnings`` stand before the text, so that nobody reads an address without them."""

    label: str
    text: str
    warnings: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Amended:
    """What an entry said before, what it says now, the entry of the log that changed it, and why."""

    label: str
    was: str
    now: str
    at: Provenance
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A pupil's entry in words."""

    name: str
    lines: Sequence[Line]
    amended: Sequence[Amended]
    warnings: Sequence[str]
    missing: str
    restricted: Sequence[str] = ()


def written(entry: Entered) -> Written:
    """Write an entry down."""
    values = list(_values(entry))
    amended = [_amended(label, value, said) for label, value, said, _ in values if value.was]
    amended = [one for one in amended if one.was != one.now]
    amended += [
        Amended("Last day on the roll", left_as(left.was), left_as(left), left.at, left.reason or "")
        for left in (one.leaving for one in entry.times)
        if left and left.was
    ]
    amended += [
        Amended("Starting day", _enrolled(was.value), _enrolled(spell), spell.at, spell.at.reason or "")
        for one in entry.times
        for spell, was in one.enrolments
    ]
    amended += [
        Amended(OTHER, other_school(one.replaced), other_school(one.value), one.at, one.at.reason or "")
        for one in entry.others
        if one.replaced
    ]
    lines = [Line(label, said(value.value), warned) for label, value, said, warned in values]
    lines += [line for one in entry.times for line in _time(one)]
    lines += [_other(one) for one in entry.others]
    lines += [Line(f"{_whose(one)}: not to be told", words.barred(one.contact.barred, one.contact.name))
              for one in entry.contacts if one.contact.barred]  # fmt: skip
    amended += [_relinked(one) for one in entry.contacts if one.contact.was]
    told = [_told(one) for one in entry.warnings]
    name = words.legal(entry.name.value) if entry.name else RESTRICTED if "identity" in entry.restricted else "Pupil"
    return Written(name, lines, amended, told, ", ".join(entry.gaps), entry.restricted)


_Row = tuple[str, Value, Callable[[Any], str], Sequence[str]]


def _values(entry: Entered) -> Iterator[_Row]:
    own: tuple[tuple[str, Value | None, Callable[[Any], str], Sequence[str]], ...] = (
        ("Full name", entry.name, words.both_names, ()),
        ("Sex", entry.sex, words.of_set("sex"), ()),
        ("Date of birth", entry.date_of_birth, words.day, ()),
        ("Address", entry.address, words.address, [_told(one) for one in entry.address_warnings]),
        (LIVES_WITH, entry.lives_with, _text, [_told(fact) for one in _residents(entry) for fact in one.warnings]),
        (FUTURE, entry.future, _text, [_told(one) for one in entry.address_warnings]),
        *(("School attended last", one.last_school, lambda name: name or "none", ()) for one in entry.times),
    )
    own += tuple((FIRST_DAY, one.first_day, words.day, ()) for one in entry.times)
    own += tuple((FUTURE_SCHOOL, one.future_school, to_come, ()) for one in entry.times)
    for label, value, said, warned in own:
        if value is not None:
            yield label, value, said, warned
    for one in entry.contacts:
        yield from _contact(one)


def _text(value: Worded) -> str:
    return value.text


def _residents(entry: Entered) -> list[EnteredContact]:
    return [one for one in entry.contacts if one.lives_with]


def _whose(one: EnteredContact) -> str:
    return f"{'Parent' if one.contact.parental_responsibility else 'Contact'} {one.contact.priority}"


def _contact(one: EnteredContact) -> Iterator[_Row]:
    label, contact, warned = _whose(one), one.contact, [_told(fact) for fact in one.warnings]
    relationship = words.field("relationship", contact.relationship)
    held = ", parental responsibility" if contact.parental_responsibility else ""
    lives = ", the pupil normally lives with them" if one.lives_with else ""
    linked = Value(f"{contact.name}, {relationship}{held}{lives}", contact.since, contact.at)
    yield label, linked, str, warned
    if contact.address:
        same = ", the pupil's address too" if one.at_pupils_address else ""
        yield f"{label}: address", contact.address, lambda value: f"{words.address(value)}{same}", warned
    for phone in contact.phones:
        yield f"{label}: telephone in an emergency", phone, words.phone, warned


def _time(one: OnRoll) -> Iterator[Line]:
    status = words.field("status", one.status)
    yield Line("Starting day", f"{words.day(one.starting_day)}, {words.year(one.year_group).lower()}, {status}")
    left = one.leaving
    if left:
        ground = deletion_grounds()[left.ground].meaning if left.ground else NO_GROUND
        yield Line("Last day on the roll", words.day(left.day))
        yield Line("Ground of deletion (regulation 9)", ground)
        yield Line("Gone to", left.destination or "not recorded")


def _enrolled(one: Spell | EnrolledAs) -> str:
    return f"{words.day(one.since)}, {words.year(one.year_group).lower()}, {words.field('status', one.status)}"


def _other(one: Lasting[OtherSchool]) -> Line:
    until = f" to {words.day(one.until)}" if one.until else ""
    return Line(OTHER, f"From {words.day(one.since)}{until}: {other_school(one.value)}")


def _told(one: Fact) -> str:
    return f"{one.label}: {one.text}"


def _amended(label: str, value: Value, said: Callable[[Any], str]) -> Amended:
    was = said(value.was.value) if value.was else ""
    reason = value.at.reason or f"A change from {words.day(value.since)}, not a correction"
    return Amended(label, was, said(value.value), value.at, reason)


def _relinked(one: EnteredContact) -> Amended:
    """Write who a contact was to the pupil before that changed, or was corrected."""
    contact = one.contact
    own = Link(
        contact=contact.contact, relationship=contact.relationship, priority=contact.priority,
        parental_responsibility=contact.parental_responsibility,
    )  # fmt: skip
    before: Value = Value(own, contact.since, contact.at, contact.was)
    return _amended(_whose(one), before, words.linked)


class AdmissionPages:
    """The two forms of the printed admission register."""

    def __init__(self, door: Door, records: Records, pins: Pins, templates: Environment, draw: Draw) -> None:
        self._door, self._records, self._pins, self._templates, self._draw = door, records, pins, templates, draw

    async def page(self, request: Request, organisation: str) -> Response:
        """Show the admission register of today, or between two dates."""
        asked, found = await self._found(request, organisation)
        names = ("first", "last", "year_group", "valid_on", "known_at", "case", "door")
        wanted = {name: request.query_params.get(name) for name in names}
        query = urlencode({name: value for name, value in wanted.items() if value})
        here = f"/schools/{id_text(asked.visit.organisation)}/admission-register.pdf?{query}"
        return await self._draw(asked, "admission_register.html", section="roll", pdf=here, **_given(found))

    async def pdf(self, request: Request, organisation: str) -> Response:
        """Give the same as a PDF."""
        asked, found = await self._found(request, organisation)
        async with self._door.read(asked.visit.organisation) as reader:
            about = await governance.about(reader)
        given = {**_given(found), "school": about.title if about else "The school"}
        made = await pdf_of(self._templates.get_template("admission_register_pdf.html").render(given))
        return Response(made, media_type="application/pdf", headers={**look.HEADERS, **_HEADERS})

    async def _found(self, request: Request, organisation: str) -> tuple[Asked, AdmissionRegister]:
        return await entered_of(request, an_id(organisation), self._records, self._pins)


def _given(found: AdmissionRegister) -> dict[str, Any]:
    return {"register": found, "entries": [written(one) for one in found.entries]}

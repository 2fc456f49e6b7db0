"""The forms of what the admission register asks of where a pupil lives, is to live, and is expected first.

Each is a fact that holds from a day on: it is said anew, or what was recorded is corrected with a reason. Each form
carries the token of its sign-in (see services.pages.forms), and sends the command that the API takes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import uuid4

from fastapi import Request
from pydantic import ValidationError
from starlette.responses import Response

from events.governance import Shown
from events.identifiers import id_text
from events.model import Category
from events.records.future_school import FutureSchool
from ledger.decider import Command, Decider, Refused
from services.door import At
from services.facts import Dated, on
from services.pages import forms
from services.pages.pupil_forms import PupilForms
from services.records import queries
from services.records.answers import READ, RESTRICTED, Asked
from services.records.families import residence
from services.records.families.residence_queries import FUTURE, LIVES_WITH
from services.records.families.residence_views import residences
from services.records.roll import admission, future_school
from services.records.roll.admission_queries import FIRST_DAY, FUTURE_SCHOOL
from services.records.roll.admission_views import admissions
from services.records.roll.future_school_views import future_schools
from services.routes import a_date, an_id

LINES: Final = 5
"""Lines of an address that a page offers, as where a row of a file is mended."""
_WRONG: Final[Mapping[str, str]] = {
    "reason": "Write why it is corrected, in at most 200 characters.",
    "evidence": "Write what it rests on in at most 200 characters, or leave it out.",
    "lines": "Write at least the first line of the address, or say that there is none any more.",
    "postcode": "Write the postcode as on a letter, or leave it out.",
    "expected_on": "Write the day from which the pupil is expected to live there.",
    "school": "Write the name of the school, in at most 100 characters.",
    "laestab": "Write the other school's number as seven digits, or leave it out.",
    "lives_with": "Choose at most six people.",
}
_UNREAD: Final = "This could not be read. Check what you typed."


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fact: where its page is, what may be sent, and what its boxes are called."""

    path: str
    title: str
    offer: str
    day: str
    none: str | None
    category: Category
    decider: Decider[Any]
    acts: Mapping[str, type[Command]]
    people: str | None = None
    has_address: bool = False
    expects: tuple[str, str] | None = None
    has_school: bool = False

    @property
    def scope(self) -> str:
        """What a token must allow."""
        return self.acts["say"].scope


KINDS: Final = (
    Kind(
        "residence", LIVES_WITH, "Record or correct with whom the pupil lives", "From which day", None, "contact",
        residence.residence, {"say": residence.RecordResidence, "correct": residence.CorrectResidence},
        people="Who lives with the pupil?",
    ),
    Kind(
        "future-address", FUTURE, "Record or correct an address at which the pupil is to live",
        "On which day the school was told", "There is no future address any more", "contact", residence.residence,
        {"say": residence.NotifyFutureAddress, "correct": residence.CorrectFutureAddress},
        people="Who is to live there with the pupil?", has_address=True,
        expects=("expected_on", "Expected to live there from"),
    ),
    Kind(
        "expected-first-day", FIRST_DAY, "Record or correct the expected first day",
        "On which day it was agreed or notified", "The pupil is not expected any more", "enrolment",
        admission.admission, {"say": admission.ExpectFirstDay, "correct": admission.CorrectExpectedFirstDay},
        expects=("first_day", FIRST_DAY),
    ),
    Kind(
        "future-school", FUTURE_SCHOOL, "Record or correct the school to which the pupil is to go",
        "On which day the school was told", "The pupil is not to go to another school any more", "enrolment",
        future_school.future_school,
        {"say": future_school.NotifyFutureSchool, "correct": future_school.CorrectFutureSchool},
        expects=("first_day", "First day there, if it was told"), has_school=True,
    ),
)  # fmt: skip
"""Every kind."""


class MovingPages(PupilForms[Kind]):
    """Draws the forms of what holds from a day on: what is so now, and what it was recorded as."""

    kinds = KINDS

    async def show(
        self, request: Request, kind: Kind, pupil: tuple[bytes, bytes], given: str | None,
        form: forms.Sent | None = None, wrong: str | None = None,
    ) -> Response:  # fmt: skip
        """Draw a form of a pupil, with what was typed and what is wrong with it, if so."""
        where, who = pupil
        asked, record, boxes = await self._known(given, kind, where, who, request.query_params.get("door"))
        shut = _shut(asked)
        facts = [one for section in record.sections for one in section.facts if one.label == kind.title]
        act = form.text("act") if form else None
        if form:
            boxes = form.fields
        people = [(id_text(one.contact), one.name) for one in record.contacts] if kind.people else []
        shown = ("say", "correct") if facts else ("say",)
        return await self._draw_of(
            asked, "moving.html", 422 if wrong else 200, section="roll", subject=who, kind=kind, facts=facts,
            name=_name(record, shut), people=people, wrong=wrong, is_shut=kind.category in shut,
            opened=asked.visit.through,
            act=act if act in shown else "say", shown=shown, boxes=boxes, lines=range(1, LINES + 1),
            form=self._door.signer.form_token(given or ""), keys={one: str(uuid4()) for one in shown},
        )  # fmt: skip

    def command(self, kind: Kind, who: bytes, form: forms.Sent) -> Command:
        """Give the command that a form asks for. Raises Refused with what to mend."""
        return _command(kind, who, form)

    async def _known(
        self, given: str | None, kind: Kind, where: bytes, who: bytes, opened: str | None
    ) -> tuple[Asked, queries.PupilRecord, dict[str, str]]:
        """Give what a pupil's record says of this, once it is written down that it is shown; and as boxes hold it.

        What is restricted is left out, unless it is opened through a door of Article 18(2).
        """
        categories: tuple[Category, ...] = ("identity", kind.category)
        visit = await self._door.enter(given, where, "view", READ, categories, (), [who], opened)
        asked = Asked(visit, At(visit.today))
        shut = _shut(asked)
        async with self._door.read(where) as reader:
            position = await reader.position()
            if not await queries.is_pupil(reader, who):
                raise await self._records.missing(reader, who)
            record = await queries.pupil(reader, who, visit.today, frozenset(categories) - shut)
            going = await reader.get(future_schools, who)
            home, entered = await reader.get(residences, who), await reader.get(admissions, who)
        if record is None:
            raise Refused(_UNREAD)
        series: dict[str, Sequence[Dated[Any]]] = {
            "residence": home.lives_with if home else (), "future-address": home.futures if home else (),
            "expected-first-day": entered.first_days if entered else (), "future-school": going.told if going else (),
        }  # fmt: skip
        item = on(series[kind.path], visit.today)
        boxes = _boxes(item.value) | {"day": item.since.isoformat()} if item and kind.category not in shut else {}
        named = (one.contact for one in record.contacts) if kind.people else ()
        shown = Shown(categories=tuple(sorted(asked.visit.categories)), what=kind.title)
        await self._records.reads.viewed(asked.visit, asked.at, position.index, dict.fromkeys((who, *named), shown))
        return asked, record, boxes


def _shut(asked: Asked) -> frozenset[Category]:
    return asked.visit.restricted if asked.visit.through is None else frozenset()


def _name(record: queries.PupilRecord, shut: frozenset[Category]) -> str:
    if "identity" in shut:
        return RESTRICTED
    return queries.sorted_name(record.name.value) if record.name else "Pupil"


def _boxes(value: Any) -> dict[str, str]:
    """Give what the boxes of a correction hold: what is recorded."""
    match value:
        case None:
            return {"none": "1"}
        case date():
            return {"first_day": value.isoformat()}
        case tuple():
            return {f"with-{id_text(one)}": "1" for one in value}
        case FutureSchool():
            day = value.first_day.isoformat() if value.first_day else ""
            return {"school": value.school, "laestab": value.laestab or "", "first_day": day}
        case _:
            lines = {f"line{number}": text for number, text in enumerate(value.address.lines, start=1)}
            said = {"postcode": value.address.postcode or "", "expected_on": value.expected_on.isoformat()}
            said |= {"in_addition": "1"} if value.in_addition else {}
            return lines | said | {f"with-{id_text(one)}": "1" for one in value.lives_with}


def _command(kind: Kind, who: bytes, form: forms.Sent) -> Command:
    """Give the command that a form asks for. Raises Refused with what to mend."""
    act = form.text("act")
    if act not in kind.acts:
        raise Refused(_UNREAD)
    day = a_date(form.text("day"), kind.day)
    if day is None:
        raise Refused(f"{kind.day}: write the day.")
    said: dict[str, Any] = {"pupil": who, "valid_on": day, **_said(kind, form)}
    if act == "correct":
        said["reason"] = form.text("reason")
        if "evidence" in kind.acts[act].model_fields:
            said["evidence"] = form.text("evidence") or None
    try:
        return kind.acts[act].model_validate(said)
    except ValidationError as error:
        places = [str(part) for one in error.errors(include_input=False) for part in one["loc"]]
        raise Refused(next((_WRONG[place] for place in places if place in _WRONG), _UNREAD)) from None


def _said(kind: Kind, form: forms.Sent) -> dict[str, Any]:
    people = tuple(an_id(name.removeprefix("with-")) for name in form.fields if name.startswith("with-"))
    if kind.path == "residence":
        return {"lives_with": people}
    is_none = form.text("none") == "1"
    name, label = kind.expects or ("", "")
    expected = a_date(form.text(name), label)
    if kind.has_school:
        told = {"school": form.text("school"), "laestab": form.text("laestab") or None, "first_day": expected}
        return {"future": None if is_none else told}
    if not is_none and expected is None:
        raise Refused(f"{label}: write the day.")
    if not kind.has_address:
        return {name: None if is_none else expected}
    lines = tuple(text for number in range(1, LINES + 1) if (text := form.text(f"line{number}")))
    future = {
        "address": {"lines": lines, "postcode": form.text("postcode") or None}, "expected_on": expected,
        "lives_with": people, "in_addition": form.text("in_addition") == "1",
    }  # fmt: skip
    return {"future": None if is_none else future}

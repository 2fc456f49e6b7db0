"""The forms of what is agreed from a first to a last day: part-time timetables, and registration at another school.

Each form carries the token of its sign-in (see services.pages.forms), and sends the command that the API takes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import uuid4

from fastapi import Request
from pydantic import ValidationError
from starlette.responses import Response

from events.codes.week import WEEK
from events.governance import Shown
from events.model import Category
from events.records.dual_registration import OtherSchool
from events.records.part_time import PartTimeTimetable
from ledger.decider import Command, Decider, Refused
from ledger.view import AnyView
from services.door import At, NotAllowed
from services.episodes import Lasting, beginning, one_at_a_time
from services.pages import forms
from services.pages.pupil_forms import PupilForms
from services.permission import LOCKED
from services.records import queries
from services.records.answers import READ, RESTRICTED, Asked
from services.records.registers import part_time
from services.records.registers.part_time_queries import in_words
from services.records.registers.part_time_views import part_time_timetables
from services.records.roll import dual_registration
from services.records.roll.admission_queries import OTHER, other_school
from services.records.roll.dual_views import dual_registrations
from services.routes import a_date

DAYS: Final = {"MON": "Monday", "TUE": "Tuesday", "WED": "Wednesday", "THU": "Thursday", "FRI": "Friday"}
SESSIONS: Final = {place: f"{DAYS[place[:3]]} {'morning' if place.endswith('AM') else 'afternoon'}" for place in WEEK}
"""The sessions of a week as a form names them."""
ACTS: Final = ("begin", "end", "correct", "withdraw")
"""What the forms do, by the name of what they send."""
_WRONG: Final[Mapping[str, str]] = {
    "reason": "Write why, in at most 200 characters.",
    "evidence": "Write what it rests on in at most 200 characters, or leave it out.",
    "agreed_with": "Write with whom it was agreed, in at most 200 characters.",
    "school": "Write the other school's name, in at most 100 characters.",
    "laestab": "Write the other school's number as seven digits, or leave it out.",
}
_UNREAD: Final = "This could not be read. Check what you typed."
_NONE_THEN: Final = "Nothing of this kind is recorded from that day. Look it up on the pupil's page."


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of agreement: where its page is, what may be sent, and what its boxes are called."""

    path: str
    title: str
    offer: str
    legend: str
    category: Category
    decider: Decider[Any]
    view: AnyView
    series: str
    acts: Mapping[str, type[Command]]
    boxes: Mapping[str, str]
    dates: frozenset[str]
    said: Callable[[Mapping[str, Any]], dict[str, Any]]
    words: Callable[[Any], str]

    @property
    def scope(self) -> str:
        """What a token must allow."""
        return self.acts["begin"].scope


def _timetable(typed: Mapping[str, Any]) -> dict[str, Any]:
    return {"timetable": {name: typed[name] for name in ("attends", "review_on", "agreed_with")}}


def _other(typed: Mapping[str, Any]) -> dict[str, Any]:
    return {"other": {"school": typed["school"], "laestab": typed["laestab"] or None, "attends": typed["attends"]}}


KINDS: Final = (
    Kind(
        "part-time", "Part-time timetable", "Record, change or end a part-time timetable", "Sessions attended here",
        "attendance", part_time.part_time, part_time_timetables, "timetables",
        dict(zip(ACTS, (
            part_time.AgreePartTime, part_time.EndPartTime, part_time.CorrectPartTime, part_time.WithdrawPartTime,
        ), strict=True)),
        {"until": "Last day", "review_on": "To be reviewed on", "agreed_with": "Agreed with"},
        frozenset({"until", "review_on"}), _timetable, in_words,
    ),
    Kind(
        "dual-registration", OTHER, "Record, change or end a registration at another school",
        "Sessions attended at the other school", "enrolment", dual_registration.dual_registration, dual_registrations,
        "others",
        dict(zip(ACTS, (
            dual_registration.RecordDualRegistration, dual_registration.EndDualRegistration,
            dual_registration.CorrectDualRegistration, dual_registration.WithdrawDualRegistration,
        ), strict=True)),
        {"school": "The other school", "laestab": "Its number (LAESTAB), if known", "until": "Last day, if known"},
        frozenset({"until"}), _other, other_school,
    ),
)  # fmt: skip
"""Every kind."""
_OPTIONAL: Final = frozenset({"dual-registration until"})


class ArrangementPages(PupilForms[Kind]):
    """Draws the forms of what is agreed, of what was recorded until now and of one that is chosen of it."""

    kinds = KINDS

    async def show(
        self, request: Request, kind: Kind, pupil: tuple[bytes, bytes], given: str | None,
        form: forms.Sent | None = None, wrong: str | None = None,
    ) -> Response:  # fmt: skip
        """Draw a form of a pupil, with what was typed and what is wrong with it, if so."""
        (where, who), asked_for = pupil, form.text("started") if form else request.query_params.get("started")
        started = a_date(asked_for, "The first day")
        opened = request.query_params.get("door")
        asked, name, known = await self._known(given, kind, where, who, opened)
        if started and known is None:
            raise NotAllowed(LOCKED)
        chosen = beginning(known or (), started) if started else None
        if started and chosen is None:
            raise Refused(_NONE_THEN)
        act = form.text("act") if form else None
        shown = ("end", "correct", "withdraw") if chosen else ("begin",)
        boxes = {one: _typed(kind, form) if form and one == act else _boxes(kind, chosen) for one in shown}
        own = self._door.signer.form_token(given or "")
        return await self._draw_of(
            asked, "arrangement.html", 422 if wrong else 200, section="roll", subject=who, kind=kind, name=name,
            known=[(one, kind.words(one.value)) for one in one_at_a_time(known or ())], chosen=chosen, shown=shown,
            told=kind.words(chosen.value) if chosen else None, boxes=boxes, sessions=SESSIONS, wrong=wrong, act=act,
            form=own, keys={one: str(uuid4()) for one in shown}, is_shut=known is None,
            opened=asked.visit.through,
        )  # fmt: skip

    def command(self, kind: Kind, who: bytes, form: forms.Sent) -> Command:
        """Give the command that a form asks for. Raises Refused with what to mend."""
        return _command(kind, who, form)

    async def _known(
        self, given: str | None, kind: Kind, where: bytes, who: bytes, opened: str | None
    ) -> tuple[Asked, str, Sequence[Lasting[Any]] | None]:
        """Give what is agreed with a pupil, once it is written down that it is shown; None where it is restricted."""
        visit = await self._door.enter(given, where, "view", READ, ["identity", kind.category], (), [who], opened)
        asked = Asked(visit, At(visit.today))
        async with self._door.read(where) as reader:
            position = await reader.position()
            if not await queries.is_pupil(reader, who):
                raise await self._records.missing(reader, who)
            row = await reader.get(kind.view, who)
            names = await queries.names(reader, [who], asked.at.valid_on)
        shown = {who: Shown(categories=tuple(sorted(asked.visit.categories)), what=kind.title)}
        await self._records.reads.viewed(asked.visit, asked.at, position.index, shown)
        shut = asked.visit.restricted if asked.visit.through is None else frozenset()
        name = RESTRICTED if "identity" in shut else names.get(who, "Pupil")
        if kind.category in shut:
            return asked, name, None
        return asked, name, getattr(row, kind.series) if row else ()


def _boxes(kind: Kind, chosen: Lasting[Any] | None) -> dict[str, str]:
    """Give what the boxes hold: of what is chosen to be changed, that."""
    if chosen is None:
        return {}
    value: PartTimeTimetable | OtherSchool = chosen.value
    found = {name: str(getattr(value, name, None) or "") for name in kind.boxes}
    found |= {"first": chosen.since.isoformat(), "until": chosen.until.isoformat() if chosen.until else ""}
    return found | {f"attends{place}": "1" for place, one in enumerate(WEEK) if one in value.attends}


def _typed(kind: Kind, form: forms.Sent) -> dict[str, str]:
    names = [*kind.boxes, "first", "last", "reason", "evidence", *(f"attends{place}" for place in range(len(WEEK)))]
    return {name: form.text(name) for name in names}


def _command(kind: Kind, who: bytes, form: forms.Sent) -> Command:
    """Give the command that a form asks for. Raises Refused with what to mend."""
    act = form.text("act")
    if act not in ACTS:
        raise Refused(_UNREAD)
    said: dict[str, Any] = {"pupil": who}
    if act in ("begin", "correct"):
        typed: dict[str, Any] = {name: form.text(name) for name in kind.boxes}
        typed |= {
            name: a_date(form.text(name), kind.boxes[name])
            if f"{kind.path} {name}" in _OPTIONAL
            else _day(form, name, kind.boxes[name])
            for name in kind.dates
        }
        typed["attends"] = tuple(one for place, one in enumerate(WEEK) if form.text(f"attends{place}"))
        said |= {**kind.said(typed), "until": typed["until"], "valid_on": _day(form, "first", "First day")}
    if act == "end":
        said["valid_on"] = _day(form, "last", "Last day")
    if act == "withdraw":
        said["valid_on"] = _day(form, "started", "First day")
    if act in ("correct", "withdraw"):
        said |= {"reason": form.text("reason"), "evidence": form.text("evidence") or None}
    if act == "correct":
        said["started"] = _day(form, "started", "First day")
    try:
        return kind.acts[act].model_validate(said)
    except ValidationError as error:
        places = [str(part) for one in error.errors(include_input=False) for part in one["loc"]]
        raise Refused(next((_WRONG[place] for place in places if place in _WRONG), _UNREAD)) from None


def _day(form: forms.Sent, name: str, what: str) -> date:
    found = a_date(form.text(name), what)
    if found is None:
        raise Refused(f"{what}: write the day.")
    return found

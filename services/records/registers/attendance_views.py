"""Attendance as it is shown: a pupil's month, the registers of a session, and the Ns that nobody has resolved."""

from datetime import date
from typing import Any, Final

from events.model import Recorded
from events.records.attendance import Amendment, Mark, RegisterAmended, RegisterTaken
from ledger.view import AnyView, PersonRow, Row, View
from services.facts import Provenance

SLOT: Final = 2
"""Characters a session takes in a month's codes: the longest attendance code."""
NO_MARK: Final = "  "
SLOTS_MAX: Final = 62
_BLANK: Final = NO_MARK * SLOTS_MAX


class AmendedMark(Row):
    """One mark replaced: both codes, why, when and by whom."""

    date: date
    session: str
    was: str
    code: str
    reason: str
    at: Provenance


class Lateness(Row):
    """How many minutes late a pupil came to a session."""

    date: date
    session: str
    minutes: int


class PupilMonth(PersonRow):
    """One pupil's marks for a calendar month, two characters a session, and what was amended.

    ``month`` counts months since year 0 (12 x year + month - 1). The grain of this row decides how fast a school's
    attendance is rebuilt: a row a mark took four times as long.
    """

    month: int
    codes: str
    amendments: tuple[AmendedMark, ...] = ()
    late: tuple[Lateness, ...] = ()

    def code(self, day: date, session: str) -> str | None:
        """Give the mark of a session of this month, if there is one."""
        place = place_of(day, session)
        return self.codes[place : place + SLOT].rstrip() or None


def month_of(day: date) -> int:
    """Give a date's month as one number."""
    return day.year * 12 + day.month - 1


def place_of(day: date, session: str) -> int:
    """Give where in a month's codes a session stands."""
    return (day.day * 2 - (2 if session == "AM" else 1)) * SLOT


def _with_code(codes: str, day: date, session: str, code: str) -> str:
    place = place_of(day, session)
    return codes[:place] + code.ljust(SLOT) + codes[place + SLOT :]


attendance_months = View(
    "attendance_months", version=1, row=PupilMonth, key=["subject", "month"],
    key_of=lambda r: (r.subject, month_of(r.event.date)),
)  # fmt: skip


@attendance_months.on(RegisterTaken)
def _taken(row: PupilMonth | None, recorded: Recorded[Mark]) -> PupilMonth:
    event: Any = recorded.event
    subject: Any = recorded.subject
    mark = recorded.body
    codes = _with_code(row.codes if row else _BLANK, event.date, event.session, mark.code)
    late = row.late if row else ()
    if mark.minutes_late is not None:
        late = (*late, Lateness(date=event.date, session=event.session, minutes=mark.minutes_late))
    # Not model_copy, which would cost more than opening the mark did: this runs for every mark of a rebuild.
    return PupilMonth.assembled(
        subject=subject, month=month_of(event.date), codes=codes,
        amendments=row.amendments if row else (), late=late,
    )  # fmt: skip


@attendance_months.on(RegisterAmended)
def _amended(row: PupilMonth | None, recorded: Recorded[Amendment]) -> PupilMonth:
    event: Any = recorded.event
    subject: Any = recorded.subject
    body = recorded.body
    known = row or PupilMonth.model_construct(
        subject=subject, month=month_of(event.date), codes=_BLANK, amendments=(), late=()
    )
    amendment = AmendedMark(
        date=event.date, session=event.session, was=body.was, code=body.code, reason=body.reason,
        at=Provenance.of(recorded),
    )  # fmt: skip
    return known.model_copy(
        update={
            "codes": _with_code(known.codes, event.date, event.session, body.code),
            "amendments": (*known.amendments, amendment),
            # How late somebody was belonged to the mark that is replaced.
            "late": tuple(one for one in known.late if (one.date, one.session) != (event.date, event.session)),
        }
    )


class RegisterRow(Row):
    """That a group's register of a session was taken: how many marks, first and last at which entry, in which role."""

    date: date
    session: str
    group: bytes
    marks: int
    first: Provenance
    last: Provenance


registers_taken = View(
    "registers_taken", version=1, row=RegisterRow, key=["date", "session", "group"],
    key_of=lambda r: (r.event.date, r.event.session, r.event.group),
)  # fmt: skip


@registers_taken.on(RegisterTaken)
def _register(row: RegisterRow | None, recorded: Recorded[RegisterTaken]) -> RegisterRow:
    event, at = recorded.body, Provenance.of(recorded)
    return RegisterRow.model_construct(
        date=event.date, session=event.session, group=event.group,
        marks=(row.marks if row else 0) + len(recorded.header.subjects), first=row.first if row else at, last=at,
    )  # fmt: skip


class UnresolvedRow(PersonRow):
    """A mark N: the reason of an absence is not yet known."""

    date: date
    session: str
    at: Provenance


unresolved = View(
    "unresolved", version=1, row=UnresolvedRow, key=["subject", "date", "session"],
    key_of=lambda r: (r.subject, r.event.date, r.event.session), indexed=[["date"]],
)  # fmt: skip


@unresolved.on(RegisterTaken, where=lambda r: r.body.code == "N")
@unresolved.on(RegisterAmended, where=lambda r: "N" in {r.body.was, r.body.code})
def _unresolved(row: UnresolvedRow | None, recorded: Recorded[Mark | Amendment]) -> UnresolvedRow | None:  # noqa: ARG001  # the newest code decides
    if recorded.body.code != "N" or recorded.subject is None:
        return None
    event: Any = recorded.event
    return UnresolvedRow(subject=recorded.subject, date=event.date, session=event.session, at=Provenance.of(recorded))


VIEWS: Final[tuple[AnyView, ...]] = (attendance_months, registers_taken, unresolved)
"""Every view of attendance."""

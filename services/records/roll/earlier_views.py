"""Earlier schools as they are shown: of each time there, and of each year's attendance, a dated series."""

from typing import Final, TypeAlias, TypeVar

from events.model import Recorded
from events.records.earlier_schools import (
    EarlierAttendanceCorrected,
    EarlierAttendanceRecorded,
    EarlierAttendanceWithdrawn,
    EarlierSchoolCorrected,
    EarlierSchoolRecorded,
    EarlierSchoolWithdrawn,
    Stay,
    StayEnd,
    YearCounted,
    YearElsewhere,
)
from ledger.view import AnyView, PersonRow, Row, View
from services.facts import Dated, Provenance, added, corrected

_OfSchool: TypeAlias = EarlierSchoolRecorded | EarlierSchoolCorrected | EarlierSchoolWithdrawn
_OfYear: TypeAlias = EarlierAttendanceRecorded | EarlierAttendanceCorrected | EarlierAttendanceWithdrawn
SaidT = TypeVar("SaidT")


class StayHeld(Row):
    """One time at one school."""

    which: Stay
    series: tuple[Dated[StayEnd], ...] = ()


class YearHeld(Row):
    """One year at one school."""

    which: YearElsewhere
    series: tuple[Dated[YearCounted], ...] = ()


class EarlierSchoolsRow(PersonRow):
    """The schools that a pupil was at, in the order in which they became known."""

    schools: tuple[StayHeld, ...] = ()


class EarlierAttendanceRow(PersonRow):
    """What the schools counted that a pupil was at, in the order in which it became known."""

    years: tuple[YearHeld, ...] = ()


earlier_schools = View(
    "earlier_schools", version=1, row=EarlierSchoolsRow, key=["subject"], key_of=lambda r: (r.subject,)
)
earlier_attendance = View(
    "earlier_attendance", version=1, row=EarlierAttendanceRow, key=["subject"], key_of=lambda r: (r.subject,)
)
VIEWS: Final[tuple[AnyView, ...]] = (earlier_schools, earlier_attendance)


@earlier_schools.on(EarlierSchoolRecorded, EarlierSchoolCorrected, EarlierSchoolWithdrawn)
def _school(row: EarlierSchoolsRow | None, recorded: Recorded[_OfSchool]) -> EarlierSchoolsRow:
    body = recorded.body
    known = row.schools if row else ()
    held = next((one for one in known if one.which.key == body.which.key), None)
    series = held.series if held else ()
    if isinstance(body, EarlierSchoolWithdrawn):
        series = without(series, body.corrects)
    else:
        item = Dated[StayEnd](value=body.said, since=body.valid_on, at=Provenance.of(recorded))
        series = told(series, item, body.corrects if isinstance(body, EarlierSchoolCorrected) else None)
    now = StayHeld(which=held.which if held else body.which, series=series)
    rest = [now if one is held else one for one in known]
    return EarlierSchoolsRow(subject=body.subject, schools=tuple(rest if held else [*rest, now]))


@earlier_attendance.on(EarlierAttendanceRecorded, EarlierAttendanceCorrected, EarlierAttendanceWithdrawn)
def _year(row: EarlierAttendanceRow | None, recorded: Recorded[_OfYear]) -> EarlierAttendanceRow:
    body = recorded.body
    known = row.years if row else ()
    held = next((one for one in known if one.which.key == body.which.key), None)
    series = held.series if held else ()
    if isinstance(body, EarlierAttendanceWithdrawn):
        series = without(series, body.corrects)
    else:
        item = Dated[YearCounted](value=body.said, since=body.valid_on, at=Provenance.of(recorded))
        series = told(series, item, body.corrects if isinstance(body, EarlierAttendanceCorrected) else None)
    now = YearHeld(which=held.which if held else body.which, series=series)
    rest = [now if one is held else one for one in known]
    return EarlierAttendanceRow(subject=body.subject, years=tuple(rest if held else [*rest, now]))


def told(series: tuple[Dated[SaidT], ...], item: Dated[SaidT], corrects: int | None) -> tuple[Dated[SaidT], ...]:
    """Give a series with what is said more or, with the entry it corrects, instead."""
    return added(series, item) if corrects is None else corrected(series, item, corrects)


def without(series: tuple[Dated[SaidT], ...], entry: int) -> tuple[Dated[SaidT], ...]:
    """Give a series without what an entry said."""
    return tuple(one for one in series if one.at.index != entry)

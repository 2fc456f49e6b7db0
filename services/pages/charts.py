"""The calendar of marks, drawn on the server: a half cell for each session, a letter wherever it is not "present"."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from markupsafe import Markup, escape

from events.codes.attendance import AttendanceClass, attendance_code

HALF: Final = 13
"""Width of a session's cell, in pixels."""
HEIGHT: Final = 20
LEFT: Final = 44
TOP: Final = 20
DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri")
_PRESENT: Final = AttendanceClass.PRESENT


def calendar_svg(first: date, last: date, marks: Mapping[tuple[date, str], str], open_days: Sequence[date]) -> Markup:
    """Draw the weeks from ``first`` to ``last``; a day that is not open is grey. Meaning is never by colour alone."""
    monday = first - timedelta(days=first.weekday())
    weeks = (last - monday).days // 7 + 1
    is_open, parts, month = set(open_days), [], None
    for row, name in enumerate(DAYS):
        parts.append(f'<text x="0" y="{TOP + row * HEIGHT + 14}">{name}</text>')
    for week in range(weeks):
        left = LEFT + week * (2 * HALF + 4)
        if (monday + timedelta(weeks=week)).month != month:
            month = (monday + timedelta(weeks=week)).month
            parts.append(f'<text x="{left}" y="12">{monday + timedelta(weeks=week):%b}</text>')
        for row in range(len(DAYS)):
            day = monday + timedelta(weeks=week, days=row)
            if first <= day <= last:
                parts += _day(day, left, TOP + row * HEIGHT, marks, is_open=day in is_open)
    width, height = LEFT + weeks * (2 * HALF + 4), TOP + len(DAYS) * HEIGHT
    title = f"Marks from {first:%-d %B %Y} to {last:%-d %B %Y}"
    return Markup(  # noqa: S704  # every part is made here from dates and escaped codes
        f'<svg class="calendar" role="img" aria-label="{title}; the same marks are in the table below"'
        f' viewBox="0 0 {width} {height}" width="{width}" height="{height}"><title>{title}</title>'
        f"{''.join(parts)}</svg>"
    )


def _day(day: date, left: int, top: int, marks: Mapping[tuple[date, str], str], *, is_open: bool) -> list[str]:
    found = []
    for half, session in enumerate(("AM", "PM")):
        code = marks.get((day, session))
        kind = attendance_code(code).attendance_class.lower() if code else ("unmarked" if is_open else "closed")
        x = left + half * HALF
        found.append(f'<rect class="{kind}" x="{x}" y="{top}" width="{HALF - 1}" height="{HEIGHT - 2}"></rect>')
        if code and (attendance_code(code).attendance_class is not _PRESENT or code == "L"):
            found.append(
                f'<text class="on-{kind}" x="{x + 6}" y="{top + 13}" text-anchor="middle">{escape(code)}</text>'
            )
    return found

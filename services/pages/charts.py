"""The calendar of marks, drawn on the server: half a cell a session, always with its code, never by colour alone."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from markupsafe import Markup

from events.codes.attendance import attendance_code

WEEKS: Final = 13
"""Weeks in a band: a school year is four bands, each as wide as half a page and readable without scrolling."""
HALF: Final = 17
"""Width of a session's cell in pixels: two characters fit, as in J1."""
HEIGHT: Final = 20
GAP: Final = 4
LEFT: Final = 38
TOP: Final = 20
DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri")
BAND: Final = TOP + len(DAYS) * HEIGHT + 10

_TEXT: Final = Markup('<text class="{}" x="{}" y="{}">{}</text>')
_CELL: Final = Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>')
_SVG: Final = Markup(
    '<svg class="app-calendar" role="img" aria-labelledby="calendar-title calendar-desc" viewBox="0 0 {} {}"'
    ' width="{}" height="{}"><title id="calendar-title">{}</title><desc id="calendar-desc">{}</desc>{}</svg>'
)
Marks = Mapping[tuple[date, str], str]


def calendar_svg(first: date, last: date, marks: Marks, open_days: Sequence[date], described: str) -> Markup:
    """Draw the weeks from ``first`` to ``last`` in bands, closed days grey. ``described`` is read aloud."""
    monday = first - timedelta(days=first.weekday())
    weeks = (last - monday).days // 7 + 1
    is_open, parts = set(open_days), list[Markup]()
    for start in range(0, weeks, WEEKS):
        top = start // WEEKS * BAND
        parts += [_TEXT.format("app-axis", 0, top + TOP + row * HEIGHT + 14, name) for row, name in enumerate(DAYS)]
        month = None
        for week in range(start, min(start + WEEKS, weeks)):
            begins, left = monday + timedelta(weeks=week), LEFT + (week - start) * (2 * HALF + GAP)
            ends = begins + timedelta(days=4)
            if ends.month != month:
                month = ends.month
                parts.append(_TEXT.format("app-axis", left, top + 12, f"{ends:%b}"))
            for row in range(len(DAYS)):
                day = begins + timedelta(days=row)
                if first <= day <= last:
                    parts += _day(day, left, top + TOP + row * HEIGHT, marks, is_open=day in is_open)
    width, height = LEFT + min(weeks, WEEKS) * (2 * HALF + GAP), ((weeks - 1) // WEEKS + 1) * BAND
    title = f"Marks from {first:%-d %B %Y} to {last:%-d %B %Y}"
    return _SVG.format(width, height, width, height, title, described, Markup().join(parts))


def _day(day: date, left: int, top: int, marks: Marks, *, is_open: bool) -> list[Markup]:
    found = []
    for half, session in enumerate(("AM", "PM")):
        code, x = marks.get((day, session)), left + half * HALF
        kind = kind_of(code) if code else ("unmarked" if is_open else "closed")
        meaning = f"{code} {attendance_code(code).meaning}" if code else ("not marked" if is_open else "school closed")
        said = f"{day:%A} {day.day} {day:%B %Y}, {session}: {meaning}"
        found.append(_CELL.format(f"app-{kind}", x, top, HALF - 1, HEIGHT - 2, said))
        if code:
            found.append(_TEXT.format(f"app-code app-on-{kind}", x + HALF // 2, top + 13, code))
    return found


def kind_of(code: str) -> str:
    """Give what a code's cell looks like: its statistical class, and late apart."""
    return "late" if code == "L" else attendance_code(code).attendance_class.lower().replace("_", "-")

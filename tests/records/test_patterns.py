"""Patterns of absence agree with an oracle that counts one mark at a time."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.records.registers.attendance_queries import SESSIONS, SessionMark
from services.records.registers.patterns import Count, away, pattern, together

MONDAY = date(2026, 9, 14)
_CODES = st.sampled_from(["/", "\\", "L", "B", "I", "C2", "O", "N", "D", "Y1", "#", "Z"])
_UNAUTHORISED, _AUTHORISED, _ATTENDED = "ON", ("I", "C2"), ("/", "\\", "L", "B")


@st.composite
def weeks(draw: st.DrawFn) -> list[SessionMark]:
    found = []
    for ahead in range(14):
        for session in SESSIONS:
            code = draw(st.none() | _CODES)
            if code is not None:
                found.append(SessionMark(MONDAY + timedelta(ahead), session, code, None, None))
    return found


@settings(max_examples=100, deadline=None, derandomize=True)
@given(weeks())
def test_every_count_is_what_counting_by_hand_gives(marks: list[SessionMark]) -> None:
    found = pattern(marks)

    def by_hand(kept: list[SessionMark]) -> Count:
        codes = [one.code for one in kept]
        unauthorised = sum(code in _UNAUTHORISED for code in codes)
        absent = unauthorised + sum(code in _AUTHORISED for code in codes)
        return Count(absent + sum(code in _ATTENDED for code in codes), absent, unauthorised)

    assert found.total == by_hand(marks)
    for session in SESSIONS:
        assert found.sessions[session] == by_hand([one for one in marks if one.session == session])
    for day, count in found.weekdays.items():
        assert count == by_hand([one for one in marks if f"{one.date:%A}" == day])
    for place, count in found.each.items():
        assert count == by_hand([one for one in marks if f"{one.date:%A} {one.session}" == place])
    assert sum(count.possible for count in found.each.values()) == found.total.possible


@settings(max_examples=100, deadline=None, derandomize=True)
@given(weeks(), weeks())
def test_siblings_are_compared_where_both_could_have_been_there(one: list[SessionMark], two: list[SessionMark]) -> None:
    found = together(b"b" * 16, "", ["address"], away(one), away(two))
    turned = together(b"a" * 16, "", ["address"], away(two), away(one))
    assert (found.possible, found.absent, found.sibling_absent) == (
        turned.possible,
        turned.sibling_absent,
        turned.absent,
    )
    assert found.both_absent == len(found.together) <= min(found.absent, found.sibling_absent)
    assert max(found.absent, found.sibling_absent) <= found.possible

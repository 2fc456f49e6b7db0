"""What a history's lines and a calendar of marks say, without a server."""

from datetime import UTC, date, datetime
from typing import Any

from services.pages.charts import WEEKS, calendar_svg
from services.pages.timeline import lines

RECORDED = datetime(2026, 9, 15, 23, 30, tzinfo=UTC)
"""Half past midnight of the 16th in London."""


def entry(index: int, **given: Any) -> dict[str, Any]:
    return {
        "index": index, "recorded_at": RECORDED, "title": "Upn recorded", "category": "identity", "by": "Dana Reed",
        "valid_on": None, "source": None, "row": None, **given,
    }  # fmt: skip


def test_the_newest_line_comes_first_and_upn_is_spelt_as_people_do() -> None:
    assert [(one.index, one.title) for one in lines([entry(3), entry(7)])] == [(7, "UPN recorded"), (3, "UPN recorded")]


def test_days_are_counted_in_london() -> None:
    said = [
        lines([entry(1, valid_on=day)])[0].applies for day in (date(2026, 9, 15), date(2026, 9, 16), date(2026, 9, 18))
    ]
    assert said == [
        "Applies from 15 September 2026, recorded 1 day later",
        "Applies from 16 September 2026",
        "Applies from 18 September 2026, recorded 2 days before",
    ]


def test_a_correction_shows_what_it_replaced() -> None:
    wrong = entry(3, said={"date_of_birth": date(2020, 5, 6), "sex": "F"})
    newest = lines([wrong, entry(7, said={"date_of_birth": date(2020, 6, 5), "corrects": 3, "reason": "seen"})])[0]
    assert newest.corrects == 3
    assert [(one.label, one.value, one.was) for one in newest.facts] == [
        ("Date of birth", "5 June 2020", "6 May 2020"),
        ("Reason", "seen", None),
    ]


def test_what_was_destroyed_says_when_and_for_which_request() -> None:
    gone = lines([entry(3, destroyed={"when": RECORDED, "request": "E-4"}), entry(4, tampered=True)])
    assert gone[1].gone == "What this entry said was destroyed on 16 September 2026 for request E-4."
    assert "does not match its seal" in (gone[0].gone or "")
    assert lines([entry(3, destroyed={"when": None, "request": "E-4"})])[0].gone == (
        "What this entry said was destroyed for request E-4."
    )


def test_every_mark_shows_its_code_and_a_year_is_drawn_in_bands() -> None:
    first, last = date(2026, 9, 1), date(2027, 7, 20)
    marks = {(date(2026, 9, 15), "AM"): "/", (date(2026, 9, 15), "PM"): "J1", (date(2026, 9, 16), "AM"): "L"}
    svg = calendar_svg(first, last, marks, [date(2026, 9, 15), date(2026, 9, 16)], "<2 of 3>")
    assert [code for code in ("/", "J1", "L") if f">{code}</text>" in svg] == ["/", "J1", "L"]
    assert 'role="img" aria-labelledby="calendar-title calendar-desc"' in svg
    assert "&lt;2 of 3&gt;" in svg
    assert svg.count('class="app-unmarked"') == 1
    assert "Tuesday 1 September 2026, AM: school closed" in svg
    assert svg.count(">Mon</text>") == -(-47 // WEEKS)
    assert "style=" not in svg

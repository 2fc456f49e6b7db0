"""The diagram and the review's deadline, drawn from flows that are made up."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, cast

from services.pages.disclosures import _due
from services.pages.flow_chart import flow_svg
from services.sharing.disclosure_queries import Line
from services.sharing.flow_queries import Flow


def flow(category: str, to: str, law: str, troubles: tuple[str, ...] = ()) -> Flow:
    return Flow(
        category, to.encode(), "authority", to, law, 1, law, "An Act", ("transfer",), ("upn",), 1, date(2026, 9, 1),
        troubles,
    )  # fmt: skip


def test_each_thing_has_one_box_and_each_way_one_line() -> None:
    drawn = flow_svg(
        [flow("identity", "Norfolk", "census"), flow("contact", "Norfolk", "census"), flow("identity", "DfE", "census")]
    )
    assert drawn.count("<rect") == 5
    assert drawn.count("<path") == 3 + 2
    assert "app-flow-red" not in drawn


def test_what_is_wrong_is_red_and_text_is_escaped_and_cut() -> None:
    drawn = flow_svg([flow("identity", "<b>Norfolk", "a law of very many words " * 5, ("Suspended.",))])
    assert drawn.count("app-flow-red") == 3 + 2
    assert "<b>" not in drawn
    assert drawn.count("<text") == 1 + 1 + 2
    assert "…" in drawn


def test_a_review_is_overdue_the_day_after_it_was_due() -> None:
    def line(due: date | None, *, reviewed: bool = False) -> Line:
        made = SimpleNamespace(review_due=due, reviewed=reviewed, at=SimpleNamespace(recorded_at=datetime.now(UTC)))
        return cast("Line", cast("Any", made))

    today = date(2026, 11, 25)
    lines = [line(today), line(None), line(date(2026, 11, 24)), line(date(2026, 11, 20), reviewed=True)]
    assert [(one.line.review_due, one.overdue) for one in _due(lines, today)] == [
        (date(2026, 11, 24), True), (today, False),
    ]  # fmt: skip

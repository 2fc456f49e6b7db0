"""The example connector reads its file, names each register alike every time, and says what was refused."""

from uuid import uuid4

import pytest

from services.connectors.kafka_example import BadFile, registers, report

GROUP, ADA, IDA = (str(uuid4()) for _ in range(3))
HEAD = "date,session,group,pupil,code"
MARKS = [f"2026-09-15,AM,{GROUP},{ADA},/", f"2026-09-15,PM,{GROUP},{ADA},L", f"2026-09-15,AM,{GROUP},{IDA},N"]


def test_lines_of_one_session_are_one_register_and_have_one_key() -> None:
    first, second = registers([HEAD, *MARKS])
    assert (first.lines, second.lines) == ((2, 4), (3,))
    assert first.body["marks"] == {ADA: {"code": "/"}, IDA: {"code": "N"}}
    again, _ = registers([HEAD, *MARKS])
    assert again.key("school") == first.key("school")
    assert len({first.key("school"), second.key("school"), first.key("another")}) == 3


@pytest.mark.parametrize("bad", ["2026-09-15,AM,Wren,Ada Lark,/", f"2026-09-15,AM,{GROUP},{ADA},Lark", "Lark"])
def test_a_bad_line_is_named_and_not_repeated(bad: str) -> None:
    with pytest.raises(BadFile, match=r"^Line 3 ") as refused:
        registers([HEAD, MARKS[0], bad])
    assert "Lark" not in str(refused.value)


def test_the_report_says_what_was_refused_and_what_still_waits() -> None:
    first, second = registers([HEAD, *MARKS])
    problem = {"detail": "Refused so.", "errors": [{"pointer": "/date", "detail": "No such date."}]}
    told = {"a": {"status": 422, "problem": problem}}
    assert report({"a": first, "b": second}, told) == [
        "Line 2: Refused so.", "  /date: No such date.", "2 registers sent; marks: 2 refused, 1 waiting for Rollbook"
    ]  # fmt: skip

"""Rows of a file that cannot be taken are set aside many in one append, each under its own number, and never twice."""

from typing import Any

import pytest
from support.intake import answered, intake, received, row, waiting
from support.school import School, new_id

from services.records.files.batches import NOT_KEPT


def entries(school: School, name: str) -> list[tuple[int, int]]:
    """Give the row and the append of each entry of a name; appends are numbered by their first entry."""
    with school.site.owner("log") as connection:
        found = connection.execute(
            'SELECT "row", min(index) OVER (PARTITION BY command) FROM ledger.event'
            " WHERE organisation = %s AND name = %s ORDER BY index",
            [school.organisation, name],
        ).fetchall()
    return [(number, append) for number, append in found]


def unread(*numbers: int) -> list[dict[str, Any]]:
    return [{"row": number, "fields": {"upn": "?"}, "reasons": ["Check the UPN."]} for number in numbers]


def send(school: School, batch: str, rows: list[dict[str, Any]], key: str | None = None) -> list[dict[str, Any]]:
    body = {"batch": batch, "connector": "ctf", "rows": rows}
    return answered(school, school.post("connector", "intake/quarantine", body, key))


def test_a_page_of_bad_rows_is_one_append_and_each_entry_names_its_own_row(school: School) -> None:
    batch = received(school)
    bad = [row(2), row(3, upn="A000000000001"), row(4, upn=None), row(5, date_of_birth="2999-01-01")]
    assert [one["outcome"] for one in intake(school, bad, batch)] == ["accepted", *["quarantined"] * 3]
    aside = entries(school, "row-quarantined")
    assert [number for number, _ in aside] == [3, 4, 5]
    assert len({append for _, append in aside}) == 1
    assert [one["row"] for one in waiting(school, batch)] == [3, 4, 5]


def test_the_same_rows_again_with_the_same_key_or_another_are_set_aside_once(school: School) -> None:
    batch, key = received(school), new_id()
    first = send(school, batch, unread(2, 3), key)
    assert send(school, batch, unread(2, 3), key) == first
    assert [one["outcome"] for one in send(school, batch, unread(3, 2, 4))] == ["quarantined"] * 3
    assert [number for number, _ in entries(school, "row-quarantined")] == [2, 3, 4]


def test_of_a_page_that_passes_the_limit_the_first_rows_are_kept(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.records.files.batches.ASIDE_MAX", 3)
    batch = received(school)
    for _ in range(2):  # The second time, the batch is known to be full.
        answers = send(school, batch, unread(2, 3, 4, 5, 6))
        assert [NOT_KEPT in one["reasons"] for one in answers] == [False, False, False, True, True]
    assert send(school, batch, unread(7, 4))[0]["reasons"] == ["Check the UPN.", NOT_KEPT]
    assert [number for number, _ in entries(school, "row-quarantined")] == [2, 3, 4]


def test_rows_tried_again_together_are_written_into_the_batch_together(school: School) -> None:
    batch = received(school, "csv", "registers")
    marks = [{"row": number, "upn": None, "pupil": None, "code": "/"} for number in (2, 3)]
    place = {"date": "2026-09-15", "session": "AM", "group": "Robin"}
    body = {"batch": batch, "connector": "csv", "registers": [{**place, "marks": marks}]}
    answered(school, school.post("connector", "intake/registers", body))
    pupils = [school.pupil(number) for number in (2, 3)]
    school.command(
        "operator", "records/form-group", group=new_id(), kind="registration", title="Robin", school_year=2026
    )
    mended = [{**place, **mark, "pupil": pupil} for mark, pupil in zip(marks, pupils, strict=True)]
    assert send(school, batch, [{"row": one["row"], "fields": one, "reasons": ["Mended."]} for one in mended])
    school.caught_up()
    again = answered(school, school.post("office", f"intake/batches/{batch}/retry", {}))
    assert [(one["row"], one["outcome"]) for one in again] == [(2, "accepted"), (3, "accepted")]
    fixed = entries(school, "row-fixed")
    assert [number for number, _ in fixed] == [2, 3]
    assert len({append for _, append in fixed}) == 1
    assert waiting(school, batch) == []

"""The Department's published list becomes rows as the API takes them, whatever its headings are called."""

import json
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from events.sharing.onward import SHARES_MAX, ExternalShare
from services.connectors.csv_files import external_columns
from services.connectors.csv_files.external_columns import COLUMNS, LONGEST
from services.connectors.csv_files.external_shares import load_shares, read_shares
from services.connectors.problems import FileRefused

HEADINGS = "Organisation Name,Project Title,Data shared,Tier of data,Legal gateway,Start Date,End date,Contact"
ROW = "Reed University,Pathways,School Census 2015/16,2,Education Act 1996 s537A,March 2018,31/12/2030,nobody"


class Wire:
    """What a client is asked, kept."""

    organisation = "a school"

    def __init__(self) -> None:
        self.sent: list[Any] = []

    def post(self, path: str, body: Any, key: str) -> Any:
        again = (path, body, key) in self.sent
        self.sent.append((path, body, key))
        return {"index": len(self.sent), "changed": not again, "outcomes": {}}


def test_a_row_is_read_by_whatever_its_headings_mean() -> None:
    read = read_shares(BytesIO(f"{HEADINGS}\n{ROW}\n".encode()))
    (row,) = read.rows
    assert row.share == {
        "organisation": "Reed University", "title": "Pathways", "dataset": "School Census 2015/16", "sensitivity": "2",
        "gateway": "Education Act 1996 s537A", "begins": "2018-03-01", "ends": "2030-12-31",
    }  # fmt: skip
    assert ExternalShare.model_validate_json(json.dumps(row.share)).begins == date(2018, 3, 1)
    assert read.others == ("Contact",)


def test_a_month_that_ends_something_is_its_last_day_and_words_are_told() -> None:
    text = "Organisation,End date\nReed University,Feb-24\nMarsh Institute,ongoing\n"
    february, ongoing = read_shares(BytesIO(text.encode())).rows
    assert february.share == {"organisation": "Reed University", "ends": "2024-02-29"}
    assert ongoing.share == {"organisation": "Marsh Institute"}
    assert ongoing.left_out == ("Ends is not a date and was not read.",)


def test_what_is_too_long_is_left_out_and_a_row_of_nobody_is_set_aside() -> None:
    text = f"Organisation,Purpose\nReed University,{'x' * 2_001}\n,a purpose\n"
    long, nobody = read_shares(BytesIO(text.encode())).rows
    assert long.share == {"organisation": "Reed University"}
    assert "longer than" in long.left_out[0]
    assert nobody.share is None


def test_a_file_without_an_organisation_is_refused() -> None:
    with pytest.raises(FileRefused, match="no heading for the organisation"):
        read_shares(BytesIO(b"Name,Purpose\na,b\n"))


def test_a_long_list_goes_in_parts_and_again_adds_nothing() -> None:
    rows = "".join(f"Organisation {number}\n" for number in range(SHARES_MAX + 1))
    data, wire = f"Organisation,Extra\n{rows}".encode(), Wire()
    report = load_shares(wire, BytesIO(data), "a.csv", as_at=date(2026, 6, 30))  # type: ignore[arg-type]  # a client's part
    assert [(body["part"], body["of_parts"], len(body["shares"])) for _, body, _ in wire.sent] == [
        (1, 2, SHARES_MAX),
        (2, 2, 1),
    ]
    assert (report.count("accepted"), report.index) == (SHARES_MAX + 1, 2)
    assert report.notes == ["Headings that are not known here and were not read: Extra."]
    again = load_shares(wire, BytesIO(data), "a.csv", as_at=date(2026, 6, 30))  # type: ignore[arg-type]  # the same
    assert again.count("unchanged") == SHARES_MAX + 1
    before = len(wire.sent)
    load_shares(wire, BytesIO(data), "a.csv", as_at=date(2026, 6, 30), dry_run=True)  # type: ignore[arg-type]  # the same
    assert len(wire.sent) == before


def test_every_heading_means_one_column_and_no_text_is_longer_than_the_language_takes() -> None:
    assert set(COLUMNS.values()) == set(ExternalShare.model_fields)
    for name, longest in LONGEST.items():
        ExternalShare.model_validate({"organisation": "a", name: "x" * longest})
        with pytest.raises(ValueError, match="at most"):
            ExternalShare.model_validate({"organisation": "a", name: "x" * (longest + 1)})


def test_every_heading_is_documented() -> None:
    said = (Path(__file__).parents[2] / "docs" / "files.md").read_text("utf-8")
    for column, names in external_columns.NAMES.items():
        assert all(f"`{name}`" in said for name in (column, *names))

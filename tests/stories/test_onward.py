"""To whom the Department may have given on what it was sent of a child: by its own list, possible and not certain."""

from datetime import date
from io import BytesIO
from typing import Any

from support.school import School
from support.sharing import asked, recipient, sent
from support.wire import Wire

from services.connectors.csv_files.external_shares import load_shares

SHARES: list[dict[str, Any]] = [
    {"organisation": "Reed University", "title": "Pathways", "dataset": "School Census 2026/27", "sensitivity": "2"},
    {"organisation": "Marsh Institute", "title": "Before", "dataset": "School Census 2001/02 to 2012/13"},
    {"organisation": "Mill College", "title": "Anything"},
]
PART: dict[str, Any] = {"as_at": "2026-09-30", "digest": "1" * 64, "part": 1, "of_parts": 1, "shares": SHARES}


def take_in(school: School, **other: Any) -> None:
    school.command("office", "sharing/import-external-shares", **{**PART, **other})


def collected(school: School) -> str:
    """Send the census of a child."""
    ada = school.pupil(1)
    dfe = recipient(school, "dfe", "Department for Education")
    sent(school, "head", asked(dfe, "school-census", ["upn", "full_name"], cohort_on="2026-10-01"))
    school.caught_up()
    return ada


def test_a_child_in_the_census_may_be_in_what_was_given_on_of_that_year(school: School) -> None:
    ada = collected(school)
    nothing = school.read("head", f"pupils/{ada}/onward")
    assert (nothing["list"], nothing["possible"]) == (None, [])
    take_in(school)
    found = school.read("head", f"pupils/{ada}/onward")
    assert found["certainty"] == "possible, not certain"
    assert found["list"]["as_at"] == "2026-09-30"
    assert [(one["purpose"], one["school_year"]) for one in found["collected"]] == [("school-census", 2026)]
    assert [one["share"]["organisation"] for one in found["possible"]] == ["Reed University", "Mill College"]
    assert {one["certainty"] for one in found["possible"]} == {"possible, not certain"}

    page = school.site.client.get(
        f"/schools/{school.organisation}/pupils/{ada}/onward",
        headers={"Authorization": f"Bearer {school.token('head')}"},
    ).text
    assert page.count("possible, not certain") == 3  # the note, and each share
    assert "30 September 2026" in page
    assert "The school census of 2026/27" in page
    assert "Marsh Institute" not in page


def test_a_child_in_no_collection_is_in_nothing_given_on(school: School) -> None:
    ada = school.pupil(1)
    take_in(school)
    found = school.read("head", f"pupils/{ada}/onward")
    assert (found["collected"], found["possible"]) == ([], [])


def test_the_list_is_searched_as_at_the_day_that_it_says(school: School) -> None:
    take_in(school)
    take_in(school, as_at="2026-06-30", digest="2" * 64, shares=SHARES[:1])
    school.command("office", "sharing/import-external-shares", **PART)  # again: nothing
    found = school.read("dpo", "external-shares", q="census reed")
    assert (found["list"]["as_at"], found["list"]["rows"]) == ("2026-09-30", 3)
    assert [one["title"] for one in found["shares"]] == ["Pathways"]
    assert school.read("dpo", "external-shares", on="2026-07-01")["list"]["rows"] == 1
    page = school.site.client.get(
        f"/schools/{school.organisation}/external-shares?q=mill",
        headers={"Authorization": f"Bearer {school.token('dpo')}"},
    ).text
    assert "Mill College" in page
    assert "Reed University" not in page


def test_a_published_file_goes_in_over_the_api_once(school: School) -> None:
    data = b"Organisation name,Datasets,Colour\nReed University,School Census,green\n"
    first = load_shares(Wire(school, "office"), BytesIO(data), "a.csv", as_at=date(2026, 9, 30))
    assert (first.count("accepted"), first.notes) == (
        1,
        ["Headings that are not known here and were not read: Colour."],
    )
    school.written = first.index
    assert load_shares(Wire(school, "office"), BytesIO(data), "a.csv", as_at=date(2026, 9, 30)).index == first.index
    assert school.read("head", "external-shares")["shares"][0]["organisation"] == "Reed University"


def test_a_list_of_tomorrow_or_by_somebody_else_is_refused(school: School) -> None:
    future = school.post("office", "sharing/import-external-shares", {**PART, "as_at": "2099-01-01"})
    assert (future.status_code, "after today" in future.json()["detail"]) == (409, True)
    assert school.post("teacher", "sharing/import-external-shares", PART).status_code == 403
    assert school.get("teacher", "external-shares").status_code == 403

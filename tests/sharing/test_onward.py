"""What the Department gives on: a list taken in once, and what of it may hold a child's data - possible, never certain."""

import asyncio
from datetime import date
from typing import Any

import pytest
from support.folded import folded
from support.given import given

from events.sharing.onward import ExternalRegisterImported, ExternalShare
from ledger.view import MemoryReader, MemoryRows, Position
from services.sharing import onward_queries
from services.sharing.onward import ImportExternalShares, onward
from services.sharing.onward_match import Collected, collections_in, possible, years_in
from services.sharing.onward_views import external_shares

AS_AT = date(2026, 6, 30)
UNIVERSITY = ExternalShare(organisation="Reed University", title="Pathways", dataset="School Census 2024/25")
INSTITUTE = ExternalShare(organisation="Marsh Institute", purpose="Attendance of infants")
LAST = ExternalShare(organisation="Mill College")
PART: dict[str, Any] = {"source": "DfE external data shares", "as_at": AS_AT, "digest": "1" * 64, "of_parts": 2}
FIRST = ExternalRegisterImported(**PART, part=1, shares=(UNIVERSITY,))
SECOND = ExternalRegisterImported(**PART, part=2, shares=(INSTITUTE,))
CENSUS = Collected("school-census", 2024, b"1" * 16)
LATER = Collected("school-census", 2025, b"2" * 16)
ATTENDANCE = Collected("daily-attendance", 2025, b"3" * 16)


def test_each_part_of_a_list_is_taken_in_once() -> None:
    first = ImportExternalShares(**PART, part=1, shares=(UNIVERSITY,))
    given(onward).when(first).then(FIRST)
    given(onward, FIRST).when(ImportExternalShares(**PART, part=2, shares=(INSTITUTE,))).then(SECOND)
    other = ImportExternalShares(**PART, part=1, shares=(INSTITUTE,))
    given(onward, FIRST).when(other).then_refused("change nothing in it")
    longer = ImportExternalShares(**{**PART, "of_parts": 3}, part=3, shares=(INSTITUTE,))
    given(onward, FIRST).when(longer).then_refused("change nothing in it")
    given(onward).when(ImportExternalShares(**PART, part=3, shares=(INSTITUTE,))).then_refused("has fewer")


def newest(*events: ExternalRegisterImported, on: date = AS_AT) -> onward_queries.PublishedList | None:
    rows = MemoryRows()
    rows.held[external_shares.table] = folded(external_shares, *events)
    return asyncio.run(onward_queries.newest(MemoryReader(rows, Position(len(events), None)), on))


def test_the_newest_list_counts_that_was_taken_in_whole() -> None:
    older = ExternalRegisterImported(
        **{**PART, "as_at": date(2026, 3, 31), "digest": "2" * 64, "of_parts": 1}, part=1, shares=(INSTITUTE,)
    )
    assert newest() is None
    assert newest(FIRST) is None
    half = newest(older, FIRST)
    assert half is not None
    assert half.as_at == date(2026, 3, 31)
    whole = newest(older, SECOND, FIRST)
    assert whole is not None
    assert (whole.as_at, whole.shares, whole.at.index) == (AS_AT, (INSTITUTE, UNIVERSITY), 3)
    sheet = ExternalRegisterImported(**{**PART, "digest": "3" * 64, "of_parts": 1}, part=1, shares=(UNIVERSITY, LAST))
    both = newest(older, FIRST, SECOND, sheet)
    assert both is not None
    assert (both.files, both.shares) == (2, (UNIVERSITY, INSTITUTE, LAST))
    then = newest(older, FIRST, SECOND, on=date(2026, 4, 1))
    assert then is not None
    assert then.as_at == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("School Census 2015/16", {2015}),
        ("2015/2016", {2015}),
        ("2012/13 to 2014/15", {2012, 2013, 2014}),
        ("2012-13 - 2014-15", {2012, 2013, 2014}),
        ("2012-2014", {2011, 2012, 2013, 2014}),
        ("2012\u201314", {2011, 2012, 2013, 2014}),
        ("Spring 2015", {2014, 2015}),
        ("2016/17 onwards", {2016, 2017, 2018}),
        ("1999/00 and 2012/13", {1999, 2012}),
        ("201516 rows, 12/2015/16x", {2015}),
        ("all of it", set()),
    ],
)
def test_school_years_are_read_as_people_write_them(text: str, years: set[int]) -> None:
    assert years_in(text, 2018) == years


def test_collections_are_known_by_their_words() -> None:
    assert collections_in("Spring School   Census") == {"school-census"}
    assert collections_in("NPD extract") == {"school-census", "early-years-census", "daily-attendance"}
    assert collections_in("Absence and Early Years") == {"daily-attendance", "early-years-census"}
    assert collections_in("unpdated key stage 2") == frozenset()


def fitting(share: ExternalShare) -> list[Collected]:
    found = possible(share, [ATTENDANCE, LATER, CENSUS])
    return list(found.collected) if found else []


def test_what_a_row_says_shuts_out_and_what_it_does_not_say_shuts_out_nothing() -> None:
    assert fitting(UNIVERSITY) == [CENSUS]
    assert fitting(ExternalShare(organisation="A", dataset="School census")) == [LATER, CENSUS]
    assert fitting(ExternalShare(organisation="A", dataset="2024/25")) == [CENSUS]
    assert fitting(ExternalShare(organisation="A", dataset="School census 2001/02 to 2012/13")) == []
    # What a purpose mentions is not what was given.
    assert fitting(INSTITUTE) == [ATTENDANCE, LATER, CENSUS]
    # What ended before a school year began held nothing of it.
    assert fitting(ExternalShare(organisation="A", ends=date(2025, 8, 31))) == [CENSUS]
    assert fitting(ExternalShare(organisation="A", ends=date(2025, 9, 1))) == [ATTENDANCE, LATER, CENSUS]


def test_every_answer_says_that_it_is_possible_and_why() -> None:
    whys = [
        possible(share, [CENSUS])
        for share in (UNIVERSITY, INSTITUTE, ExternalShare(organisation="A", dataset="2024/25"))
    ]
    assert {one.certainty for one in whys if one} == {"possible, not certain"}
    assert [one.why.split(",")[0] for one in whys if one] == [
        "It names a collection that the child was in",
        "It names neither collections nor school years",
        "It names a school year in which the child was in a collection",
    ]


def test_a_search_wants_every_word() -> None:
    shares = (UNIVERSITY, INSTITUTE)
    assert onward_queries.searched(shares, "reed CENSUS") == [UNIVERSITY]
    assert onward_queries.searched(shares, "reed infants") == []
    assert onward_queries.searched(shares, " ") == [UNIVERSITY, INSTITUTE]

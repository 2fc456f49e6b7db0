"""Residence: with whom a pupil lives, and the address that a parent told of; said, corrected, and shown of a day."""

import asyncio
from datetime import date
from typing import Any

from support.folded import folded
from support.given import given

from events.records.common import FullName, PostalAddress
from events.records.contacts import AddressChanged, ContactLinked, ContactRecorded
from events.records.residence import (
    FutureAddress,
    FutureAddressCorrected,
    FutureAddressNotified,
    ResidenceCorrected,
    ResidenceRecorded,
)
from ledger.view import MemoryReader, MemoryRows, Position
from services.records.families.contact_views import contacts
from services.records.families.residence import (
    CorrectFutureAddress,
    CorrectResidence,
    NotifyFutureAddress,
    RecordResidence,
    residence,
)
from services.records.families.residence_queries import RESIDENCE
from services.records.families.residence_views import residences

ADA, DANA, EVAN = b"a" * 16, b"d" * 16, b"e" * 16
SEPTEMBER, NOVEMBER, JANUARY = date(2026, 9, 3), date(2026, 11, 2), date(2027, 1, 4)
MILL_ROW = PostalAddress(lines=("4 Mill Row",))
AT: dict[str, Any] = {"valid_on": SEPTEMBER}
MOVE = FutureAddress(address=MILL_ROW, expected_on=JANUARY, lives_with=(EVAN,), in_addition=False)


def lives(*people: bytes, day: date = SEPTEMBER) -> ResidenceRecorded:
    return ResidenceRecorded(subject=ADA, valid_on=day, lives_with=people)


def notified(future: FutureAddress | None = MOVE, day: date = SEPTEMBER) -> FutureAddressNotified:
    return FutureAddressNotified(subject=ADA, valid_on=day, future=future)


def test_with_whom_a_pupil_lives_is_recorded_in_one_order() -> None:
    given(residence).when(RecordResidence(pupil=ADA, **AT, lives_with=(EVAN, DANA, EVAN))).then(lives(DANA, EVAN))
    given(residence).when(RecordResidence(pupil=ADA, **AT, lives_with=())).then(lives())
    given(residence, lives(DANA)).when(RecordResidence(pupil=ADA, valid_on=NOVEMBER, lives_with=(EVAN,))).then(
        lives(EVAN, day=NOVEMBER)
    )


def test_it_is_corrected_with_a_reason_and_evidence() -> None:
    wrong = CorrectResidence(pupil=ADA, **AT, lives_with=(EVAN,), reason="an order", evidence="FX26C00012")
    given(residence, lives(DANA)).when(wrong).then(
        ResidenceCorrected(
            subject=ADA, **AT, lives_with=(EVAN,), corrects=1, reason="an order", evidence="FX26C00012"
        )
    )  # fmt: skip
    given(residence).when(wrong).then_refused("Record it first")


def test_a_future_address_is_told_of_and_taken_back() -> None:
    given(residence).when(NotifyFutureAddress(pupil=ADA, **AT, future=MOVE)).then(notified())
    given(residence, notified()).when(NotifyFutureAddress(pupil=ADA, valid_on=NOVEMBER, future=None)).then(
        notified(None, NOVEMBER)
    )
    given(residence).when(NotifyFutureAddress(pupil=ADA, **AT, future=None)).then()


def test_a_day_before_the_telling_is_refused() -> None:
    gone = MOVE.model_copy(update={"expected_on": date(2026, 9, 2)})
    given(residence).when(NotifyFutureAddress(pupil=ADA, **AT, future=gone)).then_refused("Check the two days")


def test_a_wrong_future_address_is_corrected() -> None:
    right = CorrectFutureAddress(pupil=ADA, **AT, future=None, reason="another family")
    given(residence, notified()).when(right).then(
        FutureAddressCorrected(subject=ADA, **AT, future=None, corrects=1, reason="another family")
    )
    given(residence).when(
        CorrectFutureAddress(pupil=ADA, **AT, future=MOVE, reason="a letter")
    ).then_refused("none to correct")  # fmt: skip


def test_a_correction_takes_the_wrong_ones_place() -> None:
    right = ResidenceCorrected(subject=ADA, **AT, lives_with=(EVAN,), corrects=1, reason="an order")
    moved = FutureAddressCorrected(subject=ADA, **AT, future=None, corrects=3, reason="another family")
    row = folded(residences, lives(DANA), right, notified(), moved)[ADA,]
    assert [(one.value, one.was) for one in row.lives_with] == [((EVAN,), (DANA,))]
    assert [(one.value, one.was) for one in row.futures] == [(None, MOVE)]
    assert row.named == (EVAN,)


def test_the_section_says_it_until_the_pupil_lives_there() -> None:
    events = [
        ContactRecorded(subject=EVAN, **AT, full_name=FullName(surname="Lark", forename="Evan")),
        ContactLinked(subject=ADA, **AT, contact=EVAN, relationship="PAM", priority=1),
        lives(EVAN),
        notified(),
        AddressChanged(subject=ADA, valid_on=date(2027, 1, 11), address=MILL_ROW),
    ]
    rows = MemoryRows()
    rows.save(contacts, folded(contacts, *events))
    rows.save(residences, folded(residences, *events))
    reader = MemoryReader(rows, Position(5, None))

    def shown(day: date) -> dict[str, str]:
        return {one.label: one.text for one in asyncio.run(read(reader, day))}

    assert shown(date(2026, 9, 2)) == {}
    assert shown(NOVEMBER) == {
        "Normally lives with": "Evan Lark",
        "Future address": "4 Mill Row. Expected from 4 January 2027, with Evan Lark.",
    }
    assert "That day has come" in shown(JANUARY)["Future address"]
    assert set(shown(date(2027, 1, 11))) == {"Normally lives with"}


def test_a_fact_says_which_entry_said_what_it_replaced() -> None:
    rows = MemoryRows()
    rows.save(residences, folded(residences, lives(), lives(EVAN, day=NOVEMBER)))
    (fact,) = asyncio.run(read(MemoryReader(rows, Position(2, None)), NOVEMBER))
    assert (fact.was, fact.at.index, fact.was_at and fact.was_at.index) == ("none of the contacts", 2, 1)


async def read(reader: MemoryReader, day: date) -> list[Any]:
    return list(await RESIDENCE.read(reader, ADA, day))

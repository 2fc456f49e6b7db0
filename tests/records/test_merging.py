"""Merging two records of one child, and parting them: decided on all of a school's merges."""

from support.given import given

from events.records.merging import Merging, Parting, PupilsMerged, PupilsUnmerged
from services.records.pupils.merging import MergePupils, UnmergePupils, merging

ADA, BEA, CAL = b"a" * 16, b"b" * 16, b"c" * 16
REASON = "one birth certificate"


def merged(survivor: bytes, other: bytes) -> PupilsMerged:
    parts = {one: Merging(reason=REASON) for one in (survivor, other)}
    return PupilsMerged(survivor=survivor, merged=other, parts=parts)


def merge(survivor: bytes, other: bytes) -> MergePupils:
    return MergePupils(survivor=survivor, merged=other, reason=REASON)


def test_two_records_are_merged_once() -> None:
    given(merging).when(merge(ADA, BEA)).then(merged(ADA, BEA))
    given(merging).when(merge(ADA, ADA)).then_refused("same record")


def test_a_merged_record_takes_part_in_no_other_merge() -> None:
    given(merging, merged(ADA, BEA)).when(merge(CAL, BEA)).then_refused("merged into another")
    refused = given(merging, merged(ADA, BEA)).when(merge(BEA, CAL)).then_refused("merged into another")
    assert refused.fields["pupil"] == "61616161-6161-6161-6161-616161616161"
    given(merging, merged(ADA, BEA)).when(merge(BEA, ADA)).then_refused("merged into another")
    given(merging, merged(ADA, BEA)).when(merge(CAL, ADA)).then(merged(CAL, ADA))


def test_a_wrong_merge_is_undone_and_names_the_entry_that_it_corrects() -> None:
    parts = {one: Parting(reason=REASON, evidence="two passports") for one in (ADA, BEA)}
    parted = PupilsUnmerged(survivor=ADA, merged=BEA, corrects=2, parts=parts)
    wrong = UnmergePupils(survivor=ADA, merged=BEA, reason=REASON, evidence="two passports")
    given(merging, merged(ADA, CAL), merged(ADA, BEA)).when(wrong).then(parted)
    given(merging, merged(ADA, CAL), merged(ADA, BEA), parted).when(wrong).then()
    given(merging, merged(ADA, BEA), parted.model_copy(update={"corrects": 1})).when(merge(BEA, ADA)).then(
        merged(BEA, ADA)
    )

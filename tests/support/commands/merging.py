"""Two records of one child, and the numbers they had: last of all, as they end merged."""

from collections.abc import Sequence
from typing import Any, Final

from hypothesis import strategies as st

from services.records.families import contacts
from services.records.pupils import identity, merging, numbers
from services.records.registers import attendance
from support.commands.common import ADA, BEN, DAYS, PUPILS, TEMPORARY, ULNS, Said, any_of, because, of_pupil, pupils
from support.school import upn

_ONE: Final[dict[str, Any]] = {"survivor": PUPILS[0], "merged": PUPILS[1], "reason": "seen"}
ANY: Final = (
    any_of(merging.MergePupils, survivor=pupils, merged=pupils, reason=because),
    any_of(merging.MergePupils, survivor=pupils, merged=pupils, reason=because),
    any_of(merging.UnmergePupils, survivor=pupils, merged=pupils, reason=because),
    of_pupil(numbers.MakeUpnPermanent, upn=st.integers(1, 3).map(upn)),
    of_pupil(numbers.RecordFormerUpn, upn=st.integers(1, 3).map(upn)),
    of_pupil(numbers.WithdrawFormerUpn, upn=st.integers(1, 3).map(upn), reason=because),
    of_pupil(numbers.RecordUln, uln=st.sampled_from(ULNS)),
    of_pupil(numbers.CorrectUln, uln=st.sampled_from(ULNS), reason=because),
    of_pupil(numbers.RecordFormerName, surname=st.sampled_from([None, "Rook"]), forename=st.just("Ida")),
    of_pupil(
        numbers.CorrectFormerName,
        surname=st.sampled_from([None, "Crow"]),
        forename=st.just("Ida"),
        wrong_surname=st.sampled_from([None, "Rook"]),
        wrong_forename=st.just("Ida"),
        reason=because,
    ),
    of_pupil(
        numbers.WithdrawFormerName, surname=st.sampled_from([None, "Crow"]), forename=st.just("Ida"), reason=because
    ),
)
ALL: Final[Sequence[Said]] = (
    identity.RecordUpn(**BEN, upn=TEMPORARY),
    merging.MergePupils(**_ONE),
    numbers.MakeUpnPermanent(**BEN, upn=upn(3)),
    numbers.RecordFormerUpn(**ADA, upn=upn(4)),
    numbers.WithdrawFormerUpn(**ADA, upn=upn(4), reason="seen"),
    attendance.AmendMark(pupil=PUPILS[1], date=DAYS[0], session="AM", code="I", reason="rang"),
    contacts.ChangeEmail(person=PUPILS[1], valid_on=DAYS[0], email="b@example.org"),
    merging.UnmergePupils(**_ONE),
    numbers.RecordUln(**ADA, uln=ULNS[0]),
    numbers.CorrectUln(**ADA, uln=ULNS[1], reason="seen"),
    numbers.RecordFormerName(**ADA, surname="Rook"),
    numbers.CorrectFormerName(**ADA, surname="Crow", wrong_surname="Rook", reason="seen"),
    numbers.WithdrawFormerName(**ADA, surname="Crow", reason="seen"),
    numbers.RecordFormerName(**ADA, surname="Rook"),
    merging.MergePupils(survivor=PUPILS[1], merged=PUPILS[0], reason="seen"),
)

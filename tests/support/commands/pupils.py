"""Who a pupil is, and when they are on the roll."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from hypothesis import strategies as st

from services.records.pupils import identity
from services.records.roll import enrolment
from support.commands.common import ADA, BORN, DAYS, NAMES, PUPILS, Said, because, days, names, of_pupil
from support.school import upn

ANY: Final = (
    of_pupil(identity.RegisterPupil, full_name=names, date_of_birth=st.just(BORN), sex=st.just("F")),
    of_pupil(identity.ChangeName, full_name=names),
    of_pupil(identity.CorrectName, full_name=names, reason=because),
    of_pupil(identity.CorrectDateOfBirth, date_of_birth=st.sampled_from([BORN, date(2020, 6, 5)]), reason=because),
    of_pupil(identity.CorrectSex, sex=st.sampled_from("FM"), reason=because),
    of_pupil(identity.RecordUpn, upn=st.integers(1, 3).map(upn)),
    of_pupil(identity.CorrectUpn, upn=st.integers(1, 3).map(upn), reason=because),
    of_pupil(enrolment.Enrol, status=st.just("C"), year_group=st.sampled_from("12")),
    of_pupil(enrolment.Leave, ground=st.sampled_from([None, "another-school", "died"])),
    of_pupil(enrolment.CorrectStartingDay, wrong=days, reason=because),
    of_pupil(enrolment.CorrectEnrolment, status=st.just("C"), year_group=st.sampled_from("12"), reason=because),
    of_pupil(enrolment.CorrectLeaving, ground=st.just("died"), reason=because),
    of_pupil(enrolment.UndoLeaving, reason=because),
)
ALL: Final[Sequence[Said]] = (
    identity.ChangeName(pupil=PUPILS[0], valid_on=DAYS[2], full_name=NAMES[1]),
    identity.CorrectName(**ADA, full_name=NAMES[2], reason="seen"),
    identity.CorrectDateOfBirth(**ADA, date_of_birth=date(2020, 6, 5), reason="seen"),
    identity.CorrectSex(**ADA, sex="M", reason="seen"),
    identity.CorrectUpn(**ADA, upn=upn(2), reason="seen"),
    enrolment.Leave(pupil=PUPILS[0], valid_on=DAYS[2], ground="another-school"),
    enrolment.CorrectLeaving(pupil=PUPILS[0], valid_on=DAYS[3], ground="died", reason="seen"),
    enrolment.CorrectStartingDay(pupil=PUPILS[0], wrong=DAYS[0], valid_on=DAYS[1], reason="seen"),
    enrolment.CorrectEnrolment(
        pupil=PUPILS[0], valid_on=DAYS[1], status="C", year_group="2", reason="seen", evidence="list"
    ),
    enrolment.UndoLeaving(pupil=PUPILS[0], valid_on=DAYS[3], reason="seen"),
)

"""What a file says of a candidate's number, against what is recorded."""

from datetime import date

from support.folded import at

from services.facts import Dated
from services.records.files.intake import Known, Plan
from services.records.pupils.identity_intake import NUMBERS, NumbersFact
from services.records.pupils.identity_views import PupilRow
from services.records.pupils.numbers import RecordUci

ADA, DAY = b"a" * 16, date(2026, 9, 7)
HELD = Dated[str](value="689990980001D", since=DAY, at=at(1))


def planned(number: str, *held: Dated[str]) -> Plan:
    made = Plan()
    known = Known(pupil=PupilRow(subject=ADA, search_key="", uci=held))
    NUMBERS.plan(made, NumbersFact(uci=number), known, ADA, DAY)
    return made


def test_a_number_is_recorded_once_and_no_file_corrects_it() -> None:
    assert [step.command for step in planned("689990980001D").steps] == [
        RecordUci(pupil=ADA, valid_on=DAY, uci="689990980001D")
    ]
    same = planned("689990980001D", HELD)
    assert ([one.effect for one in same.effects], same.steps, same.reasons) == (["same"], [], [])
    other = planned("681990012058G", HELD)
    assert (other.effects, other.steps) == ([], [])
    assert "correct the record first" in other.reasons[0]

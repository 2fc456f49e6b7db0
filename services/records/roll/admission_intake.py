"""What a file says of the school that a pupil attended last; what is recorded already, a file never corrects."""

from datetime import date
from typing import Final

from events.model import Strict
from ledger.decider import Step
from services.dates import Day
from services.facts import on
from services.records.files.intake import Effect, Known, Plan, Planner
from services.records.roll.admission import RecordLastSchool, SchoolName, admission
from services.records.roll.admission_views import AdmissionRow, admissions


class AdmissionFact(Strict):
    """The school attended last before ``since``, the starting day here, where the file says that."""

    last_school: SchoolName
    since: Day | None = None


def plan(made: Plan, said: AdmissionFact, known: Known, pupil: bytes, valid_on: date) -> None:
    """Add to a plan the school of before, if none is recorded for that starting day.

    Another spelling of a school's name is no news, and a wrong one is for a person to correct with a reason.
    """
    day = said.since or valid_on
    found: tuple[AdmissionRow, ...] = tuple(known.rows.get(admissions.name, ()))
    item = on(found[0].last_schools, day) if found else None
    if item is not None:
        made.effects.append(Effect("last school", "same", item.value, item.value, item.at))
        return
    command = RecordLastSchool(pupil=pupil, valid_on=day, school=said.last_school)
    made.steps.append(Step(admission, command))
    made.effects.append(Effect("last school", "new", said.last_school))


PLANNER: Final = Planner("admission", "enrolment", AdmissionFact, (admissions,), plan)

"""Takes in what a file says of a pupil's numbers and names of before, each compared with what is known here."""

from datetime import date
from typing import Annotated, Any, Final

from pydantic import Field

from events.identifiers import Uci, Uln, Upn, is_temporary
from events.model import Strict
from events.records.common import Name
from ledger.decider import Command, Step
from services.records.files.intake import Effect, Known, Plan, Planner
from services.records.pupils import identity, numbers
from services.records.pupils.identity_queries import former_upns, present_upn, uci, uln
from services.records.pupils.identity_views import FormerName, PupilRow

FORMER_MAX: Final = 20
"""Former UPNs of one pupil: a child who moved every term has fewer."""


class NumbersFact(Strict):
    """A pupil's numbers and names of before, as a file gives them. ``upn`` is the row's own, given again."""

    upn: Upn | None = None
    former_upns: Annotated[tuple[Upn, ...], Field(max_length=FORMER_MAX)] = ()
    uln: Uln | None = None
    uci: Uci | None = None
    former_surname: Name | None = None
    former_forename: Name | None = None


def _plan(made: Plan, said: NumbersFact, known: Known, pupil: bytes, valid_on: date) -> None:
    row = known.pupil or PupilRow(subject=pupil, search_key="")
    if known.pupil is not None and said.upn is not None:
        _present(made, said, row, pupil, valid_on)
    _former(made, said, row, pupil, valid_on)
    _learner(made, said, row, pupil, valid_on)
    _candidate(made, said, row, pupil, valid_on)
    name = FormerName(surname=said.former_surname, forename=said.former_forename)
    if (name.surname or name.forename) and all(item.value != name for item in row.former_names):
        command = numbers.RecordFormerName(pupil=pupil, valid_on=valid_on, surname=name.surname, forename=name.forename)
        _step(made, command, Effect("former name", "new", name))


def _present(made: Plan, said: NumbersFact, row: PupilRow, pupil: bytes, valid_on: date) -> None:
    """Compare the row's UPN with the record's: they differ where the pupil was found by a former one."""
    present = present_upn(row, valid_on) or (row.upn[-1] if row.upn else None)
    wanted = said.upn
    before = {item.value for item in former_upns(row, valid_on)}
    if wanted is None or (present is not None and present.value == wanted) or wanted in before:
        return
    if present is None:
        command: Command = identity.RecordUpn(pupil=pupil, valid_on=valid_on, upn=wanted)
        _step(made, command, Effect("upn", "new", wanted))
    elif is_temporary(present.value) and not is_temporary(wanted):
        command = numbers.MakeUpnPermanent(pupil=pupil, valid_on=valid_on, upn=wanted)
        _step(made, command, Effect("upn", "changed", wanted, present.value, present.at))
    else:
        made.reasons.append(
            "The UPN differs from the one recorded here, which the file calls a former one. Check which is right; if "
            "it is the file's, correct the UPN here first and send the row again."
        )


def _former(made: Plan, said: NumbersFact, row: PupilRow, pupil: bytes, valid_on: date) -> None:
    present = present_upn(row, valid_on)
    # What the row makes the present one's predecessor is kept by that; and no number is both.
    taken = {said.upn, present.value if present else None, *(item.value for item in former_upns(row, valid_on))}
    for number in dict.fromkeys(said.former_upns):
        if number not in taken:
            command = numbers.RecordFormerUpn(pupil=pupil, valid_on=valid_on, upn=number)
            _step(made, command, Effect("former upn", "new", number))


def _learner(made: Plan, said: NumbersFact, row: PupilRow, pupil: bytes, valid_on: date) -> None:
    if said.uln is None:
        return
    held = uln(row, valid_on) or (row.uln[-1] if row.uln else None)
    if held is None:
        command = numbers.RecordUln(pupil=pupil, valid_on=valid_on, uln=said.uln)
        _step(made, command, Effect("uln", "new", said.uln))
    elif held.value != said.uln:
        made.reasons.append(
            "The ULN differs from the one recorded here. Check which is right; if it is the file's, correct the "
            "record first and send the row again."
        )
    else:
        made.effects.append(Effect("uln", "same", said.uln, held.value, held.at))


def _candidate(made: Plan, said: NumbersFact, row: PupilRow, pupil: bytes, valid_on: date) -> None:
    if said.uci is None:
        return
    held = uci(row, valid_on) or (row.uci[-1] if row.uci else None)
    if held is None:
        command = numbers.RecordUci(pupil=pupil, valid_on=valid_on, uci=said.uci)
        _step(made, command, Effect("uci", "new", said.uci))
    elif held.value != said.uci:
        made.reasons.append(
            "The UCI differs from the one recorded here. Check which is right; if it is the file's, correct the "
            "record first and send the row again."
        )
    else:
        made.effects.append(Effect("uci", "same", said.uci, held.value, held.at))


def _step(made: Plan, command: Command, effect: Any) -> None:
    made.steps.append(Step(identity.identity, command))
    made.effects.append(effect)


NUMBERS: Final = Planner("numbers", "identity", NumbersFact, (), _plan)

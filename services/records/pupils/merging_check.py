"""What the views must say before two records are merged, and that nobody writes into a record that is merged."""

from collections.abc import Iterable
from datetime import date
from typing import Final, TypeAlias, get_args

from events.identifiers import id_text
from ledger.alias import held
from ledger.decider import Command, Refused
from ledger.view import Reader
from services.records.pupils.identity import CorrectUpn, RecordUpn
from services.records.pupils.identity_views import aliases, pupils
from services.records.pupils.merging import IS_MERGED, MergePupils
from services.records.pupils.numbers import MakeUpnPermanent, WithdrawFormerUpn
from services.records.queries import is_pupil
from services.records.registers.attendance_queries import marks

_FIRST, _LAST = date(1900, 1, 1), date(2100, 12, 31)
SHOWN_MAX: Final = 100
"""Sessions that a refusal lists: a term's, for whoever puts them right one by one."""
OfNumber: TypeAlias = RecordUpn | CorrectUpn | MakeUpnPermanent | WithdrawFormerUpn
OF_NUMBER: Final = get_args(OfNumber)
_ONE: Final = ("pupil", "person", "contact")
_MANY: Final = ("pupils", "marks")


def named(command: Command) -> list[bytes]:
    """Give the people whom a command is about, by the names that commands have for them."""
    found = [getattr(command, name, None) for name in _ONE]
    many: Iterable[object] = (one for name in _MANY for one in getattr(command, name, ()))
    return [one for one in (*found, *many) if isinstance(one, bytes)]


async def unfit(reader: Reader, command: Command) -> Refused | None:
    """Say why a command cannot be carried out, as far as the views know.

    It is refused and not redirected: whoever changes a record should see whose it is. An entry that comes in all the
    same, as the views are a moment behind, is shown with the surviving record.
    """
    if isinstance(command, MergePupils):
        return await _unfit_merge(reader, command)
    of = await held(reader, aliases)
    ends = [of[one] for one in named(command) if one in of]
    if ends:
        return Refused(IS_MERGED, pupil=id_text(ends[0]))
    return await _of_merged(reader, command) if isinstance(command, OF_NUMBER) else None


async def _of_merged(reader: Reader, command: OfNumber) -> Refused | None:
    """Say why a number cannot be changed on the survivor: it was recorded of another record, and is found there."""
    row = await reader.get(pupils, command.pupil)
    if row is None or command.upn in {item.value for item in (*row.upn, *row.former_upns)}:
        return None
    theirs = {item.value: one.subject for one in row.merged for item in (*one.upn, *one.former_upns)}
    if command.upn not in theirs:
        return None
    return Refused(
        "This number is that of a record merged into the pupil's, and stays with it. Part the two records, put the "
        "number right on the other one, and merge them again if they are one child.",
        record=id_text(theirs[command.upn]),
    )


async def _unfit_merge(reader: Reader, command: MergePupils) -> Refused | None:
    of = await held(reader, aliases)
    pair = (command.survivor, command.merged)
    for one in pair:
        if one not in of and not await is_pupil(reader, one):
            return Refused("One of these is no pupil of this school. Look both records up again.")
    ours, theirs = [
        {(mark.date, mark.session): mark.code for mark in await marks(reader, one, _FIRST, _LAST)} for one in pair
    ]
    differ = sorted(slot for slot in ours.keys() & theirs.keys() if ours[slot] != theirs[slot])
    if not differ:
        return None
    return Refused(
        "Both records have marks of the same sessions, and they differ. Amend the wrong one of each, with the reason; "
        "then merge the two.",
        sessions=[{"date": day.isoformat(), "session": session} for day, session in differ[:SHOWN_MAX]],
        count=len(differ),
    )

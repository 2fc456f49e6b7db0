"""What a statement of disagreement is about: only an entry that its writer may read, and it is kept as that one is."""

from typing import Final, TypeAlias, get_args

from events.model import DISCREET
from events.records.documents import DocumentCategory
from ledger.alias import group, held
from ledger.decider import Command, Refused
from ledger.discreet import category_of
from ledger.log import Stored
from services.door import Door, Visit
from services.permission import visible
from services.records.families.disagreement import (
    NO_STATEMENT,
    AddStatementOfDisagreement,
    WithdrawStatementOfDisagreement,
)
from services.records.pupils.identity_views import aliases

OfStatement: TypeAlias = AddStatementOfDisagreement | WithdrawStatementOfDisagreement
_ABOUT_OTHERS: Final = "That entry says nothing about this person. Choose one of the entries on their record."
_DISCREET: Final = (
    "A statement cannot be kept beside this kind of entry yet. Correct the concern instead, in the family's own words."
)


async def as_kept(door: Door, visit: Visit, command: OfStatement) -> Command:
    """Give a command with the category of the entry that it is about.

    Raises Refused; what the caller may not read is refused as what is about somebody else, so that nothing is learnt.
    """
    adds = isinstance(command, AddStatementOfDisagreement)
    index = command.disputes if isinstance(command, AddStatementOfDisagreement) else command.statement
    entry = await _entry(door, visit, command.person, index)
    if entry is None:
        raise Refused(_ABOUT_OTHERS if adds else NO_STATEMENT)
    if entry.name == DISCREET:
        raise Refused(_DISCREET if adds else NO_STATEMENT)
    for known in get_args(DocumentCategory):
        if known == entry.category:
            return command.model_copy(update={"kept_as": known})
    # Attendance has keys of a school year: what is said of a mark is read by whoever reads the correspondence.
    return command.model_copy(update={"kept_as": "correspondence"})


async def _entry(door: Door, visit: Visit, person: bytes, index: int) -> Stored | None:
    """Give an entry about a person, or anybody held to be the same, of a category that the caller may read."""
    async with door.read(visit.organisation) as reader:
        same = group(await held(reader, aliases), [person])
    readable = visible(visit.role)
    for one in sorted(same):
        for entry in await door.log.about(visit.organisation, one):
            if entry.index == index and category_of(door.codec.vault, entry) in readable:
                return entry
    return None

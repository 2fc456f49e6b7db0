"""What a statement of disagreement is about: only an entry that its writer may read, and it is kept as that one is."""

from typing import Final, NamedTuple, TypeAlias, get_args

from events.model import CATEGORIES, DISCREET, Category
from events.records.documents import DocumentCategory
from ledger.alias import group, held
from ledger.decider import Command, Refused
from ledger.discreet import category_of
from ledger.log import Stored
from services.door import Door, NotAllowed, Visit
from services.records.families.disagreement import (
    NO_STATEMENT,
    AddStatementOfDisagreement,
    WithdrawStatementOfDisagreement,
)
from services.records.families.discreet_disagreement import (
    DisputeConcern,
    DisputeExclusion,
    WithdrawConcernDispute,
    WithdrawExclusionDispute,
)
from services.records.pupils.identity_views import aliases

_Adds: TypeAlias = AddStatementOfDisagreement | DisputeConcern | DisputeExclusion
_Withdraws: TypeAlias = WithdrawStatementOfDisagreement | WithdrawConcernDispute | WithdrawExclusionDispute
OfStatement: TypeAlias = _Adds | _Withdraws
_KINDS: Final[tuple[DocumentCategory, ...]] = get_args(DocumentCategory)
_ABOUT_OTHERS: Final = "That entry says nothing about this person. Choose one of the entries on their record."


class _Aimed(NamedTuple):
    """A command as it is kept: what the entry is about, and what somebody must be allowed to change."""

    command: Command
    of: Category
    kept_as: Category


async def entered(door: Door, token: str | None, organisation: bytes, sent: OfStatement) -> tuple[Visit, Command]:
    """Let whoever may write what the entry is about in; give the command, kept as that entry is.

    Raises Refused; what the caller may not read is refused as what is about somebody else, so that nothing is learnt.
    """
    person = [sent.person]
    await door.enter(token, organisation, "change", sent.scope, pupils=person)
    aimed = await _aimed(door, organisation, sent)
    if aimed is None or not await _reads(door, token, organisation, sent, aimed):
        raise Refused(_ABOUT_OTHERS if isinstance(sent, _Adds) else NO_STATEMENT)
    visit = await door.enter(token, organisation, "change", aimed.command.scope, [aimed.kept_as], pupils=person)
    return visit, aimed.command


async def _reads(door: Door, token: str | None, organisation: bytes, sent: OfStatement, aimed: _Aimed) -> bool:
    """Whether a caller may read what an entry is about, with a token for what they ask."""
    try:
        await door.enter(token, organisation, "view", aimed.command.scope, [aimed.of], pupils=[sent.person])
    except NotAllowed:
        return False
    return True


async def _aimed(door: Door, organisation: bytes, sent: OfStatement) -> _Aimed | None:
    """Give the command for the kind of entry that it is about; None where that is not about this person."""
    entry = await _entry(door, organisation, sent.person, sent.disputes if isinstance(sent, _Adds) else sent.statement)
    found = category_of(door.codec.vault, entry) if entry else None
    category = next((one for one in CATEGORIES if one == found), None)
    if entry is None or category is None:
        return None
    if entry.name == DISCREET:
        return _discreet(sent, category)
    # Attendance has keys of a school year: what is said of a mark is read by whoever reads the correspondence.
    kept: DocumentCategory = next((one for one in _KINDS if one == category), "correspondence")
    said = sent.model_dump(exclude={"kept_as"})
    kind = AddStatementOfDisagreement if isinstance(sent, _Adds) else WithdrawStatementOfDisagreement
    return _Aimed(kind(**said, kept_as=kept), category, kept)


def _discreet(sent: OfStatement, category: Category) -> _Aimed | None:
    """Give what is said of a discreet entry: as discreet a command; what is said of one fact is said of the entry."""
    said = sent.model_dump(exclude={"kept_as", "fact"})
    match category, isinstance(sent, _Adds):
        case "safeguarding", True:
            command: Command = DisputeConcern(**said)
        case "safeguarding", False:
            command = WithdrawConcernDispute(**said)
        case "pastoral", True:
            command = DisputeExclusion(**said)
        case "pastoral", False:
            command = WithdrawExclusionDispute(**said)
        case _:
            return None
    return _Aimed(command, category, category)


async def _entry(door: Door, organisation: bytes, person: bytes, index: int) -> Stored | None:
    """Give an entry about a person, or anybody held to be the same."""
    async with door.read(organisation) as reader:
        same = group(await held(reader, aliases), [person])
    for one in sorted(same):
        for entry in await door.log.about(organisation, one):
            if entry.index == index:
                return entry
    return None

"""Any script of commands, for property tests: what a school, its office and its staff may send, in any order."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Final

from hypothesis import strategies as st

from events.model import Event
from ledger.alias import Aliases, joins_in
from ledger.codec import Codec, Meta
from ledger.decider import Command, Decider, Desk, Refused, Step, decided_by
from ledger.log import Log, Stored
from ledger.postgres.server import SERVICES
from ledger.shape import encode, shape
from ledger.view import AnyView, Key, MemoryRows
from services.governance.api import COMMANDS as OF_GOVERNANCE
from services.governance.views import VIEWS as GOVERNANCE
from services.records.api import COMMANDS as OF_RECORDS
from services.records.documents import documents
from services.records.files import batches, undoing
from services.records.pupils import merging
from services.records.views import VIEWS as RECORDS
from services.rights.api import COMMANDS as OF_RIGHTS
from services.rights.views import VIEWS as RIGHTS
from services.sharing.api import COMMANDS as OF_SHARING
from services.sharing.views import VIEWS as SHARING
from support import commands
from support.commands.common import CONTACTS, DAYS, PUPILS, STAFF, Said
from support.commands.opening import OPENING

DECIDERS: Final[Mapping[type[Command], Decider[Any]]] = {
    **OF_RECORDS, **OF_GOVERNANCE, **OF_SHARING, **OF_RIGHTS,
    **decided_by((batches.batches, documents.documents, undoing.undoing)),
}  # fmt: skip
VIEWS: Final[tuple[AnyView, ...]] = (*RECORDS, *GOVERNANCE, *SHARING, *RIGHTS)

CATEGORIES: Final = [
    None, *sorted({str(Event.latest[name].definition.category) for view in VIEWS if view.is_personal for name in view.folds}),
]  # fmt: skip
"""What a request may ask to erase of somebody: everything, or one kind of fact."""
_WITHDRAWALS: Final = [
    undoing.WithdrawEntry(in_stream=bytes(16), under="its own", entry=entry, valid_on=DAYS[3], reason="never was")
    for entry in range(1, 90)
]
"""Withdrawals of a log's entries; ``send`` finds which stream an entry is in, and for what it was made."""
_LAST: Final = "merging"
"""Ends with two records merged, so that hardly anything can be said of them afterwards."""
_FEATURES: Final = [
    import_module(f"support.commands.{found.name}")
    for found in sorted(iter_modules(commands.__path__), key=lambda found: (found.name == _LAST, found.name))
    if found.name not in ("common", "opening")
]
_ALL: Final = [said for feature in _FEATURES[:-1] for said in feature.ALL]
EVERYTHING: Final[Sequence[Said]] = (*OPENING, *_ALL, *_WITHDRAWALS[2::5], *_FEATURES[-1].ALL)
"""Each event that any view folds, at least once."""


# Without a least length hypothesis draws lists of about five, of which most commands are refused.
_any_commands = st.lists(
    st.one_of(*(any_ for feature in _FEATURES for any_ in feature.ANY), st.sampled_from(_WITHDRAWALS[:40])),
    min_size=12,
    max_size=36,
)
SCRIPTS: Final[st.SearchStrategy[list[Said]]] = st.builds(
    lambda opening, rest: [*opening, *rest], st.sampled_from([OPENING, OPENING, EVERYTHING, ()]), _any_commands
)
"""Any commands, most of them of a school that has begun."""

TOPICS: Final = {
    feature.__name__.rsplit(".", 1)[-1]: feature for feature in _FEATURES if feature.__name__.rsplit(".", 1)[-1] not in ("files", "governance")
}  # fmt: skip
"""The features that say something of pupils, by name."""


def about(topic: str) -> st.SearchStrategy[list[Said]]:
    """Give scripts of one kind of fact, so many commands about two pupils that they meet, with merges and withdrawals."""
    feature = TOPICS[topic]
    some = st.one_of(*feature.ANY).map(_of_two)
    other = st.one_of(*_FEATURES[-1].ANY[:3], st.sampled_from(_WITHDRAWALS[14:50]))
    pages = st.tuples(st.lists(some, min_size=6, max_size=10), st.lists(other, min_size=1, max_size=2))
    return st.builds(
        lambda opening, rest: [*opening, *(one for page in rest for part in page for one in part)],
        st.sampled_from([OPENING, (*OPENING, *feature.ALL)]), st.lists(pages, min_size=3, max_size=4),
    )  # fmt: skip


def _of_two(said: Any) -> Said:
    """Give a command about one of the two pupils whose records are asked for."""
    told = {
        name: PUPILS[PUPILS.index(who) % 2] for name in ("pupil", "person") if (who := getattr(said, name, None)) in PUPILS
    }  # fmt: skip
    made: Said = said.model_copy(update=told)
    return made


async def send(desks: Mapping[str, Desk], organisation: bytes, number: int, said: Said) -> None:
    """Carry a script's command out as the service whose it is. A refused command leaves no trace."""
    command = said if isinstance(said, Command) else said(await desks["records"].log.size(organisation))
    decider = DECIDERS[type(command)]
    desk = desks[decider.service]
    if isinstance(command, undoing.WithdrawEntry):
        made = await _entry(desk.log, organisation, command.entry)
        if made is None:
            return
        command = command.model_copy(update={"in_stream": made.stream, "under": made.purpose})
    before = await desk.log.size(organisation)
    meta = Meta(STAFF[0], "office", command.purpose, "a-basis", number.to_bytes(16, "big"))
    merges = await desk.log.stream(organisation, merging.MERGES.id(organisation))
    of = Aliases(joins_in(desk.codec.open(stored, ()) for stored in merges.entries)).at()
    try:
        await desk.handle(organisation, [Step(decider, command)], meta, of=of)
    except Refused:
        assert await desk.log.size(organisation) == before


async def _entry(log: Log, organisation: bytes, index: int) -> Stored | None:
    """Give an entry, if there is such a one about a person."""
    for person in (*PUPILS, *CONTACTS, *STAFF):
        for stored in await log.about(organisation, person):
            if stored.index == index:
                return stored
    return None


def desks_of(log: Log, codec: Codec) -> dict[str, Desk]:
    """Give both services' desks on one log."""
    return {service: Desk(log, codec, service) for service in SERVICES}


def packed(rows: MemoryRows, subject: bytes | None = None) -> dict[str, dict[Key, bytes]]:
    """Give rows as the bytes that a table would hold; with ``subject``, only that person's."""
    return {
        view.table: kept
        for view in VIEWS
        if (subject is None or view.is_personal)
        and (kept := {
            key: encode(shape(view.row).pack(row))
            for key, row in rows.held.get(view.table, {}).items()
            if subject is None or row.subject == subject
        })
    }  # fmt: skip

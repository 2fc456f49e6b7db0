"""The web application: each service's routes behind one door, and every read written down before it is shown."""

import gc
import sys
from asyncio import to_thread
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, date, datetime
from time import monotonic
from typing import Final

from fastapi import FastAPI, Request
from starlette.responses import Response

from events.governance import Shown
from events.model import PARTS_MAX, Category
from events.sharing.words import Party
from ledger.alias import held
from ledger.decider import Command, Desk, Ground, Refused, Step
from ledger.documents import DocumentStore
from ledger.postgres.server import SERVICES
from ledger.reaction import Places
from ledger.runner import Runner
from ledger.view import Reader
from services import problems
from services.door import At, Door, Visit
from services.facts import Provenance
from services.governance import api as governance_api
from services.governance import queries as governance
from services.governance import reads
from services.installation import Installation
from services.opened import through
from services.pages import letter as letters
from services.pages import routes as pages
from services.pages.disclosures import Sharing
from services.past import Pasts
from services.pins import Pins
from services.records import api as records_api
from services.records import queries as records
from services.records import search_api
from services.records.answers import Records
from services.records.documents import documents_api
from services.records.files import intake_api, quarantine_api
from services.records.leaving import Leavers
from services.records.pupils import identity_api
from services.records.pupils.identity_views import aliases
from services.records.registers import patterns_api, registers_api
from services.records.roll import admission_register_api
from services.records.shareable import Shareable
from services.restrictions import restricted_categories
from services.rights import api as rights_api
from services.rights.restriction_views import restrictions
from services.routes import Answered, an_id, token
from services.settings import Settings
from services.sharing import api as sharing_api
from services.sharing import consents_api, leavers_api, onward_api, preview_api, recipients_api, register_api
from services.sharing.delivering import Deliverer
from services.sharing.delivery import Endpoints
from services.sharing.keeping import Keeper
from services.sharing.leavers import Board
from services.sharing.processing import AdoptedPurpose, Controller
from services.sharing.remaking import Remaker
from services.sharing.sending import Sender
from services.sharing.standing import Standings

COLLECT_AFTER: Final = (50_000, 20, 20)
"""Allocations before the garbage collector looks: most of what a request makes is gone by itself (+18 % measured)."""
SWITCH_SECONDS: Final = 0.0005
"""How long the thread that folds views may keep a request waiting; Python's own is ten times that."""


class SchoolFacts:
    """What the door asks of the services' views (see services.door.Facts)."""

    async def roles(self, reader: Reader, subject: bytes, day: date) -> frozenset[str]:
        """Give the roles in which somebody may act on a day."""
        return await governance.roles(reader, subject, day)

    async def teaches(
        self, reader: Reader, subject: bytes, day: date, groups: Iterable[bytes], pupils: Iterable[bytes]
    ) -> bool:
        """Whether somebody teaches all of these groups and pupils on a day."""
        return await records.teaches(reader, subject, day, groups, pupils)

    async def kind(self, reader: Reader) -> str | None:
        """Give what kind of organisation this is."""
        about = await governance.about(reader)
        return about.kind if about else None

    async def ground(self, reader: Reader, purpose: str, day: date) -> Ground | None:
        """Give the lawful basis and categories of a purpose of the organisation."""
        return await governance.ground(reader, purpose, day)

    async def held(self, reader: Reader) -> Mapping[bytes, bytes]:
        """Give whose records are merged into which."""
        return await held(reader, aliases)

    async def restricted(
        self, reader: Reader, people: Sequence[bytes] | None, day: date
    ) -> Mapping[bytes, frozenset[Category]]:
        """Give which categories of these people's data (None: of everybody's) may not be used on a day, if any."""
        wanted = {} if people is None else {"subject": list(people)}
        rows = await reader.find(restrictions, **wanted)
        found = {row.subject: restricted_categories(row, day) for row in rows}
        return {subject: categories for subject, categories in found.items() if categories}


class SchoolParty:
    """What sharing asks of governance (see services.sharing.standing.School)."""

    async def party(self, reader: Reader) -> Party:
        """Give the school as a sender. Raises Refused where it is not registered."""
        about = await governance.about(reader)
        if about is None:
            raise Refused("Register the school before anything is shared in its name.")
        return Party(title=about.title, laestab=about.laestab)

    async def school_type(self, reader: Reader) -> str | None:
        """Give its type as the law's gateways name it; None where it is not known."""
        about = await governance.about(reader)
        return about.school_type if about else None


class SchoolController:
    """What the record of processing asks of governance (see services.sharing.processing.Governing)."""

    async def controller(self, reader: Reader, today: date) -> Controller:
        """Give the school as a controller. Raises Refused where it is not registered."""
        about = await governance.about(reader)
        if about is None:
            raise Refused("Register the school before anything is shared in its name.")
        adopted = [
            AdoptedPurpose(one.purpose, one.title, one.covers, one.bases, one.categories)
            for one in await governance.adopted_purposes(reader)
        ]
        officers = await governance.in_roles(reader, ["dpo"], today)
        return Controller(about.title, about.urn, sorted(officers.values()), adopted)


class WrittenReads:
    """Writes reads to the log and names the people of its entries (see services.records.api.Reads)."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def viewed(self, visit: Visit, at: At, index: int, shown: Mapping[bytes, Shown]) -> None:
        """Write down a record that is about to be shown; a replay, under its case number; a door that was opened."""
        shown = through(shown, visit.through)
        if at.asked is None:
            await self._write(visit, self._view(visit, index, shown))
        else:
            await self._write(visit, self._replay(visit, at, at.asked, shown))

    async def listed(self, visit: Visit, at: At, index: int, kind: str, shown: Mapping[bytes, Shown]) -> None:
        """Write down a search or list that is about to be shown, in as many entries as it takes."""
        pupils = list(shown.items())
        for start in range(0, max(len(pupils), 1), PARTS_MAX):
            page = dict(pupils[start : start + PARTS_MAX])
            if at.asked is not None:
                await self._write(visit, self._replay(visit, at, at.asked, page))
                continue
            await self._write(
                visit,
                reads.Search(
                    reader=visit.caller.subject, day=visit.today, known_at=index, shown=page,
                    kind="search" if kind == "search" else "list", count=len(pupils),
                ),
            )  # fmt: skip

    async def names(self, organisation: bytes, wanted: Iterable[Provenance]) -> Mapping[int, str]:
        """Give who made each entry, by index: name and job title as they stood at that entry."""
        made = {one.index: one for one in wanted}
        async with self._door.read(organisation) as reader:
            people = await governance.people(reader, [one.actor for one in made.values()])
        found = {}
        for index, one in made.items():
            who = governance.who(people.get(one.actor), one.recorded_at, index)
            found[index] = f"{who.name}, {who.job_title}" if who.job_title else who.name
        return found

    async def parameter(self, reader: Reader, rule: str, name: str) -> int | None:
        """Give a parameter of an adopted rule."""
        found = await governance.parameters(reader, rule)
        return found.get(name) if found else None

    def _view(self, visit: Visit, index: int, shown: Mapping[bytes, Shown]) -> Command:
        return reads.ViewRecord(reader=visit.caller.subject, day=visit.today, known_at=index, shown=dict(shown))

    def _replay(self, visit: Visit, at: At, index: int, shown: Mapping[bytes, Shown]) -> Command:
        if at.case is None:
            raise Refused(
                "Replaying history needs the number of the case it is for. Give it as case=… ; it is written down."
            )
        return reads.Replay(
            reader=visit.caller.subject, day=visit.today, known_at=index, shown=dict(shown), case=at.case
        )

    async def _write(self, visit: Visit, command: Command) -> None:
        await self._door.record(visit, Step(reads.reads, command))


def create_app(settings: Settings) -> FastAPI:
    """Give the application of an installation; its server, databases and runners live as long as it does."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            installation = stack.enter_context(Installation(settings))
            runner = installation.runner()
            follows, reacts = installation.follow(runner), installation.react()
            door = await _door(installation, runner, stack)
            _mount(app, installation, door, await stack.enter_async_context(installation.documents()))
            _add_health(app, follows, reacts)
            gc.collect()
            gc.freeze()
            gc.set_threshold(*COLLECT_AFTER)
            sys.setswitchinterval(SWITCH_SECONDS)
            yield
            gc.unfreeze()

    app = FastAPI(title="Rollbook", version="1", lifespan=life, docs_url=None, redoc_url=None)
    problems.install(app)

    return app


def _add_health(app: FastAPI, follows: Callable[[], bool], reacts: Callable[[], bool]) -> None:
    @app.get("/healthz", name="health", openapi_extra={"x-scope": None})
    async def health() -> Response:
        """Say whether the process answers and its views follow the log."""
        if not follows():
            return problems.problem(503, "Not healthy", "The pages do not follow the log now; see the server's log.")
        if not reacts():
            return problems.problem(503, "Not healthy", "What follows from an entry waits now; see the server's log.")
        return Answered({"status": "ok"})


async def _door(installation: Installation, runner: Runner, stack: AsyncExitStack) -> Door:
    desks = {}
    for service in SERVICES:
        log = await stack.enter_async_context(installation.log(service))
        desks[service] = Desk(log, installation.codec, service)
    live = await stack.enter_async_context(installation.live_views())
    return Door(
        signer=installation.signer,
        desks=desks,
        log=desks["records"].log,
        feed=installation.feed(),
        codec=installation.codec,
        facts=SchoolFacts(),
        read=lambda organisation: live.reader(organisation, installation.views),
        pasts=Pasts(runner.past),
        now=lambda: datetime.now(UTC),
        clock=monotonic,
    )


def _mount(app: FastAPI, installation: Installation, door: Door, documents: DocumentStore) -> None:
    reads = WrittenReads(door)
    answers = Records(door, reads, installation.views)
    app.include_router(records_api.router(door, answers))
    app.include_router(governance_api.router(door))
    facts = Shareable(door.log, door.codec, installation.views)
    sharing = _mount_sharing(app, door, reads, facts, installation.settings.endpoints)
    app.include_router(rights_api.router(door, reads))
    app.include_router(documents_api.router(door, answers, documents))
    app.include_router(search_api.router(answers))
    app.include_router(identity_api.router(answers))
    app.include_router(intake_api.router(door, reads))
    app.include_router(quarantine_api.router(door, reads))
    pins = Pins(door.feed)
    app.include_router(registers_api.router(answers, pins))
    app.include_router(admission_register_api.router(answers, pins))
    app.include_router(patterns_api.router(answers))
    pages.mount(app, door, answers, installation.settings, pins, sharing)

    _add_status(app, installation, door)


def _mount_sharing(app: FastAPI, door: Door, reads: WrittenReads, facts: Shareable, endpoints: Endpoints) -> Sharing:
    standings = Standings(facts, SchoolParty())
    sender, remaker, keeper = Sender(door, facts, standings), Remaker(door, facts), Keeper(door, facts)
    deliverer = Deliverer(door, sender, remaker, endpoints)
    app.include_router(sharing_api.router(door, sender, keeper, deliverer, facts))
    leaving = leavers_api.Leaving(door, reads, Board(Leavers(), reads))
    app.include_router(leavers_api.router(leaving))
    app.include_router(preview_api.router(door, sender, reads))
    app.include_router(recipients_api.router(door))
    app.include_router(onward_api.router(onward_api.Onward(door, reads, facts)))
    register = register_api.Register(door, reads, facts, SchoolController())
    app.include_router(register_api.router(register, remaker, standings.categories))
    app.include_router(letters.router(letters.Letters(register, remaker, standings.categories)))
    consents = consents_api.Consents(door, reads, facts)
    app.include_router(consents_api.router(consents))
    return Sharing(register, sender, deliverer, keeper, facts, consents, leaving)


def _add_status(app: FastAPI, installation: Installation, door: Door) -> None:
    places = installation.places()

    @app.get("/api/status", name="status", openapi_extra={"x-scope": "operate"})
    async def status(request: Request) -> Response:
        """Give how far views and reactions have come, and what these failed about: of each organisation, or of one."""
        door.signer.caller(token(request))
        found, only = [], request.query_params.get("organisation")
        wanted = door.feed.organisations()
        for organisation in wanted if only is None else {an_id(only)} & set(wanted):
            await door.enter(token(request), organisation, "operate", "operate")
            async with door.read(organisation) as reader:
                position = await reader.position()
            found.append({
                "organisation": organisation, "size": await door.log.size(organisation), "views_at": position.index,
                **await to_thread(_reacted, places, organisation, installation.reactions),
            })  # fmt: skip
        return Answered({"organisations": found})


def _reacted(places: Places, organisation: bytes, reactions: Sequence[str]) -> Mapping[str, object]:
    cursors = places.cursors(organisation, reactions)
    failed = [one._asdict() for one in places.parked(organisation)]
    return {"reactions_at": dict(cursors), "reactions_failed": failed}

"""The web application: each service's routes behind one door, and every read written down before it is shown."""

import gc
import sys
from asyncio import to_thread
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from itertools import chain
from time import monotonic
from typing import Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from ledger.decider import Desk
from ledger.documents import DocumentStore
from ledger.postgres.server import SERVICES
from ledger.reaction import Places
from ledger.runner import Runner
from services import problems
from services.door import Door
from services.governance import api as governance_api
from services.health import add_health
from services.inbox import by_inbox
from services.installation import Installation
from services.pages import letter as letters
from services.pages import routes as pages
from services.pages.disclosures import Sharing
from services.past import Pasts
from services.pins import Pins
from services.records import api as records_api
from services.records import search_api
from services.records.answers import Records
from services.records.documents import documents_api
from services.records.files import intake_api, quarantine_api
from services.records.leaving import Leavers
from services.records.pupils import identity_api
from services.records.registers import patterns_api, registers_api
from services.records.roll import admission_register_api
from services.records.shareable import Shareable
from services.rights import api as rights_api
from services.routes import Answered, an_id, token
from services.school_facts import SchoolController, SchoolFacts, SchoolParty
from services.settings import Settings
from services.sharing import api as sharing_api
from services.sharing import consents_api, leavers_api, onward_api, preview_api, recipients_api, register_api
from services.sharing.delivering import Deliverer
from services.sharing.delivery import Endpoints
from services.sharing.keeping import Keeper
from services.sharing.leavers import Board
from services.sharing.remaking import Remaker
from services.sharing.sending import Sender
from services.sharing.standing import Standings
from services.tasks import Running, keep_views, keep_views_from_kafka, react, send_on, take_commands, tell
from services.telemetry import Telemetry, Timed
from services.written_reads import WrittenReads

PARTS: Final = (*SERVICES, "pages")
"""What a process may answer for."""
COLLECT_AFTER: Final = (50_000, 20, 20)
"""Allocations before the garbage collector looks: most of what a request makes is gone by itself (+18 % measured)."""
SWITCH_SECONDS: Final = 0.0005
"""How long the thread that folds views may keep a request waiting; Python's own is ten times that."""


def create_app(
    settings: Settings, parts: Collection[str] | None = None, tasks: Collection[str] | None = None
) -> FastAPI:
    """Give the application of one process; what it opens and starts lives as long as it does.

    ``parts`` are the services, and ``pages``, that it answers for; ``tasks`` what it does besides. Left out, it is the
    whole of Rollbook in one process: every part and task; those over Kafka, and webhooks, where they are set up.
    """
    parts = PARTS if parts is None else tuple(parts)
    if tasks is None:
        over_kafka = () if settings.kafka is None else ("relay", "inbox")
        tasks = ("views", "reactions", *over_kafka, *(("webhooks",) if settings.webhooks else ()))
    telemetry = Telemetry()

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            installation = stack.enter_context(Installation(settings))
            runner = installation.runner()
            running = _start(installation, runner, tasks, in_one_process=bool(parts))
            inner = SERVICES if "inbox" in tasks else ()
            if answered := {*parts, *inner}:
                door = await _door(installation, runner, answered, stack)
                documents = await stack.enter_async_context(installation.documents())
                if parts:
                    _mount(app, installation, door, documents, parts)
                if inner:  # the same routes, which this process may not answer for by HTTP
                    routes = FastAPI(openapi_url=None)
                    problems.install(routes)
                    _mount(routes, installation, door, documents, inner)
                    running.append(await stack.enter_async_context(take_commands(installation, routes, door)))
            add_health(app, installation, running, telemetry)
            gc.collect()
            gc.freeze()
            gc.set_threshold(*COLLECT_AFTER)
            sys.setswitchinterval(SWITCH_SECONDS)
            yield
            gc.unfreeze()

    app = FastAPI(title="Rollbook", version="1", lifespan=life, docs_url=None, redoc_url=None)
    problems.install(app)
    app.add_middleware(Timed, telemetry=telemetry)

    return app


def _start(
    installation: Installation, runner: Runner, tasks: Collection[str], *, in_one_process: bool
) -> list[Running]:
    """Start a process's tasks. A process that answers too keeps its views from the log, which is always there."""
    running = []
    for task in tasks:
        match task:
            case "views" if in_one_process or installation.settings.kafka is None:
                running.append(keep_views(installation, runner, installation.feed()))
            case "views":
                running.append(keep_views_from_kafka(installation))
            case "reactions":
                running.append(react(installation))
            case "relay":
                running.append(send_on(installation))
            case "webhooks":
                running.append(tell(installation))
            case "inbox":
                pass  # it needs the routes, and is started once they are there
            case _:
                raise ValueError(task)
    return running


async def _door(installation: Installation, runner: Runner, parts: Collection[str], stack: AsyncExitStack) -> Door:
    """Give the door of a process, with a pool and a role for each service that it answers for, and for no other.

    Pages write what their forms say as the service whose command it is. Whoever shows a record writes down that it was
    read as itself, which the log's policy allows for reads alone.
    """
    logs = {}
    for service in SERVICES:
        if service in parts or "pages" in parts:
            logs[service] = await stack.enter_async_context(installation.log(service))
    first = next(iter(logs.values()))
    desks = {service: Desk(log, installation.codec, service) for service, log in logs.items()}
    desks.setdefault("governance", Desk(first, installation.codec, "governance"))
    live = await stack.enter_async_context(installation.live_views())
    return Door(
        signer=installation.signer,
        desks=desks,
        log=first,
        feed=installation.feed(),
        codec=installation.codec,
        facts=SchoolFacts(),
        read=lambda organisation: live.reader(organisation, installation.views),
        pasts=Pasts(runner.past),
        now=lambda: datetime.now(UTC),
        clock=monotonic,
    )


def _mount(
    app: FastAPI, installation: Installation, door: Door, documents: DocumentStore, parts: Collection[str]
) -> None:
    reads = WrittenReads(door)
    answers = Records(door, reads, installation.views)
    facts = Shareable(door.log, door.codec, installation.views)
    pins = Pins(door.feed)
    sharing, of_sharing = _sharing(door, reads, facts, installation.settings.endpoints)
    routers = {
        "records": _records(door, reads, answers, documents, pins),
        "sharing": of_sharing,
        "rights": [rights_api.router(door, reads)],
        "governance": [governance_api.router(door), _status(installation, door)],
    }
    for service in SERVICES:
        if service in parts:
            for router in routers[service]:
                app.include_router(router)
    app.state.addresses = {service: sorted({one.path for one in _routes(routers[service])}) for service in SERVICES}
    app.state.by_inbox = by_inbox(_routes(chain.from_iterable(routers.values())))
    if "pages" in parts:
        pages.mount(app, door, answers, installation.settings, pins, sharing)


def _routes(routers: Iterable[APIRouter]) -> Iterator[APIRoute]:
    for router in routers:
        yield from (route for route in router.routes if isinstance(route, APIRoute))


def _records(
    door: Door, reads: WrittenReads, answers: Records, documents: DocumentStore, pins: Pins
) -> list[APIRouter]:
    return [
        records_api.router(door, answers),
        documents_api.router(door, answers, documents),
        search_api.router(answers),
        identity_api.router(answers),
        intake_api.router(door, reads),
        quarantine_api.router(door, reads),
        registers_api.router(answers, pins),
        admission_register_api.router(answers, pins),
        patterns_api.router(answers),
    ]


def _sharing(
    door: Door, reads: WrittenReads, facts: Shareable, endpoints: Endpoints
) -> tuple[Sharing, list[APIRouter]]:
    """Give what pages show of sharing, and the service's routes."""
    standings = Standings(facts, SchoolParty())
    sender, remaker, keeper = Sender(door, facts, standings), Remaker(door, facts), Keeper(door, facts)
    deliverer = Deliverer(door, sender, remaker, endpoints)
    leaving = leavers_api.Leaving(door, reads, Board(Leavers(), reads))
    register = register_api.Register(door, reads, facts, SchoolController())
    consents = consents_api.Consents(door, reads, facts)
    return Sharing(register, sender, deliverer, keeper, facts, consents, leaving), [
        sharing_api.router(door, sender, keeper, deliverer, facts),
        leavers_api.router(leaving),
        preview_api.router(door, sender, reads),
        recipients_api.router(door),
        onward_api.router(onward_api.Onward(door, reads, facts)),
        register_api.router(register, remaker, standings.categories),
        letters.router(letters.Letters(register, remaker, standings.categories)),
        consents_api.router(consents),
    ]


def _status(installation: Installation, door: Door) -> APIRouter:
    made, places = APIRouter(tags=["governance"]), installation.places()

    @made.get("/api/status", name="status", openapi_extra={"x-scope": "operate"})
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

    return made


def _reacted(places: Places, organisation: bytes, reactions: Sequence[str]) -> Mapping[str, object]:
    cursors = places.cursors(organisation, reactions)
    failed = [one._asdict() for one in places.parked(organisation)]
    return {"reactions_at": dict(cursors), "reactions_failed": failed}

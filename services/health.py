"""Whether a process is alive and ready, and its numbers: for whoever runs it, so without a token."""

from asyncio import to_thread
from collections.abc import Sequence
from typing import Final

from fastapi import FastAPI
from starlette.responses import Response

from services import problems
from services.installation import Installation
from services.routes import Answered
from services.tasks import Running
from services.telemetry import CONTENT_TYPE, Telemetry

_SENTENCES: Final = {
    "views": "The pages do not follow the log now; see the server's log.",
    "reactions": "What follows from an entry waits now; see the server's log.",
    "webhooks": "Webhooks are not called now; see the server's log.",
    "inbox": "Commands are not taken from Kafka now; see the server's log.",
    "relay": "Entries are not sent on now; see the server's log.",
}
_UNWELL: Final = "A task of this process does not go on now; see its log."


def add_health(app: FastAPI, installation: Installation, running: Sequence[Running], telemetry: Telemetry) -> None:
    """Add ``/healthz``, ``/readyz`` and ``/metrics``."""
    for one in running:
        telemetry.watch(one.numbers)

    @app.get("/healthz", name="health", openapi_extra={"x-scope": None})
    async def health() -> Response:
        """Say whether the process answers and its tasks go on. Whoever restarts processes asks this."""
        for one in running:
            if not one.is_well():
                return problems.problem(503, "Not healthy", _SENTENCES.get(one.name, _UNWELL))
        return Answered({"status": "ok"})

    @app.get("/readyz", name="ready", openapi_extra={"x-scope": None})
    async def ready() -> Response:
        """Say whether requests may be sent here: databases answer, and what this process keeps is not far behind."""
        if not await to_thread(installation.answers):
            return problems.problem(503, "Not ready", "A database does not answer.")
        lags = {one.name: await to_thread(one.lag) for one in running}
        if max(lags.values(), default=0) > installation.settings.lag_max:
            return problems.problem(503, "Not ready", "This process is still catching up.", lag=lags)
        return Answered({"status": "ready", "lag": lags})

    @app.get("/metrics", name="metrics", openapi_extra={"x-scope": None}, include_in_schema=False)
    async def metrics() -> Response:
        """Give the process's numbers as Prometheus reads them."""
        return Response(await to_thread(telemetry.text), media_type=CONTENT_TYPE)

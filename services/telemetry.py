"""What a process tells whoever runs it: its own log, without personal data, and numbers as Prometheus reads them."""

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from time import perf_counter
from typing import Final, Literal

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Limits of the histogram of requests: a register is taken in hundredths, a large file in seconds."""
CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

Numbers = Callable[[], Mapping[str, float]]
"""Gives numbers of this moment by name; names are ours, so nothing personal can be one."""


class JsonLines(logging.Formatter):
    """A line of JSON for each record: when, how grave, which module, and what. Arguments are ids and numbers only.

    A traceback is named by its kind alone, as an exception's text may hold what was typed.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Give a record as one line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False)


def log_as(form: Literal["text", "json"]) -> None:
    """Write this process's log to stderr in a form, warnings and worse."""
    handler = logging.StreamHandler()
    plain = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(JsonLines() if form == "json" else plain)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("kafka").setLevel(logging.CRITICAL)  # a broker that is away is told of once, by who needs it


class Telemetry:
    """One process's numbers."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Histogram(
            "rollbook_request_seconds", "How long requests took, by route and outcome", ["method", "route", "status"],
            buckets=SECONDS, registry=self._registry,
        )  # fmt: skip
        self.failures = Counter("rollbook_failures", "Requests that failed in Rollbook itself", registry=self._registry)

    def watch(self, numbers: Numbers) -> None:
        """Show these numbers too, asked for each time somebody looks."""
        self._registry.register(_Asked(numbers))

    def text(self) -> bytes:
        """Give everything in Prometheus's text form."""
        return generate_latest(self._registry)


class _Asked(Collector):
    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers

    def collect(self) -> Iterable[Metric]:
        for name, value in self._numbers().items():
            yield GaugeMetricFamily(f"rollbook_{name}", name.replace("_", " "), value=value)


class Timed:
    """Times each request under its route's template: an address has ids in it, which are no business of a metric."""

    def __init__(self, app: ASGIApp, telemetry: Telemetry) -> None:
        self._app, self._telemetry = app, telemetry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and remember how long its answer took to begin and what it was."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = perf_counter()

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                status = message["status"]
                route = _template(scope)
                self._telemetry.requests.labels(scope["method"], route, str(status)).observe(perf_counter() - began)
                if status == 500:  # noqa: PLR2004  # Internal Server Error
                    self._telemetry.failures.inc()
            await send(message)

        await self._app(scope, receive, sending)


def _template(scope: Scope) -> str:
    """Give the route that answered, as it was declared; one word for whatever has none."""
    return str(getattr(scope.get("route"), "path", "none"))

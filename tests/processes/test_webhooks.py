"""A webhook is called with a signature that the standard's own library verifies, until it takes what it is told."""

import json
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError
from standardwebhooks import Webhook as Verifier
from support.entries import append
from support.installation import Installation
from support.road import Following, until

from events.identifiers import id_text
from ledger.postgres.relaying import TELLING, PostgresSent
from services.webhooks import Webhook, Webhooks

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TAKEN, BUSY = 204, 503


class Receiver(ThreadingHTTPServer):
    """A system that is told: it is busy for the first calls, and keeps what it was sent."""

    def __init__(self, busy: int) -> None:
        super().__init__(("127.0.0.1", 0), Call)
        self.busy = busy
        self.calls: list[tuple[int, dict[str, str], str]] = []


class Call(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        server = self.server
        assert isinstance(server, Receiver)
        status = BUSY if len(server.calls) < server.busy else TAKEN
        server.calls.append((status, {name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver(busy=2) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()


async def write(installation: Installation, organisation: bytes, many: int) -> None:
    async with installation.log() as log:
        await log.open(organisation)
        for _ in range(many):
            await log.append(append(organisation))


def test_a_webhook_is_told_until_it_takes_it(
    own_installation: Installation,
    organisation: bytes,
    run: Callable[[Coroutine[Any, Any, None]], None],
    receiver: Receiver,
) -> None:
    host, port = receiver.server_address[:2]
    webhook = Webhook.model_validate({"url": f"http://{host!s}:{port}/told", "secret": SECRET})
    run(write(own_installation, organisation, 3))
    with closing(PostgresSent(own_installation.databases.conninfo("log", "rollbook_relay"), TELLING)) as told:
        webhooks = Webhooks({"ours": webhook}, own_installation.new_feed(), told, patience=(0.05, 0.1))
        following = Following(webhooks.follow)
        until(lambda: told.cursors("webhook ours").get(organisation) == 3)
        run(write(own_installation, organisation, 2))
        until(lambda: told.cursors("webhook ours").get(organisation) == 5)
        following.stop()
    assert [status for status, _, _ in receiver.calls[:3]] == [BUSY, BUSY, TAKEN]
    assert webhooks.refused == 2
    assert len({headers["webhook-id"] for _, headers, _ in receiver.calls[:3]}) == 1
    for _, headers, body in receiver.calls:
        said = Verifier(SECRET).verify(body, headers)
        assert said["type"] == "rollbook.log.grew"
        assert set(said["data"]) == {"organisation", "index"}
        assert said["data"]["organisation"] == id_text(organisation)
    assert json.loads(receiver.calls[-1][2])["data"]["index"] == 5
    with pytest.raises(Exception, match="signature"):
        Verifier("whsec_" + "A" * 32).verify(receiver.calls[0][2], receiver.calls[0][1])


def test_a_secret_is_checked_and_stays_hidden() -> None:
    with pytest.raises(ValidationError, match="whsec_"):
        Webhook.model_validate({"url": "http://127.0.0.1/", "secret": "short"})
    assert SECRET not in repr(Webhook.model_validate({"url": "http://127.0.0.1/", "secret": SecretStr(SECRET)}))

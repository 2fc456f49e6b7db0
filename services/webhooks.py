"""Thin webhooks for those without Kafka: signed as Standard Webhooks says, they tell that a log has grown.

They carry nothing but the organisation's id and the newest index: whoever is told asks the API, as themselves.
"""

import json
import logging
import re
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated, Any, Final, Protocol

import httpx2
from pydantic import AfterValidator, BaseModel, ConfigDict, HttpUrl, SecretStr, StringConstraints
from standardwebhooks import Webhook as Signer

from events.identifiers import id_text
from ledger.feed import Feed

IDLE_SECONDS: Final = 1.0
ANSWER_SECONDS_MAX: Final = 10.0
PATIENCE_SECONDS: Final = (1.0, 300.0)
"""The first pause after a call that was not taken, and the longest: each is twice the one before."""
TYPE: Final = "rollbook.log.grew"

_LOG: Final = logging.getLogger(__name__)
WebhookName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]


def _a_secret(given: SecretStr) -> SecretStr:
    if not re.fullmatch(r"whsec_[A-Za-z0-9+/]{32,}=*", given.get_secret_value()):
        raise ValueError("a webhook's secret is whsec_ and at least 24 bytes in base64")
    return given


class Webhook(BaseModel):
    """Whom to tell: an address, and the secret that calls are signed with: ``whsec_`` and base64."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: HttpUrl
    secret: Annotated[SecretStr, AfterValidator(_a_secret)]


class Told(Protocol):
    """How far each webhook has been told, kept beside the log (see ledger.kafka.relay.Sent)."""

    def own(self, seconds: float) -> bool:
        """Become the one that tells, waiting at most so long."""

    def cursors(self, topic: str) -> Mapping[bytes, int]:
        """Give the newest index of each organisation that was told."""

    def move(self, topic: str, cursors: Mapping[bytes, int]) -> None:
        """Remember what was told."""


class Sizes(Feed, Protocol):
    """A feed that says how long every log is."""

    def sizes(self) -> Mapping[bytes, int]:
        """Give the index of the newest entry of every organisation."""


class Webhooks:
    """Tells each webhook of each organisation's growth: at least once, and of several entries in one call."""

    def __init__(
        self, webhooks: Mapping[str, Webhook], feed: Sizes, told: Told, patience: tuple[float, float] = PATIENCE_SECONDS
    ) -> None:
        self._webhooks, self._feed, self._told, self._patience = webhooks, feed, told, patience
        self._pauses: dict[str, float] = {}
        self.calls, self.refused = 0, 0
        """Calls that were taken, and that were not."""
        self.is_cut_off = False
        """Whether the database could not be reached at the last try."""

    def follow(self, stop: threading.Event) -> None:
        """Tell until told to stop, whatever fails meanwhile, as the only one. Run it in a thread of its own."""
        while not stop.is_set():
            try:
                if self._told.own(IDLE_SECONDS):
                    self._serve(stop)
            except Exception as error:  # noqa: BLE001  # whatever it is, they must be told when it is over
                _LOG.warning("webhooks cannot be called (%s); trying again", type(error).__name__)
                self.is_cut_off = True
                stop.wait(IDLE_SECONDS)

    def _serve(self, stop: threading.Event) -> None:
        due = dict.fromkeys(self._webhooks, 0.0)
        waited = 0.0
        with httpx2.Client(timeout=ANSWER_SECONDS_MAX, follow_redirects=False) as client:
            while not stop.is_set() and self._told.own(0):
                sizes = self._feed.sizes()
                for name in self._webhooks:
                    if due[name] <= waited:
                        due[name] = waited + self._tell(client, name, sizes)
                self.is_cut_off = False
                self._feed.wait(min(IDLE_SECONDS, self._patience[0]))
                waited += min(IDLE_SECONDS, self._patience[0])

    def _tell(self, client: Any, name: str, sizes: Mapping[bytes, int]) -> float:
        """Tell one webhook everything new; gives how long to leave it alone then."""
        cursors = self._told.cursors(f"webhook {name}")
        for organisation, size in sizes.items():
            if size <= cursors.get(organisation, 0):
                continue
            if not self._call(client, name, organisation, size):
                self.refused += 1
                first, longest = self._patience
                self._pauses[name] = min(self._pauses.get(name, first / 2) * 2, longest)
                return self._pauses[name]
            self.calls += 1
            self._told.move(f"webhook {name}", {organisation: size})
        self._pauses.pop(name, None)
        return 0.0

    def _call(self, client: Any, name: str, organisation: bytes, size: int) -> bool:
        """Make one signed call; gives whether it was taken."""
        webhook, now = self._webhooks[name], datetime.now(UTC)
        who = id_text(organisation)
        message = f"msg_{sha256(f'{name} {who} {size}'.encode()).hexdigest()[:24]}"  # the same at each attempt
        body = json.dumps({"type": TYPE, "timestamp": now.isoformat(), "data": {"organisation": who, "index": size}})
        headers = {
            "content-type": "application/json",
            "webhook-id": message,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Signer(webhook.secret.get_secret_value()).sign(message, now, body),
        }
        try:
            return bool(client.post(str(webhook.url), content=body, headers=headers).is_success)
        except httpx2.TransportError:
            return False

"""The largest entries that the log takes pass through the broker, in order."""

import os
from collections.abc import Callable, Coroutine
from contextlib import closing
from typing import Any

from support.entries import append, sealed
from support.installation import Installation
from support.road import check_wire

from ledger.kafka.broker import Broker
from ledger.kafka.relay import Relay
from ledger.postgres.relaying import PostgresSent

BODY_BYTES = 900_000
SUBJECTS = 500


def test_the_largest_entries_pass(
    own_installation: Installation,
    broker: Broker,
    organisation: bytes,
    run: Callable[[Coroutine[Any, Any, Any]], Any],
) -> None:
    async def write() -> None:
        async with own_installation.log() as log:
            await log.open(organisation)
            for _ in range(30):  # more than may be in flight at once
                subjects = tuple(os.urandom(16) for _ in range(SUBJECTS))
                await log.append(append(organisation, [sealed(body=os.urandom(BODY_BYTES), subjects=subjects)]))

    run(write())
    with closing(PostgresSent(own_installation.databases.conninfo("log", "rollbook_relay"))) as sent:
        relay = Relay(broker, own_installation.new_feed(), sent)
        relay.send([organisation])
    assert relay.entries_sent == 30
    assert check_wire(broker, {organisation: 30}) == 0

"""A process that keeps views from Kafka and comes to grief in the middle of a page. Run by tests/broker/test_consumers.py.

It is told what to do on its standard input, so that no password stands in a process list. Where it dies or is frozen is
put in from here, around the product's code: the product has no crash points of its own.
"""

import json
import os
import signal
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[2])]

from ledger.codec import Codec
from ledger.kafka.broker import Broker
from ledger.kafka.feed import KafkaFeed
from ledger.postgres.feed import LogFeed
from ledger.postgres.keys import PostgresKeyStore
from ledger.postgres.rows import PostgresRows, PostgresTables
from ledger.runner import Runner
from ledger.vault import LocalKeyFile, Vault
from support.scripts import VIEWS


def main() -> None:
    """Follow until killed; come to grief once, when the rows of a page of Kafka's are written and nothing is committed."""
    told = json.loads(sys.stdin.readline())
    feed = KafkaFeed(
        Broker(told["servers"], told["prefix"], partitions=told["partitions"]), LogFeed(told["log"]), "views"
    )
    move, grieved = PostgresRows.move, threading.Event()

    def move_and_grieve(self: PostgresRows, *given: Any, **named: Any) -> None:
        move(self, *given, **named)
        if feed.count["from_kafka"] and not grieved.is_set():
            grieved.set()
            os.kill(os.getpid(), getattr(signal, told["signal"]))

    PostgresRows.move = move_and_grieve  # type: ignore[method-assign]  # the crash point
    with closing(PostgresKeyStore(told["keys"])) as keys, closing(PostgresTables(told["views"])) as tables:
        codec = Codec(Vault(keys, LocalKeyFile(Path(told["key_file"]))))
        stop = threading.Event()
        following = threading.Thread(target=Runner(VIEWS, feed, codec, tables).follow, args=[stop], daemon=True)
        following.start()
        while following.is_alive():
            json.dump({"partitions": len(feed.partitions), **feed.count}, sys.stdout)
            print(flush=True)
            stop.wait(0.2)


if __name__ == "__main__":
    main()

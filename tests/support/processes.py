"""Rollbook as several processes: started as an operator does, by its command, and ended one by one."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from services.front_door import configuration

SECONDS_MAX = 90.0
ROLLBOOK = Path(sys.executable).parent / "rollbook"


def free_port() -> int:
    """Give a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def until(done: Callable[[], bool], what: str = "it did not come about") -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + SECONDS_MAX
    while not done():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


class Process:
    """One process of Rollbook at a port of its own."""

    def __init__(self, arguments: list[str], home: Path, **settings: str) -> None:
        self.name = " ".join(arguments)
        self.port = free_port()
        self.output = home / f"{self.name.replace(' ', '-')}-{self.port}.log"
        ours = {"ROLLBOOK_HOME": str(home), "ROLLBOOK_PORT": str(self.port), **settings}
        plain = {name: value for name, value in os.environ.items() if not name.startswith("ROLLBOOK_")}
        with self.output.open("wb") as output:
            self.started = subprocess.Popen(
                [str(ROLLBOOK), *arguments], env=plain | ours, stdout=output, stderr=output, stdin=subprocess.DEVNULL,
            )  # fmt: skip

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str) -> Any:
        """Ask for something; None while the process does not answer."""
        assert self.started.poll() is None, f"{self.name} ended: {self.output.read_text()[-2000:]}"
        try:
            return httpx2.get(self.url + path, timeout=5.0)
        except httpx2.TransportError:
            return None

    def is_ready(self) -> bool:
        answer = self.get("/readyz")
        return answer is not None and answer.status_code == 200

    def numbers(self) -> Mapping[str, float]:
        """Give the process's metrics without labels, by name."""
        lines = self.get("/metrics").text.splitlines()
        return {
            line.split()[0]: float(line.split()[1]) for line in lines if not line.startswith("#") and "{" not in line
        }

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End the process, and give its exit status."""
        if self.started.poll() is None:
            self.started.send_signal(how)
        return self.started.wait(SECONDS_MAX)


@contextmanager
def front_door(addresses: Mapping[str, Any], processes: Mapping[str, Process], folder: Path) -> Iterator[str]:
    """Put nginx in front of processes, by service, as deploy/ does; gives the one address."""
    port = free_port()
    folder.mkdir()
    written = folder / "nginx.conf"
    servers = {name: f"127.0.0.1:{process.port}" for name, process in processes.items()}
    us = "user root;\n" if os.geteuid() == 0 else ""  # its workers keep what they pass on in this folder
    written.write_text("daemon off;\n" + us + configuration(addresses, servers, f"127.0.0.1:{port}", str(folder)))
    with subprocess.Popen(["nginx", "-c", str(written), "-p", str(folder)], stderr=subprocess.PIPE) as nginx:

        def listens() -> bool:
            assert nginx.poll() is None, nginx.stderr.read().decode() if nginx.stderr else ""
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0

        until(listens, "nginx did not start")
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            nginx.terminate()

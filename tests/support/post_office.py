"""Recipients' own servers, real ones in this process on the loopback: SFTP into a folder, and HTTP that takes files."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import sleep
from typing import Any

import asyncssh

USER, PASSWORD = "rollbook", "of a test"


@dataclass
class Taken:
    """What an HTTP recipient was sent, and how it answers."""

    url: str = ""
    status: int = 201
    slow: float = 0
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def http_server() -> Iterator[Taken]:
    """Run a recipient's HTTP server."""
    taken = Taken()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            taken.requests.append((dict(self.headers), data))
            sleep(taken.slow)
            self.send_response(taken.status)
            if taken.status == 307:
                self.send_header("Location", taken.url + "elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    taken.url = f"http://127.0.0.1:{server.server_port}/files"
    try:
        yield taken
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Sftp:
    """A recipient's SFTP server: where it listens, its public key, and the folder that it shows."""

    port: int
    host_key: str
    folder: Path


class _Server(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> bool:  # noqa: ARG002  # asyncssh asks so
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)


@contextmanager
def sftp_server(folder: Path) -> Iterator[Sftp]:
    """Run a recipient's SFTP server that shows a folder as its root."""
    loop, key = asyncio.new_event_loop(), asyncssh.generate_private_key("ssh-ed25519")
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def shown(channel: Any) -> asyncssh.SFTPServer:
        return asyncssh.SFTPServer(channel, chroot=str(folder).encode())

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.create_server(_Server, "127.0.0.1", 0, server_host_keys=[key], sftp_factory=shown)

    async def stop() -> None:
        server.close()
        await server.wait_closed()

    server = asyncio.run_coroutine_threadsafe(listen(), loop).result(10)
    try:
        yield Sftp(server.get_port(), key.export_public_key().decode().strip(), folder)
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()

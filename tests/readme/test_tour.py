"""The README's tour, typed as it stands, against a small demo of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from architecture.shell_blocks import shell_blocks

ROOT = Path(__file__).resolve().parents[2]
BLOCKS = list(shell_blocks(ROOT / "README.md"))
ROLLBOOK = str(Path(sys.executable).with_name("rollbook"))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Serve a demo of three schools and 60 pupils from a folder that looks like a checkout; gives its environment."""
    folder = tmp_path_factory.mktemp("checkout")
    (folder / ".venv").mkdir()
    (folder / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    settings = {**os.environ, "ROLLBOOK_HOME": ".rollbook", "ROLLBOOK_PORT": "0", "PYTHONPATH": str(ROOT)}
    command = [ROLLBOOK, "demo", "--pupils", "60", "--today", "2026-11-24"]
    with subprocess.Popen(command, cwd=folder, env=settings, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            first = server.stdout.readline()
            assert first.startswith("Rollbook serves the demo on http://127.0.0.1:"), first
            yield {**settings, "ROLLBOOK_URL": first.split()[-1], "PWD": str(folder)}
        finally:
            server.terminate()
            server.wait(30)


def test_the_tour_prints_what_the_readme_says(demo: dict[str, str]) -> None:
    script = "set -eu\n" + "\n".join(block.text for block in BLOCKS)
    done = subprocess.run(
        ["/bin/sh", "-c", script], cwd=demo["PWD"], env=demo, capture_output=True, text=True, timeout=110, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    for said in ("Pupils", "accepted", "unchanged", "Record", "possible", "History", "yes", "views at"):
        assert said in done.stdout
    assert "rebuilt up to entry" in done.stderr


def test_the_tour_is_a_dozen_commands() -> None:
    assert sum(len(block.commands) for block in BLOCKS) >= 12

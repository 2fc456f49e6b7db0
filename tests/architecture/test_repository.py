"""What is committed says nothing of the machine it was written on, stays small, and keeps the README's promises."""

import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest
from architecture.shell_blocks import shell_blocks

ROOT: Final = Path(__file__).resolve().parents[2]
LINES_MAX: Final = 350
"""Lines of a Python file: past this it is rarely one idea."""

LONGER: Final = {
    "ledger/postgres/embedded.py": 510,  # its keeper runs as a script of its own, and can import nothing of ours
    "tests/ledger/test_embedded.py": 480,  # each way a server can be killed
    "tests/ledger/test_codec.py": 500,  # each way a sealed part can be moved or changed
    "tests/ledger/test_log_contract.py": 360,  # one contract, run against every log
}
"""Files that are one idea and longer all the same, each with its own limit."""

PACKAGE_INDEX: Final = re.compile(
    r"""\b(?:[a-z0-9-]+\.)*(?:
        pypi\.org | pythonhosted\.org | npmjs\.(?:org|com) | maven\.(?:org|apache\.org) | crates\.io |
        proxy\.golang\.org | deb\.debian\.org | security\.debian\.org
    )\b | https?://[a-z0-9.-]*(?:p[y]pi|d[e]bian|m[a]ven)""",
    re.IGNORECASE | re.VERBOSE,
)
MACHINE_PATH: Final = re.compile(r"(?<![\w.])/(?:h[o]me|U[s]ers|r[o]ot|w[o]rk|f[a]rm)/[\w.]")
FORBIDDEN: Final = {"a package index": PACKAGE_INDEX, "a path of one machine": MACHINE_PATH}

ADDRESS: Final = re.compile(
    r"^\s*(?:-i|-f|--index-url|--extra-index-url|--find-links|--trusted-host)\b|://|@ ", re.MULTILINE
)
PIN: Final = re.compile(r"^([a-z0-9-]+)==\S+ \\$")
MADE: Final = re.compile(r"\bmake ([a-z]+)\b")
TARGET: Final = re.compile(r"^([a-z]+):.*## .+$", re.MULTILINE)


@pytest.fixture(scope="module")
def committed() -> Mapping[str, str]:
    """Give each committed text file's content by its name; binary files are left out."""
    # The checkout may belong to another user than the one who runs the tests.
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    )
    names = [name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]
    contents = {name: (ROOT / name).read_bytes() for name in names}
    return {name: content.decode(errors="replace") for name, content in contents.items() if b"\0" not in content}


def links(root: Path) -> list[str]:
    """Give the committed symbolic links: where one leads is a matter of the machine, and no text of a file says it."""
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={root}", "ls-files", "-s", "-z"], cwd=root, capture_output=True, check=True
    )
    return [one.partition("\t")[2] for one in listed.stdout.decode().split("\0") if one.startswith("120000 ")]


def found(pattern: re.Pattern[str], contents: Mapping[str, str]) -> Iterator[str]:
    """Yield file and line of each match, never the match: it may be a secret of the machine."""
    for name, content in contents.items():
        for number, line in enumerate(content.splitlines(), start=1):
            if pattern.search(line):
                yield f"{name}:{number}"


def targets() -> set[str]:
    return set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_committed_file_names(what: str, committed: Mapping[str, str]) -> None:
    assert {"Makefile", "pyproject.toml", "requirements.lock", "tests/architecture/test_repository.py"} <= set(
        committed
    )
    assert list(found(FORBIDDEN[what], committed)) == []


def test_no_link_is_committed(tmp_path: Path) -> None:
    assert links(ROOT) == []
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / "libraries").symlink_to("elsewhere")
    subprocess.run(["git", "add", "libraries"], cwd=tmp_path, check=True)
    assert links(tmp_path) == ["libraries"]


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("a package index", "see https://" + "files.pythonhosted" + ".org/packages"),
        ("a package index", "index: " + "pypi" + ".org"),
        ("a package index", "http://" + "pypi" + "-mirror.example/simple"),
        ("a package index", "deb http://" + "deb.debian" + ".org stable"),
        ("a path of one machine", "open('" + "/" + "home/dana/keys')"),
        ("a path of one machine", "cd " + "/" + "root/rollbook"),
        ("a path of one machine", "/" + "work/main"),
    ],
)
def test_the_search_finds(what: str, line: str) -> None:
    assert list(found(FORBIDDEN[what], {"a.md": f"\n{line}\n"})) == ["a.md:2"]


@pytest.mark.parametrize(
    "line", ["make test # the whole work/main branch", "GET /schools/1/home/page", "a Debian package", "`./work/x`"]
)
def test_the_search_leaves_plain_words_alone(line: str) -> None:
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(line)] == []


def test_python_files_stay_short(committed: Mapping[str, str]) -> None:
    lengths = {name: content.count("\n") for name, content in committed.items() if name.endswith(".py")}
    assert lengths
    assert {name: lines for name, lines in lengths.items() if lines > LONGER.get(name, LINES_MAX)} == {}


def test_the_lock_pins_everything_by_hash_and_says_nothing_of_where_from() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[a-z0-9])", lock.split("#\n")[-1])
    assert not ADDRESS.search(lock)
    for block in blocks:
        assert PIN.match(block.splitlines()[0]), block.splitlines()[0]
        assert "--hash=sha256:" in block


def test_what_readme_and_contributing_tell_to_make_can_be_made() -> None:
    told = {
        name
        for page in ("README.md", "CONTRIBUTING.md")
        for text in (*(block.text for block in shell_blocks(ROOT / page)), *code_spans(ROOT / page))
        for name in MADE.findall(text)
    }
    assert {"demo", "test"} <= told
    assert told <= targets()


def code_spans(page: Path) -> list[str]:
    return re.findall(r"`([^`\n]+)`", page.read_text(encoding="utf-8"))


def test_every_target_is_listed_by_make_help() -> None:
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert phony is not None
    assert set(phony[1].split()) == targets()
    helped = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(MADE.findall(helped.stdout)) == targets()

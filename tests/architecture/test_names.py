"""Our import names are common words: another distribution that brings one would be imported in our place.

Worse, removing that distribution deletes our files from the environment.
"""

from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distributions
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
OURS: Final = ("events", "law", "ledger", "services")


def claims(installed: Iterable[Distribution]) -> Iterator[str]:
    """Yield a sentence for each distribution, other than ours, that installs a top-level module of one of our names.

    Case does not count: some file systems know no difference between ``Events`` and ``events``.
    """
    for distribution in installed:
        name = distribution.metadata["Name"]
        if name == "rollbook":
            continue
        tops = {file.parts[0].removesuffix(".py").casefold() for file in distribution.files or ()}
        tops |= {line.strip().casefold() for line in (distribution.read_text("top_level.txt") or "").splitlines()}
        for ours in sorted(tops.intersection(OURS)):
            yield f"{name} installs a top-level {ours}, which is ours: take it out of the environment"


def test_no_other_distribution_claims_one_of_our_names() -> None:
    assert list(claims(distributions())) == []


@pytest.mark.parametrize("name", OURS)
def test_our_names_lead_to_this_checkout(name: str) -> None:
    spec = find_spec(name)
    assert spec is not None
    assert spec.origin == str(ROOT / name / "__init__.py")


@pytest.mark.parametrize("installed", ["events/__init__.py", "Events/__init__.py", "law.py", "services/deep/inside.py"])
def test_a_distribution_that_claims_one_is_named(tmp_path: Path, installed: str) -> None:
    about = tmp_path / "impostor-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: impostor\nVersion: 1.0\n", encoding="utf-8")
    (about / "RECORD").write_text(f"{installed},,\nimpostor/events.py,,\n", encoding="utf-8")
    (sentence,) = claims(distributions(path=[str(tmp_path)]))
    assert sentence.startswith("impostor installs a top-level ")


def test_a_distribution_that_only_lists_its_names_is_named(tmp_path: Path) -> None:
    about = tmp_path / "impostor.egg-info"
    about.mkdir()
    (about / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: impostor\nVersion: 1.0\n", encoding="utf-8")
    (about / "top_level.txt").write_text("ledger\n", encoding="utf-8")
    assert len(list(claims(distributions(path=[str(tmp_path)])))) == 1

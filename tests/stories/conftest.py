"""One running installation for all stories; each story has a school of its own in it."""

from collections.abc import Iterator

import pytest
from support.school import School, Site, site


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give the installation."""
    with site(tmp_path_factory.mktemp("site")) as made:
        yield made


@pytest.fixture
def school(running: Site) -> School:
    """Give a school that no other story knows."""
    return running.school()

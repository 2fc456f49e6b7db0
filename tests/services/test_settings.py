"""Settings: typed, documented, and refused with a sentence that names them and shows no value."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from services.settings import BadSettings, Settings, documented, settings, unknown_names

ROOT = Path(__file__).parents[2]


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROLLBOOK_KAFKA", "a:9092,b.c-d:9093")
    monkeypatch.setenv("ROLLBOOK_LAG_MAX", "7")
    found = settings(demo=True)
    assert (found.kafka, found.lag_max, found.demo) == ("a:9092,b.c-d:9093", 7, True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KAFKA", "nowhere"),
        ("PORT", "70000"),
        ("LOG_FORMAT", "xml"),
        ("CONNECTIONS", "0"),
        ("DATABASE_URL", "mysql://s3cret@a/b"),
    ],
)
def test_a_wrong_value_is_named_and_not_repeated(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"ROLLBOOK_{name}", value)
    with pytest.raises(BadSettings, match=f"ROLLBOOK_{name}: ") as refused:
        settings()
    assert "s3cret" not in str(refused.value)
    assert value not in str(refused.value).split()


def test_a_name_that_is_no_setting_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROLLBOOK_DATABSE_URL", "postgresql://a/b")
    with pytest.raises(BadSettings, match="ROLLBOOK_DATABSE_URL is no setting"):
        settings()
    assert unknown_names({"ROLLBOOK_TEST_SERVER_URL": "", "ROLLBOOK_HOME": "", "HOME": ""}) == set()


def test_a_user_of_the_broker_without_a_password_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROLLBOOK_KAFKA_USER", "rollbook")
    with pytest.raises(BadSettings, match="go together"):
        settings()


def test_a_password_is_in_no_repr() -> None:
    assert "hunter2" not in repr(Settings(kafka_user="rollbook", kafka_password=SecretStr("hunter2")))


def test_the_document_is_of_this_class() -> None:
    assert (ROOT / "docs" / "settings.md").read_text() == documented(), "run make docs"


def test_nothing_else_reads_the_environment() -> None:
    readers = {
        str(path.relative_to(ROOT))
        for folder in ("events", "law", "ledger", "services")
        for path in (ROOT / folder).rglob("*.py")
        if "os.environ" in path.read_text() or "getenv" in path.read_text()
    }
    assert readers == {"services/settings.py", "ledger/postgres/embedded.py"}, (
        "only PG_BIN is read elsewhere, and documented"
    )

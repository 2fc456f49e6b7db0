"""What every key store must do, in memory and in PostgreSQL, and what the vault makes of it."""

import os
import stat
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from cryptography.exceptions import InvalidTag
from support.installation import Installation

from events.model import Destroyed
from ledger.memory import MemoryKeyStore
from ledger.vault import (
    CACHE_SECONDS_MAX,
    CACHED_KEYS_MAX,
    KEY_BYTES,
    Held,
    Key,
    KeyName,
    KeyStore,
    LocalKeyFile,
    Vault,
    WrappedKey,
)

PUPIL, OTHER = os.urandom(16), os.urandom(16)


@pytest.fixture(params=["memory", "postgres"])
def store(request: pytest.FixtureRequest) -> KeyStore:
    if request.param == "memory":
        return MemoryKeyStore()
    installation: Installation = request.getfixturevalue("installation")
    return installation.keys


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def key_file(tmp_path: Path) -> LocalKeyFile:
    return LocalKeyFile(tmp_path / "key")


@pytest.fixture
def vault(store: KeyStore, key_file: LocalKeyFile, clock: Clock) -> Vault:
    return Vault(store, key_file, clock=clock)


def wrapped(organisation: bytes, subject: bytes, category: str = "identity", period: int = 0) -> WrappedKey:
    return WrappedKey(KeyName(organisation, subject, category, period), 1, os.urandom(60), None, None)


def is_active(held: Sequence[Held]) -> list[bool]:
    return [isinstance(one, Key) for one in held]


# The store


def test_an_organisations_key_is_kept_as_it_was_first(store: KeyStore, organisation: bytes) -> None:
    assert store.organisation_keys(organisation) == {}
    store.add_organisation_key(organisation, 1, b"first")
    store.add_organisation_key(organisation, 1, b"second")
    store.add_organisation_key(organisation, 2, b"another epoch")
    assert store.organisation_keys(organisation) == {1: b"first", 2: b"another epoch"}
    assert store.organisation_keys(os.urandom(16)) == {}


def test_a_minted_key_is_kept_as_it_was_first(store: KeyStore, organisation: bytes) -> None:
    first, second = wrapped(organisation, PUPIL), wrapped(organisation, OTHER)
    store.mint([first, second])
    store.mint([wrapped(organisation, PUPIL)])
    asked = [PUPIL, OTHER, os.urandom(16)]
    assert sorted(store.load(organisation, "identity", 0, asked)) == sorted([first, second])
    assert store.load(organisation, "contact", 0, [PUPIL]) == []
    assert store.load(organisation, "identity", 2026, [PUPIL]) == []
    assert store.load(os.urandom(16), "identity", 0, [PUPIL]) == []


def test_destroying_leaves_a_tombstone_and_nothing_else(store: KeyStore, organisation: bytes) -> None:
    store.mint([wrapped(organisation, PUPIL), wrapped(organisation, OTHER)])
    began = datetime.now(UTC)
    assert store.destroy(organisation, [PUPIL], None, None, "case 12") == [
        KeyName(organisation, PUPIL, "identity", 0).id
    ]
    (gone,) = store.load(organisation, "identity", 0, [PUPIL])
    assert (gone.wrapped, gone.request) == (None, "case 12")
    assert gone.destroyed_at is not None
    assert abs(gone.destroyed_at - began) < timedelta(minutes=1)
    (other,) = store.load(organisation, "identity", 0, [OTHER])
    assert other.wrapped is not None
    # A second order destroys nothing more, and the first one's tombstone stays.
    assert list(store.destroy(organisation, [PUPIL], None, None, "case 13")) == []
    store.mint([wrapped(organisation, PUPIL)])
    assert list(store.load(organisation, "identity", 0, [PUPIL])) == [gone]


@pytest.mark.parametrize(
    ("category", "period", "left"),
    [
        (None, None, []),
        ("attendance", None, [("identity", 0)]),
        ("attendance", 2025, [("attendance", 2026), ("identity", 0)]),
        (None, 2026, [("attendance", 2025), ("identity", 0)]),
        ("health", None, [("attendance", 2025), ("attendance", 2026), ("identity", 0)]),
    ],
)
def test_one_category_or_year_can_be_destroyed(
    store: KeyStore, organisation: bytes, category: str | None, period: int | None, left: list[tuple[str, int]]
) -> None:
    shelves = [("attendance", 2025), ("attendance", 2026), ("identity", 0)]
    others = os.urandom(16)
    for owner in (organisation, others):
        for kind, year in shelves:
            store.mint([wrapped(owner, PUPIL, kind, year)])
    ids = store.destroy(organisation, [PUPIL], category, period, "retention")
    gone = [shelf for shelf in shelves if shelf not in left]
    assert sorted(ids) == sorted(KeyName(organisation, PUPIL, *shelf).id for shelf in gone)
    for owner, kept in ((organisation, left), (others, shelves)):
        found = [shelf for shelf in shelves if store.load(owner, *shelf, [PUPIL])[0].wrapped is not None]
        assert found == kept


def test_a_destroyed_key_is_gone_from_the_table(installation: Installation, organisation: bytes) -> None:
    key = wrapped(organisation, PUPIL)
    installation.keys.mint([key])
    installation.keys.destroy(organisation, [PUPIL], None, None, "case")
    with psycopg.connect(installation.databases.conninfo("keys", "rollbook_vault")) as connection:
        row = connection.execute(
            "SELECT wrapped, request FROM vault.key WHERE organisation = %s", [organisation.hex()]
        ).fetchone()
    assert row == (None, "case")


def test_the_vaults_role_sees_no_log_and_the_services_see_no_keys(installation: Installation) -> None:
    databases = installation.databases
    for place, role in (("log", "rollbook_vault"), ("keys", "rollbook_records"), ("keys", "rollbook_reader")):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(databases.conninfo(place, role))  # type: ignore[arg-type]  # places


# The vault


def test_a_key_is_minted_once_and_found_again(store: KeyStore, key_file: LocalKeyFile, organisation: bytes) -> None:
    first, second = Vault(store, key_file), Vault(store, key_file)
    held = first.to_seal(organisation, [PUPIL, OTHER], "identity", 0)
    assert is_active(held) == [True, True]
    assert isinstance(held[0], Key)
    sealed = held[0].cipher.encrypt(bytes(12), b"a fact", b"context")
    (found,) = second.to_open(organisation, [PUPIL], "identity", 0)
    assert isinstance(found, Key)
    assert found.id == held[0].id == KeyName(organisation, PUPIL, "identity", 0).id
    assert found.cipher.decrypt(bytes(12), sealed, b"context") == b"a fact"
    (other,) = second.to_open(organisation, [OTHER], "identity", 0)
    assert isinstance(other, Key)
    with pytest.raises(InvalidTag):
        other.cipher.decrypt(bytes(12), sealed, b"context")


def test_opening_mints_nothing(vault: Vault, store: KeyStore, organisation: bytes) -> None:
    assert vault.to_open(organisation, [PUPIL], "identity", 0) == [Destroyed(None, "no key")]
    assert list(store.load(organisation, "identity", 0, [PUPIL])) == []


def test_a_destroyed_key_is_never_minted_again(vault: Vault, organisation: bytes) -> None:
    vault.to_seal(organisation, [PUPIL, OTHER], "identity", 0)
    assert vault.destroy(organisation, [PUPIL], request="case 12") == [KeyName(organisation, PUPIL, "identity", 0).id]
    for _ in range(2):
        for held in (vault.to_seal, vault.to_open):
            gone, left = held(organisation, [PUPIL, OTHER], "identity", 0)
            assert isinstance(gone, Destroyed)
            assert gone.request == "case 12"
            assert isinstance(left, Key)


def test_another_process_forgets_a_destroyed_key_within_a_minute(
    store: KeyStore, key_file: LocalKeyFile, clock: Clock, organisation: bytes
) -> None:
    here, elsewhere = Vault(store, key_file, clock=clock), Vault(store, key_file, clock=clock)
    here.to_seal(organisation, [PUPIL], "identity", 0)
    elsewhere.to_open(organisation, [PUPIL], "identity", 0)
    # A second key fetched later does not make the first one younger.
    clock.now += CACHE_SECONDS_MAX - 1
    elsewhere.to_seal(organisation, [OTHER], "identity", 0)
    here.destroy(organisation, [PUPIL], request="case")
    assert is_active(here.to_open(organisation, [PUPIL], "identity", 0)) == [False]
    assert is_active(elsewhere.to_open(organisation, [PUPIL], "identity", 0)) == [True]
    clock.now += 1.1
    assert is_active(elsewhere.to_open(organisation, [PUPIL], "identity", 0)) == [False]
    assert is_active(elsewhere.to_seal(organisation, [PUPIL], "identity", 0)) == [False]


def test_what_is_cached_is_not_asked_for_again(vault: Vault, clock: Clock, organisation: bytes) -> None:
    assert vault.cached(organisation, [PUPIL], "identity", 0) is None
    vault.to_seal(organisation, [PUPIL], "identity", 0)
    held = vault.cached(organisation, [PUPIL], "identity", 0)
    assert held is not None
    assert is_active(held) == [True]
    assert vault.cached(organisation, [PUPIL, OTHER], "identity", 0) is None
    assert vault.cached(organisation, [PUPIL], "identity", 2026) is None
    clock.now += CACHE_SECONDS_MAX + 1
    assert vault.cached(organisation, [PUPIL], "identity", 0) is None


def test_the_cache_keeps_to_its_limit(key_file: LocalKeyFile, organisation: bytes) -> None:
    vault = Vault(MemoryKeyStore(), key_file)
    shelves, each = 5, CACHED_KEYS_MAX // 4
    pupils = [number.to_bytes(16, "big") for number in range(each)]
    for year in range(shelves):
        vault.to_seal(organisation, pupils, "attendance", 2020 + year)
    cached = [vault.cached(organisation, pupils, "attendance", 2020 + year) is not None for year in range(shelves)]
    assert cached == [False, True, True, True, True]


def test_another_organisations_key_does_not_open(vault: Vault, store: KeyStore, organisation: bytes) -> None:
    """A wrapped key that is copied into another organisation's row, or under another name, is refused."""
    other = os.urandom(16)
    vault.to_seal(organisation, [PUPIL], "identity", 0)
    vault.to_seal(other, [OTHER], "identity", 0)
    (mine,) = store.load(organisation, "identity", 0, [PUPIL])
    for owner, subject, category in ((other, PUPIL, "identity"), (organisation, OTHER, "identity"),
                                     (organisation, PUPIL, "health")):  # fmt: skip
        store.mint([mine._replace(name=KeyName(owner, subject, category, 0))])
        with pytest.raises(InvalidTag):
            vault.to_open(owner, [subject], category, 0)


def test_another_installations_key_file_opens_nothing(store: KeyStore, tmp_path: Path, organisation: bytes) -> None:
    Vault(store, LocalKeyFile(tmp_path / "ours")).to_seal(organisation, [PUPIL], "identity", 0)
    with pytest.raises(InvalidTag):
        Vault(store, LocalKeyFile(tmp_path / "theirs")).to_open(organisation, [PUPIL], "identity", 0)


def test_many_threads_mint_one_key(store: KeyStore, key_file: LocalKeyFile, organisation: bytes) -> None:
    held: list[Held] = []
    start = threading.Barrier(8)

    def mint() -> None:
        vault = Vault(store, key_file)
        start.wait()
        held.extend(vault.to_seal(organisation, [PUPIL], "identity", 0))

    threads = [threading.Thread(target=mint) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    keys = [one for one in held if isinstance(one, Key)]
    assert len(keys) == 8
    assert {key.cipher.encrypt(bytes(12), b"x", None) for key in keys} == {
        keys[0].cipher.encrypt(bytes(12), b"x", None)
    }


def test_an_identifiers_digest_is_the_organisations_own(
    store: KeyStore, key_file: LocalKeyFile, organisation: bytes
) -> None:
    vault = Vault(store, key_file)
    digest = vault.index_digest(organisation, "upn", "B801200005001")
    assert digest == Vault(store, key_file).index_digest(organisation, "upn", "B801200005001")
    others = {
        vault.index_digest(os.urandom(16), "upn", "B801200005001"),
        vault.index_digest(organisation, "uln", "B801200005001"),
        vault.index_digest(organisation, "upn", "B801200005002"),
    }
    assert len(others | {digest}) == 4


def test_key_ids_tell_every_name_apart() -> None:
    names = {
        KeyName(one, other, category, period).id
        for one in (PUPIL, OTHER) for other in (PUPIL, OTHER) for category in ("sen", "health") for period in (0, 2026)
    }  # fmt: skip
    assert len(names) == 16
    assert {len(name) for name in names} == {16}


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    path = tmp_path / "folder" / "key"
    LocalKeyFile(path)
    return path


def test_the_key_file_is_its_owners_alone_and_kept(secret_file: Path) -> None:
    assert stat.S_IMODE(secret_file.stat().st_mode) == 0o600
    assert len(secret_file.read_bytes()) == KEY_BYTES
    first, again = LocalKeyFile(secret_file), LocalKeyFile(secret_file)
    assert again.unwrap(first.wrap(b"k" * 32, b"context"), b"context") == b"k" * 32
    with pytest.raises(InvalidTag):
        again.unwrap(first.wrap(b"k" * 32, b"context"), b"another context")
    assert first.derive("tokens") == again.derive("tokens") != first.derive("roles")
    assert first.derive("tokens") != secret_file.read_bytes()


def test_a_damaged_key_file_is_refused(secret_file: Path) -> None:
    secret_file.write_bytes(b"short")
    with pytest.raises(ValueError, match="is damaged"):
        LocalKeyFile(secret_file)

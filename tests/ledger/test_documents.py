"""What every store of documents must do, in memory and in PostgreSQL, and what sealing makes of a document."""

import asyncio
import os
from collections.abc import Callable, Coroutine
from typing import Any

import psycopg
import pytest
from support.installation import Installation

from events.model import Destroyed, Tampered
from ledger.documents import CHUNK_BYTES, STEP, DocumentName, DocumentStore, digest_of, seal, unseal
from ledger.log import Fenced
from ledger.memory import MemoryDocuments
from ledger.postgres.documents import PostgresDocuments
from ledger.vault import Vault

ADA, BEA, SCAN = os.urandom(16), os.urandom(16), os.urandom(16)
LARGE = os.urandom(3 * CHUNK_BYTES)
Run = Callable[[Coroutine[Any, Any, Any]], Any]


@pytest.fixture
def vault(installation: Installation) -> Vault:
    return installation.vault


@pytest.fixture
def name(organisation: bytes) -> DocumentName:
    return DocumentName(organisation, ADA, SCAN, "sen")


@pytest.mark.parametrize("content", [b"x", b"x" * (STEP - 2), b"x" * (STEP - 1), LARGE, LARGE[:-3]], ids=len)
def test_what_was_sealed_opens_and_its_length_is_not_told(vault: Vault, name: DocumentName, content: bytes) -> None:
    chunks = seal(vault, name, content)
    assert unseal(vault, name, chunks) == content
    assert all(len(chunk) <= CHUNK_BYTES + 28 for chunk in chunks)
    assert sum(len(chunk) - 28 for chunk in chunks) % STEP == 0


def test_what_was_swapped_cut_or_relabelled_does_not_open(vault: Vault, name: DocumentName) -> None:
    chunks = seal(vault, name, LARGE)
    other = seal(vault, name, LARGE)
    assert len(chunks) == 4
    for wrong in (
        [chunks[1], chunks[0], *chunks[2:]],
        chunks[:-1],
        chunks[1:],
        [],
        [*chunks, chunks[-1]],
        [chunks[0][:5], *chunks[1:]],
        [chunks[0][:-1] + bytes([chunks[0][-1] ^ 1]), *chunks[1:]],
    ):
        assert unseal(vault, name, wrong) == Tampered()
    # Chunks of another sealing of the same document open: the event's digest is what tells the two apart.
    assert digest_of([other[0], *chunks[1:]]) != digest_of(chunks)
    for label in (name._replace(subject=BEA), name._replace(category="health")):
        vault.to_seal(label.organisation, [label.subject], label.category, 0)
        assert unseal(vault, label, chunks) == Tampered()
    assert unseal(vault, name._replace(document=BEA), chunks) == Tampered()


def test_with_its_categorys_key_a_document_is_gone_and_no_other(vault: Vault, name: DocumentName) -> None:
    health = name._replace(category="health")
    chunks, kept = seal(vault, name, b"a plan"), seal(vault, health, b"a letter")
    vault.destroy(name.organisation, [ADA], category="sen", request="REQ-1")
    gone = unseal(vault, name, chunks)
    assert isinstance(gone, Destroyed)
    assert gone.request == "REQ-1"
    assert unseal(vault, health, kept) == b"a letter"
    with pytest.raises(Fenced):
        seal(vault, name, b"again")


@pytest.mark.parametrize("kind", ["memory", "postgres"])
class TestStore:
    def held(self, kind: str, installation: Installation, run: Run, work: Callable[[DocumentStore], Any]) -> Any:
        async def inside() -> Any:
            if kind == "memory":
                return await work(MemoryDocuments())
            async with PostgresDocuments(installation.databases.conninfo("log", "rollbook_records")) as store:
                return await work(store)

        return run(inside())

    def test_a_document_comes_back_in_order_and_to_its_own_organisation_only(
        self, kind: str, installation: Installation, run: Run, organisation: bytes
    ) -> None:
        chunks = [bytes([number]) * 100_000 for number in range(1, 12)]

        async def work(store: DocumentStore) -> None:
            assert await store.chunks(organisation, SCAN) in ([], ())
            assert await store.add(organisation, SCAN, chunks)
            assert list(await store.chunks(organisation, SCAN)) == chunks
            assert list(await store.chunks(os.urandom(16), SCAN)) == []
            assert list(await store.chunks(organisation, ADA)) == []

        self.held(kind, installation, run, work)

    def test_what_is_kept_is_never_replaced_not_even_in_part(
        self, kind: str, installation: Installation, run: Run, organisation: bytes
    ) -> None:
        async def work(store: DocumentStore) -> None:
            assert await store.add(organisation, SCAN, [b"one"])
            assert not await store.add(organisation, SCAN, [b"two", b"three"])
            assert list(await store.chunks(organisation, SCAN)) == [b"one"]
            assert await store.add(os.urandom(16), SCAN, [b"two"])

        self.held(kind, installation, run, work)

    def test_of_two_at_once_one_is_kept_whole(
        self, kind: str, installation: Installation, run: Run, organisation: bytes
    ) -> None:
        async def work(store: DocumentStore) -> None:
            each = [[bytes([who]) * 50] * 5 for who in (1, 2)]
            answers = await asyncio.gather(*(store.add(organisation, SCAN, one) for one in each))
            assert sorted(answers) == [False, True]
            assert list(await store.chunks(organisation, SCAN)) == each[answers.index(True)]

        self.held(kind, installation, run, work)


def test_nobody_changes_a_document_and_only_the_records_service_has_them(
    installation: Installation, run: Run, organisation: bytes
) -> None:
    async def add() -> None:
        async with PostgresDocuments(installation.databases.conninfo("log", "rollbook_records")) as store:
            await store.add(organisation, SCAN, [b"sealed"])

    run(add())
    where = organisation.hex()
    for role in ("rollbook_governance", "rollbook_reader"):
        with (
            installation.connect(role, organisation) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute("SELECT FROM ledger.document")
    for change in ("UPDATE ledger.document SET chunk = 9", "DELETE FROM ledger.document", "TRUNCATE ledger.document"):
        with (
            installation.connect("rollbook_records", organisation) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute(change)
        with installation.superuser() as connection, pytest.raises(psycopg.Error, match="append-only"):
            connection.execute(f"{change} WHERE organisation = '{where}'" if "TRUNCATE" not in change else change)
    with installation.connect("rollbook_records", os.urandom(16)) as connection:
        assert connection.execute("SELECT count(*) FROM ledger.document").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(
                "INSERT INTO ledger.document (organisation, document, chunk, sealed) VALUES (%s, %s, 0, 'x')",
                [where, SCAN.hex()],
            )

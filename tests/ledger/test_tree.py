"""The Merkle tree against RFC 6962's definition, its published vectors, and a second, recursive reading of it."""

import os
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.entries import sealed

from ledger.tree import EMPTY_ROOT, Tree, content_of, leaf_of, microseconds

# The eight inputs and roots that Certificate Transparency's implementations share.
INPUTS = (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)  # fmt: skip
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def root_by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word; the leaves are hashed already."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = root_by_definition(leaves[:split]), root_by_definition(leaves[split:])
    return sha256(b"\x01" + left + right).digest()


def test_the_published_roots() -> None:
    tree = Tree()
    for text, root in zip(INPUTS, ROOTS, strict=True):
        tree.extend([sha256(b"\x00" + bytes.fromhex(text)).digest()])
        assert tree.root().hex() == root


def test_no_leaves() -> None:
    assert Tree().root() == EMPTY_ROOT
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_every_size_up_to_a_few_hundred_is_the_definition() -> None:
    leaves = [sha256(bytes([size % 256, size // 256])).digest() for size in range(300)]
    tree = Tree()
    for size, leaf in enumerate(leaves, start=1):
        tree.extend([leaf])
        assert tree.size == size
        assert tree.root() == root_by_definition(leaves[:size])


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=70), st.integers(0, 70))
def test_leaves_may_arrive_in_any_portions(leaves: list[bytes], cut: int) -> None:
    tree = Tree()
    tree.extend(leaves[:cut])
    tree.extend(leaves[cut:])
    assert tree.root() == root_by_definition(leaves)


def test_a_leaf_is_bound_to_its_place_and_time() -> None:
    moment = datetime(2026, 9, 1, 8, 50, 0, 123456, tzinfo=UTC)
    assert microseconds(moment) == 1788252600123456
    content = sha256(b"content").digest()
    expected = sha256(
        b"\x00" + content + bytes(7) + b"\x03" + bytes(7) + b"\x09" + (1788252600123456).to_bytes(8, "big")
    ).digest()
    assert leaf_of(content, 3, 9, moment) == expected
    others = {
        leaf_of(content, 4, 9, moment),
        leaf_of(content, 3, 10, moment),
        leaf_of(content, 3, 9, moment + timedelta(microseconds=1)),
    }
    assert len(others | {expected}) == 4


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("event_id", bytes(16)), ("service", "governance"), ("stream", bytes(16)), ("name", "register-amended"),
        ("event_version", 2), ("category", None), ("category", ""), ("period", 2025), ("subjects", ()),
        ("cohort", True), ("actor", bytes(16)), ("role", "head"), ("purpose", "x"), ("basis", "x"),
        ("connector", ""), ("batch", bytes(16)), ("row", 0), ("command", bytes(16)), ("cause", 0), ("body", b""),
    ],
)  # fmt: skip
def test_the_content_hash_covers_every_column(column: str, value: Any) -> None:
    organisation, entry = os.urandom(16), sealed()
    assert content_of(organisation, entry._replace(**{column: value})) != content_of(organisation, entry)


def test_the_content_hash_covers_the_organisation_and_leaves_the_version_to_the_leaf() -> None:
    entry = sealed()
    assert content_of(bytes(16), entry) != content_of(os.urandom(16), entry)
    assert content_of(bytes(16), entry) == content_of(bytes(16), entry._replace(version=7))


def test_text_cannot_move_from_one_column_to_the_next() -> None:
    one = sealed(role="head", purpose="teacher")
    assert content_of(bytes(16), one) != content_of(bytes(16), one._replace(role="headt", purpose="eacher"))


def test_the_content_hash_is_the_one_that_is_written_down() -> None:
    """The ADR's arrangement, byte by byte: entries written once can never be hashed another way."""
    entry = sealed(
        event_id=b"e" * 16, stream=b"s" * 16, subjects=(b"1" * 16, b"2" * 16), actor=b"a" * 16, command=b"c" * 16,
        body=b"\x02body", row=5,
    )  # fmt: skip

    def item(data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + data

    absent = b"\xff\xff\xff\xff"
    number = (1).to_bytes(8, "big"), (2026).to_bytes(8, "big"), (5).to_bytes(8, "big")
    written = b"".join((
        b"\x01", item(b"o" * 16), item(b"e" * 16), item(b"records"), item(b"s" * 16), item(b"register-taken"),
        item(number[0]), item(b"attendance"), item(number[1]), item(b"1" * 16 + b"2" * 16), item(b"\x00"),
        item(b"a" * 16), item(b"office"), item(b"attendance-register"), item(b"reg-10"), absent, absent,
        item(number[2]), item(b"c" * 16), absent, item(b"\x02body"),
    ))  # fmt: skip
    assert content_of(b"o" * 16, entry) == sha256(written).digest()

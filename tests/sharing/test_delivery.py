"""Carriers, run for real: into folders, to an SFTP server and to an HTTP server on this machine."""

import asyncio
import os
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from subprocess import run
from typing import Any

import asyncssh
import pytest
from pydantic import SecretStr, ValidationError
from support.post_office import PASSWORD, USER, Sftp, Taken, http_server, sftp_server

from services.endpoints import FolderEndpoint, HttpEndpoint, SftpEndpoint
from services.settings import Settings
from services.sharing.delivery import AnyEndpoint, Parcel, Undelivered
from services.sharing.delivery.carrying import carry
from services.sharing.delivery.http import signed
from services.sharing.exporters import File

PARCEL = Parcel("3f0b", File("9262000_CTF_9262001_001.xml", "application/xml", b"<CTfile/>" * 5_000))
OTHER = Parcel("77aa", File(PARCEL.file.name, "application/xml", b"<CTfile/>"))


def carried(route: AnyEndpoint, parcel: Parcel = PARCEL) -> str:
    return asyncio.run(carry(route, parcel))


def refused(route: AnyEndpoint, parcel: Parcel = PARCEL) -> str:
    with pytest.raises(Undelivered) as raised:
        carried(route, parcel)
    return str(raised.value)


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


# Folders


def test_a_file_is_left_in_a_folder_whole_and_once(tmp_path: Path) -> None:
    route = FolderEndpoint(kind="folder", path=tmp_path)
    assert carried(route) == carried(route) == "left in the folder"
    assert names(tmp_path) == [PARCEL.file.name]
    assert (tmp_path / PARCEL.file.name).read_bytes() == PARCEL.file.data
    assert (tmp_path / PARCEL.file.name).stat().st_mode & 0o007 == 0


def test_anothers_file_of_the_same_name_stays_as_it_is(tmp_path: Path) -> None:
    route = FolderEndpoint(kind="folder", path=tmp_path)
    carried(route)
    assert "it stays" in refused(route, OTHER)
    assert (tmp_path / PARCEL.file.name).read_bytes() == PARCEL.file.data
    assert names(tmp_path) == [PARCEL.file.name]


def test_a_link_that_lies_there_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(PARCEL.file.data)
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / PARCEL.file.name).symlink_to(elsewhere)
    assert "it stays" in refused(FolderEndpoint(kind="folder", path=folder))


def test_a_folder_that_is_not_there_is_said_without_its_path(tmp_path: Path) -> None:
    said = refused(FolderEndpoint(kind="folder", path=tmp_path / "gone"))
    assert "not there" in said
    assert str(tmp_path) not in said


DENIED = """
import concurrent.futures.thread, os, sys
from pathlib import Path
sys.path[:0] = sys.argv[2].split(os.pathsep)
import asyncio
from services.endpoints import FolderEndpoint
from services.sharing.delivery import Parcel, Undelivered
from services.sharing.delivery.carrying import carry
from services.sharing.exporters import File
where = FolderEndpoint(kind="folder", path=Path(sys.argv[1]))
os.chdir(sys.argv[1])
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    here = where.model_copy(update={"path": Path(".")})
    asyncio.run(carry(here, Parcel("1", File("a.xml", "application/xml", b"<a/>"))))
except Undelivered as error:
    print(error)
"""


def test_a_folder_that_is_denied(tmp_path: Path) -> None:
    """Nothing is denied to root, so a child process of root's becomes nobody first, and is refused for real."""
    tmp_path.chmod(0o555)
    told = [sys.executable, "-c", DENIED, str(tmp_path), os.pathsep.join(one for one in sys.path if one)]
    try:
        done = run(told, capture_output=True, text=True, timeout=60, check=False)
    finally:
        tmp_path.chmod(0o700)
    assert "may not write" in done.stdout, done.stderr
    assert names(tmp_path) == []


def test_a_disk_that_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device", str(tmp_path))

    monkeypatch.setattr("services.sharing.delivery.folder.os.fsync", full)
    assert "full" in refused(FolderEndpoint(kind="folder", path=tmp_path))
    assert names(tmp_path) == []


def test_a_device_that_is_full_for_real(tmp_path: Path) -> None:
    """/dev/full takes no byte: the part is a link to it, which is refused already because it is a link."""
    (tmp_path / f".{PARCEL.disclosure}.part").symlink_to("/dev/full")
    refused(FolderEndpoint(kind="folder", path=tmp_path))
    assert not (tmp_path / PARCEL.file.name).exists()


# SFTP


@pytest.fixture
def sftp(tmp_path: Path) -> Iterator[Sftp]:
    folder = tmp_path / "served"
    folder.mkdir()
    with sftp_server(folder) as server:
        yield server


def by_sftp(server: Sftp, **more: Any) -> SftpEndpoint:
    said = {
        "kind": "sftp", "host": "127.0.0.1", "port": server.port, "user": USER, "host_key": server.host_key,
        "password": PASSWORD, "seconds": 20.0, "folder": "/", **more,
    }  # fmt: skip
    return SftpEndpoint.model_validate(said)


def test_a_file_is_left_on_a_server_whole_and_once(sftp: Sftp) -> None:
    assert carried(by_sftp(sftp)) == carried(by_sftp(sftp)) == "left on the server"
    assert names(sftp.folder) == [PARCEL.file.name]
    assert (sftp.folder / PARCEL.file.name).read_bytes() == PARCEL.file.data


def test_a_server_with_another_key_is_sent_nothing(sftp: Sftp) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    assert "another key" in refused(by_sftp(sftp, host_key=other))
    assert names(sftp.folder) == []


def test_a_server_that_lets_nobody_in(sftp: Sftp) -> None:
    assert "did not let" in refused(by_sftp(sftp, password="of somebody else"))


def test_anothers_file_on_a_server_stays_as_it_is(sftp: Sftp) -> None:
    carried(by_sftp(sftp))
    assert "it stays" in refused(by_sftp(sftp), OTHER)
    same_size = Parcel("99", File(PARCEL.file.name, "application/xml", b"x" * len(PARCEL.file.data)))
    assert "it stays" in refused(by_sftp(sftp), same_size)
    assert (sftp.folder / PARCEL.file.name).read_bytes() == PARCEL.file.data
    assert names(sftp.folder) == [PARCEL.file.name]


def test_a_folder_that_a_server_does_not_have(sftp: Sftp) -> None:
    assert "would not take" in refused(by_sftp(sftp, folder="/gone"))


def test_a_server_that_is_not_there(sftp: Sftp) -> None:
    assert "not reached" in refused(by_sftp(sftp, port=1))


# HTTP


@pytest.fixture
def taken() -> Iterator[Taken]:
    with http_server() as server:
        yield server


def by_http(server: Taken, **more: Any) -> HttpEndpoint:
    return HttpEndpoint(kind="http", url=server.url, secret=SecretStr("between us"), **more)


def test_a_file_is_posted_signed_and_with_the_same_key_each_time(taken: Taken) -> None:
    route = by_http(taken, token=SecretStr("let-me-in"))
    assert carried(route) == "HTTP 201"
    carried(route)
    headers, data = taken.requests[0]
    assert data == PARCEL.file.data
    assert headers["Content-Digest"] == f"sha-256=:{b64encode(sha256(data).digest()).decode()}:"
    assert headers["Authorization"] == "Bearer let-me-in"
    assert [one["Idempotency-Key"] for one, _ in taken.requests] == [PARCEL.disclosure] * 2
    assert headers["Signature"] == signed(route, PARCEL.disclosure, data)["Signature"]
    changed = signed(route, PARCEL.disclosure, data + b" ")["Signature"]
    assert b64decode(headers["Signature"][10:-1]) != b64decode(changed[10:-1])


@pytest.mark.parametrize(
    ("status", "said"), [(500, "failed (HTTP 500)"), (403, "did not let"), (413, "too large"), (409, "would not take")]
)
def test_an_answer_that_is_none(taken: Taken, status: int, said: str) -> None:
    taken.status = status
    assert said in refused(by_http(taken))


def test_a_redirect_is_not_followed(taken: Taken) -> None:
    taken.status = 307
    assert "HTTP 307" in refused(by_http(taken))
    assert len(taken.requests) == 1


def test_a_server_that_takes_too_long(taken: Taken) -> None:
    taken.slow = 1.0
    assert "in time" in refused(by_http(taken, seconds=0.2))


def test_a_server_that_is_gone() -> None:
    with http_server() as server:
        pass
    assert "not reached" in refused(by_http(server))


# Settings


@pytest.mark.parametrize("url", ["http://example.org/files", "ftp://127.0.0.1/x", "https://me:secret@example.org/"])
def test_nothing_is_posted_in_clear_over_a_network(url: str) -> None:
    with pytest.raises(ValidationError):
        HttpEndpoint(kind="http", url=url, secret=SecretStr("s"))


def test_endpoints_are_settings_and_their_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "ROLLBOOK_ENDPOINTS",
        '{"norfolk": {"kind": "http", "url": "https://example.org/in", "secret": "between us"}}',
    )
    found = Settings()
    assert found.endpoints["norfolk"].kind == "http"
    assert "between us" not in repr(found)

"""Leaves a file on an SFTP server whose key is known beforehand: whole or not at all, never over another's."""

import asyncio
from contextlib import suppress
from pathlib import PurePosixPath
from typing import Any, Final

import asyncssh

from services.endpoints import SftpEndpoint
from services.sharing.delivery import Parcel, Undelivered
from services.sharing.delivery.folder import TAKEN

OTHER_KEY: Final = (
    "The server shows another key than the one that was agreed. Nothing was sent. Ask the recipient, by a number you "
    "know, whether they changed it."
)
NOT_LET_IN: Final = "The server did not let Rollbook in. Ask whoever runs Rollbook here to check its user and key."
TOO_SLOW: Final = "The server did not answer in time. Try again later."
UNREACHED: Final = "The server was not reached. Try again later, or ask the recipient."
REFUSED: Final = "The server would not take the file. Ask the recipient whether there is room and leave to write."


class SftpCarrier:
    """Carries by SFTP. It reads no configuration, keys or known hosts of the account that it runs in."""

    async def deliver(self, route: SftpEndpoint, parcel: Parcel) -> str:
        """Leave it there. Raises Undelivered."""
        try:
            async with (
                asyncio.timeout(route.seconds),
                asyncssh.connect(**_options(route)) as connection,
                connection.start_sftp_client() as sftp,
            ):
                await _left(sftp, PurePosixPath(route.folder), parcel)
        except TimeoutError:
            raise Undelivered(TOO_SLOW, "not-reached") from None
        except asyncssh.HostKeyNotVerifiable:
            raise Undelivered(OTHER_KEY) from None
        except asyncssh.PermissionDenied:
            raise Undelivered(NOT_LET_IN) from None
        except asyncssh.SFTPError:
            raise Undelivered(REFUSED) from None
        except (asyncssh.Error, OSError):
            raise Undelivered(UNREACHED, "not-reached") from None
        except (asyncssh.KeyImportError, ValueError):
            raise Undelivered(NOT_LET_IN) from None
        return "left on the server"


def _options(route: SftpEndpoint) -> dict[str, Any]:
    known = asyncssh.import_public_key(route.host_key)
    return {
        "host": route.host, "port": route.port, "username": route.user,
        "known_hosts": ([known], [], []), "server_host_key_algs": _algorithms(route.host_key.split()[0]),
        "password": route.password.get_secret_value() if route.password else None,
        "client_keys": [str(route.key_file)] if route.key_file else None,
        "config": None, "agent_path": None, "x509_trusted_certs": None, "gss_host": None,
    }  # fmt: skip


def _algorithms(kind: str) -> list[str]:
    """Give how a server may prove that the key is its own: an RSA key signs by SHA-2, never by SHA-1."""
    return ["rsa-sha2-512", "rsa-sha2-256"] if kind == "ssh-rsa" else [kind]


async def _left(sftp: asyncssh.SFTPClient, folder: PurePosixPath, parcel: Parcel) -> None:
    begun, whole = folder / f".{parcel.disclosure}.part", folder / parcel.file.name
    if await sftp.lexists(str(whole)):
        await _is_ours(sftp, whole, parcel.file.data)
        return
    try:
        async with sftp.open(str(begun), "wb") as out:
            await out.write(parcel.file.data)
        # The plain rename of the protocol fails where the name is taken; the one of POSIX would write over it.
        await sftp.rename(str(begun), str(whole))
    except asyncssh.SFTPError:
        if await sftp.lexists(str(whole)):
            await _is_ours(sftp, whole, parcel.file.data)
            return
        raise
    finally:
        with suppress(asyncssh.SFTPError):
            await sftp.remove(str(begun))


async def _is_ours(sftp: asyncssh.SFTPClient, whole: PurePosixPath, data: bytes) -> None:
    """See that what lies there is what an earlier attempt left. Raises Undelivered."""
    if (await sftp.lstat(str(whole))).size != len(data):
        raise Undelivered(TAKEN)
    async with sftp.open(str(whole), "rb", encoding=None) as found:
        lies_there: bytes | str = await found.read(len(data))
        if lies_there != data:
            raise Undelivered(TAKEN)

"""Leaves a file in a folder: whole or not at all, and never over another's."""

import asyncio
import os
from contextlib import suppress
from errno import EACCES, EDQUOT, ENOENT, ENOSPC, ENOTDIR, EPERM, EROFS
from pathlib import Path
from typing import Final

from services.endpoints import FolderEndpoint
from services.sharing.delivery import Parcel, Undelivered

_SAID: Final = {
    ENOSPC: "The disk of the folder is full. Make room there, and try again.",
    EDQUOT: "The disk of the folder is full. Make room there, and try again.",
    EACCES: "Rollbook may not write into the folder. Ask whoever runs it here to allow it, and try again.",
    EPERM: "Rollbook may not write into the folder, or it takes no links. Ask whoever runs it here.",
    EROFS: "Rollbook may not write into the folder. Ask whoever runs it here to allow it, and try again.",
    ENOENT: "The folder is not there. Ask whoever runs Rollbook here to make it, and try again.",
    ENOTDIR: "The folder is not there. Ask whoever runs Rollbook here to make it, and try again.",
}
OTHERWISE: Final = "The folder could not be written. Ask whoever runs Rollbook here to look at its disk."
TAKEN: Final = (
    "Another file of this name lies there already, and it stays. Send this under the next file number, or have it "
    "taken away first."
)


class FolderCarrier:
    """Carries into folders of this machine, or what is mounted there."""

    async def deliver(self, route: FolderEndpoint, parcel: Parcel) -> str:
        """Leave it there. Raises Undelivered."""
        try:
            await asyncio.wait_for(asyncio.to_thread(_left, route.path, parcel), route.seconds)
        except TimeoutError:
            raise Undelivered("The folder did not take the file in time. Try again later.") from None
        return "left in the folder"


def _left(folder: Path, parcel: Parcel) -> None:
    begun = folder / f".{parcel.disclosure}.part"
    try:
        try:
            _written(begun, parcel.file.data)
            _named(begun, folder / parcel.file.name, parcel.file.data)
            _kept(folder)
        finally:
            with suppress(OSError):
                begun.unlink(missing_ok=True)
    except OSError as error:
        # The error's own text names a path of this machine.
        raise Undelivered(_SAID.get(error.errno or 0, OTHERWISE)) from None


def _written(begun: Path, data: bytes) -> None:
    """Write it beside its place, readable to the owner and group alone, and on the disk before it has its name."""
    with os.fdopen(os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o640), "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())


def _named(begun: Path, whole: Path, data: bytes) -> None:
    """Give it its name in one step: a link fails where the name is taken, which a rename would not."""
    try:
        os.link(begun, whole, follow_symlinks=False)
    except FileExistsError:
        if whole.is_symlink() or not whole.is_file() or whole.read_bytes() != data:
            raise Undelivered(TAKEN) from None


def _kept(folder: Path) -> None:
    """See that the name itself is on the disk."""
    known = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(known)
    finally:
        os.close(known)

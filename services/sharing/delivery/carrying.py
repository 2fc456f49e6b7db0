"""Carries a file by whichever way an endpoint is reached."""

from services.endpoints import FolderEndpoint, HttpEndpoint, SftpEndpoint
from services.sharing.delivery import AnyEndpoint, Parcel
from services.sharing.delivery.folder import FolderCarrier
from services.sharing.delivery.http import HttpCarrier
from services.sharing.delivery.sftp import SftpCarrier


async def carry(route: AnyEndpoint, parcel: Parcel) -> str:
    """Carry a file; gives a receipt. Raises services.sharing.delivery.Undelivered."""
    match route:
        case FolderEndpoint():
            return await FolderCarrier().deliver(route, parcel)
        case SftpEndpoint():
            return await SftpCarrier().deliver(route, parcel)
        case HttpEndpoint():
            return await HttpCarrier().deliver(route, parcel)

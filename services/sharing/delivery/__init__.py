"""Carries a file to a recipient: one interface, and a module for each way that data travels.

A carrier may be asked to carry the same file again, since whoever asked may have died before it wrote down that the
file had arrived: it finds what it left there before and does not leave it twice, nor over somebody else's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from events.sharing.disclosures import FailureReason
from services.endpoints import FolderEndpoint, HttpEndpoint, SftpEndpoint
from services.sharing.exporters import File

EndpointT_contra = TypeVar("EndpointT_contra", contravariant=True)
AnyEndpoint = FolderEndpoint | SftpEndpoint | HttpEndpoint
Endpoints = Mapping[str, AnyEndpoint]
"""What an installation knows of, by name."""


class Undelivered(Exception):
    """It was not delivered. The text is a sentence that says why, and what to do; ``code`` is what is kept in clear."""

    def __init__(self, sentence: str, code: FailureReason = "not-taken") -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Parcel:
    """A file on its way: ``disclosure`` is the same at each attempt, so that nothing arrives twice."""

    disclosure: str
    file: File


class Carrier(Protocol[EndpointT_contra]):
    """One way that data travels."""

    async def deliver(self, route: EndpointT_contra, parcel: Parcel) -> str:
        """Carry a file; gives a receipt in words that hold nothing of it. Raises Undelivered."""

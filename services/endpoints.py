"""Where files are carried to, as an installation is told: addresses and secrets, which never stand in an event."""

from pathlib import Path
from typing import Annotated, Final, Literal, Self, TypeAlias
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

SECONDS: Final = 60.0
"""How long one delivery may take: a transfer file of a whole year group over a slow line. An endpoint may say less."""
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
EndpointName: TypeAlias = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]


class _Endpoint(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    seconds: Annotated[float, Field(gt=0, le=600)] = SECONDS


class FolderEndpoint(_Endpoint):
    """A folder that the recipient, or a program of theirs, reads: it must exist."""

    kind: Literal["folder"]
    path: Path


class SftpEndpoint(_Endpoint):
    """An SFTP server. ``host_key`` is its public key in OpenSSH's form: another one is never accepted."""

    kind: Literal["sftp"]
    host: str
    port: Annotated[int, Field(ge=1, le=65535)] = 22
    user: str
    host_key: Annotated[str, Field(pattern=r"^(ssh|ecdsa)-[a-z0-9@.-]+ [A-Za-z0-9+/=]+")]
    password: SecretStr | None = None
    key_file: Path | None = None
    folder: str = "."

    @model_validator(mode="after")
    def _one_secret(self) -> Self:
        if (self.password is None) == (self.key_file is None):
            raise ValueError("an SFTP endpoint has a password or a key file, and not both")
        return self


class HttpEndpoint(_Endpoint):
    """An address that takes a file by POST. ``secret`` signs each request, ``token`` is sent as a bearer token."""

    kind: Literal["http"]
    url: str
    secret: SecretStr
    key_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$", max_length=60)] = "rollbook"
    token: SecretStr | None = None

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        parts = urlsplit(self.url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise ValueError("an HTTP endpoint is reached by https, or on this machine")
        if parts.username or parts.password or parts.fragment:
            raise ValueError("an HTTP endpoint's address holds no user, password or fragment")
        return self


Endpoint: TypeAlias = Annotated[FolderEndpoint | SftpEndpoint | HttpEndpoint, Field(discriminator="kind")]

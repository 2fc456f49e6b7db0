"""The only reader of the environment: every setting, typed, with a default that suits a laptop."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, HttpUrl, PostgresDsn
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.endpoints import Endpoint, EndpointName


class Settings(BaseSettings):
    """What an installation is told from outside. Each is read from ``ROLLBOOK_`` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="ROLLBOOK_", extra="forbid", frozen=True)

    home: Path = Field(
        Path(".rollbook"), description="Where the key file, the embedded server and the demo's files lie"
    )
    database_url: PostgresDsn | None = Field(
        None, description="A PostgreSQL server (a role that may make roles and databases); none: the embedded one"
    )
    database_name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")] = Field(
        "rollbook", description="The log's database; the keys' and the views' are called after it"
    )
    url: HttpUrl = Field(HttpUrl("http://127.0.0.1:8350"), description="Where the command line finds the server")
    host: str = Field("127.0.0.1", description="The address that the server listens on")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(8350, description="The port that the server listens on")
    demo: bool = Field(default=False, description="Offer the synthetic people of the demo on the sign-in page")
    token: str | None = Field(None, description="The bearer token of the command line")
    endpoints: dict[EndpointName, Endpoint] = Field(
        default_factory=dict,
        description="Where files are carried to, by the names that recipients' routes use: JSON (see docs/sharing.md)",
    )

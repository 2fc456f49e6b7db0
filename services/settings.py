"""The only reader of the environment: every setting, typed, with a default that suits a laptop."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, HttpUrl, PostgresDsn, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.endpoints import Endpoint, EndpointName
from services.webhooks import Webhook, WebhookName

PREFIX: Final = "ROLLBOOK_"
FOR_TESTS: Final = "ROLLBOOK_TEST_"
"""What begins so is the test run's own."""


class BadSettings(Exception):
    """The environment says something that is not a setting, or not its kind of value; a sentence for each."""


class Settings(BaseSettings):
    """What an installation is told from outside. Each is read from ``ROLLBOOK_`` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, hide_input_in_errors=True)

    home: Path = Field(
        Path(".rollbook"), description="Where the key file, the embedded server and the demo's files lie"
    )
    database_url: PostgresDsn | None = Field(
        None, description="A PostgreSQL server (a role that may make roles and databases); none: the embedded one"
    )
    database_name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")] = Field(
        "rollbook", description="The log's database; the keys' and the views' are called after it"
    )
    prepare: bool = Field(
        default=True,
        description="Make and migrate databases and roles when a process starts; off where `rollbook prepare` has done"
        " it, so that ROLLBOOK_DATABASE_URL need name no role that may",
    )
    connections: Annotated[int, Field(ge=1, le=100)] = Field(
        6, description="The most connections that one service's pool opens to the log"
    )
    url: HttpUrl = Field(HttpUrl("http://127.0.0.1:8350"), description="Where the command line finds the server")
    host: str = Field("127.0.0.1", description="The address that a process listens on")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(8350, description="The port that a process listens on")
    demo: bool = Field(default=False, description="Offer the synthetic people of the demo on the sign-in page")
    token: str | None = Field(None, description="The bearer token of the command line")
    endpoints: dict[EndpointName, Endpoint] = Field(
        default_factory=dict,
        description="Where files are carried to, by the names that recipients' routes use: JSON (see docs/sharing.md)",
    )
    kafka: Annotated[str, Field(pattern=r"^[\w.-]+:\d+(,[\w.-]+:\d+)*$")] | None = Field(
        None, description="Apache Kafka, as host:port, several separated by commas; none: entries travel by PostgreSQL"
    )
    kafka_prefix: Annotated[str, Field(pattern=r"^[a-zA-Z0-9._-]{1,100}$")] = Field(
        "rollbook", description="What the topics and consumer groups are called by; a new one after a restore"
    )
    kafka_partitions: Annotated[int, Field(ge=1, le=1000)] = Field(
        12, description="Partitions of topics that are made here: so many processes can share the schools"
    )
    kafka_replicas: Annotated[int, Field(ge=1, le=9)] = Field(
        1, description="Brokers that keep each record; 3 wherever there are 3"
    )
    kafka_user: str | None = Field(None, description="The user's name at the broker (SCRAM-SHA-512, over TLS)")
    kafka_password: SecretStr | None = Field(None, description="The user's password at the broker")
    kafka_authority: Path | None = Field(
        None, description="The certificate authority of the broker (PEM): with it, or with a user, TLS is spoken"
    )
    webhooks: dict[WebhookName, Webhook] = Field(
        default_factory=dict,
        description='Whom to tell that a log has grown, by names of yours: JSON, {"name": {"url": ..., "secret": ...}}',
    )
    lag_max: Annotated[int, Field(ge=1)] = Field(
        5_000, description="Entries that a process may be behind and still be called ready"
    )
    log_format: Literal["text", "json"] = Field("text", description="How a process writes its own log: text or json")


def settings(**more: Any) -> Settings:
    """Give the settings of the environment; ``more`` go before it. Raises BadSettings, without any value."""
    wrong = [f"{name} is no setting of Rollbook: see docs/settings.md." for name in sorted(unknown_names(os.environ))]
    try:
        found = Settings(**more)
    except ValidationError as error:
        wrong += [f"{PREFIX}{str(one['loc'][0]).upper()}: {one['msg']}." for one in error.errors(include_url=False)]
        raise BadSettings("\n".join(wrong)) from None
    if (found.kafka_user is None) != (found.kafka_password is None):
        wrong.append(f"{PREFIX}KAFKA_USER and {PREFIX}KAFKA_PASSWORD go together: set both or neither.")
    if wrong:
        raise BadSettings("\n".join(wrong))
    return found


def unknown_names(environment: Mapping[str, str]) -> set[str]:
    """Give the names that begin as a setting does and are none: most often a slip in one."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    return {
        name for name in environment if name.startswith(PREFIX) and not name.startswith(FOR_TESTS) and name not in known
    }


def documented() -> str:
    """Give docs/settings.md: every setting with its default and what it is for."""
    lines = [
        "# Settings",
        "",
        "Generated by `make docs` from `services/settings.py`, the only reader of the environment. A process that is",
        "given a wrong one, or a name that begins with `ROLLBOOK_` and is none of these, says so and does not start.",
        "",
        "| setting | default | what it is for |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True)
        shown = (
            "none" if default in (None, {}) else f"`{str(default).lower() if isinstance(default, bool) else default}`"
        )
        lines.append(f"| `{PREFIX}{name.upper()}` | {shown} | {field.description} |")
    lines += [
        "",
        "One name stands apart: `PG_BIN`, the folder of PostgreSQL's programs for the embedded server, which looks",
        "there before its own wheel. It is read where that server is started, by the program that watches over it.",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(documented(), end="")  # noqa: T201  # make docs writes it to a file

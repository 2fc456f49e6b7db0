"""The columns of the Department's list of external data shares: every heading that it may have, and what it means.

The headings of the published spreadsheets have changed from one to the next, and nobody here has compared all. What
is not recognised is told and not read; another heading is one more word in this table.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from services.connectors.csv_files.table import plain

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "organisation": (
        "organisation name", "name of organisation", "requesting organisation", "external organisation", "third party",
        "third party organisation", "organisation data shared with", "recipient", "requestor", "requester", "applicant",
    ),
    "title": (
        "project title", "title of project", "project name", "name of share", "share title", "name of data share",
        "request title", "title of request",
    ),
    "purpose": (
        "purpose of share", "purpose of data share", "project purpose", "description", "project description",
        "reason for request", "purpose of request", "brief description of project", "summary", "aim of project",
    ),
    "dataset": (
        "datasets", "data set", "data sets", "dataset requested", "datasets requested", "data requested", "data shared",
        "data description", "description of data", "datasets shared", "data collection", "data collections",
    ),
    "sensitivity": (
        "identifiability", "sensitivity of data", "level of sensitivity", "level of identifiability", "classification",
        "data classification", "classification of data", "tier", "tier of data", "tiers", "highest tier",
        "identification risk",
    ),
    "gateway": (
        "legal gateway", "legal gateways", "legal basis", "lawful basis", "legal power", "legal powers",
        "legal gateway for sharing", "legislation",
    ),
    "begins": (
        "start date", "date from", "from", "date approved", "approval date", "date of approval", "agreement start date",
        "licence start date", "start date of agreement", "date shared",
    ),
    "ends": (
        "end date", "date to", "to", "expiry date", "agreement end date", "licence end date", "end date of agreement",
        "licence expiry date", "data destruction date", "destruction date",
    ),
}  # fmt: skip
"""Each column, and the headings that mean it beside its own name."""
COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {plain(name): column for column, names in NAMES.items() for name in (column, *names)}
)
"""The column that each accepted heading means, by the heading in lower case and without blanks or signs."""
LONGEST: Final[Mapping[str, int]] = {
    "organisation": 300, "title": 500, "purpose": 2_000, "dataset": 2_000, "sensitivity": 300, "gateway": 2_000,
}  # fmt: skip
"""Characters of each text that the API takes."""

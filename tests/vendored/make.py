"""Copies what only the tests need out of unpacked packages: axe, AsyncAPI's schema, the fixtures of pages' components."""

import shutil
import sys
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
COMPONENTS: Final = (
    "breadcrumbs", "button", "checkboxes", "details", "error-message", "error-summary", "fieldset", "generic-header", "hint",
    "input", "inset-text", "label", "notification-banner", "select", "service-navigation", "skip-link", "summary-list",
    "table", "tag", "textarea", "warning-text",
)  # fmt: skip
"""Each component that a template of ours imports, and each that those are made of."""


def copy(packages: Path) -> None:
    """Copy axe and AsyncAPI's schema with their licences, and a fixtures file for each component, from the packages' folder."""
    for name in ("axe.min.js", "LICENSE", "LICENSE-3RD-PARTY.txt"):
        shutil.copy(packages / "axe-core" / name, FOLDER / "axe" / name)
    specification = packages / "@asyncapi" / "specs"
    shutil.copy(specification / "schemas" / "3.0.0-without-$id.json", FOLDER / "asyncapi" / "3.0.0.json")
    shutil.copy(specification / "LICENSE", FOLDER / "asyncapi" / "LICENSE")
    for name in COMPONENTS:
        source = packages / "govuk-frontend" / "dist" / "govuk" / "components" / name / "fixtures.json"
        shutil.copy(source, FOLDER / "fixtures" / f"{name}.json")


if __name__ == "__main__":
    for folder in ("axe", "asyncapi", "fixtures"):
        (FOLDER / folder).mkdir(exist_ok=True)
    copy(Path(sys.argv[1]))

"""Copies what only the tests need out of unpacked packages: axe, and the fixtures of the components that pages use."""

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
    """Copy axe with its licences, and a fixtures file for each component, from the packages' folder."""
    for name in ("axe.min.js", "LICENSE", "LICENSE-3RD-PARTY.txt"):
        shutil.copy(packages / "axe-core" / name, FOLDER / "axe" / name)
    for name in COMPONENTS:
        source = packages / "govuk-frontend" / "dist" / "govuk" / "components" / name / "fixtures.json"
        shutil.copy(source, FOLDER / "fixtures" / f"{name}.json")


if __name__ == "__main__":
    for folder in ("axe", "fixtures"):
        (FOLDER / folder).mkdir(exist_ok=True)
    copy(Path(sys.argv[1]))

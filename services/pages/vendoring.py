"""For maintainers: takes GOV.UK Frontend's prebuilt files out of its unpacked package, without font and crest."""

import json
import re
import shutil
import sys
from base64 import b64encode
from hashlib import sha384
from pathlib import Path
from typing import Final

VENDOR: Final = Path(__file__).parent / "static" / "vendor"
PACKAGE: Final = "govuk-frontend"
VERSION: Final = "6.3.0"
"""The version whose markup the pinned macros make; tests/vendored compares them. Both change in one commit."""
FONT: Final = "GDS Transport"
STACK: Final = '"Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif'
LICENCE: Final = "licences/govuk-frontend.txt"
"""Written by hand, like the notice: the package carries neither."""
KEPT: Final = ("NOTICE.txt", LICENCE)

_FACE: Final = re.compile(r"@font-face\{[^}]*\}")
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_FAMILY: Final = re.compile(r'"?GDS Transport"?,\s*arial,\s*sans-serif', re.IGNORECASE)
_CREST: Final = re.compile(r"url\([\"']?/assets/images/govuk-crest\.svg[\"']?\)")
_MAP: Final = re.compile(r"\n?//# sourceMappingURL=.*")


class NotVendored(Exception):
    """The package is not as it was when these rules were written. The text says what to look at."""


def stylesheet(text: str) -> str:
    """Give the stylesheet without the font, which is licensed for gov.uk alone, and without the royal arms.

    Comments go as well: one holds the font's terms, another the address of a source map. Raises NotVendored where
    anything of the font is left, or where the stylesheet fetches something that is not vendored.
    """
    text = _FAMILY.sub(STACK, _FACE.sub("", _COMMENT.sub("", text)))
    text = _CREST.sub("none", text).strip() + "\n"
    if FONT.casefold() in text.casefold() or "@font-face" in text:
        raise NotVendored(f"{FONT} is still in the stylesheet: look at how it is named there, and change the rules")
    if "url(" in text:
        raise NotVendored("the stylesheet fetches a file: copy it into the vendored folder, and make its url relative")
    return text


def script(text: str) -> str:
    """Give the script without the address of its source map."""
    return _MAP.sub("", text).strip() + "\n"


def vendor(packages: Path, folder: Path) -> None:
    """Write a folder anew from the packages' folder, but for the notice and the licence. Raises NotVendored."""
    version = json.loads((packages / PACKAGE / "package.json").read_text("utf-8"))["version"]
    if version != VERSION:
        raise NotVendored(f"this is {PACKAGE} {version}, and the pinned macros make the markup of {VERSION}")
    built = packages / PACKAGE / "dist" / "govuk"
    made = {
        "govuk-frontend.min.css": stylesheet((built / "govuk-frontend.min.css").read_text("utf-8")),
        "govuk-frontend.min.js": script((built / "govuk-frontend.min.js").read_text("utf-8")),
        **{name: (folder / name).read_text("utf-8") for name in KEPT},
    }
    shutil.rmtree(folder)
    for name, text in made.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "manifest.json").write_text(json.dumps(manifest(folder), indent=2) + "\n", encoding="utf-8")


def manifest(folder: Path) -> dict[str, object]:
    """Give the version, and of each vendored file its bytes and SHA-384 in the form that browsers compare."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    return {
        "versions": {PACKAGE: VERSION},
        "files": {
            path.relative_to(folder).as_posix(): {
                "bytes": path.stat().st_size,
                "sha384": b64encode(sha384(path.read_bytes()).digest()).decode(),
            }
            for path in files
        },
    }


if __name__ == "__main__":
    vendor(Path(sys.argv[1]), VENDOR)

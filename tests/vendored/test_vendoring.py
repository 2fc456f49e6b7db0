"""What is vendored is what was vetted: no font, nothing fetched, each file as the manifest has it."""

import json
from pathlib import Path

import pytest

from services.pages.vendoring import (
    FONT,
    KEPT,
    PACKAGE,
    STACK,
    VENDOR,
    VERSION,
    NotVendored,
    manifest,
    stylesheet,
    vendor,
)

FACE = '@font-face{font-family:"GDS Transport";src:url(/assets/fonts/light.woff2)}'
PLAIN = '.a{font-family:"GDS Transport",arial,sans-serif}'


def test_nothing_of_the_font_or_the_crest_is_served() -> None:
    served = [path for path in VENDOR.rglob("*") if path.suffix in (".css", ".js")]
    assert len(served) == 2
    for path in served:
        text = path.read_text("utf-8").casefold()
        assert FONT.casefold() not in text
        assert "@font-face" not in text
        assert "sourcemappingurl" not in text
    assert [path for path in VENDOR.rglob("*") if path.suffix in (".woff", ".woff2", ".svg", ".png")] == []


def test_each_file_is_as_the_manifest_has_it() -> None:
    assert json.loads((VENDOR / "manifest.json").read_text("utf-8")) == manifest(VENDOR)


def test_the_font_is_replaced_and_the_crest_left_out() -> None:
    found = stylesheet(f"/*! {FONT}: for gov.uk alone */{FACE}{PLAIN}.b{{mask:url(/assets/images/govuk-crest.svg)}}")
    assert found == f".a{{font-family:{STACK}}}.b{{mask:none}}\n"


@pytest.mark.parametrize(
    ("css", "told"),
    [
        (".a{font-family:'GDS Transport'}", "is still in the stylesheet"),
        ("@font-face {font-family:x}", "is still in the stylesheet"),
        (".a{background:url(/assets/images/new.svg)}", "fetches a file"),
    ],
)
def test_what_the_rules_do_not_know_is_refused(css: str, told: str) -> None:
    with pytest.raises(NotVendored, match=told):
        stylesheet(css)


def package(folder: Path, version: str) -> Path:
    built = folder / PACKAGE / "dist" / "govuk"
    built.mkdir(parents=True)
    (folder / PACKAGE / "package.json").write_text(json.dumps({"version": version}))
    (built / "govuk-frontend.min.css").write_text(FACE + PLAIN)
    (built / "govuk-frontend.min.js").write_text("export{};\n//# sourceMappingURL=govuk-frontend.min.js.map\n")
    return folder


def test_a_folder_is_written_anew_with_its_notice(tmp_path: Path) -> None:
    target = tmp_path / "vendor"
    for name in (*KEPT, "left.css"):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text(name)
    vendor(package(tmp_path / "packages", VERSION), target)
    assert not (target / "left.css").exists()
    assert (target / "govuk-frontend.min.js").read_text() == "export{};\n"
    assert [(target / name).read_text() for name in KEPT] == list(KEPT)
    assert json.loads((target / "manifest.json").read_text()) == manifest(target)


def test_another_version_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(NotVendored, match=r"the pinned macros make the markup of 6\.3\.0"):
        vendor(package(tmp_path / "packages", "6.6.0"), tmp_path / "vendor")
    assert not (tmp_path / "vendor").exists()

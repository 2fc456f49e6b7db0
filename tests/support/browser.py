"""The system's Chromium as a test drives it: what a page's policy refused, what axe finds, and the keyboard."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM: Final = which("chromium")
FLAGS: Final = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)
AXE: Final = Path(__file__).resolve().parents[1] / "vendored" / "axe" / "axe.min.js"
TAGS: Final = "wcag2a wcag2aa wcag21a wcag21aa wcag22aa best-practice"
TABS_MAX: Final = 80
"""How often Tab is pressed before a control counts as out of the keyboard's reach."""

_LISTEN: Final = """
window.refused = [];
document.addEventListener("securitypolicyviolation", e => window.refused.push(`${e.violatedDirective} ${e.blockedURI}`));
"""
_RUN: Final = """async tags => {
  document.querySelectorAll("details").forEach(one => { one.open = true; });
  const found = await axe.run({ runOnly: { type: "tag", values: tags } });
  return {
    passes: found.passes.length,
    violations: found.violations.map(one => `${one.id}: ${one.nodes.map(node => node.html.slice(0, 200)).join(" | ")}`),
  };
}"""
_FOCUSED: Final = """() => {
  const one = document.activeElement;
  return (one.labels?.[0] ?? one).textContent.trim();
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run a browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM or "chromium", args=FLAGS.split())
        yield browser
        browser.close()


def new_page(browser: Browser, **options: Any) -> Page:
    """Give a page of a session of its own, which notes what its policy refuses."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}, **options).new_page()
    page.add_init_script(_LISTEN)
    return page


def refused(page: Page) -> list[str]:
    """Give what the page's content security policy has refused since it was opened."""
    found: list[str] = page.evaluate("window.refused")
    return found


def too_wide(page: Page) -> int:
    """Give by how many pixels a page is wider than its window."""
    found: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found


def axe(page: Page) -> dict[str, Any]:
    """Give what axe finds in a page with everything unfolded: how many rules passed, and each violation."""
    page.evaluate(AXE.read_text("utf-8"))
    found: dict[str, Any] = page.evaluate(_RUN, TAGS.split())
    return found


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control of this text or label has the focus."""
    for _ in range(TABS_MAX):
        page.keyboard.press("Tab")
        if page.evaluate(_FOCUSED) == name:
            return
    raise AssertionError(f"Tab never reached {name}")

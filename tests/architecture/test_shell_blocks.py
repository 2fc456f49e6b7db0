"""The reader of shell blocks finds every block and only those, and the README's blocks are shell."""

import subprocess
from pathlib import Path

import pytest
from architecture.shell_blocks import ShellBlock, shell_blocks

ROOT = Path(__file__).resolve().parents[2]

PAGE = r"""# A page

```sh
make demo
```

```json
{"make": "nothing"}
```

```sh
# A comment of its own.
rollbook import ctf FILE \
  --dry-run

rollbook status   # a comment beside
```
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return tmp_path / "page.md"


def test_shell_blocks_are_read_in_order_with_their_lines(page: Path) -> None:
    page.write_text(PAGE, encoding="utf-8")
    first, second = shell_blocks(page)
    assert first == ShellBlock(4, "make demo\n")
    assert second.line == 12
    assert [" ".join(command.split()) for command in second.commands] == [
        "rollbook import ctf FILE --dry-run",
        "rollbook status # a comment beside",
    ]


def test_a_block_that_is_never_closed_is_named_by_its_line(page: Path) -> None:
    page.write_text("One\n\n```sh\nmake demo\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"page\.md: the block opened on line 3 is never closed"):
        list(shell_blocks(page))


def test_the_readme_has_shell_blocks_that_a_shell_can_parse() -> None:
    blocks = list(shell_blocks(ROOT / "README.md"))
    assert blocks
    for block in blocks:
        parsed = subprocess.run(["/bin/sh", "-n"], input=block.text, text=True, capture_output=True, check=False)
        assert parsed.returncode == 0, f"README.md, line {block.line}: {parsed.stderr}"

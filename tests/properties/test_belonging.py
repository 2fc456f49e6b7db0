"""Whatever corrects, ends or answers an entry is about whom that entry is about, however records are merged and parted.

So parting two records leaves nothing on one that was said of the other.
"""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from properties.test_replay import opened, played
from support.commands.common import PUPILS
from support.commands.opening import OPENING
from support.scripts import EVERYTHING, TOPICS, about

from events.model import Entry, PersonEvent
from services.records.pupils.merging import MergePupils, UnmergePupils

FEW: Final = 8
"""Examples of each kind of fact; each is a whole script."""
_WHY: Final[dict[str, Any]] = {"survivor": PUPILS[0], "merged": PUPILS[1], "reason": "one child"}
_ENTRIES: Final = ("corrects", "plan", "statement", "shown")
_THINGS: Final = ("concern", "note", "exclusion", "order", "marker", "report")
_BEGINS: Final = ("-recorded", "-marked")


def named(entries: list[Entry]) -> Iterator[tuple[Entry, str, bool]]:
    """Give each entry that names an earlier one, or the thing that one began: by what, and whether it belongs there."""
    began = set[object]()
    for entry in entries:
        if not isinstance(entry.event, PersonEvent):
            continue
        about, place = entry.event.subject, entry.header.stream
        for name in _ENTRIES:
            index = getattr(entry.event, name, None)
            if isinstance(index, int):
                other = entries[index - 1].header
                yield entry, name, about in other.subjects and place == other.stream
        for name in _THINGS:
            thing = (name, getattr(entry.event, name, None), about, place)
            if entry.header.name.endswith(_BEGINS):
                began.add(thing)
            elif thing[1] is not None:
                yield entry, name, thing in began


@pytest.mark.parametrize("topic", TOPICS)
@settings(max_examples=FEW, deadline=None, derandomize=True)
@given(data=st.data())
def test_what_names_an_entry_is_about_whom_that_is_about(tmp_path_factory: Any, topic: str, data: Any) -> None:
    script = data.draw(about(topic))
    half = (len(OPENING) + len(script)) // 2
    script = [*script[:half], MergePupils(**_WHY), *script[half:], UnmergePupils(**_WHY)]
    log, vault, _ = played(script, tmp_path_factory.mktemp("keys"))
    astray = [(entry.header.name, name) for entry, name, is_there in named(opened(log, vault)) if not is_there]
    assert not astray


def test_the_scripts_name_entries_of_each_kind(tmp_path_factory: Any) -> None:
    log, vault, _ = played(EVERYTHING, tmp_path_factory.mktemp("keys"))
    assert {name for _, name, _ in named(opened(log, vault))} == {*_ENTRIES, *_THINGS}

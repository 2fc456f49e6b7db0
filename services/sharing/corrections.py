"""Which events say that an earlier entry was wrong: from these, and from no mere change, a notice can be owed."""

from collections.abc import Mapping
from importlib import import_module
from typing import Final

from events.model import EntryWithdrawn, Event

import_module("events.records")  # every event of a pupil's record is known from here on
import_module("events.sharing")

CORRECTING: Final = frozenset(
    name
    for name, kind in Event.latest.items()
    if not kind.definition.discreet and ("corrects" in kind.model_fields or issubclass(kind, EntryWithdrawn))
)
"""Openly, so that a condition of an append can name them."""
DISCREETLY: Final = frozenset(name for name, kind in Event.latest.items() if kind.definition.discreet)
"""Every discreet event, whatever it says: which of them say that an entry was wrong must not be told from outside."""

OF_ONE_FACT: Final[Mapping[str, frozenset[str]]] = {
    "name-corrected": frozenset({"full_name", "former_names", "contacts"}),
    "date-of-birth-corrected": frozenset({"date_of_birth"}),
    "sex-corrected": frozenset({"sex"}),
    "upn-corrected": frozenset({"upn", "former_upn"}),
}
"""The fields that a correction is about, where the entry that it corrects says several things at once: a pupil is
registered with name, date of birth and sex, and whoever was given the name alone is owed nothing when the sex was."""

"""A contact in words, for every file that people read: all that the register says was given of them stands in it."""

from collections.abc import Iterable, Mapping
from typing import Any


def contact_lines(said: Mapping[str, Any]) -> list[str]:
    """Give a contact's lines: who they are to the pupil, and how they are reached where that may be told."""
    holds = {True: "has parental responsibility", False: "has no parental responsibility"}
    lines = [", ".join(one for one in (said["relationship"], holds.get(said["parental_responsibility"])) if one)]
    if said["address"]:
        lines.append(", ".join([*said["address"].get("lines", ()), said["address"].get("postcode") or ""]).rstrip(", "))
    lines += [one["number"] for one in said["phones"] if not one.get("ended")]
    lines += list(_emails(said["emails"]))
    return lines


def _emails(several: Iterable[Any]) -> Iterable[str]:
    for one in several:
        text = one if isinstance(one, str) else one.get("email")
        if text:
            yield str(text)

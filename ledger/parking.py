"""Records of a topic that are no commands: where each lies and why it was set aside, and nothing of what it says."""

from datetime import datetime
from typing import NamedTuple


class Place(NamedTuple):
    """Where a record lies; ``sent_ms`` tells it from another at the same place of a topic made anew."""

    topic: str
    partition: int
    offset: int
    sent_ms: int


class Parked(NamedTuple):
    """A record that was set aside, with a reason that repeats nothing of it."""

    id: int
    place: Place
    reason: str
    parked_at: datetime

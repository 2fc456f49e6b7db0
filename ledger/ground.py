"""On what grounds a command may be carried out, and how one that may not is refused."""

from dataclasses import dataclass

from events.model import Event


class Refused(Exception):
    """A command that the rules do not allow. The sentence says what to do instead and holds no personal value.

    ``fields`` are for the caller (never logged): what the sentence would have to name.
    """

    def __init__(self, sentence: str, **fields: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.fields = fields


@dataclass(frozen=True, slots=True)
class Ground:
    """On what an organisation may act: a purpose it pursues, on which lawful basis, and the categories it covers."""

    purpose: str
    basis: str
    categories: frozenset[str]


def refuse_beyond(event: Event, ground: Ground | None) -> None:
    """Refuse an event in a category that its purpose does not cover."""
    category = event.kept_under
    if ground is not None and category is not None and category not in ground.categories:
        raise Refused(
            "The purpose that your organisation adopted for this does not cover this kind of data. Ask the data "
            "protection officer which purpose does.",
            purpose=ground.purpose,
            category=category,
        )

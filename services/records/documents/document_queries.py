"""The documents of a pupil's record, a section for each category: who may see one may not see every other."""

from collections.abc import Sequence
from datetime import date
from typing import Final, get_args

from events.identifiers import id_text
from events.model import Category
from events.records.documents import DocumentCategory
from ledger.view import Reader
from services.dates import eve
from services.records.documents.document_views import documents
from services.records.section import Fact, ReadSection, Section

_TITLES: Final[dict[Category, str]] = {"sen": "special educational needs"}


def _of(category: Category) -> ReadSection:
    async def read(reader: Reader, subject: bytes, valid_on: date) -> Sequence[Fact]:
        found = [one for one in await reader.find(documents, subject=subject) if one.kept_as == category]
        return [
            Fact(
                "Document",
                {"document": id_text(one.document), "content_type": one.content_type, "size": one.size},
                one.file_name, one.since, one.at,
                until=None if one.withdrawn is None else max(eve(one.withdrawn), one.since),
                note=None if one.withdrawn is None or one.withdrawn > valid_on else "Withdrawn: it is shown to nobody.",
            )
            for one in sorted(found, key=lambda one: one.at.index)
            if one.since <= valid_on
        ]  # fmt: skip

    return read


SECTIONS: Final[tuple[Section, ...]] = tuple(
    Section(f"{category}-documents", f"Documents: {_TITLES.get(category, category)}", category, _of(category))
    for category in get_args(DocumentCategory)
)

"""Notices of Article 19 that are owed, or were: as far as somebody may know of them, the oldest cause first."""

from ledger.view import Reader
from services.sharing.notice_views import NoticeRow, looks, notices
from services.sharing.reach import within


async def owed(reader: Reader, role: str, subject: bytes | None, *, closed: bool) -> list[NoticeRow]:
    """Give the notices that are open, or all, of a school or of one pupil, as far as a role may see them."""
    wanted = {"subject": subject} if subject is not None else {} if closed else {"open": True}
    found = [
        one
        for one in await reader.find(notices, **wanted)
        if (closed or one.open) and len(within(role, one.field_names)) == len(one.field_names)
    ]
    return sorted(found, key=notice_key)


async def owed_discreetly(reader: Reader, subject: bytes | None, *, closed: bool) -> list[NoticeRow]:
    """Give those of what was told discreetly, for whoever may know that it was."""
    wanted = {"subject": subject} if subject is not None else {} if closed else {"open": True}
    found = [one for row in await reader.find(looks, **wanted) for one in row.notices if closed or one.open]
    return sorted(found, key=lambda one: (one.since_entry, one.subject, one.recipient))


def notice_key(one: NoticeRow) -> tuple[int, int]:
    """Give the order of notices: the oldest cause first; each was owed at an entry of its own."""
    return one.since_entry, one.at.index

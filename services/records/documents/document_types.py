"""What kind of file a document is, told by its first bytes: what a sender calls it is no evidence."""

import zipfile
from io import BytesIO
from typing import Final

from events.records.documents import ContentType

_STARTS: Final[tuple[tuple[bytes, ContentType], ...]] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
_ZIP: Final = b"PK\x03\x04"
_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_WORD_PARTS: Final = {"[Content_Types].xml", "word/document.xml"}
_MACROS: Final = "word/vbaProject.bin"
_ALLOWED_CONTROLS: Final = frozenset("\t\n\r\f")


def content_type(content: bytes) -> ContentType | None:
    """Give what a file is: PDF, PNG, JPEG, a Word document without macros or plain text; None for anything else."""
    for start, kind in _STARTS:
        if content.startswith(start):
            return kind
    if content.startswith(_ZIP):
        return _WORD if _is_word(content) else None
    return "text/plain" if _is_text(content) else None


def _is_word(content: bytes) -> bool:
    """Only the archive's list of names is read; nothing of it is unpacked."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False
    return names >= _WORD_PARTS and _MACROS not in names


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return bool(text) and not any(one < " " and one not in _ALLOWED_CONTROLS for one in text)

"""From the bytes of a file to XML that cannot hurt: one encoding, no DOCTYPE, nothing that would stop the parser."""

import codecs
import re
from collections.abc import Iterator
from typing import Final

from services.connectors.problems import FileRefused
from services.connectors.written import STAND_INS

FILE_BYTES_MAX: Final = 100_000_000
"""Bytes. Two thousand pupils with every section come to about 40 MB; a larger file is something else."""

_CHUNK_BYTES: Final = 65_536
"""Bytes decoded at a time, so that a large file costs no second and third copy in memory."""

_PROLOG_CHARACTERS: Final = 1_024
"""Characters searched for the XML declaration, which must come first and is about 40 long."""

_REFERENCE_MAX: Final = 16
"""Characters kept back at the end of a chunk, so that a reference such as &#x1F600; is never cut in two."""

_BOMS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_BARE: Final = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
_READABLE_LABELS: Final = frozenset({"utf-8", "utf8", "us-ascii", "ascii", "utf-16", "utf-16le", "utf-16be", "utf16"})
_DECLARATION: Final = re.compile(r"\s*<\?xml\b[^>]*?\?>")
_LABEL: Final = re.compile(r"""\bencoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_REFERENCE: Final = re.compile(r"&#(?:x([0-9A-Fa-f]{1,10})|([0-9]{1,10}));")
_BEYOND_UNICODE: Final = 0x110000

_WRONG_LABEL: Final = (
    "The first line of this file says that it is in {label}, but it is in UTF-8: the label is wrong. Open it "
    'in a plain text editor, change the label in the first line to encoding="UTF-8", save it as UTF-8 and import '
    "it again, or ask the sending school to export it again."
)
_OTHER_ENCODING: Final = (
    "This file says that it is in {label}, which can garble names. Ask the sending school to export it again as UTF-8, "
    "the usual setting of a Common Transfer File."
)
_DAMAGED: Final = (
    "This file has bytes that are not {encoding} near byte {position:,}: it was damaged on its way or saved in another "
    "encoding. Download it again, or ask the sending school to export it again as UTF-8."
)


def clean_xml(data: bytes) -> Iterator[bytes]:
    """Give ``data`` in pieces of UTF-8 without an XML declaration, ready for a parser that is told UTF-8.

    Characters that XML does not allow, written out or as references, come as stand-ins that the row's checks find.
    Raises FileRefused, before the first piece, for an empty or oversize file, another encoding than UTF-8 and UTF-16,
    and any DOCTYPE; while giving pieces, for bytes that are not what the file's encoding allows.
    """
    if len(data) > FILE_BYTES_MAX:
        raise FileRefused(
            f"This file is larger than {FILE_BYTES_MAX // 1_000_000} MB. Ask the sending school to send it in parts."
        )
    if not data.strip(b"\x00 \t\r\n"):
        raise FileRefused("This file is empty. Download it again, or ask the sending school to send it again.")
    encoding, bom = _encoding_of(data)
    _refuse_doctype(data, encoding)
    prolog = data[bom : bom + 4 * _PROLOG_CHARACTERS].decode(encoding, "replace")[:_PROLOG_CHARACTERS]
    declaration = _DECLARATION.match(prolog)
    label = _LABEL.search(declaration[0]) if declaration else None
    if label:
        _refuse_label(label[1], data)
    return _pieces(data, encoding, bom, len(declaration[0]) if declaration else 0)


def _encoding_of(data: bytes) -> tuple[str, int]:
    """Tell the encoding from the first bytes, which cannot lie as a label can, and how many of them are a mark."""
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise FileRefused(_OTHER_ENCODING.format(label="UTF-32"))
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return encoding, len(mark)
    return next((encoding for start, encoding in _BARE if data.startswith(start)), "utf-8"), 0


def _refuse_doctype(data: bytes, encoding: str) -> None:
    if any(word.encode(encoding) in data for word in ("<!DOCTYPE", "<!doctype", "<!ENTITY")):
        raise FileRefused(
            "This file has a DOCTYPE, which a Common Transfer File never has and which can be used for an attack. "
            "Nothing was read. Ask the sending school to export it again, and tell whoever looks after your network."
        )


def _refuse_label(label: str, data: bytes) -> None:
    """Refuse an encoding that would garble names; UTF-8 and UTF-16 may be confused, as the first bytes decide."""
    if label.lower() in _READABLE_LABELS:
        return
    known = _known_name(label)
    if not data.isascii() and _is_utf8(data):
        raise FileRefused(_WRONG_LABEL.format(label=known))
    raise FileRefused(_OTHER_ENCODING.format(label=known))


def _known_name(label: str) -> str:
    """Name an encoding only if there is one of that name: a label is text from a file, and is not repeated blindly."""
    try:
        return codecs.lookup(label).name.upper().replace("ISO8859-1", "Latin-1 (ISO-8859-1)").replace("CP", "Windows-")
    except LookupError:
        return "an unknown encoding"


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _pieces(data: bytes, encoding: str, start: int, declaration: int) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
    view = memoryview(data)
    held, to_skip = "", declaration
    for position in range(start, len(data), _CHUNK_BYTES):
        last = position + _CHUNK_BYTES >= len(data)
        text = held + _decoded(decoder, bytes(view[position : position + _CHUNK_BYTES]), encoding, position, last=last)
        text, to_skip = text[to_skip:], max(0, to_skip - len(text))
        cut = len(text) if last else _whole_references(text)
        text, held = text[:cut], text[cut:]
        yield _REFERENCE.sub(_allowed, text).translate(STAND_INS).encode()


def _decoded(decoder: codecs.IncrementalDecoder, chunk: bytes, encoding: str, position: int, *, last: bool) -> str:
    try:
        return decoder.decode(chunk, last)
    except UnicodeDecodeError as error:
        position += error.start
    raise FileRefused(_DAMAGED.format(encoding=encoding[:6].rstrip("-").upper(), position=position + 1))


def _whole_references(text: str) -> int:
    """Say how much of ``text`` can be handed on without cutting a character reference in two."""
    opened = text.rfind("&", max(0, len(text) - _REFERENCE_MAX))
    return opened if opened >= 0 and ";" not in text[opened:] else len(text)


def _allowed(reference: re.Match[str]) -> str:
    """Leave a reference alone where XML allows its character; else give the stand-in of what it stands for."""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    if code in STAND_INS:
        return chr(STAND_INS[code])
    return reference[0] if code < _BEYOND_UNICODE else chr(STAND_INS[0xFFFF])

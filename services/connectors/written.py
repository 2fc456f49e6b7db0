"""How a value was written: damaged, hidden or overlong text, and dates, told apart before anything relies on them."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Final, TypeVar

from services.connectors.problems import Place, Problems

TEXT_MAX: Final = 1_000
"""Characters in any one value. The longest true value, an e-mail address, has 254; more is damage or an attack."""

EARLIEST_BIRTH: Final = date(1900, 1, 1)
"""No living pupil or contact was born before; older dates are defaults that other systems write for "unknown"."""

LATEST_YEAR: Final = 2100
"""Years after this are typing errors, such as 2206 for 2026."""

Checked = TypeVar("Checked")

# XML cannot carry NUL, most control characters or lone surrogates, and one of them would cost the whole file. They are
# read as private-use characters from here on, which no name contains, so that only their own row is set aside.
_STAND_IN_FIRST: Final = 0xE000
_STAND_IN_SURROGATE: Final = 0xE0D8
_STAND_IN_OTHER: Final = 0xE0FF
_CONTROLS: Final = tuple(code for code in range(0x20) if chr(code) not in "\t\n\r")
STAND_INS: Final[dict[int, int]] = {
    **{code: _STAND_IN_FIRST + code for code in _CONTROLS},
    **dict.fromkeys(range(0xD800, 0xE000), _STAND_IN_SURROGATE),
    0xFFFE: _STAND_IN_OTHER,
    0xFFFF: _STAND_IN_OTHER,
}
"""Code point to its stand-in, for ``str.translate``, of everything that XML 1.0 does not allow (section 2.2)."""

_BIDIRECTIONAL: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_WIDTHLESS: Final = frozenset("\u00ad\u200b\u2060\ufeff")
_REFUSED_CATEGORIES: Final = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
# UTF-8 writes a letter beyond ASCII as a lead byte C2 to F4 and one to three bytes 80 to BF. Read as Windows-1252 or
# Latin-1 they are an accented capital or small letter and signs.
_FOLLOWERS: Final = bytes(range(0x80, 0xA0)).decode("cp1252", "ignore")
_GARBLED: Final = re.compile(f"(?=([\u00c2-\u00f4][\u0080-\u00bf{re.escape(_FOLLOWERS)}]{{1,3}}))")
_ISO_DATE: Final = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_BRITISH_DATE: Final = re.compile(r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})")


def tidy(text: str | None) -> str | None:
    """Give ``text`` without the blanks around it, in Unicode form NFC; None when nothing is left: it says nothing."""
    trimmed = (text or "").strip()
    if any(blank in trimmed for blank in "\t\r\n"):  # Files laid out for reading break lines inside a value.
        trimmed = " ".join(trimmed.split())
    return unicodedata.normalize("NFC", trimmed) if trimmed else None


def legible(text: str) -> str:
    """Give ``text`` with what nobody could see or store shown as visible signs, for a row that is set aside."""
    return "".join(_sign(character) for character in text)


def sound(text: str, place: Place, problems: Problems) -> bool:
    """Say whether ``text`` can be kept as it is written; note what is wrong, and what only looks wrong."""
    if len(text) > TEXT_MAX:
        problems.fatal(place, f"is longer than {TEXT_MAX:,} characters. Shorten it in the sending system.")
        return False
    if text.isascii() and text.isprintable():
        return True
    predicate = _lost(text) or _mojibake(text) or _hidden(text)
    if predicate:
        problems.fatal(place, predicate)
        return False
    if any(character in _WIDTHLESS for character in text):
        problems.minor(
            place, "holds an invisible character. It was kept; retype the text if searching does not find it."
        )
    return True


def fits(text: str, longest: int, place: Place, problems: Problems, *, vital: bool = True) -> bool:
    """Say whether ``text`` has at most ``longest`` characters; note it if not, as fatal where the field is vital."""
    if len(text) <= longest:
        return True
    _note(problems, vital=vital)(place, f"is longer than the {longest} characters that can be kept. Shorten it.")
    return False


def iso_date(text: str) -> date | None:
    """Read a date as a Common Transfer File writes it, 2026-09-07, and nothing else; None when there is no such day."""
    return _calendar_day(_ISO_DATE.fullmatch(text))


def spreadsheet_date(text: str) -> date | None:
    """Read 2026-09-07, or 07/09/2026 with the day first as an English spreadsheet saves it; None for neither."""
    return iso_date(text) or _calendar_day(_BRITISH_DATE.fullmatch(text))


def accepted(
    check: Callable[[str], Checked], text: str, place: Place, problems: Problems, *, vital: bool
) -> Checked | None:
    """Give what ``check`` makes of ``text``, or note the sentence of the ValueError that it raises and give None."""
    try:
        return check(text)
    except ValueError as refusal:
        _note(problems, vital=vital)(place, f"is not valid: {refusal}")
    return None


def _note(problems: Problems, *, vital: bool) -> Callable[[Place, str], None]:
    return problems.fatal if vital else problems.minor


def _calendar_day(found: re.Match[str] | None) -> date | None:
    if found is None:
        return None
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None


def _hidden(text: str) -> str | None:
    for position, character in enumerate(text, start=1):
        if character in _BIDIRECTIONAL or unicodedata.category(character) in _REFUSED_CATEGORIES:
            return (
                f"holds a hidden control character ({_true_code(character)}) at position {position}. "
                "Retype it in the sending system or correct it here."
            )
    return None


def _lost(text: str) -> str | None:
    if "\ufffd" in text:
        return "has lost a letter (shown as a black diamond) on its way here. Type the letter again."
    return None


def _mojibake(text: str) -> str | None:
    if any(_twice_encoded(found) for found in _GARBLED.findall(text)):
        return (
            "has garbled letters: accents became two signs because the file was saved in the wrong encoding. "
            "Ask the sender for a UTF-8 export, or retype it."
        )
    return None


def _twice_encoded(run: str) -> bool:
    """Say whether a run of letters and signs begins with UTF-8 that somebody read as Windows-1252 or Latin-1."""
    if run[1].isalpha() and run[0] not in "\u00c2\u00c3":
        return False  # Two letters such as those that end the Slovak name MATÚŠ are a true spelling.
    lengths = range(2, len(run) + 1)
    return any(_is_utf8(run[:length], encoding) for length in lengths for encoding in ("cp1252", "latin-1"))


def _is_utf8(run: str, encoding: str) -> bool:
    try:
        run.encode(encoding).decode("utf-8")
    except UnicodeError:
        return False
    return True


def _true_code(character: str) -> str:
    code = ord(character)
    if code == _STAND_IN_SURROGATE:
        return "half of a pair"
    if _STAND_IN_FIRST <= code < _STAND_IN_FIRST + 0x20:
        code -= _STAND_IN_FIRST
    return f"U+{code:04X}"


def _sign(character: str) -> str:
    code = ord(character)
    if _STAND_IN_FIRST <= code < _STAND_IN_FIRST + 0x20:
        return chr(0x2400 + code - _STAND_IN_FIRST)
    if code in _CONTROLS:
        return chr(0x2400 + code)
    if character in _BIDIRECTIONAL or unicodedata.category(character) in _REFUSED_CATEGORIES:
        return "\ufffd"
    return character

"""The identifiers of the field: each is parsed, checked and, where it is wrong, explained character by character."""

from collections.abc import Sequence
from typing import Annotated, Final, TypeAlias

from pydantic import AfterValidator, PlainSerializer, PlainValidator, WithJsonSchema

from events.codes.local_authorities import known_la_codes

ID_BYTES: Final = 16
_ID_DIGITS: Final = 2 * ID_BYTES
_ID_TEXT_LENGTH: Final = 36
_HYPHENS: Final = slice(8, 24, 5)
"""Where a uuid's text has its four hyphens: characters 9, 14, 19 and 24."""

_NO_ID: Final = "this is not an id: 32 hexadecimal digits, with or without hyphens"


def parse_id(value: object) -> bytes:
    """Give an id's 16 bytes from themselves, or from a uuid's text. Raises ValueError."""
    if isinstance(value, bytes) and len(value) == ID_BYTES:
        return value
    if isinstance(value, str) and (
        len(value) == _ID_DIGITS or (len(value) == _ID_TEXT_LENGTH and value[_HYPHENS] == "----")
    ):
        try:
            found = bytes.fromhex(value.replace("-", ""))
        except ValueError:
            raise ValueError(_NO_ID) from None
        if len(found) == ID_BYTES:  # Fewer where fromhex passed over a space, or a hyphen stood for a digit.
            return found
    raise ValueError(_NO_ID)


def id_text(value: bytes) -> str:
    """Give an id as a uuid's text."""
    digits = value.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


_AnId: TypeAlias = Annotated[
    bytes,
    PlainValidator(parse_id),
    PlainSerializer(id_text, when_used="json"),
    WithJsonSchema({"type": "string", "format": "uuid"}),
]
SubjectId: TypeAlias = _AnId
OrganisationId: TypeAlias = _AnId
GroupId: TypeAlias = _AnId
BatchId: TypeAlias = _AnId
EventId: TypeAlias = _AnId


class IdentifierError(ValueError):
    """An identifier is not right. ``position`` is the character that is wrong (from 1; 0 for the whole of it)."""

    def __init__(self, position: int, sentence: str) -> None:
        super().__init__(sentence)
        self.position = position
        self.sentence = sentence


# Unique pupil number ------------------------------------------------------------------------------------------------

CHECK_LETTERS: Final = "ABCDEFGHJKLMNPQRTUVWXYZ"
"""In the order of their values, 0 to 22. I, O and S are never used."""
UPN_LENGTH: Final = 13
_UPN_WEIGHTS: Final = range(2, UPN_LENGTH + 1)


def upn_check_letter(twelve: str) -> str:
    """Give the check letter of a UPN's other twelve characters: the weighted sum, modulo 23.

    Character n (2 to 13) has weight n; a letter at the end counts as its value (Unique Pupil Number, DfE).
    Raises ValueError for more or fewer than twelve characters.
    """
    total = sum(weight * _value(character) for weight, character in zip(_UPN_WEIGHTS, twelve, strict=True))
    return CHECK_LETTERS[total % len(CHECK_LETTERS)]


def check_upn(text: str) -> str:
    """Give a UPN in capitals without spaces around it. Raises IdentifierError, saying which character is wrong.

    The first character is checked last, because what it should be follows from the other twelve.
    """
    upn = text.strip().upper()
    if len(upn) != UPN_LENGTH:
        raise IdentifierError(0, f"A UPN has 13 characters: a letter and 12 more. This has {len(upn)}.")
    for position, character in enumerate(upn[1:12], start=2):
        if not (character.isascii() and character.isdigit()):
            raise IdentifierError(position, f"Character {position} should be a digit from 0 to 9.")
    last = upn[12]
    if last not in CHECK_LETTERS and not (last.isascii() and last.isdigit()):
        raise IdentifierError(
            13, "Character 13 should be a digit, or for a temporary UPN a letter, and never I, O or S."
        )
    right = upn_check_letter(upn[1:])
    if upn[0] not in CHECK_LETTERS:
        raise IdentifierError(
            1, f"Character 1 should be {right} for the other 12 characters: it is a letter, and never I, O or S."
        )
    if upn[0] != right:
        raise IdentifierError(
            1, f"Character 1 should be {right} for the other 12 characters; one of the 13 has been mistyped."
        )
    return upn


def is_temporary(upn: str) -> bool:
    """Whether a UPN is temporary: it ends in a letter."""
    return upn[-1].isalpha()


def upn_warnings(upn: str) -> Sequence[str]:
    """Give what is unusual about a valid UPN, and no reason to refuse it."""
    if upn[1:4] in known_la_codes():
        return ()
    return ("Characters 2 to 4 are not the number of a local authority known here. Check them.",)


def _value(character: str) -> int:
    return int(character) if character.isdigit() else CHECK_LETTERS.index(character)


# Unique learner number ----------------------------------------------------------------------------------------------

ULN_LENGTH: Final = 10
_ULN_MODULUS: Final = 11


def check_uln(text: str) -> str:
    """Give a ULN. Raises IdentifierError, saying what is wrong.

    Nine digits with weights 10 to 2, modulo 11; remainder 0 is no ULN, else the tenth digit is 10 less it.
    """
    uln = text.strip()
    if len(uln) != ULN_LENGTH:
        raise IdentifierError(0, f"A ULN has 10 digits. This has {len(uln)} characters.")
    _refuse_other_than_digits(uln)
    remainder = sum(int(digit) * (10 - place) for place, digit in enumerate(uln[:9])) % _ULN_MODULUS
    if remainder == 0:
        raise IdentifierError(0, "No ULN begins with these nine digits; one of them has been mistyped.")
    if int(uln[9]) != 10 - remainder:
        raise IdentifierError(
            10, f"Character 10 should be {10 - remainder} for the other nine; one of the ten has been mistyped."
        )
    return uln


# Unique candidate identifier ----------------------------------------------------------------------------------------

UCI_LENGTH: Final = 13
_UCI_BOARD: Final = 6
"""The character that names an awarding body, which may be a letter."""


def check_uci(text: str) -> str:
    """Give a UCI in capitals, without the spaces it is printed with. Raises IdentifierError, saying what is wrong.

    Centre (5 digits), awarding body, year (2), candidate (4) and a check letter, which is not worked out here: a wrong
    one would refuse a candidate's true number (Joint Council for Qualifications; verified = false).
    """
    uci = "".join(text.split()).upper()
    if len(uci) != UCI_LENGTH:
        raise IdentifierError(0, f"A UCI has 13 characters: 12 and a letter. This has {len(uci)}.")
    for position, character in enumerate(uci[:-1], start=1):
        is_letter = position == _UCI_BOARD and character.isascii() and character.isalpha()
        if not (is_letter or (character.isascii() and character.isdigit())):
            raise IdentifierError(position, f"Character {position} should be a digit from 0 to 9.")
    if not (uci[-1].isascii() and uci[-1].isalpha()):
        raise IdentifierError(UCI_LENGTH, "Character 13 should be a letter.")
    return uci


# Establishments -----------------------------------------------------------------------------------------------------

PLACEHOLDER_URNS: Final = frozenset({"888888", "999999"})
"""Used elsewhere for "unknown school" and "home educated"; they never mean an establishment."""
URN_LENGTH: Final = 6
LAESTAB_LENGTH: Final = 7
_LA_LENGTH: Final = 3


def check_urn(text: str) -> str:
    """Give a URN. Raises IdentifierError."""
    urn = text.strip()
    if len(urn) != URN_LENGTH:
        raise IdentifierError(0, f"A URN has 6 digits. This has {len(urn)} characters.")
    _refuse_other_than_digits(urn)
    if urn in PLACEHOLDER_URNS:
        raise IdentifierError(0, "This number stands for an unknown school or home education, not for a school.")
    return urn


def check_laestab(text: str) -> str:
    """Give a LAESTAB as seven digits, from 9262000, 926/2000 or 926 2000. Raises IdentifierError.

    A position counts the slash or space, because that is what the person sees in what they typed.
    """
    typed = text.strip()
    separated = len(typed) == LAESTAB_LENGTH + 1 and typed[_LA_LENGTH] in "/ "
    if len(typed) != LAESTAB_LENGTH and not separated:
        raise IdentifierError(0, "A LAESTAB has 7 digits: 3 of the local authority and 4 of the school.")
    _refuse_other_than_digits(typed, separator=_LA_LENGTH + 1 if separated else None)
    return typed[:_LA_LENGTH] + typed[_LA_LENGTH + 1 :] if separated else typed


def la_of(laestab: str) -> str:
    """Give a LAESTAB's local authority."""
    return laestab[:_LA_LENGTH]


def estab_of(laestab: str) -> str:
    """Give a LAESTAB's establishment number."""
    return laestab[_LA_LENGTH:]


def _refuse_other_than_digits(text: str, *, separator: int | None = None) -> None:
    for position, character in enumerate(text, start=1):
        if position != separator and not (character.isascii() and character.isdigit()):
            raise IdentifierError(position, f"Character {position} should be a digit from 0 to 9.")


Upn: TypeAlias = Annotated[str, AfterValidator(check_upn)]
Uln: TypeAlias = Annotated[str, AfterValidator(check_uln)]
Uci: TypeAlias = Annotated[str, AfterValidator(check_uci)]
Urn: TypeAlias = Annotated[str, AfterValidator(check_urn)]
LaEstab: TypeAlias = Annotated[str, AfterValidator(check_laestab)]

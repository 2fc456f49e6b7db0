"""What a Common Transfer File says of a pupil's background and free meals; what is not collected is not read."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Final

from pydantic import TypeAdapter

from events.codes.characteristics import one_of
from services.connectors.ctf import tags
from services.connectors.ctf.coded import coded
from services.connectors.ctf.element import Element
from services.connectors.written import EARLIEST_BIRTH, LATEST_YEAR

_ETHNICITIES: Final[TypeAdapter[str]] = TypeAdapter(Annotated[str, one_of("ethnicity")])
_SOURCES: Final[TypeAdapter[str]] = TypeAdapter(Annotated[str, one_of("source")])
_LANGUAGES: Final[TypeAdapter[str]] = TypeAdapter(Annotated[str, one_of("first_language")])
_DISABILITIES: Final[TypeAdapter[str]] = TypeAdapter(Annotated[str, one_of("disability")])
_SERVICE: Final[TypeAdapter[str]] = TypeAdapter(Annotated[str, one_of("service_child")])
_CATEGORIES: Final[TypeAdapter[str]] = TypeAdapter(Annotated[str, one_of("fsm_category")])
_COUNTRIES: Final[TypeAdapter[str]] = TypeAdapter(Annotated[str, one_of("uk_country")])

_FIRST_ROLES: Final = frozenset({"F", "FIRST"})
"""verified = false: how a file marks the first of a pupil's languages. A language without a role is the first too."""
_TRUTHS: Final = {"true": "Y", "false": "N", "1": "Y", "0": "N"}
"""verified = false: files that say of a service child true or false instead of a code."""
_LAST_DAY: Final = date(LATEST_YEAR, 12, 31)
AHEAD: Final = timedelta(days=120)
"""A file may know before the summer of meals from September on; Rollbook itself takes no later start."""


@dataclass(frozen=True, slots=True, repr=False)
class CtfEpisode:
    """A time of free school meals as the file gives it."""

    start: date
    until: date | None
    country: str | None
    category: str | None


@dataclass(frozen=True, slots=True, repr=False)
class CtfCharacteristics:
    """What the file says; None, or nothing, is "the file does not say". ``not_collected`` names what was not read."""

    ethnicity: str | None
    ethnicity_source: str | None
    first_language: str | None
    service_child: str | None
    disabilities: tuple[str, ...]
    in_care: bool | None
    care_authority: str | None
    episodes: tuple[CtfEpisode, ...]
    fsm_review: date | None
    not_collected: tuple[str, ...]


def read_characteristics(pupil: Element, basic: Element, today: date) -> CtfCharacteristics:
    """Read a pupil's characteristics; what is wrong with one leaves only that one out."""
    pupil.refuse(*tags.NOT_COLLECTED)
    basic.refuse(*tags.NOT_COLLECTED)
    history = pupil.child(tags.FSM_HISTORY)
    care = pupil.child(tags.LOOKED_AFTER)
    return CtfCharacteristics(
        ethnicity=coded(_ETHNICITIES, basic, tags.ETHNICITY),
        ethnicity_source=coded(_SOURCES, basic, tags.ETHNICITY_SOURCE),
        first_language=_first_language(basic),
        service_child=_service_child(basic),
        disabilities=_disabilities(basic),
        in_care=care.truth(tags.IN_CARE),
        care_authority=_authority(care),
        episodes=tuple(_episodes(history, today)),
        fsm_review=history.day(tags.FSM_REVIEW, EARLIEST_BIRTH, _LAST_DAY),
        not_collected=tuple(pupil.row.given),  # All of them: the address and the contacts were read before.
    )


def _first_language(basic: Element) -> str | None:
    found = None
    for one in basic.child(tags.LANGUAGES).children(tags.LANGUAGE_TYPE, "languages", " of language"):
        role = one.text(tags.LANGUAGE_ROLE)
        if role is not None and role.upper() not in _FIRST_ROLES:
            one.refuse(tags.FURTHER_LANGUAGE)
            continue
        code = coded(_LANGUAGES, one, tags.LANGUAGE)
        if found is None:
            found = code
        elif code is not None and code != found:
            one.row.problems.minor(one.place(tags.LANGUAGE), "differs from an earlier one, so it was left out.")
    return found


def _service_child(basic: Element) -> str | None:
    text = basic.text(tags.SERVICE_CHILD)
    if text is None:
        return None
    said = _TRUTHS.get(text.lower())
    return said or coded(_SERVICE, basic, tags.SERVICE_CHILD)


def _disabilities(basic: Element) -> tuple[str, ...]:
    section = basic.child(tags.DISABILITIES)
    found = []
    for text in section.texts(tags.DISABILITY):
        try:
            found.append(_DISABILITIES.validate_python(text.upper()))
        except ValueError:
            section.row.problems.minor(
                section.place(tags.DISABILITY), "is not a code that the Department for Education uses. Correct it."
            )
    return tuple(dict.fromkeys(found))


def _authority(care: Element) -> str | None:
    text = care.text(tags.CARE_AUTHORITY)
    if text is None or (len(text) == 3 and text.isascii() and text.isdigit()):  # noqa: PLR2004  # an authority's number
        return text
    care.row.problems.minor(care.place(tags.CARE_AUTHORITY), "is not a three-digit number, so it was left out.")
    return None


def _episodes(history: Element, today: date) -> Iterator[CtfEpisode]:
    for one in history.children(tags.FSM_INSTANCE, "fsm", " of episode"):
        start = one.day(tags.FSM_START, EARLIEST_BIRTH, today + AHEAD)
        ended = one.text(tags.FSM_END)
        until = one.day(tags.FSM_END, EARLIEST_BIRTH, _LAST_DAY)
        read = (coded(_COUNTRIES, one, tags.FSM_COUNTRY), coded(_CATEGORIES, one, tags.FSM_CATEGORY))
        if start is None or (ended is not None and until is None) or (until is not None and until < start):
            # Without its true end an episode would go on for ever.
            one.row.problems.minor(
                one.place(tags.FSM_START),
                "or the end is missing or wrong, so that episode was left out. Add it by hand.",
            )
            continue
        yield CtfEpisode(start, until, *read)


def section(said: CtfCharacteristics) -> dict[str, Any]:
    """Give the section of a row as the API takes it; none where the file says nothing of it."""
    care, authority = _care(said.in_care), said.care_authority if said.in_care else None
    facts: list[dict[str, Any]] = []
    if said.ethnicity:
        facts.append({"kind": "ethnicity", "codes": [said.ethnicity], "source": said.ethnicity_source})
    if said.first_language:
        facts.append({"kind": "first_language", "codes": [said.first_language]})
    if said.service_child:
        facts.append({"kind": "service_child", "codes": [said.service_child]})
    if said.disabilities:
        facts.append({"kind": "disability", "codes": list(said.disabilities)})
    if care:
        facts.append({"kind": "looked_after", "codes": [care], "care_authority": authority})
    fsm = [
        {
            "start": one.start.isoformat(), "until": one.until.isoformat() if one.until else None,
            "country": one.country, "fsm_category": one.category,
        }
        for one in said.episodes
    ]  # fmt: skip
    review = said.fsm_review.isoformat() if said.fsm_review else None
    whole = {"said": facts, "fsm": fsm, "fsm_review": review, "not_collected": list(said.not_collected)}
    return whole if any(whole.values()) else {}


def notes(said: CtfCharacteristics) -> Iterator[str]:
    """Give what a person should know of fields that were not taken."""
    for tag in tags.NOT_COLLECTED:
        if tag.field in said.not_collected:
            yield f"The {tag.label} is not collected here: it was not read, and is not kept."


def counted(pupils: Iterable[CtfCharacteristics]) -> str | None:
    """Give one sentence on what is not collected and yet stands in most rows of most files; None where none does."""
    given = Counter(field for said in pupils for field in said.not_collected)
    parts = [f"{tag.label} (rows: {given[tag.field]:,})" for tag in tags.QUIETLY_NOT_COLLECTED if given[tag.field]]
    return f"Not collected here, so neither read nor kept: {', '.join(parts)}." if parts else None


def _care(in_care: bool | None) -> str | None:  # noqa: FBT001  # the file's own three answers
    return None if in_care is None else "Y" if in_care else "N"

"""Candidates for a match: which other records may be of the same child, on which evidence, and what speaks against it.

Two children of one family share a surname, an address and, if they are twins, a date of birth: they are named as likely
twins and never proposed for a merge. Contacts are no evidence, as two families may have one of the same name.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, TypeAlias

from events.records.common import FullName, PostalAddress
from ledger.view import Reader
from services.facts import on
from services.records.families.contact_views import contacts
from services.records.pupils.identity_queries import former_upns, present_upn
from services.records.pupils.identity_views import PupilRow, pupils
from services.records.queries import sorted_name

CANDIDATES_MAX: Final = 20
"""Records that one question shows, the likeliest first: whoever looks for one child need not see a school."""
Verdict: TypeAlias = Literal["likely the same child", "possibly the same child", "likely twins"]
_ORDER: Final[Mapping[str, int]] = {"likely the same child": 0, "possibly the same child": 1, "likely twins": 2}


@dataclass(frozen=True, slots=True)
class Person:
    """What is compared: names as they are or were, numbers of now and before; what is not known is empty."""

    surnames: frozenset[str] = frozenset()
    forenames: frozenset[str] = frozenset()
    date_of_birth: date | None = None
    sex: str | None = None
    upn: str | None = None
    former_upns: frozenset[str] = frozenset()
    ulns: frozenset[str] = frozenset()
    address: str | None = None
    ucis: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that may be of the same child: what agrees, what differs, and whether to propose merging the two."""

    subject: bytes
    name: str
    date_of_birth: date | None
    upn: str | None
    verdict: Verdict
    propose_merge: bool
    same: Sequence[str] = field(default_factory=tuple)
    differs: Sequence[str] = field(default_factory=tuple)


def person(row: PupilRow, address: PostalAddress | None, valid_on: date) -> Person:
    """Give what is compared of a record; of records merged into it the numbers count too."""
    born, sex, number = on(row.born, valid_on), on(row.sex, valid_on), present_upn(row, valid_on)
    names = [item.value for item in row.names]
    former = [item.value for item in row.former_names]
    ulns = [item.value for item in (*row.uln, *(item for one in row.merged for item in one.uln))]
    ucis = [item.value for item in (*row.uci, *(item for one in row.merged for item in one.uci))]
    return Person(
        surnames=_folded([*_surnames(names), *(name.surname for name in former)]),
        forenames=_folded([*_forenames(names), *(name.forename for name in former)]),
        date_of_birth=born.value if born else None,
        sex=sex.value if sex else None,
        upn=number.value if number else None,
        former_upns=frozenset(item.value for item in former_upns(row, valid_on)),
        ulns=frozenset(ulns),
        address=address_key(address),
        ucis=frozenset(ucis),
    )


def address_key(address: PostalAddress | None) -> str | None:
    """Give what an address is compared by: its first line and its postcode, without case, spaces or marks."""
    if address is None:
        return None
    kept = (character for text in (address.lines[0], address.postcode or "") for character in text)
    return "".join(character for character in kept if character.isalnum()).casefold()


def _surnames(names: Iterable[FullName]) -> list[str | None]:
    return [part for name in names for part in (name.surname, name.preferred_surname)]


def _forenames(names: Iterable[FullName]) -> list[str | None]:
    return [part for name in names for part in (name.forename, name.preferred_forename)]


def _folded(names: Iterable[str | None]) -> frozenset[str]:
    return frozenset(name.casefold() for name in names if name)


def compared(one: Person, other: Person) -> tuple[Verdict, list[str], list[str]] | None:
    """Give a verdict on two records with what agrees and what differs; None where nothing much agrees."""
    same, differs = _evidence(one, other)
    number = bool({"UPN", "former UPN", "ULN", "UCI"} & set(same))
    if not number and ("date of birth" not in same or not {"surname", "forename"} & set(same)):
        return None
    if not number and "surname" in same and "forename" in differs and "address" not in differs:
        return "likely twins", same, differs
    likely = number or ({"surname", "forename"} <= set(same) and "sex" not in differs)
    return ("likely the same child" if likely else "possibly the same child"), same, differs


def _evidence(one: Person, other: Person) -> tuple[list[str], list[str]]:
    same: list[str] = []
    differs: list[str] = []
    both = [(one.upn is not None and one.upn == other.upn, "UPN")]
    former = ({one.upn} & other.former_upns) | ({other.upn} & one.former_upns) | (one.former_upns & other.former_upns)
    both += [(bool(former), "former UPN"), (bool(one.ulns & other.ulns), "ULN")]
    both += [(bool(one.ucis & other.ucis), "UCI")]
    same += [what for agrees, what in both if agrees]
    if not {"UPN", "former UPN"} & set(same) and one.upn and other.upn:
        differs.append("UPN")
    for what, ours, theirs in (("surname", one.surnames, other.surnames), ("forename", one.forenames, other.forenames)):
        if ours and theirs:
            (same if ours & theirs else differs).append(what)
    for what, our, their in (
        ("date of birth", one.date_of_birth, other.date_of_birth),
        ("sex", one.sex, other.sex),
        ("address", one.address, other.address),
    ):
        if our is not None and their is not None:
            (same if our == their else differs).append(what)
    return same, differs


async def candidates(
    reader: Reader, wanted: Person | bytes, valid_on: date, *, with_addresses: bool
) -> list[Candidate] | None:
    """Give the records that may be of the same child as another record, or as a row of a file, likeliest first.

    None where there is no such record. Addresses count only for somebody who may see them.
    """
    rows = await reader.find(pupils)
    homes: dict[bytes, PostalAddress] = {}
    if with_addresses:
        for reach in await reader.find(contacts, subject=[row.subject for row in rows]):
            home = on(reach.addresses, valid_on)
            if home is not None:
                homes[reach.subject] = home.value
    people = {row.subject: person(row, homes.get(row.subject), valid_on) for row in rows if row.names}
    one = people.get(wanted) if isinstance(wanted, bytes) else wanted
    if one is None:
        return None
    found = []
    for row in rows:
        verdict = compared(one, people[row.subject]) if row.subject in people and row.subject != wanted else None
        if verdict is not None:
            found.append(_candidate(row, people[row.subject], verdict))
    found.sort(key=lambda item: (_ORDER[item.verdict], -len(item.same), item.subject))
    return found[:CANDIDATES_MAX]


def _candidate(row: PupilRow, who: Person, verdict: tuple[Verdict, list[str], list[str]]) -> Candidate:
    says, same, differs = verdict
    name = max(row.names, key=lambda item: (item.since, item.at.index)).value
    return Candidate(
        row.subject, sorted_name(name), who.date_of_birth, who.upn, says, says != "likely twins", same, differs
    )

"""What governance knows, asked of its views: who may act, for which purpose on which basis, and who somebody was."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from law.rules import lawful_bases, purposes, rules_in_force
from ledger.decider import Ground
from ledger.view import Reader
from services.facts import LONDON, on
from services.governance.views import OrganisationRow, RuleRow, StaffRow, organisation, rules, staff

SYSTEM_TITLE = "System"


@dataclass(frozen=True, slots=True)
class Who:
    """A member of staff at a moment: their name and job title then."""

    name: str
    job_title: str


async def roles(reader: Reader, subject: bytes, day: date) -> frozenset[str]:
    """Give the roles in which somebody may act on a day."""
    row = await reader.get(staff, subject)
    return row.roles_on(day) if row else frozenset()


async def about(reader: Reader) -> OrganisationRow | None:
    """Give the organisation itself."""
    return await reader.get(organisation, 0)


async def ground(reader: Reader, purpose: str, day: date) -> Ground | None:
    """Give the lawful basis adopted for a purpose and in force on a day, and what it covers; None where there is none.

    An organisation that has adopted nothing yet is set up on the bases of the law itself.
    """
    adopted = {row.rule: row for row in await reader.find(rules)}
    if not adopted:
        return _ground_of_law(purpose, day)
    row = adopted.get(purpose)
    for name in row.bases if row else ():
        found = adopted.get(name)
        if row is not None and found is not None and _is_in_force(found, day):
            return Ground(purpose, name, frozenset(row.categories))
    return None


async def parameters(reader: Reader, rule: str) -> dict[str, int] | None:
    """Give the parameters of an adopted numeric rule."""
    row = await reader.get(rules, rule)
    return row.parameters if row else None


async def people(reader: Reader, subjects: Iterable[bytes]) -> dict[bytes, StaffRow]:
    """Give what is known of these members of staff."""
    return {row.subject: row for row in await reader.find(staff, subject=list(dict.fromkeys(subjects)))}


@dataclass(frozen=True, slots=True)
class Purpose:
    """An adopted purpose with the titles of the law's own text, and its bases with their citations."""

    purpose: str
    title: str
    covers: str
    bases: tuple[str, ...]
    categories: tuple[str, ...]


async def adopted_purposes(reader: Reader) -> list[Purpose]:
    """Give the purposes for which the organisation keeps data, as it adopted them."""
    adopted = {row.rule: row for row in await reader.find(rules)}
    texts = {(one.id, one.version): one for one in purposes()}
    titles = {(one.id, one.version): one.title for one in lawful_bases()}
    found = []
    for row in adopted.values():
        text = texts.get((row.rule, row.version))
        if row.kind == "purpose":
            bases = [adopted[name] for name in row.bases if name in adopted]
            cited = tuple(f"{titles.get((one.rule, one.version), one.rule)} ({one.citation})" for one in bases)
            title, covers = (text.title, text.covers) if text else (row.rule, "")
            found.append(Purpose(row.rule, title, covers, cited, row.categories))
    return sorted(found, key=lambda one: one.title)


async def in_roles(reader: Reader, roles: Iterable[str], day: date) -> dict[bytes, str]:
    """Give those of the staff who have one of these roles on a day, by name."""
    wanted, found = frozenset(roles), dict[bytes, str]()
    for row in await reader.find(staff):
        name = on(row.names, day)
        if name is not None and wanted & row.roles_on(day):
            found[row.subject] = f"{name.value.forename} {name.value.surname}"
    return found


def who(row: StaffRow | None, moment: datetime, index: int) -> Who:
    """Give somebody's name and job title as they stood, and were known, at an entry; no row is the system itself."""
    if row is None:
        return Who(SYSTEM_TITLE, "")
    day = moment.astimezone(LONDON).date()
    name = on([known for known in row.names if known.at.index <= index], day) or (row.names[0] if row.names else None)
    title = on([known for known in row.titles if known.at.index <= index], day)
    full = f"{name.value.forename} {name.value.surname}" if name else SYSTEM_TITLE
    return Who(full, title.value if title else "")


def _is_in_force(row: RuleRow, day: date) -> bool:
    return (row.in_force_from is None or row.in_force_from <= day) and (
        row.in_force_until is None or day <= row.in_force_until
    )


def _ground_of_law(purpose: str, day: date) -> Ground | None:
    in_force = {rule.id for rule in rules_in_force(lawful_bases(), day, None)}
    for rule in rules_in_force(purposes(), day, None):
        basis = next((name for name in rule.bases if name in in_force), None)
        if rule.id == purpose and basis is not None:
            return Ground(purpose, basis, frozenset(rule.categories))
    return None

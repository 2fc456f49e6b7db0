"""Intake: what a file's row would change in a pupil's record, field by field."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import Field, JsonValue

from events.codes.people import EnrolmentStatus, NcYear, PhoneType, Relationship, Sex
from events.identifiers import Upn
from events.model import Category, Strict
from events.records.common import FullName, Name, PostalAddress
from events.text import PlainText
from ledger.decider import Command, Step
from ledger.view import AnyView
from services.dates import Day
from services.facts import Dated, Provenance, on
from services.permission import compared
from services.records.families import contacts
from services.records.families.contact_views import ReachRow
from services.records.families.family_queries import linked
from services.records.pupils import identity
from services.records.pupils.identity_views import PupilRow
from services.records.queries import spell_on
from services.records.roll import enrolment
from services.records.roll.roll_views import RollRow

Number: TypeAlias = Annotated[PlainText, Field(min_length=3, max_length=30)]
Email: TypeAlias = Annotated[PlainText, Field(min_length=3, max_length=200, pattern=r"^[^@\s]+@[^@\s]+$")]


ROWS_MAX: Final = 2**31 - 1
"""What the log's column for a row holds; a million rows are a large file."""
NO_UPN: Final = (
    "This row has no UPN, so it cannot be matched to a pupil. Ask the school that sent it for the UPN, or allocate "
    "one, and send the row again."
)
GONE: Final = (
    "A UPN of this row, its own or a former one, belongs to a record that is not shown here any more. Check the "
    "numbers; if they are right, ask the data protection officer whether that record was erased."
)
TWO_RECORDS: Final = (
    "The row's UPN and its former UPN belong to two records here. Compare the two; if they are of one child, merge "
    "them, and send the row again."
)
RowNumber: TypeAlias = Annotated[int, Field(ge=0, le=ROWS_MAX)]


class PhoneFact(Strict):
    """A number of one type."""

    phone_type: PhoneType
    number: Number


class ContactFact(Strict):
    """A contact as a file gives them; what it does not say is absent."""

    title: Annotated[PlainText, Field(max_length=20)] | None = None
    full_name: FullName
    relationship: Relationship
    parental_responsibility: bool | None = None
    priority: Annotated[int, Field(ge=1, le=99)]
    address: PostalAddress | None = None
    phones: Annotated[tuple[PhoneFact, ...], Field(max_length=20)] = ()
    email: Email | None = None


class EnrolmentFact(Strict):
    """An enrolment as a file gives it."""

    since: Day
    status: EnrolmentStatus
    year_group: NcYear


class NameFact(Strict):
    """As much of a name as a file gives."""

    surname: Name | None = None
    forename: Name | None = None
    middle_names: Name | None = None
    preferred_surname: Name | None = None
    preferred_forename: Name | None = None


class PupilFacts(Strict):
    """A pupil as a file's row gives them. What the file does not say is absent, and blanks nothing."""

    row: RowNumber
    upn: Upn | None = None
    full_name: NameFact = NameFact()
    date_of_birth: Day | None = None
    sex: Sex | None = None
    enrolment: EnrolmentFact | None = None
    address: PostalAddress | None = None
    phones: Annotated[tuple[PhoneFact, ...], Field(max_length=20)] = ()
    email: Email | None = None
    contacts: Annotated[tuple[ContactFact, ...], Field(max_length=30)] = ()
    sections: Annotated[dict[str, JsonValue], Field(max_length=20)] = Field(default_factory=dict)
    """Further parts of the record, by the name of the planner that takes them in."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a row does to one field: the value it replaces, with its age and source, and the new one.

    Where somebody may not read the field's category, it is ``given``: that the file says it, and nothing recorded.
    """

    field: str
    effect: Literal["new", "changed", "same", "given"]
    new: Any
    old: Any = None
    at: Provenance | None = None
    category: Category | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A pupil's record before the row: nothing at all for a new pupil."""

    pupil: PupilRow | None = None
    reach: ReachRow | None = None
    roll: RollRow | None = None
    people: Mapping[bytes, ReachRow] = field(default_factory=dict)
    rows: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    """What the planners' views hold of the pupil, by the view's name."""


@dataclass(slots=True)
class Plan:
    """The commands that a row comes to, its effects, and why it cannot be taken, if it cannot."""

    steps: list[Step] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    def of(self, category: Category) -> None:
        """Say of which category the effects are that were added last."""
        self.effects = [one if one.category else replace(one, category=category) for one in self.effects]

    def seen_by(self, role: str) -> list[Effect]:
        """Give the effects as a role may see them: also whether a value is the recorded one tells what that is."""
        readable = compared(role)
        return [
            one if one.category in readable else Effect(one.field, "given", None, category=one.category)
            for one in self.effects
        ]


@dataclass(frozen=True, slots=True)
class Planner:
    """How one further part of a row becomes commands: its name in the row, its model, the views it is compared with.

    ``category`` is what of somebody is shown when a row is compared with what is recorded.
    ``plan`` adds steps, effects and reasons to a plan, given the part, what is known, the pupil and the file's date.
    """

    name: str
    category: Category
    model: type[Strict]
    views: tuple[AnyView, ...]
    plan: Callable[[Plan, Any, Known, bytes, date], None]


def plan(
    facts: PupilFacts,
    known: Known,
    subject: bytes,
    valid_on: date,
    new_subject: Callable[[str], bytes],
    parts: Sequence[tuple[Planner, Any]] = (),
) -> Plan:
    """Compare a row with the record as it is on ``valid_on``, the file's date.

    ``new_subject`` gives a new person's id for a name of a place in the row, the same at each attempt. ``parts`` are
    the row's further sections as their planners' models. Contacts are only compared with this pupil's own: matching
    them by name across pupils has overwritten families' addresses.
    """
    made = Plan()
    if known.pupil is None:
        _register(made, facts, subject, valid_on)
    else:
        _identity(made, facts, known.pupil, subject, valid_on)
    made.of("identity")
    _enrolment(made, facts, known.roll, subject, valid_on)
    made.of("enrolment")
    _reach(made, "", facts, known.reach, subject, valid_on)
    names = [_key(contact.full_name) for contact in facts.contacts]
    for contact in facts.contacts:
        _contact(made, contact, names, known, subject, valid_on, new_subject)
    made.of("contact")
    for planner, part in parts:
        planner.plan(made, part, known, subject, valid_on)
        made.of(planner.category)
    return made


def _register(made: Plan, facts: PupilFacts, subject: bytes, valid_on: date) -> None:
    said, born, sex = facts.full_name, facts.date_of_birth, facts.sex
    if said.surname is None or said.forename is None or born is None or sex is None:
        made.reasons.append(
            "This pupil is new here, and the row does not give surname, forename, date of birth and sex. Add what is "
            "missing, or check the UPN if the pupil is already on the roll."
        )
        return
    name = FullName.model_validate(said.model_dump())
    register = identity.RegisterPupil(pupil=subject, valid_on=valid_on, full_name=name, date_of_birth=born, sex=sex)
    made.steps.append(Step(identity.identity, register))
    made.effects += [Effect("name", "new", name), Effect("date_of_birth", "new", born), Effect("sex", "new", sex)]
    if facts.upn is not None:
        number = identity.RecordUpn(pupil=subject, valid_on=valid_on, upn=facts.upn)
        made.steps.append(Step(identity.identity, number))
        made.effects.append(Effect("upn", "new", facts.upn))


def _identity(made: Plan, facts: PupilFacts, row: PupilRow, subject: bytes, valid_on: date) -> None:
    name = on(row.names, valid_on) or (row.names[0] if row.names else None)
    if name is None or not row.born or not row.sex:
        made.reasons.append("This pupil's identity has been erased here. Ask the data protection officer.")
        return
    said = facts.full_name.model_dump(exclude_none=True)
    merged = FullName.model_validate({**name.value.model_dump(), **said})
    _compare(made, "name", name, merged)
    if merged != name.value:
        change = identity.ChangeName(pupil=subject, valid_on=valid_on, full_name=merged)
        made.steps.append(Step(identity.identity, change))
    for what, series, value in (
        ("date of birth", row.born, facts.date_of_birth),
        ("sex", row.sex, facts.sex),
    ):
        if value is not None and series[-1].value != value:
            made.reasons.append(
                f"The {what} differs from the one recorded here. Check which is right; if it is the file's, correct "
                "the record first and send the row again."
            )


def _enrolment(made: Plan, facts: PupilFacts, row: RollRow | None, subject: bytes, valid_on: date) -> None:
    wanted = facts.enrolment
    if wanted is None:
        return
    day = max(wanted.since, valid_on)
    spell = spell_on([one for one in row.spells if one.until is None], day) if row else None
    last = spell or (row.spells[-1] if row and row.spells else None)
    shown = {"status": wanted.status, "year_group": wanted.year_group}
    old = {"status": last.status, "year_group": last.year_group} if last else None
    if spell is not None and old == shown:
        made.effects.append(Effect("enrolment", "same", shown, shown, spell.at))
        return
    made.effects.append(Effect("enrolment", "changed" if last else "new", shown, old, last.at if last else None))
    since = day if spell else wanted.since
    command = enrolment.Enrol(pupil=subject, valid_on=since, status=wanted.status, year_group=wanted.year_group)
    made.steps.append(Step(enrolment.enrolment, command))


def _reach(
    made: Plan, prefix: str, facts: PupilFacts | ContactFact, row: ReachRow | None, person: bytes, valid_on: date
) -> None:
    reach = row or ReachRow(subject=person)
    if facts.address is not None and _compare(made, f"{prefix}address", on(reach.addresses, valid_on), facts.address):
        command: Command = contacts.ChangeAddress(person=person, valid_on=valid_on, address=facts.address)
        made.steps.append(Step(contacts.contacts, command))
    # Of two numbers of one type the first counts: each would replace the other, again at every sending.
    for phone in {phone.phone_type: phone for phone in reversed(facts.phones)}.values():
        current = on([one for one in reach.phones if one.value.phone_type == phone.phone_type], valid_on)
        old = current.model_copy(update={"value": current.value.number}) if current else None
        if _compare(made, f"{prefix}phone {phone.phone_type}", old, phone.number):
            command = contacts.ChangePhone(
                person=person, valid_on=valid_on, phone_type=phone.phone_type, number=phone.number
            )
            made.steps.append(Step(contacts.contacts, command))
    if facts.email is not None and _compare(made, f"{prefix}email", on(reach.emails, valid_on), facts.email):
        command = contacts.ChangeEmail(person=person, valid_on=valid_on, email=facts.email)
        made.steps.append(Step(contacts.contacts, command))


def _contact(  # what a plan is made from
    made: Plan,
    fact: ContactFact,
    names: Sequence[str],
    known: Known,
    pupil: bytes,
    valid_on: date,
    new_subject: Callable[[str], bytes],
) -> None:
    prefix = f"contact {fact.priority} "
    who = _same_contact(fact, known, alone=names.count(_key(fact.full_name)) == 1)
    if who is None:
        who = new_subject(f"contact {fact.priority} {_key(fact.full_name)}")
        record = contacts.RecordContact(person=who, valid_on=valid_on, title=fact.title, full_name=fact.full_name)
        made.steps.append(Step(contacts.contacts, record))
        made.effects.append(Effect(f"{prefix}name", "new", fact.full_name))
    links = [] if known.reach is None else [link for link in known.reach.links if link.value.contact == who]
    link = on(links, valid_on) or (links[-1] if links else None)
    responsibility = fact.parental_responsibility
    if responsibility is None and link is not None:
        responsibility = link.value.parental_responsibility
    wanted = (fact.relationship, responsibility, fact.priority)
    if link is None or link.value.ended or _as_linked(link) != wanted:
        command = contacts.LinkContact(
            person=pupil, valid_on=valid_on, contact=who, relationship=fact.relationship,
            parental_responsibility=responsibility, priority=fact.priority,
        )  # fmt: skip
        made.steps.append(Step(contacts.contacts, command))
        old = _as_linked(link) if link else None
        at = link.at if link else None
        made.effects.append(Effect(f"{prefix}relationship", "changed" if link else "new", wanted, old, at))
    _reach(made, prefix, fact, known.people.get(who), who, valid_on)


def _same_contact(fact: ContactFact, known: Known, *, alone: bool) -> bytes | None:
    """Give this pupil's own contact of that name.

    Where the file or the record has two of that name (a father and a grandfather), the relationship must agree too. If
    that leaves several, as where two records of one child were merged, it is one who still is a contact and is called
    at the file's place, else whoever is called first: none would add one more copy with each file.
    """
    if known.reach is None:
        return None
    found = []
    for who in linked(known.reach):
        person = known.people.get(who)
        if person and _key(fact.full_name) in {_key(name.value.full_name) for name in person.names}:
            link = [item for item in known.reach.links if item.value.contact == who][-1]
            found.append((link.value, link.value.ended, link.value.priority != fact.priority, link.value.priority, who))
    if not alone or len(found) > 1:
        found = [one for one in found if one[0].relationship == fact.relationship]
    return min(one[1:] for one in found)[-1] if found else None


def _as_linked(link: Dated[Any]) -> tuple[str, bool | None, int]:
    return link.value.relationship, link.value.parental_responsibility, link.value.priority


def _key(name: FullName) -> str:
    return f"{name.surname}|{name.forename}".casefold()


def _compare(made: Plan, what: str, item: Dated[Any] | None, wanted: Any) -> bool:
    """Note the effect on one field; gives whether anything changes."""
    if item is None:
        made.effects.append(Effect(what, "new", wanted))
        return True
    changed = bool(item.value != wanted)
    made.effects.append(Effect(what, "changed" if changed else "same", wanted, item.value, item.at))
    return changed

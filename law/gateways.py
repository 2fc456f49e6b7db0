"""The gateways: by which law data may be given to whom, for what, on which conditions; each is checked on loading."""

from collections.abc import Collection
from datetime import date
from functools import cache
from typing import Annotated, Final, Self, get_args

from pydantic import Field, model_validator

from events.gateways import Article9, Paragraph, SchoolType, Terms
from events.model import Category
from events.sharing.recipients import RecipientKind
from law.rules import LawError, Rule, load, rules_in_force

RECIPIENTS: Final[frozenset[str]] = frozenset(get_args(RecipientKind))
NEEDS_SCHEDULE_1: Final = frozenset({"9(2)(b)", "9(2)(g)", "9(2)(h)", "9(2)(i)", "9(2)(j)"})
"""Conditions of Article 9 beside which DPA 2018 section 10 asks for one of Schedule 1: not consent, vital interests
or legal claims."""


class SharedField(Rule):
    """A field that can be named as given: of which category, and whether Article 9 or Article 10 speaks of it."""

    field: Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*$")]
    category: Category
    cbds: tuple[str, ...] = ()
    special: bool = False
    criminal: bool = False


class SharingPurpose(Rule):
    """What data is shared for, in words; ``discreet``: it goes only apart from everything else (see Sender.weigh)."""

    purpose: Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)*$")]
    discreet: bool = False


class Condition(Rule):
    """A condition of DPA 2018 Schedule 1: beside which of Article 9 it stands, and whether it asks for a document."""

    paragraph: Paragraph
    articles: tuple[Article9, ...]
    policy_document: bool
    not_asked_towards: tuple[RecipientKind, ...] = ()

    def asks(self, recipients: tuple[str, ...]) -> bool:
        """Whether it asks for an appropriate policy document before data goes to these."""
        return self.policy_document and not set(recipients) <= set(self.not_asked_towards)


class Gateway(Terms, Rule):
    """A law by which data may be given. A school's own policy is none: it is adopted apart, and only narrows."""

    except_school_types: tuple[SchoolType, ...] = ()

    def fits(self, school_type: str | None) -> bool:
        """Whether it covers a type of school; of an unknown type it does not, where the law excepts some."""
        return super().fits(school_type) and (
            not self.except_school_types or (school_type is not None and school_type not in self.except_school_types)
        )

    def is_documented(self, conditions: Collection[int]) -> bool:
        """Whether it asks for no appropriate policy document, or there is one that speaks for its conditions."""
        asking = [one for one in (self.schedule_1, self.article_10) if one is not None]
        return not self.policy_document or set(asking) <= set(conditions)

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        known = {one.field: one for one in shared_fields()}
        _refuse_unknown("field", set(self.fields) - known.keys())
        _refuse_unknown("recipient", set(self.recipients) - RECIPIENTS)
        _refuse_unknown("purpose", set(self.purposes) - {one.purpose for one in sharing_purposes()})
        special = [one for one in self.fields if known[one].special]
        criminal = [one for one in self.fields if known[one].criminal]
        if special and self.article_9 is None:
            raise ValueError(f"{special[0]} is special category data: name the condition of Article 9")
        if criminal and self.article_10 is None:
            raise ValueError(f"{criminal[0]} may be criminal-offence data: name the condition for Article 10")
        if self.article_10 is not None and not criminal:
            raise ValueError("none of its fields is criminal-offence data: leave article_10 out")
        if (self.article_6 == "6(1)(a)") != (self.consent is not None):
            raise ValueError("consent is asked for exactly where Article 6(1)(a) is relied on")
        if None not in (self.ages_from, self.ages_until) and (self.ages_until or 0) < (self.ages_from or 0):
            raise ValueError("the ages end before they begin")
        self._refuse_wrong_conditions()
        return self

    def _refuse_wrong_conditions(self) -> None:
        conditions = {one.paragraph: one for one in schedule_1()}
        if self.article_9 in NEEDS_SCHEDULE_1 and self.schedule_1 is None:
            raise ValueError(f"Article {self.article_9} needs a condition of DPA 2018 Schedule 1 (section 10)")
        if self.article_9 not in NEEDS_SCHEDULE_1 and self.schedule_1 is not None:
            raise ValueError("no condition of DPA 2018 Schedule 1 is asked for here: leave schedule_1 out")
        used = [one for one in (self.schedule_1, self.article_10) if one is not None]
        _refuse_unknown("paragraph of Schedule 1", {str(one) for one in set(used) - conditions.keys()})
        if self.schedule_1 is not None and self.article_9 not in conditions[self.schedule_1].articles:
            raise ValueError(f"paragraph {self.schedule_1} of Schedule 1 is not for Article {self.article_9}")
        asked = any(conditions[one].asks(self.recipients) for one in used)
        if asked and not self.policy_document:
            raise ValueError("its condition asks for an appropriate policy document: policy_document = true")
        if self.policy_document and not asked:
            raise ValueError("none of its conditions asks for an appropriate policy document: leave it out")


def _refuse_unknown(what: str, unknown: set[str]) -> None:
    if unknown:
        raise ValueError(f"there is no such {what}: {', '.join(sorted(unknown))}")


@cache
def shared_fields() -> tuple[SharedField, ...]:
    """Give every version of every field that can be named as given."""
    return load("shared_fields.toml", SharedField)


@cache
def sharing_purposes() -> tuple[SharingPurpose, ...]:
    """Give every version of every purpose that data is shared for."""
    return load("sharing_purposes.toml", SharingPurpose)


def purpose_title(purpose: str) -> str:
    """Write a purpose in words; one that only a school's own agreements name stands as it is written."""
    titles = {one.purpose: one.title for one in sharing_purposes()}
    return titles.get(purpose) or purpose.replace("-", " ").capitalize()


def goes_discreetly(purpose: str, on: date) -> bool:
    """Whether what is shared for a purpose on a day goes only apart from everything else."""
    return any(one.discreet and one.purpose == purpose for one in rules_in_force(sharing_purposes(), on, None))


@cache
def schedule_1() -> tuple[Condition, ...]:
    """Give every version of every condition of DPA 2018 Schedule 1 that is used."""
    return load("schedule_1.toml", Condition)


@cache
def gateways() -> tuple[Gateway, ...]:
    """Give every version of every gateway."""
    return load("gateways.toml", Gateway)


def category_of(field: str) -> Category:
    """Give the record's category of a field. Raises LawError for a field that the law does not know."""
    found = next((one.category for one in shared_fields() if one.field == field), None)
    if found is None:
        raise LawError(f"{field} is no field that can be shared; law/shared_fields.toml has those that are")
    return found

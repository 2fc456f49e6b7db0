"""Loads the rules: typed, dated, cited, append-only by (id, version)."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Annotated, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from events.model import Category

DAY_NOT_APPOINTED: Final = date.max
"""Since when a rule is in force whose day of commencement nobody has appointed yet."""


ANY_SCHOOL: Final = "*"
"""Stands for every type of school, where somebody asks for the whole law."""


class LawError(Exception):
    """A rule file is not right: which file, which rule, and what would be."""


class Rule(BaseModel):
    """A rule of law. ``verified`` is false where nobody has yet read the cited text itself."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    version: Annotated[int, Field(ge=1)]
    title: Annotated[str, Field(min_length=1)]
    citation: Annotated[str, Field(min_length=1)]
    in_force_from: date
    in_force_until: date | None = None
    school_types: tuple[str, ...] = (ANY_SCHOOL,)
    verified: bool
    note: str | None = None

    def is_in_force(self, on: date) -> bool:
        """Whether it is in force on a date; the last day counts."""
        return self.in_force_from <= on and (self.in_force_until is None or on <= self.in_force_until)

    def fits(self, school_type: str | None) -> bool:
        """Whether it covers a type of school; of an unknown type (None), all that is not told apart is taken to."""
        return school_type in {None, ANY_SCHOOL, *self.school_types} or ANY_SCHOOL in self.school_types


class Purpose(Rule):
    """Why personal data is processed, on which lawful bases, and which categories it may touch."""

    covers: Annotated[str, Field(min_length=1)]
    bases: Annotated[tuple[str, ...], Field(min_length=1)]
    categories: Annotated[tuple[Category, ...], Field(min_length=1)]


class LawfulBasis(Rule):
    """A lawful basis: the conditions of UK GDPR Articles 6 and 9 and of DPA 2018 Schedule 1 that a statute meets."""

    article_6: str
    article_9: str | None = None
    schedule_1: str | None = None


class ClockRule(Rule):
    """A rule that comes down to numbers: days, percentages, counts."""

    parameters: Mapping[str, int]


class FieldRule(Rule):
    """Fields that are not collected, each with the spellings under which files give it."""

    fields: Mapping[str, list[str]]


class CollectionField(Rule):
    """A field of the form on which a school collects data: whether a family must answer, and why it is asked."""

    item: Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*$")]
    required: bool
    why: Annotated[str, Field(min_length=1, max_length=200)]


RuleT = TypeVar("RuleT", bound=Rule)


def load(file_name: str, kind: type[RuleT], text: str | None = None) -> tuple[RuleT, ...]:
    """Give a file's rules in its order. Raises LawError where one is not right, or out of order."""
    try:
        table = tomllib.loads(text if text is not None else (resources.files("law") / file_name).read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise LawError(f"{file_name} is not TOML: {error}") from None
    rules: list[RuleT] = []
    for number, row in enumerate(table.get("rule", ()), start=1):
        try:
            # JSON-like input has lists where the models have tuples.
            rules.append(kind.model_validate({k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"]))
            name = row.get("id", f"rule number {number}")
            said = f"{where}: {first['msg']}" if where else first["msg"].removeprefix("Value error, ")
            raise LawError(f"{file_name}, {name}: {said}") from None
    _refuse_disorder(file_name, rules)
    return tuple(rules)


def _refuse_disorder(file_name: str, rules: Sequence[Rule]) -> None:
    newest: dict[str, Rule] = {}
    for rule in rules:
        before = newest.get(rule.id)
        expected = before.version + 1 if before else 1
        if rule.version != expected:
            raise LawError(f"{file_name}, {rule.id}: version {rule.version} should be {expected}")
        if before and rule.in_force_from < before.in_force_from:
            raise LawError(
                f"{file_name}, {rule.id}: version {rule.version} comes into force before the one it replaces"
            )
        if rule.in_force_until is not None and rule.in_force_until < rule.in_force_from:
            raise LawError(f"{file_name}, {rule.id}: it ends before it begins")
        newest[rule.id] = rule


@cache
def purposes() -> tuple[Purpose, ...]:
    """Give every version of every purpose."""
    return load("purposes.toml", Purpose)


@cache
def lawful_bases() -> tuple[LawfulBasis, ...]:
    """Give every version of every lawful basis."""
    return load("lawful_bases.toml", LawfulBasis)


@cache
def clock_rules() -> tuple[ClockRule, ...]:
    """Give every version of every numeric rule."""
    return load("clocks.toml", ClockRule)


@cache
def field_rules() -> tuple[FieldRule, ...]:
    """Give every version of every rule against collecting a field."""
    return load("fields.toml", FieldRule)


def rule_against(field: str, on: date) -> FieldRule | None:
    """Give the rule by which a field is not collected on a date; None where there is none."""
    return next((rule for rule in rules_in_force(field_rules(), on, None) if field in rule.fields), None)


def field_not_collected(spelling: str, on: date) -> str | None:
    """Give the field that a file's or form's spelling names, if it is one that is not collected on a date."""
    wanted = _bare(spelling)
    return next(
        (
            field
            for rule in rules_in_force(field_rules(), on, None)
            for field, names in rule.fields.items()
            if wanted in {_bare(name) for name in (field, *names)}
        ),
        None,
    )


def _bare(spelling: str) -> str:
    return "".join(character for character in spelling.casefold() if character.isalnum())


@cache
def collection_fields() -> tuple[CollectionField, ...]:
    """Give every version of every field of the collection form."""
    return load("collection.toml", CollectionField)


@cache
def bank_holidays() -> frozenset[date]:
    """Give England's bank holidays, as far as they are written down (Banking and Financial Dealings Act 1971)."""
    table = tomllib.loads((resources.files("law") / "bank_holidays.toml").read_text("utf-8"))
    return frozenset(day for days in table["england"].values() for day in days)


def rules_in_force(rules: Sequence[RuleT], on: date, school_type: str | None) -> list[RuleT]:
    """Give the newest version of each rule that is in force on a date for a school type (None: for any)."""
    found: dict[str, RuleT] = {}
    for rule in rules:
        if (
            rule.fits(school_type)
            and rule.in_force_from <= on
            and (rule.in_force_until is None or on <= rule.in_force_until)
        ):
            found[rule.id] = rule
    return list(found.values())


def adoptable(rule: Rule) -> tuple[str, int, str]:
    """Give what an adoption names: id, version, and the SHA-256 of the rule's canonical JSON, in hex."""
    return rule.id, rule.version, sha256(rule.model_dump_json().encode()).hexdigest()


if __name__ == "__main__":
    # They are of every kind of rule, and each kind's module imports this one.
    from law.releases import main

    main()

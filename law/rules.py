"""Loads the rules: typed, dated, cited, append-only by (id, version)."""

import sys
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Annotated, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from events.model import Category


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
    school_types: tuple[str, ...] = ("*",)
    verified: bool
    note: str | None = None


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
            raise LawError(f"{file_name}, {name}: {where}: {first['msg']}") from None
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
        fits = school_type is None or "*" in rule.school_types or school_type in rule.school_types
        if fits and rule.in_force_from <= on and (rule.in_force_until is None or on <= rule.in_force_until):
            found[rule.id] = rule
    return list(found.values())


def adoptable(rule: Rule) -> tuple[str, int, str]:
    """Give what an adoption names: id, version, and the SHA-256 of the rule's canonical JSON, in hex."""
    return rule.id, rule.version, sha256(rule.model_dump_json().encode()).hexdigest()


def every_rule() -> tuple[Rule, ...]:
    """Give every version of every rule."""
    return (*purposes(), *lawful_bases(), *clock_rules(), *field_rules(), *collection_fields())


RELEASED: Final = "released.toml"


def released() -> Mapping[str, str]:
    """Give the digest of every released rule, by "id version"."""
    return tomllib.loads((resources.files("law") / RELEASED).read_text("utf-8"))


def release_text() -> str:
    """Give the text of the file of releases with what is new; raises LawError where a released rule was changed."""
    known = dict(released())
    now = {f"{name} {version}": digest for name, version, digest in map(adoptable, every_rule())}
    for name, digest in known.items():
        if now.get(name) != digest:
            raise LawError(f"{name} was released and cannot change or go; write the next version of it instead")
    lines = [f'"{name}" = "{digest}"' for name, digest in {**known, **now}.items()]
    return "# Digests of released rules; only added to, by: python -m law.rules --release\n" + "\n".join(lines) + "\n"


def markdown() -> str:
    """Give all rules as a page of documentation."""
    lines = ["# The rules", "", "Generated from `law/` by `make docs`. Facts in our own words, not legal advice.", ""]
    for title, rules in (
        ("Purposes", purposes()),
        ("Lawful bases", lawful_bases()),
        ("Numbers", clock_rules()),
        ("Fields that are not collected", field_rules()),
        ("What families are asked", collection_fields()),
    ):
        lines += [
            f"## {title}",
            "",
            "| rule | version | says | citation | in force | verified |",
            "|---|---|---|---|---|---|",
        ]
        for rule in rules:
            until = f" to {rule.in_force_until}" if rule.in_force_until else ""
            says = rule.title
            if isinstance(rule, Purpose):
                says = f"{rule.covers} Rests on: {', '.join(rule.bases)}."
            elif isinstance(rule, ClockRule):
                says += f" ({', '.join(f'{name} {value}' for name, value in rule.parameters.items())})"
            elif isinstance(rule, CollectionField):
                says = f"{rule.title}: {'required' if rule.required else 'a choice'}. {rule.why}"
            elif isinstance(rule, LawfulBasis):
                says += f" (Article {rule.article_6}{', Article ' + rule.article_9 if rule.article_9 else ''})"
            verified = "yes" if rule.verified else "not yet"
            cells = (f"`{rule.id}`", rule.version, says, rule.citation, f"from {rule.in_force_from}{until}", verified)
            lines.append(f"| {' | '.join(map(str, cells))} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    if "--markdown" in sys.argv:
        sys.stdout.write(markdown())
    elif "--release" in sys.argv:
        sys.stdout.write(release_text())
    else:
        sys.exit("usage: python -m law.rules --markdown | --release")

"""What is released of the rules: the digest of each, which is only ever added to, and all of them as a page."""

import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from typing import Final

from law.gateways import (
    Condition,
    Gateway,
    SharedField,
    SharingPurpose,
    gateways,
    schedule_1,
    shared_fields,
    sharing_purposes,
)
from law.rules import (
    DAY_NOT_APPOINTED,
    ClockRule,
    CollectionField,
    LawError,
    LawfulBasis,
    Purpose,
    Rule,
    adoptable,
    clock_rules,
    collection_fields,
    field_rules,
    lawful_bases,
    purposes,
)

RELEASED: Final = "released.toml"


def by_kind() -> Mapping[str, Sequence[Rule]]:
    """Give every version of every rule, by what kind of rule it is."""
    return {
        "Purposes": purposes(),
        "Lawful bases": lawful_bases(),
        "Numbers": clock_rules(),
        "Fields that are not collected": field_rules(),
        "What families are asked": collection_fields(),
        "Gateways: by which law data may be given": gateways(),
        "What data is shared for": sharing_purposes(),
        "Fields that gateways name": shared_fields(),
        "Conditions of DPA 2018 Schedule 1": schedule_1(),
    }


def every_rule() -> tuple[Rule, ...]:
    """Give every version of every rule."""
    return tuple(rule for rules in by_kind().values() for rule in rules)


def released() -> Mapping[str, str]:
    """Give the digest of every released rule, by "id version"."""
    return tomllib.loads((resources.files("law") / RELEASED).read_text("utf-8"))


def release_text() -> str:
    """Give the text of the file of releases with what is new; raises LawError where a released rule was changed."""
    known = dict(released())
    _refuse_shared_names()
    now = {f"{name} {version}": digest for name, version, digest in map(adoptable, every_rule())}
    for name, digest in known.items():
        if now.get(name) != digest:
            raise LawError(f"{name} was released and cannot change or go; write the next version of it instead")
    lines = [f'"{name}" = "{digest}"' for name, digest in {**known, **now}.items()]
    return "# Digests of released rules; only added to, by: python -m law.rules --release\n" + "\n".join(lines) + "\n"


def _refuse_shared_names() -> None:
    kinds: dict[str, str] = {}
    for kind, rules in by_kind().items():
        for rule in rules:
            if kinds.setdefault(rule.id, kind) != kind:
                raise LawError(f"{rule.id} names rules of two kinds; an adoption could not tell them apart")


def markdown() -> str:
    """Give all rules as a page of documentation."""
    lines = ["# The rules", "", "Generated from `law/` by `make docs`. Facts in our own words, not legal advice.", ""]
    for title, rules in by_kind().items():
        lines += [
            f"## {title}",
            "",
            "| rule | version | says | citation | in force | verified |",
            "|---|---|---|---|---|---|",
        ]
        for rule in rules:
            cells = (f"`{rule.id}`", rule.version, says(rule), rule.citation, in_force(rule),
                     "yes" if rule.verified else "not yet")  # fmt: skip
            lines.append(f"| {' | '.join(map(str, cells))} |")
        lines.append("")
    return "\n".join(lines)


def in_force(rule: Rule) -> str:
    """Say since and until when a rule is in force."""
    if rule.in_force_from == DAY_NOT_APPOINTED:
        return "from a day to be appointed"
    until = f" to {rule.in_force_until}" if rule.in_force_until else ""
    return f"from {rule.in_force_from}{until}"


def says(rule: Rule) -> str:
    """Say in a sentence or two what a rule says."""
    match rule:
        case Purpose():
            return f"{rule.covers} Rests on: {', '.join(rule.bases)}."
        case ClockRule():
            return f"{rule.title} ({', '.join(f'{name} {value}' for name, value in rule.parameters.items())})"
        case CollectionField():
            return f"{rule.title}: {'required' if rule.required else 'a choice'}. {rule.why}"
        case LawfulBasis():
            return f"{rule.title} (Article {rule.article_6}{', Article ' + rule.article_9 if rule.article_9 else ''})"
        case Gateway():
            return "; ".join(_terms(rule)) + "."
        case SharedField():
            marks = [word for word, is_so in (("special", rule.special), ("criminal", rule.criminal)) if is_so]
            return f"{rule.title} (`{rule.field}`): {', '.join([rule.category, *marks])}"
        case SharingPurpose():
            return f"{rule.title} (`{rule.purpose}`){', only discreetly' if rule.discreet else ''}"
        case Condition():
            return f"{rule.title}: {'with' if rule.policy_document else 'without'} an appropriate policy document"
        case _:
            return rule.title


def _terms(rule: Gateway) -> Iterator[str]:
    yield rule.title
    yield f"for {', '.join(rule.purposes)}"
    yield f"to {', '.join(rule.recipients)}"
    yield f"fields: {', '.join(rule.fields)}"
    basis = f"Article {rule.article_6}"
    if rule.article_9:
        basis += f", Article {rule.article_9}"
    if rule.schedule_1:
        basis += f" with Schedule 1 paragraph {rule.schedule_1}"
    if rule.article_10:
        basis += f", Article 10 with Schedule 1 paragraph {rule.article_10}"
    yield basis
    if "*" not in rule.school_types:
        yield f"for school types {', '.join(rule.school_types)}"
    if rule.except_school_types:
        yield f"not for school types {', '.join(rule.except_school_types)}"
    if rule.ages_from is not None:
        yield f"from age {rule.ages_from}"
    if rule.ages_until is not None:
        yield f"up to age {rule.ages_until}"
    asked = {
        "a policy document": rule.policy_document, "why it is necessary": rule.necessity,
        "a person's decision": rule.person, "a review afterwards": rule.emergency,
        "a live agreement": rule.agreement, "consent": rule.consent is not None,
    }  # fmt: skip
    needs = [what for what, is_asked in asked.items() if is_asked]
    if needs:
        yield f"needs {', '.join(needs)}"


def main() -> None:
    """Print the page of the rules, or the file of releases."""
    if "--markdown" in sys.argv:
        sys.stdout.write(markdown())
    elif "--release" in sys.argv:
        sys.stdout.write(release_text())
    else:
        sys.exit("usage: python -m law.rules --markdown | --release")

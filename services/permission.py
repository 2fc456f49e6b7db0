"""Whether somebody may do something: one pure function over one table, default deny, and a sentence that says why."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias, get_args

from events.model import CATEGORIES, Category

Action: TypeAlias = Literal[
    "view", "list", "search", "replay", "change", "intake", "share", "agree", "lift", "govern", "operate"
]
Role: TypeAlias = Literal["teacher", "office", "head", "dpo", "connector", "senco", "dsl", "operator"]

Through: TypeAlias = Literal["consent", "claims", "protection", "public-interest"]
"""The doors of Article 18(2) of the UK GDPR: restricted data may be used with consent, for legal claims, to protect
another person's rights, or for an important public interest."""
DOORS: Final[tuple[Through, ...]] = get_args(Through)
READS: Final[frozenset[Action]] = frozenset({"view", "list", "search", "replay"})
"""What a restriction stops. Facts go on being kept, and registers being taken: storage is no use of them."""
LOCKED: Final = (
    "Processing of this is restricted: it is kept, and may not be used. If the person consents, or for legal claims, "
    "to protect another person, or for an important public interest, open it by adding door=consent, door=claims, "
    "door=protection or door=public-interest to the address. Which one is written down."
)

_ACTIONS: Final[Mapping[Action, str]] = {
    "view": "open a person's record",
    "list": "see lists of pupils",
    "search": "search for pupils",
    "replay": "replay what was known earlier",
    "change": "change this kind of fact",
    "intake": "bring in files",
    "share": "give this kind of data to somebody outside the school",
    "agree": "agree what others may be given",
    "lift": "lift a restriction of processing, or tell the person that it will be lifted",
    "govern": "set up the school, its staff, calendar or rules",
    "operate": "operate the installation",
}


@dataclass(frozen=True, slots=True)
class Grant:
    """What a role may do in an action: to which categories, and whether only to the pupils and groups they teach."""

    categories: frozenset[Category]
    only_taught: bool = False


_SCHOOL: Final[frozenset[Category]] = frozenset({"identity", "contact", "enrolment", "attendance"})
_CLASSROOM: Final[frozenset[Category]] = frozenset({
    "identity", "enrolment", "attendance", "assessment", "sen", "health",
})  # fmt: skip
_OFFICE: Final[frozenset[Category]] = _SCHOOL | {"characteristics", "assessment", "health", "media", "correspondence"}
_FILES: Final[frozenset[Category]] = _SCHOOL | {"characteristics", "assessment", "health", "sen", "correspondence"}
_SENCO: Final[frozenset[Category]] = _SCHOOL | {"assessment", "sen", "health", "pastoral"}
_DSL: Final[frozenset[Category]] = _SCHOOL | {"characteristics", "sen", "health", "pastoral", "safeguarding"}
_NONE: Final[frozenset[Category]] = frozenset()
_EVERYTHING: Final[frozenset[Category]] = frozenset(CATEGORIES)
_BUT_SAFEGUARDING: Final[frozenset[Category]] = _EVERYTHING - {"safeguarding"}

POLICY: Final[Mapping[tuple[Role, Action], Grant]] = {
    ("teacher", "view"): Grant(_CLASSROOM, only_taught=True),
    ("teacher", "list"): Grant(_CLASSROOM, only_taught=True),
    ("teacher", "change"): Grant(frozenset({"attendance", "assessment"}), only_taught=True),
    ("office", "view"): Grant(_OFFICE),
    ("office", "list"): Grant(_OFFICE),
    ("office", "search"): Grant(_OFFICE),
    ("office", "change"): Grant(_OFFICE),
    ("office", "intake"): Grant(_FILES),
    ("office", "share"): Grant(_OFFICE | {"sen"}),
    ("senco", "view"): Grant(_SENCO),
    ("senco", "list"): Grant(_SENCO),
    ("senco", "search"): Grant(_SENCO),
    ("senco", "change"): Grant(frozenset({"sen", "health", "pastoral"})),
    ("senco", "share"): Grant(_SENCO | {"correspondence"}),
    ("dsl", "view"): Grant(_DSL),
    ("dsl", "list"): Grant(_DSL),
    ("dsl", "search"): Grant(_DSL),
    ("dsl", "change"): Grant(frozenset({"pastoral", "safeguarding"})),
    ("dsl", "share"): Grant(_DSL | {"correspondence"}),
    ("head", "view"): Grant(_EVERYTHING - {"access"}),
    ("head", "list"): Grant(_EVERYTHING - {"access"}),
    ("head", "search"): Grant(_EVERYTHING - {"access"}),
    ("head", "replay"): Grant(_EVERYTHING - {"access"}),
    ("head", "change"): Grant(_EVERYTHING - {"access"}),
    ("head", "share"): Grant(_EVERYTHING - {"access"}),
    ("head", "agree"): Grant(frozenset({"correspondence"})),
    ("head", "lift"): Grant(frozenset({"correspondence"})),
    ("head", "govern"): Grant(frozenset({"identity", "access", "enrolment"})),
    ("dpo", "view"): Grant(_BUT_SAFEGUARDING),
    ("dpo", "list"): Grant(_BUT_SAFEGUARDING),
    ("dpo", "search"): Grant(_BUT_SAFEGUARDING),
    ("dpo", "replay"): Grant(_BUT_SAFEGUARDING),
    # The list of recipients and what became of a disclosure: no fact of a pupil leaves without its own category.
    ("dpo", "share"): Grant(frozenset({"correspondence"})),
    ("dpo", "agree"): Grant(frozenset({"correspondence"})),
    ("dpo", "lift"): Grant(frozenset({"correspondence"})),
    ("connector", "change"): Grant(frozenset({"attendance"})),
    ("connector", "intake"): Grant(_FILES),
    ("operator", "govern"): Grant(frozenset({"identity", "access", "enrolment"})),
    ("operator", "operate"): Grant(_NONE),
}
"""The whole policy. What is not here is refused."""

_GRANTS: Final[Mapping[tuple[str, str], Grant]] = {(role, action): grant for (role, action), grant in POLICY.items()}


_PEOPLE: Final[Mapping[str, str]] = {
    "office": "the office", "senco": "the SEN coordinator", "dsl": "the safeguarding lead", "head": "the head",
    "dpo": "the data protection officer", "operator": "whoever runs Rollbook here",
}  # fmt: skip
"""Whom a refusal sends people to, the nearest first."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What somebody asks: in which roles, to do what, to which categories (none: the organisation's own affairs).

    ``teaches`` says whether they teach every group or pupil it is about; ``belongs`` whether they are of the
    organisation at all; ``scoped`` whether their token was given for this. ``restricted`` are the categories whose
    processing is restricted of whomever it is about, and ``through`` the door by which they are opened all the same.
    """

    roles: frozenset[str]
    action: Action
    categories: frozenset[Category] = _NONE
    belongs: bool = True
    scoped: bool = True
    teaches: bool = False
    restricted: frozenset[Category] = _NONE
    through: Through | None = None


@dataclass(frozen=True, slots=True)
class Permission:
    """The answer: allowed in which role and for which of the categories, or a sentence that says why not."""

    role: str | None
    categories: frozenset[Category]
    sentence: str
    only_taught: bool = False
    """Whether it is allowed only because they teach whom it is about."""
    restricted: frozenset[Category] = _NONE
    """Categories that would be allowed and whose processing is restricted."""
    through: Through | None = None
    """The door through which these are open; without one they are not among the categories."""

    @property
    def allowed(self) -> bool:
        """Whether it may be done."""
        return self.role is not None


def permitted(ask: Ask) -> Permission:
    """Decide. A view may be allowed for some of the categories; a change needs all of them.

    What is restricted is not read, except through a door.
    """
    answer = _granted(ask)
    locked = answer.categories & ask.restricted
    if not answer.allowed or not locked or ask.action not in READS:
        return answer
    if ask.through is not None:
        return replace(answer, restricted=locked, through=ask.through)
    if answer.categories == locked:
        return _refused(LOCKED)
    return replace(answer, categories=answer.categories - locked, restricted=locked)


def _granted(ask: Ask) -> Permission:
    if not ask.belongs:
        return _refused("You are not signed in for this organisation. Ask its head to record you among its staff.")
    if not ask.scoped:
        return _refused(f"Your token was not given to {_ACTIONS[ask.action]}. Ask for a token with that scope.")
    if not ask.roles:
        return _refused("You have no role in this organisation today. Ask its head to grant you one.")
    best: Permission | None = None
    taught = False
    for role in sorted(ask.roles):
        grant = _GRANTS.get((role, ask.action))
        if grant is None:
            continue
        if grant.only_taught and not ask.teaches:
            taught = True
            continue
        allowed = ask.categories & grant.categories
        enough = allowed == ask.categories if ask.action not in ("view", "replay", "list", "search") else True
        if (ask.categories and not allowed) or not enough:
            continue
        if best is None or len(allowed) > len(best.categories):
            best = Permission(role, allowed, "", grant.only_taught)
    if best is not None:
        return best
    if taught:
        return _refused("You may do this only for pupils and groups that you teach. Ask the office to help you.")
    held = " and ".join(sorted(ask.roles))
    return _refused(f"As {held} you may not {_ACTIONS[ask.action]}. {_whom_to_ask(ask)}")


def visible(role: str) -> frozenset[Category]:
    """Give what somebody may read of a person in a role: also of what a change or a file is compared with."""
    grant = _GRANTS.get((role, "view"))
    return grant.categories if grant else _NONE


def sharable(role: str) -> frozenset[Category]:
    """Give of which categories somebody may give data to others in a role."""
    grant = _GRANTS.get((role, "share"))
    return grant.categories if grant else _NONE


def compared(role: str) -> frozenset[Category]:
    """Give of which categories a role is shown what is recorded beside what a file says.

    That is what it may read. A connector may read nothing, but to tell whether a row is about the pupil it is matched
    to, its dry run shows the office's everyday facts (identity, contact, enrolment, attendance) and no more: neither
    special needs nor health, characteristics or results.
    """
    return visible(role) | (_SCHOOL if role == "connector" else _NONE)


def _whom_to_ask(ask: Ask) -> str:
    """Name those whose role allows what was asked, so that nobody is sent to somebody who may not do it either."""
    able = [
        people
        for role, people in _PEOPLE.items()
        if (grant := _GRANTS.get((role, ask.action))) is not None and ask.categories <= grant.categories
    ]
    return f"Ask {' or '.join(able)}." if able else "Ask the head who may."


def _refused(sentence: str) -> Permission:
    return Permission(None, _NONE, sentence)

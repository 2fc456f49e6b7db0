"""Groups as they are shown: who belongs to each and who teaches it, from when to when."""

from typing import Any, Final

from events.model import Recorded
from events.records.enrolment import GroupFormed, GroupJoined, GroupLeft, GroupTaughtBy, Place
from events.records.group_corrections import GroupJoiningCorrected, GroupLeavingCorrected, GroupTeachingCorrected
from ledger.view import AnyView, PersonRow, Row, View
from services.deeds import Deed, put_right
from services.facts import Provenance
from services.records.roll.roll_views import Spell, ended


class SpellRow(PersonRow):
    """A person's times in a group, as its pupil or its teacher."""

    group: bytes
    spells: tuple[Spell, ...] = ()


class MemberRow(SpellRow):
    """A pupil's times in a group; ``turns`` are what they follow from, in order: True where the pupil joined it."""

    turns: tuple[Deed[bool], ...] = ()

    def corrected(self, spell: Spell) -> Deed[bool] | None:
        """Give what a correction of a time's first or last day found there, if there was one."""
        found = [
            one
            for one in self.turns
            if one.why is not None and not one.never
            and (one.at.index == spell.at.index if one.value else one.on == spell.until)
        ]  # fmt: skip
        return found[-1] if found else None


class GroupRow(Row):
    """A registration group or class."""

    group: bytes
    kind: str
    title: str
    school_year: int
    year_group: str | None


members: Final = View(
    "group_members", version=2, row=MemberRow, key=["group", "subject"], indexed=[["subject"]],
    key_of=lambda r: (r.event.group, r.subject),
)  # fmt: skip
teachers: Final = View(
    "group_teachers", version=1, row=SpellRow, key=["group", "subject"], indexed=[["subject"]],
    key_of=lambda r: (r.event.group, r.subject),
)  # fmt: skip
groups: Final = View("groups", version=1, row=GroupRow, key=["group"], key_of=lambda r: (r.event.group,))


def _row(subject: bytes, group: bytes, turns: tuple[Deed[bool], ...]) -> MemberRow:
    """Give a row from all that happened: so a correction of the past is as if it had been written right."""
    spells: tuple[Spell, ...] = ()
    for turn in (one for one in turns if not one.never):
        spells = (*spells, Spell(since=turn.on, at=turn.at)) if turn.value else ended(spells, turn.on)
    return MemberRow(subject=subject, group=group, spells=spells, turns=turns)


@members.on(GroupJoined)
def _joined(row: MemberRow | None, recorded: Recorded[Place]) -> MemberRow:
    event = recorded.event
    if not isinstance(event, GroupJoined) or recorded.subject is None:
        raise TypeError("a place in a group belongs to a group-joined event")
    turn = Deed[bool](value=True, on=event.date, at=Provenance.of(recorded))
    return _row(recorded.subject, event.group, (*(row.turns if row else ()), turn))


@members.on(GroupLeft)
def _left_group(row: MemberRow | None, recorded: Recorded[Place]) -> MemberRow | None:
    if row is None or not isinstance(recorded.event, GroupLeft):
        return row
    turn = Deed[bool](value=False, on=recorded.event.date, at=Provenance.of(recorded))
    return _row(row.subject, row.group, (*row.turns, turn))


@members.on(GroupJoiningCorrected)
def _joined_otherwise(row: MemberRow | None, recorded: Recorded[GroupJoiningCorrected]) -> MemberRow | None:
    if row is None:
        return None  # What is said of a place that can no longer be read.
    joined = recorded.body.joined
    return _row(row.subject, row.group, put_right(row.turns, recorded, (joined, True) if joined else None))


@members.on(GroupLeavingCorrected)
def _left_otherwise(row: MemberRow | None, recorded: Recorded[GroupLeavingCorrected]) -> MemberRow | None:
    if row is None:
        return None  # As of joining.
    left = recorded.body.left
    return _row(row.subject, row.group, put_right(row.turns, recorded, (left, False) if left else None))


@teachers.on(GroupTaughtBy)
def _taught(row: SpellRow | None, recorded: Recorded[GroupTaughtBy]) -> SpellRow:
    body, spells = recorded.body, row.spells if row else ()
    spell = Spell(since=body.valid_on, until=body.until, at=Provenance.of(recorded))
    # The newest word on a teacher's first day is the one that counts: an end may be set, moved or taken away.
    rest = tuple(known for known in spells if known.since != body.valid_on)
    return SpellRow(subject=body.subject, group=body.group, spells=(*rest, spell))


@teachers.on(GroupTeachingCorrected)
def _taught_otherwise(row: SpellRow | None, recorded: Recorded[GroupTeachingCorrected]) -> SpellRow | None:
    right, known = recorded.body.teaching, row.spells if row else ()
    if row is None or all(one.at.index != recorded.body.corrects for one in known):
        return row  # What is said of a time that can no longer be read.
    spells: tuple[Any, ...] = tuple(one for one in known if one.at.index != recorded.body.corrects)
    if right is not None:
        spells = (*spells, Spell(since=right.since, until=right.until, at=Provenance.of(recorded)))
    return row.model_copy(update={"spells": spells})


@groups.on(GroupFormed)
def _formed(row: GroupRow | None, recorded: Recorded[GroupFormed]) -> GroupRow:  # noqa: ARG001  # formed once
    body = recorded.body
    return GroupRow(
        group=body.group, kind=body.kind, title=body.title, school_year=body.school_year, year_group=body.year_group
    )


VIEWS: Final[tuple[AnyView, ...]] = (members, teachers, groups)
"""Every view of groups."""

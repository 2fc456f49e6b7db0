"""The intake desk: takes a file's rows one by one, so that one bad row stops no other, and sets bad ones aside."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from events.identifiers import parse_id
from ledger.alias import held
from ledger.decider import Refused, Step
from ledger.log import Condition, Conflict
from ledger.view import AnyView
from services.door import Door
from services.problems import Invalid
from services.records.characteristics.not_collected import scrubbed
from services.records.families.contact_views import contacts
from services.records.families.family_queries import linked
from services.records.files.intake import (
    GONE,
    NO_UPN,
    ROWS_MAX,
    TWO_RECORDS,
    Effect,
    Known,
    Plan,
    Planner,
    PupilFacts,
    plan,
)
from services.records.files.planners import PLANNERS
from services.records.files.setting_aside import Bad, Load, RowAnswer, SettingAside
from services.records.pupils.identity_intake import NUMBERS, NumbersFact
from services.records.pupils.identity_views import aliases
from services.records.pupils.numbers import UPN
from services.records.queries import enrolled as on_the_roll
from services.records.registers import attendance
from services.records.registers.attendance_queries import SessionMark, marks_at
from services.records.roll.roll_views import roll
from services.records.views import pupils

ROWS_AT_ONCE: Final = 8
"""Rows under way together: they share commits, and a page of rows still answers in order."""
PLANS_MAX: Final = 4


class _NotShown(Conflict):
    """The row's number is somebody's whom the views do not show, or not yet."""


class IntakeDesk:
    """Takes rows of pupils and registers for one door."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._turns = asyncio.Semaphore(ROWS_AT_ONCE)
        self._aside = SettingAside(door)

    async def pupils(self, load: Load, rows: Sequence[Mapping[str, Any]]) -> list[RowAnswer]:
        """Take rows of pupils as given, whatever is in them; those that cannot be taken are set aside."""
        return await self.aside(load, await self.tried(load, rows))

    async def tried(self, load: Load, rows: Sequence[Mapping[str, Any]]) -> list[RowAnswer | Bad]:
        """Take rows of pupils as given, and give back those that cannot be taken: they are still to be set aside."""
        return list(await asyncio.gather(*(self._pupil(load, scrubbed(row, load.visit.today)) for row in rows)))

    async def aside(self, load: Load, found: Sequence[RowAnswer | Bad]) -> list[RowAnswer]:
        """Set aside which rows cannot be taken, and give the answers to all in their order."""
        return await self._aside.kept(load, found)

    async def _pupil(self, load: Load, row: Mapping[str, Any]) -> RowAnswer | Bad:
        given = row.get("row")
        number = given if type(given) is int and 0 <= given <= ROWS_MAX else 0
        try:
            facts = PupilFacts.model_validate_json(json.dumps(row))
        except ValidationError as error:
            return Bad(number, row, _reasons(error, PupilFacts))
        parts, reasons = _parts(facts)
        if reasons:
            return Bad(number, row, reasons)
        if facts.upn is None:
            return Bad(facts.row, row, [NO_UPN])
        if facts.date_of_birth is not None and facts.date_of_birth >= load.visit.today:
            return Bad(facts.row, row, ["The date of birth is not in the past. Check the day, month and year."])
        found: Conflict | None = None
        async with self._turns:
            for _ in range(PLANS_MAX):
                try:
                    return await self._taken(load, facts, parts, row)
                except Conflict as conflict:
                    found = conflict
                    await self._door.await_views(
                        load.visit.organisation, await self._door.log.size(load.visit.organisation)
                    )
        if isinstance(found, _NotShown):  # the views have caught up since, and still show nobody: no page waits for it
            return Bad(facts.row, row, [GONE])
        raise Conflict("others are changing the same record; send this again in a moment")

    async def _taken(
        self, load: Load, facts: PupilFacts, parts: Sequence[tuple[Planner, Any]], row: Mapping[str, Any]
    ) -> RowAnswer | Bad:
        organisation, door = load.visit.organisation, self._door
        vault = door.codec.vault
        claimed = await self._owners(organisation, facts.upn or "", parts)

        def new_subject(what: str) -> bytes:
            return vault.index_digest(organisation, "new subject", f"{load.batch.hex()} {facts.row} {what}")[:16]

        async with door.read(organisation) as reader:
            at = await reader.position()
            of = await held(reader, aliases)
            owners = {of.get(one, one) for one in claimed}
            owner = next(iter(owners), None)
            subject = owner or new_subject("pupil")
            reach = await reader.get(contacts, subject)
            everybody = await reader.find(contacts, subject=linked(reach)) if reach else []
            known = Known(
                await reader.get(pupils, subject), reach, await reader.get(roll, subject),
                {person.subject: person for person in everybody},
                {view.name: await reader.find(view, subject=subject) for one in PLANNERS for view in one.views},
            )  # fmt: skip
        if len(owners) > 1:
            return Bad(facts.row, row, [TWO_RECORDS])
        if owner is not None and known.pupil is None:
            raise _NotShown("the views have not reached this pupil yet")
        made = plan(facts, known, subject, load.valid_on, new_subject, parts)
        if made.reasons:
            return Bad(facts.row, row, made.reasons, subject)
        if load.dry_run:
            return await self._rehearsed(load, facts, row, subject, made, frozenset(known.people))
        if not made.steps:
            return RowAnswer(facts.row, "unchanged", subject)
        unless = Condition(at.index, subjects=(subject, *(person.subject for person in everybody)), names=_NAMES)
        try:
            answer = await door.carry_out(
                load.visit, "records", made.steps, load.command(facts.row), load.source(facts.row), unless
            )
        except Refused as refused:
            lost = refused.fields.get("claims")
            if owner is None and isinstance(lost, list) and facts.upn in lost:
                raise Conflict("another connector registered this pupil a moment ago") from None
            return Bad(facts.row, row, [refused.sentence], subject)
        outcome = "accepted" if answer.changed else "unchanged"
        return RowAnswer(facts.row, outcome, subject, index=answer.index)

    async def _owners(self, organisation: bytes, upn: str, parts: Sequence[tuple[Planner, Any]]) -> set[bytes]:
        """Give whose the row's UPN and its former ones are: a pupil may have come here under one of these."""
        before = {one for _, part in parts if isinstance(part, NumbersFact) for one in part.former_upns}
        vault = self._door.codec.vault
        digests = [vault.index_digest(organisation, UPN, one) for one in {upn, *before}]
        return set((await self._door.log.owners(organisation, UPN, digests)).values())

    async def _rehearsed(
        self,
        load: Load,
        facts: PupilFacts,
        row: Mapping[str, Any],
        subject: bytes,
        made: Plan,
        people: frozenset[bytes],
    ) -> RowAnswer | Bad:
        """Say what a row would do, field by field; what would be refused is said now."""
        try:
            if made.steps:
                await self._door.rehearse(load.visit, "records", made.steps)
        except Refused as refused:
            return Bad(facts.row, row, [refused.sentence], subject)
        effects = made.seen_by(load.visit.role)
        shown = people | {subject} if any(effect.at is not None for effect in effects) else frozenset()
        return RowAnswer(facts.row, "accepted" if made.steps else "unchanged", subject, effects, shown=frozenset(shown))

    async def register(
        self,
        load: Load,
        command: attendance.TakeRegister,
        rows: Mapping[bytes, int],
        raw: Mapping[int, Mapping[str, Any]],
    ) -> list[RowAnswer | Bad]:
        """Take one register of a file; ``rows`` says which row each pupil's mark is. The bad ones are given back."""
        async with self._turns:
            async with self._door.read(load.visit.organisation) as reader:
                enrolled = await on_the_roll(reader, command.date, list(command.marks))
            found: list[RowAnswer | Bad] = [
                Bad(
                    rows[pupil],
                    raw[rows[pupil]],
                    ["This pupil is not on the roll on that day. Check the date, or enrol the pupil first."],
                )
                for pupil in command.marks
                if pupil not in enrolled
            ]
            marks = {pupil: mark for pupil, mark in command.marks.items() if pupil in enrolled}
            if not marks:
                return found
            known = command.model_copy(update={"marks": marks})
            first = min(rows.values())
            try:
                answer = await self._carry_out(load, known, first)
            except Refused as refused:
                return found + [Bad(rows[pupil], raw[rows[pupil]], [refused.sentence]) for pupil in marks]
            held = await self._held(load, command) if load.dry_run else {}
            for pupil, mark in marks.items():
                outcome = answer[1][pupil]
                one = _marked(rows[pupil], raw[rows[pupil]], pupil, outcome, answer[0])
                found.append(
                    one if isinstance(one, Bad) or not load.dry_run else _with_effect(one, mark.code, held.get(pupil))
                )
            return found

    async def _held(self, load: Load, command: attendance.TakeRegister) -> dict[bytes, SessionMark]:
        """Give the marks that a session already has of the pupils whom a file marks."""
        async with self._door.read(load.visit.organisation) as reader:
            return await marks_at(reader, command.date, command.session, list(command.marks))

    async def _carry_out(
        self, load: Load, command: attendance.TakeRegister, row: int
    ) -> tuple[int, Mapping[bytes, str]]:
        step: Step = Step(attendance.attendance, command)
        if load.dry_run:
            index, outcomes = 0, await self._door.rehearse(load.visit, "records", [step])
        else:
            result = await self._door.carry_out(
                load.visit, "records", [step], load.command(row, "register"), load.source(row)
            )
            index, outcomes = result.index, result.outcomes
        return index, {parse_id(who): outcome for who, outcome in outcomes.items()}


def _marked(row: int, raw: Mapping[str, Any], pupil: bytes, outcome: str, index: int) -> RowAnswer | Bad:
    """Give what came of a mark."""
    match outcome:
        case attendance.Outcome.TAKEN:
            return RowAnswer(row, "accepted", pupil, index=index)
        case attendance.Outcome.UNCHANGED:
            return RowAnswer(row, "unchanged", pupil)
        case _:
            otherwise = "This session is already marked otherwise. If the file is right, amend the mark with a reason."
            return Bad(row, raw, [otherwise], pupil)


def _reasons(error: ValidationError, model: type[BaseModel]) -> list[str]:
    places = Invalid.of(error, model).errors
    return [f"{place['pointer'].strip('/').replace('/', ' ')}: {place['detail']}" for place in places]


def _parts(facts: PupilFacts) -> tuple[list[tuple[Planner, Any]], list[str]]:
    """Read a row's further sections, each as its planner's model; give them and what is wrong with the rest."""
    planners = {planner.name: planner for planner in PLANNERS}
    parts: list[tuple[Planner, Any]] = []
    reasons: list[str] = []
    for name, said in facts.sections.items():
        planner = planners.get(name)
        if planner is None:
            reasons.append("The row has a section that is not known here. Ask whoever made the file to leave it out.")
            continue
        try:
            part: Any = planner.model.model_validate_json(json.dumps(said))
            parts.append((planner, part.model_copy(update={"upn": facts.upn}) if planner is NUMBERS else part))
        except ValidationError as error:
            reasons += [f"{name} {reason}" for reason in _reasons(error, planner.model)]
    return parts, reasons


def _with_effect(answer: RowAnswer, code: str, held: SessionMark | None) -> RowAnswer:
    """Add to an answer what a mark would do to the one that stands there."""
    if held is None:
        return replace(answer, effects=[Effect("mark", "new", code, category="attendance")])
    effect = Effect("mark", "same" if held.code == code else "changed", code, held.code, held.at, "attendance")
    return replace(answer, effects=[effect], shown=frozenset({answer.pupil} if answer.pupil else ()))


_COMPARED: Final[tuple[AnyView, ...]] = (pupils, contacts, roll, *(view for one in PLANNERS for view in one.views))
_NAMES: Final = tuple(sorted({name for view in _COMPARED for name in view.folds}))

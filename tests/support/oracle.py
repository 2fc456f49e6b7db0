"""What a pupil's record should say, worked out from the log's events by brute force and not by the folds.

It is written to be obviously right and not to be fast: for each fact it lists what was ever said, strikes out what was
corrected by then, and takes the latest start that is not after the day asked about.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from events.model import Entry, EntryWithdrawn, Event
from events.records.assessment import ResultWithdrawn
from events.records.attendance import Amendment, Mark
from events.records.characteristics import FsmReviewWithdrawn
from events.records.contact_corrections import (
    ContactLinkCorrected,
    EmailCorrected,
    EmailEnded,
    PhoneCorrected,
    PhoneEnded,
)
from events.records.contact_endings import (
    ContactDetailWithdrawn,
    ContactUnlinkCorrected,
    EmailEndCorrected,
    PhoneEndCorrected,
)
from events.records.contacts import (
    AddressChanged,
    AddressCorrected,
    ContactLinked,
    ContactUnlinked,
    EmailChanged,
    PhoneChanged,
)
from events.records.enrolment import (
    Enrolled,
    EnrolmentCorrected,
    GroupJoined,
    GroupLeft,
    LeavingCorrected,
    LeavingUndone,
    PupilLeft,
    StartingDayCorrected,
)
from events.records.group_corrections import GroupJoiningCorrected, GroupLeavingCorrected
from events.records.identity import (
    DateOfBirthCorrected,
    NameChanged,
    NameCorrected,
    PupilRegistered,
    SexCorrected,
    UpnCorrected,
    UpnRecorded,
)
from events.records.merging import PupilsMerged, PupilsUnmerged
from events.records.numbers import UpnMadePermanent

STRUCK = (ResultWithdrawn, FsmReviewWithdrawn, ContactDetailWithdrawn)
"""What says of an entry that what it tells never was so."""
ENDS = (PhoneEndCorrected, EmailEndCorrected, ContactUnlinkCorrected)
"""What says of an end that it was on another day, or was none."""


class Spell(NamedTuple):
    """A time on the roll: its first and, where it has ended, last day, the entry that says so, and as what."""

    since: date
    until: date | None
    entry: int
    enrolled: Enrolled


@dataclass
class Said:
    """One statement: from which day it holds, at which entry it was made, what it says, and what it put right."""

    since: date
    entry: int
    value: Any
    wrong: "Said | None" = None


def said_of(said: Sequence[Said], day: date) -> Said | None:
    """Give the statement that was true on a day: the latest start that is not after it."""
    fitting = [one for one in said if one.since <= day]
    return max(fitting, key=lambda one: (one.since, one.entry)) if fitting else None


def replaced_by(said: Sequence[Said], one: Said) -> Said | None:
    """Give what a statement took the place of: what it put right or else, of the others, what was true just before."""
    before = [other for other in said if (other.since, other.entry) < (one.since, one.entry)]
    return one.wrong or max(before, key=lambda other: (other.since, other.entry), default=None)


def true_on(said: Sequence[Said], day: date) -> Any:
    """Give what was true on a day; None for nothing."""
    found = said_of(said, day)
    return found.value if found else None


_ADDRESSES = (AddressChanged, AddressCorrected, ContactDetailWithdrawn)
_EMAILS = (EmailChanged, EmailCorrected, EmailEnded, EmailEndCorrected, ContactDetailWithdrawn)


class Oracle:
    """What is known at an entry of a log, given all its entries as opened."""

    def __init__(self, entries: Iterable[Entry], upto: int) -> None:
        known = [one for one in entries if one.header.index <= upto and isinstance(one.event, Event)]
        gone = {one.event.withdraws for one in known if isinstance(one.event, EntryWithdrawn)}
        self._entries = [one for one in known if one.header.index not in gone]
        self._merged: dict[bytes, bytes] = {}
        for one in self._entries:
            if isinstance(one.event, PupilsMerged):
                self._merged[one.event.merged] = one.event.survivor
            elif isinstance(one.event, PupilsUnmerged):
                self._merged.pop(one.event.merged, None)

    def record(self, pupil: bytes, day: date) -> dict[str, Any]:
        """Give the facts of a pupil's record that were true on a day."""
        return {
            "name": true_on(self.own(pupil, (PupilRegistered, NameChanged, NameCorrected), "full_name"), day),
            "date_of_birth": true_on(self.own(pupil, (PupilRegistered, DateOfBirthCorrected), "date_of_birth"), day),
            "sex": true_on(self.own(pupil, (PupilRegistered, SexCorrected), "sex"), day),
            "upn": self._upn(pupil, day),
            "address": true_on(self.facts(pupil, _ADDRESSES, "address"), day),
            "emails": true_on(self.facts(pupil, _EMAILS, "email"), day),
            "phones": self._phones(pupil, day),
            "contacts": self._contacts(pupil, day),
            "year_group": self._year_group(pupil, day),
            "groups": self._groups(pupil, day),
        }

    def mark(self, pupil: bytes, day: date, session: str) -> str | None:
        """Give the code of a session: the last that was written for it."""
        code = None
        for entry in self._entries:
            part = self._part(entry, pupil)
            if isinstance(part, Mark | Amendment) and (entry.event.date, entry.event.session) == (day, session):  # type: ignore[union-attr]  # registers have both
                code = part.code
        return code

    def shown(self, person: Any) -> Any:
        """Give in whose record somebody is shown, however often merged."""
        while person in self._merged:
            person = self._merged[person]
        return person

    def amended(self, pupil: bytes, day: date, session: str) -> list[tuple[int, str, str]]:
        """Give each amendment of a session: its entry, the code that stood before, and the one from then on."""
        parts = [(one.header.index, one.event, self._part(one, pupil)) for one in self._entries]
        return [
            (index, part.was, part.code)
            for index, event, part in parts
            if isinstance(part, Amendment) and (event.date, event.session) == (day, session)  # type: ignore[union-attr]  # registers have both
        ]

    def _part(self, entry: Entry, pupil: bytes) -> Any:
        """Give a pupil's part of a register; of two parts of one child the later one stands."""
        parts = [part for who, part in entry.parts.items() if self.shown(who) == pupil]
        return parts[-1] if parts else None

    def merged_into(self, person: bytes) -> list[bytes]:
        """Give the records merged into somebody's, in the order of their ids."""
        return sorted(one for one in self._merged if one != person and self.shown(one) == person)

    def of(self, person: bytes, kinds: tuple[type[Event], ...]) -> list[tuple[int, Any]]:
        """Give what was said of somebody, or of a record merged into theirs, with the entries that say it."""
        return [
            (one.header.index, one.event)
            for one in self._entries
            if isinstance(one.event, kinds) and self.shown(getattr(one.event, "subject", None)) == person
        ]

    def own(self, person: bytes, kinds: tuple[type[Event], ...], field: str) -> list[Said]:
        """Give who somebody is by their own record alone: what another one says of them is beside it."""
        if person in self._merged:
            return []
        return self.said([one for one in self.named(kinds) if one[1].subject == person], field)

    def named(self, kinds: tuple[type[Event], ...]) -> list[tuple[int, Any]]:
        """Give every event of some kinds."""
        return [(one.header.index, one.event) for one in self._entries if isinstance(one.event, kinds)]

    def _upn(self, person: bytes, day: date) -> str | None:
        found = true_on(self.upns(person, day), day)
        return None if found is None else str(found)

    def upns(self, person: bytes, day: date) -> list[Said]:
        """Give the numbers of their own record or else, in the order of their ids, of one merged into it."""
        return self.first_known(person, (UpnRecorded, UpnCorrected, UpnMadePermanent), "upn", day)

    def first_known(self, person: bytes, kinds: tuple[type[Event], ...], field: str, day: date) -> list[Said]:
        """Give what the first record that knows anything of a day says: their own, then those merged into it."""
        for one in [] if person in self._merged else [person, *self.merged_into(person)]:
            said = self.said([told for told in self.named(kinds) if told[1].subject == one], field)
            if true_on(said, day) is not None:
                return said
        return []

    def facts(self, person: bytes, kinds: tuple[type[Event], ...], field: str | None, **only: Any) -> list[Said]:
        """Give the statements that stand of one fact about somebody; ``field`` of None gives the events themselves."""
        return self.told(self.of(person, kinds), field, only)

    def told(self, events: Iterable[tuple[int, Any]], field: str | None, only: Mapping[str, Any]) -> list[Said]:
        """Give the statements that stand of one fact; whatever strikes an entry out does not say of which it is."""
        return self.said(
            [
                one
                for one in events
                if (isinstance(one[1], STRUCK) and not isinstance(one[1], ResultWithdrawn))
                or all(getattr(one[1], name) == value for name, value in only.items())
            ],
            field,
        )  # fmt: skip

    def said(self, events: Iterable[tuple[int, Any]], field: str | None) -> list[Said]:
        """Give the statements that events come to, without what was corrected."""
        said: list[Said] = []
        for index, event in events:
            if isinstance(event, STRUCK) or (isinstance(event, ENDS) and event.ended is None):
                said = [one for one in said if one.entry != event.corrects]
                continue
            if isinstance(event, ENDS) and all(one.entry != event.corrects for one in said):
                continue
            value = getattr(event, field, None) if field else event  # an end says no value
            new = Said(event.valid_on, index, value)
            if isinstance(event, ENDS):
                new.since = event.ended or new.since
            if isinstance(event, UpnMadePermanent):
                new = Said(max([new.since, *(one.since for one in said)]), index, new.value)
            corrects = getattr(event, "corrects", None)
            if corrects is not None:
                wrong = [one for one in said if one.entry == corrects]
                said = [one for one in said if one.entry != corrects]
                # A right value holds from when the wrong one did, where nothing else is known of that time.
                for one in wrong:
                    new.wrong = one
                    if one.since < new.since and said_of(said, one.since) is None:
                        new.since = one.since
            said.append(new)
        return said

    def _phones(self, person: bytes, day: date) -> dict[str, str]:
        kinds = (PhoneChanged, PhoneCorrected, PhoneEnded, PhoneEndCorrected, ContactDetailWithdrawn)
        types = {event.phone_type for _, event in self.of(person, kinds[:3])}
        said = {one: self.facts(person, kinds, "number", phone_type=one) for one in types}
        return {one: number for one in types if (number := true_on(said[one], day)) is not None}

    def _contacts(self, person: bytes, day: date) -> dict[bytes, tuple[str, int]]:
        found = {}
        kinds = (
            ContactLinked,
            ContactLinkCorrected,
            ContactUnlinked,
            ContactUnlinkCorrected,
            ContactDetailWithdrawn,
        )
        for contact in {event.contact for _, event in self.of(person, kinds[:3])}:
            link = true_on(self.facts(person, kinds, "relationship", contact=contact), day)
            if link is not None:
                found[contact] = (link, true_on(self.facts(person, kinds, "priority", contact=contact), day))
        return found

    def _year_group(self, person: bytes, day: date) -> str | None:
        now = self.place_on(person, day)[0]
        return now.enrolled.year_group if now else None

    def place_on(self, person: bytes, day: date) -> tuple[Spell | None, Spell | None]:
        """Give the time on the roll that a day falls into, and the one that began before it."""
        on_roll: list[Spell] = []
        for index, event in self.turns(person):
            if isinstance(event, Enrolled):
                on_roll.append(Spell(event.valid_on, None, index, event))
            else:
                on_roll = [
                    one._replace(until=one.until or event.valid_on)
                    for one in on_roll
                    if one.until is not None or one.since <= event.valid_on
                ]
        in_order = sorted(on_roll, key=lambda one: (one.since, one.entry))
        fitting = [one for one in in_order if one.since <= day and (one.until is None or day <= one.until)]
        if not fitting:
            return None, None
        return fitting[-1], next(iter(in_order[: in_order.index(fitting[-1])][::-1]), None)

    def turns(self, person: bytes) -> list[tuple[int, Enrolled | PupilLeft]]:
        """Give what happened to a place on the roll as if everything had been written right the first time."""
        written: list[tuple[int, Enrolled | PupilLeft]] = []
        for index, event in self.of(
            person, (Enrolled, PupilLeft, StartingDayCorrected, EnrolmentCorrected, LeavingCorrected, LeavingUndone)
        ):
            if isinstance(event, Enrolled | PupilLeft):
                written.append((index, event))
                continue
            for place, (wrong, said) in enumerate(written):
                if wrong != event.corrects:
                    continue
                if isinstance(event, LeavingUndone):
                    del written[place]
                elif isinstance(event, EnrolmentCorrected):  # it says of the day only which it is about
                    right = {"status": event.status, "year_group": event.year_group}
                    written[place] = (index, said.model_copy(update=right))
                else:
                    right = {
                        name: getattr(event, name)
                        for name in ("valid_on", "ground", "destination")
                        if hasattr(event, name)
                    }
                    written[place] = (index, said.model_copy(update=right))
                break
        return written

    def _groups(self, person: bytes, day: date) -> set[bytes]:
        turns: dict[bytes, list[tuple[int, bool, date]]] = {}
        for entry in self._entries:
            index, event = entry.header.index, entry.event
            if isinstance(event, GroupJoined | GroupLeft) and self._part(entry, person) is not None:
                turns.setdefault(event.group, []).append((index, isinstance(event, GroupJoined), event.date))
            elif isinstance(event, GroupJoiningCorrected | GroupLeavingCorrected) and (
                self.shown(event.subject) == person
            ):
                right = event.joined if isinstance(event, GroupJoiningCorrected) else event.left
                known = turns.get(event.group, [])
                turns[event.group] = [
                    (index, one[1], right) if one[0] == event.corrects and right else one
                    for one in known
                    if one[0] != event.corrects or right
                ]
        return {group for group, known in turns.items() if self._is_in(known, day)}

    def _is_in(self, turns: Iterable[tuple[int, bool, date]], day: date) -> bool:
        times: list[list[date | None]] = []
        for _, joined, on in turns:
            if joined:
                times.append([on, None])
            for time in [] if joined else times:
                if time[1] is None and time[0] is not None:
                    time[1] = on if time[0] <= on else time[0] - timedelta(days=1)
        return any(first <= day and (last is None or day <= last) for first, last in times if first is not None)

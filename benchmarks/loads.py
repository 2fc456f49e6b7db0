"""What the benchmarks load: made-up schools, their registers and their pupils' facts, as JSON a connector would send."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from random import Random
from typing import Final
from uuid import UUID

from events.identifiers import id_text, upn_check_letter
from events.model import PersonEvent
from events.records.contacts import AddressChanged, AddressCorrected, ContactLinked, EmailChanged, PhoneChanged
from events.records.identity import NameChanged, NameCorrected, PupilRegistered, UpnRecorded

SEATS: Final = 30
"""Pupils of a class, so marks of a register."""
DAYS: Final = 190
"""School days of a year."""
SESSIONS: Final = ("AM", "PM")
_SATURDAY: Final = 5
FACTS: Final = 10
"""Facts about a pupil that ten_facts gives."""
_CODES: Final = (None, "I", "L", "N")
_SHARES: Final = (94, 3, 2, 1)
"""Percent present, ill, late, and absent for a reason not yet known."""


@dataclass(frozen=True, slots=True)
class School:
    """Classes of thirty, the same for the same seed."""

    classes: Sequence[tuple[UUID, Sequence[bytes]]]

    @classmethod
    def of(cls, classes: int, seed: int) -> "School":
        random = Random(seed)
        return cls(
            [
                (UUID(bytes=random.randbytes(16), version=4), [random.randbytes(16) for _ in range(SEATS)])
                for _ in range(classes)
            ]
        )

    @property
    def pupils(self) -> list[bytes]:
        """Everybody's ids."""
        return [pupil for _, pupils in self.classes for pupil in pupils]

    def registers(self, year: int, days: int = DAYS) -> Iterator[bytes]:
        """Give the registers of a school year's first days: every class, both sessions."""
        random = Random(year)
        for day in islice(school_days(year), days):
            for session in SESSIONS:
                present = "/" if session == "AM" else "\\"
                for group, pupils in self.classes:
                    codes = random.choices(_CODES, _SHARES, k=len(pupils))
                    parts = {
                        id_text(pupil): {"code": code or present, "minutes_late": 9 if code == "L" else None}
                        for pupil, code in zip(pupils, codes, strict=True)
                    }
                    yield json.dumps(
                        {"group": str(group), "date": day.isoformat(), "session": session, "parts": parts}
                    ).encode()


def school_days(year: int) -> Iterator[date]:
    """Give a school year's weekdays, from 1 September on."""
    day = date(year, 9, 1)
    while True:
        if day.weekday() < _SATURDAY:
            yield day
        day += timedelta(days=1)


def upn(number: int) -> str:
    """Give a valid made-up UPN for a number below a million."""
    digits = f"9262{number // 1000:03}26{number % 1000:03}"
    return upn_check_letter(digits) + digits


@dataclass(frozen=True, slots=True)
class Fact:
    """One event about one person, as JSON, and which of their streams it belongs to."""

    kind: type[PersonEvent]
    stream: str
    subject: bytes
    body: bytes


def ten_facts(pupils: Iterable[bytes], first: int = 0) -> list[Fact]:
    """Give ten facts about each pupil: four of their identity, six of how to reach them. UPNs count from ``first``."""
    return [fact for number, pupil in enumerate(pupils, first) for fact in _ten(pupil, number)]


def two_facts(pupils: Iterable[bytes]) -> list[Fact]:
    """Give the first fact of each of two categories about each pupil: a key of its own for each of them."""
    found = []
    for number, pupil in enumerate(pupils):
        facts = _ten(pupil, number)
        found += [facts[0], facts[4]]
    return found


def _ten(pupil: bytes, number: int) -> list[Fact]:
    name = {"surname": f"Surname{number}", "forename": "Aya", "middle_names": "Of The Benchmark"}
    address = {"lines": [f"{number} Station Road", "Sometown", "Someshire"], "postcode": "AB1 2CD"}
    asked: list[tuple[type[PersonEvent], str, dict[str, object]]] = [
        (PupilRegistered, "identity", {"full_name": name, "date_of_birth": "2016-05-06", "sex": "F"}),
        (UpnRecorded, "identity", {"upn": upn(number)}),
        (NameChanged, "identity", {"full_name": name | {"surname": f"Other{number}"}}),
        (NameCorrected, "identity", {"full_name": name, "corrects": 1, "reason": "a typing error in the transfer file"}),
        (AddressChanged, "contacts", {"address": address}),
        (AddressCorrected, "contacts", {"address": address, "corrects": 1, "reason": "the wrong house"}),
        (PhoneChanged, "contacts", {"phone_type": "H", "number": f"01632 960{number % 1000:03}"}),
        (PhoneChanged, "contacts", {"phone_type": "M", "number": f"07700 900{number % 1000:03}"}),
        (EmailChanged, "contacts", {"email": f"family{number}@example.org"}),
        (ContactLinked, "contacts", {"contact": id_text(pupil[::-1]), "relationship": "PAM", "priority": 1}),
    ]  # fmt: skip
    common = {"subject": id_text(pupil), "valid_on": "2025-09-01"}
    return [Fact(kind, stream, pupil, json.dumps(common | said).encode()) for kind, stream, said in asked]

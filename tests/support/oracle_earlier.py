"""What a record should say of earlier schools and their counts, worked out from the log's events by brute force."""

from datetime import date
from typing import Any

from events.records import earlier_schools as earlier
from support.oracle import Oracle, Said, said_of


def schools_on(oracle: Oracle, pupil: bytes, day: date) -> list[tuple[int, Any]]:
    """Give what stood of each time at another school on a day, with the entry that says it."""
    kinds = (earlier.EarlierSchoolRecorded, earlier.EarlierSchoolCorrected, earlier.EarlierSchoolWithdrawn)
    return _standing(oracle.of(pupil, kinds), day, lambda one: one.entered)


def attendance_on(oracle: Oracle, pupil: bytes, day: date) -> list[tuple[int, Any]]:
    """Give what stood of each year's count on a day, with the entry that says it."""
    kinds = (
        earlier.EarlierAttendanceRecorded,
        earlier.EarlierAttendanceCorrected,
        earlier.EarlierAttendanceWithdrawn,
    )
    return _standing(oracle.of(pupil, kinds), day, lambda one: one.year)


def _standing(events: list[tuple[int, Any]], day: date, when: Any) -> list[tuple[int, Any]]:
    """A school is the same by its number or, where none is given, by its name in whatever capitals."""
    things: dict[Any, list[Said]] = {}
    for index, event in events:
        one = event.which
        thing = (one.laestab or one.school.lower(), when(one))
        said = things.setdefault(thing, [])
        gone = [known for known in said if known.entry == getattr(event, "corrects", None)]
        rest = [known for known in said if known not in gone]
        if hasattr(event, "said"):
            since = event.valid_on
            # A right value holds from when the wrong one did, where nothing else is known of that time.
            for wrong in gone:
                if wrong.since < since and said_of(rest, wrong.since) is None:
                    since = wrong.since
            rest.append(Said(since, index, event.said))
        things[thing] = rest
    found = [said_of(said, day) for said in things.values()]
    return sorted(((one.entry, one.value) for one in found if one), key=lambda one: one[0])

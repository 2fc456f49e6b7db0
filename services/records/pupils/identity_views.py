"""Who a pupil is, as shown: dated facts, numbers and names of before, and those of records merged into theirs."""

from collections.abc import Callable, Mapping
from datetime import date
from operator import attrgetter
from typing import Any, Final, TypeAlias

from events.model import Recorded
from events.records.common import FullName
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
from events.records.numbers import (
    FormerNameCorrected,
    FormerNameRecorded,
    FormerNameWithdrawn,
    FormerUpnRecorded,
    FormerUpnWithdrawn,
    UciCorrected,
    UciRecorded,
    UlnCorrected,
    UlnRecorded,
    UpnMadePermanent,
)
from ledger.alias import alias_view
from ledger.view import AnyView, PersonRow, Row, View
from services.facts import Dated, Provenance, added, corrected

aliases = alias_view(PupilsMerged, PupilsUnmerged)


class FormerName(Row):
    """What a pupil was once called, as far as it is known."""

    surname: str | None
    forename: str | None


class MergedIdentity(Row):
    """What a record said of who a pupil is, before it was merged into this one and since."""

    subject: bytes
    names: tuple[Dated[FullName], ...] = ()
    born: tuple[Dated[date], ...] = ()
    sex: tuple[Dated[str], ...] = ()
    upn: tuple[Dated[str], ...] = ()
    former_upns: tuple[Dated[str], ...] = ()
    uln: tuple[Dated[str], ...] = ()
    uci: tuple[Dated[str], ...] = ()
    former_names: tuple[Dated[FormerName], ...] = ()


class PupilRow(PersonRow):
    """Who a pupil is, each fact as a dated series. ``search_key`` is the newest name, for search by prefix.

    ``merged`` are the identities of records merged into this one. They are kept apart: where two records of one child
    differ, the surviving one's word counts, and the other's can still be seen.
    """

    search_key: str
    names: tuple[Dated[FullName], ...] = ()
    born: tuple[Dated[date], ...] = ()
    sex: tuple[Dated[str], ...] = ()
    upn: tuple[Dated[str], ...] = ()
    former_upns: tuple[Dated[str], ...] = ()
    uln: tuple[Dated[str], ...] = ()
    uci: tuple[Dated[str], ...] = ()
    former_names: tuple[Dated[FormerName], ...] = ()
    merged: tuple[MergedIdentity, ...] = ()


AnIdentity: TypeAlias = PupilRow | MergedIdentity


def search_key(name: FullName) -> str:
    """Give what a name is found by: the surname used, then the forename, without case."""
    surname, forename = name.preferred_surname or name.surname, name.preferred_forename or name.forename
    return f"{surname} {forename}".casefold()


pupils = View(
    "pupils", version=3, row=PupilRow, key=["subject"], key_of=lambda r: (r.subject,), indexed=[["search_key"]]
)

Change: TypeAlias = Callable[[AnIdentity, Recorded[Any]], dict[str, Any]]
"""Gives the fields of an identity that an event changes."""


def _told(change: Change) -> Callable[[PupilRow | None, Recorded[Any]], PupilRow]:
    """Give the fold that changes the pupil's own identity or, of an event about a merged record, that one's."""

    def fold(row: PupilRow | None, recorded: Recorded[Any]) -> PupilRow:
        known = row or PupilRow(subject=recorded.body.subject, search_key="")
        about = recorded.header.subjects[0]
        if about == known.subject:
            return _searchable(known.model_copy(update=change(known, recorded)))
        others = {one.subject: one for one in known.merged}
        other = others.get(about) or MergedIdentity(subject=about)
        others[about] = other.model_copy(update=change(other, recorded))
        return known.model_copy(update={"merged": tuple(others[subject] for subject in sorted(others))})

    return fold


def _searchable(row: PupilRow) -> PupilRow:
    if not row.names:
        return row
    newest = max(row.names, key=lambda name: (name.since, name.at.index))
    return row.model_copy(update={"search_key": search_key(newest.value)})


def _dated(recorded: Recorded[Any], value: Any) -> Dated[Any]:
    return Dated.model_construct(value=value, since=recorded.body.valid_on, at=Provenance.with_reason(recorded))


def _former_name(body: Any) -> FormerName:
    return FormerName(surname=body.surname, forename=body.forename)


_SAID: Final[Mapping[type[Any], Mapping[str, Callable[[Any], Any]]]] = {
    PupilRegistered: {
        "names": attrgetter("full_name"), "born": attrgetter("date_of_birth"), "sex": attrgetter("sex"),
    },
    NameChanged: {"names": attrgetter("full_name")},
    NameCorrected: {"names": attrgetter("full_name")},
    DateOfBirthCorrected: {"born": attrgetter("date_of_birth")},
    SexCorrected: {"sex": attrgetter("sex")},
    UpnRecorded: {"upn": attrgetter("upn")},
    UpnCorrected: {"upn": attrgetter("upn")},
    FormerUpnRecorded: {"former_upns": attrgetter("upn")},
    UlnRecorded: {"uln": attrgetter("uln")},
    UlnCorrected: {"uln": attrgetter("uln")},
    UciRecorded: {"uci": attrgetter("uci")},
    UciCorrected: {"uci": attrgetter("uci")},
    FormerNameRecorded: {"former_names": _former_name},
    FormerNameCorrected: {"former_names": _former_name},
}  # fmt: skip
"""Which facts each event says, and what it says of each."""
_WITHDRAWN: Final[Mapping[type[Any], str]] = {FormerUpnWithdrawn: "former_upns", FormerNameWithdrawn: "former_names"}


@pupils.on(*_SAID)
@_told
def _said(known: AnIdentity, recorded: Recorded[Any]) -> dict[str, Any]:
    corrects = getattr(recorded.body, "corrects", None)

    def put(where: str, item: Dated[Any]) -> tuple[Dated[Any], ...]:
        series = getattr(known, where)
        return added(series, item) if corrects is None else corrected(series, item, corrects)

    said = _SAID[type(recorded.body)]
    return {where: put(where, _dated(recorded, value(recorded.body))) for where, value in said.items()}


@pupils.on(*_WITHDRAWN)
@_told
def _withdrawn(known: AnIdentity, recorded: Recorded[Any]) -> dict[str, Any]:
    where = _WITHDRAWN[type(recorded.body)]
    return {where: tuple(item for item in getattr(known, where) if item.at.index != recorded.body.corrects)}


@pupils.on(UpnMadePermanent)
@_told
def _permanent(known: AnIdentity, recorded: Recorded[UpnMadePermanent]) -> dict[str, Any]:
    # A file may give an earlier day than the one from which the temporary number is known: the newest word counts.
    item = _dated(recorded, recorded.body.upn)
    since = max([item.since, *(one.since for one in known.upn)])
    return {
        "upn": added(known.upn, item.model_copy(update={"since": since})),
        "former_upns": (*known.former_upns, *known.upn[-1:]),
    }


VIEWS: Final[tuple[AnyView, ...]] = (aliases, pupils)
"""Every view of who pupils are. A runner takes them first, as it folds all others by who is held to be whom."""

"""Who a pupil is, as shown: dated facts, numbers and names of before, and those of records merged into theirs."""

from collections.abc import Callable
from datetime import date
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


@pupils.on(PupilRegistered)
@_told
def _registered(known: AnIdentity, recorded: Recorded[PupilRegistered]) -> dict[str, Any]:
    body = recorded.body
    return {
        "names": added(known.names, _dated(recorded, body.full_name)),
        "born": added(known.born, _dated(recorded, body.date_of_birth)),
        "sex": added(known.sex, _dated(recorded, body.sex)),
    }


@pupils.on(NameChanged)
@_told
def _named(known: AnIdentity, recorded: Recorded[NameChanged]) -> dict[str, Any]:
    return {"names": added(known.names, _dated(recorded, recorded.body.full_name))}


@pupils.on(NameCorrected)
@_told
def _renamed(known: AnIdentity, recorded: Recorded[NameCorrected]) -> dict[str, Any]:
    return {"names": corrected(known.names, _dated(recorded, recorded.body.full_name), recorded.body.corrects)}


@pupils.on(DateOfBirthCorrected)
@_told
def _born(known: AnIdentity, recorded: Recorded[DateOfBirthCorrected]) -> dict[str, Any]:
    return {"born": corrected(known.born, _dated(recorded, recorded.body.date_of_birth), recorded.body.corrects)}


@pupils.on(SexCorrected)
@_told
def _sex(known: AnIdentity, recorded: Recorded[SexCorrected]) -> dict[str, Any]:
    return {"sex": corrected(known.sex, _dated(recorded, recorded.body.sex), recorded.body.corrects)}


@pupils.on(UpnRecorded)
@_told
def _upn(known: AnIdentity, recorded: Recorded[UpnRecorded]) -> dict[str, Any]:
    return {"upn": added(known.upn, _dated(recorded, recorded.body.upn))}


@pupils.on(UpnCorrected)
@_told
def _upn_corrected(known: AnIdentity, recorded: Recorded[UpnCorrected]) -> dict[str, Any]:
    return {"upn": corrected(known.upn, _dated(recorded, recorded.body.upn), recorded.body.corrects)}


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


@pupils.on(FormerUpnRecorded)
@_told
def _former(known: AnIdentity, recorded: Recorded[FormerUpnRecorded]) -> dict[str, Any]:
    return {"former_upns": added(known.former_upns, _dated(recorded, recorded.body.upn))}


@pupils.on(FormerUpnWithdrawn)
@_told
def _withdrawn(known: AnIdentity, recorded: Recorded[FormerUpnWithdrawn]) -> dict[str, Any]:
    corrects = recorded.body.corrects
    return {"former_upns": tuple(item for item in known.former_upns if item.at.index != corrects)}


@pupils.on(UlnRecorded)
@_told
def _uln(known: AnIdentity, recorded: Recorded[UlnRecorded]) -> dict[str, Any]:
    return {"uln": added(known.uln, _dated(recorded, recorded.body.uln))}


@pupils.on(UlnCorrected)
@_told
def _uln_corrected(known: AnIdentity, recorded: Recorded[UlnCorrected]) -> dict[str, Any]:
    return {"uln": corrected(known.uln, _dated(recorded, recorded.body.uln), recorded.body.corrects)}


@pupils.on(UciRecorded)
@_told
def _uci(known: AnIdentity, recorded: Recorded[UciRecorded]) -> dict[str, Any]:
    return {"uci": added(known.uci, _dated(recorded, recorded.body.uci))}


@pupils.on(UciCorrected)
@_told
def _uci_corrected(known: AnIdentity, recorded: Recorded[UciCorrected]) -> dict[str, Any]:
    return {"uci": corrected(known.uci, _dated(recorded, recorded.body.uci), recorded.body.corrects)}


@pupils.on(FormerNameRecorded)
@_told
def _once_called(known: AnIdentity, recorded: Recorded[FormerNameRecorded]) -> dict[str, Any]:
    name = FormerName(surname=recorded.body.surname, forename=recorded.body.forename)
    return {"former_names": added(known.former_names, _dated(recorded, name))}


@pupils.on(FormerNameCorrected)
@_told
def _once_called_otherwise(known: AnIdentity, recorded: Recorded[FormerNameCorrected]) -> dict[str, Any]:
    name = FormerName(surname=recorded.body.surname, forename=recorded.body.forename)
    return {"former_names": corrected(known.former_names, _dated(recorded, name), recorded.body.corrects)}


@pupils.on(FormerNameWithdrawn)
@_told
def _never_called(known: AnIdentity, recorded: Recorded[FormerNameWithdrawn]) -> dict[str, Any]:
    gone = recorded.body.corrects
    return {"former_names": tuple(item for item in known.former_names if item.at.index != gone)}


VIEWS: Final[tuple[AnyView, ...]] = (aliases, pupils)
"""Every view of who pupils are. A runner takes them first, as it folds all others by who is held to be whom."""

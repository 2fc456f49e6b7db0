"""Brings a Common Transfer File in over HTTP: what it says of each pupil, row by row, dry or for good."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, Final

from services.connectors.client import Client, as_uuid
from services.connectors.ctf.model import CtfAddress, CtfContact, CtfPhone, CtfPupil
from services.connectors.ctf.reader import read_ctf
from services.connectors.report import Report

CONNECTOR: Final = "ctf"
ROWS_A_CALL: Final = 50
CONTACT_UNKNOWN: Final = "OTH"
"""The relationship of a contact whose file does not say it."""
PHONE_UNKNOWN: Final = "H"
"""The type of a number whose file does not say it: the home's."""


def load_ctf(  # what a load needs, named at each call
    client: Client, organisation: str, data: bytes, file_name: str, *, today: date, dry_run: bool = False,
    advance: Callable[[int], None] = lambda _: None,
) -> Report:  # fmt: skip
    """Load a file into an organisation. Raises FileRefused for an unreadable file, and Problem for what is refused.

    The same file again is the same batch with the same keys, so it adds nothing. ``advance`` is told of rows done.
    """
    read = read_ctf(data, file_name, today=today)
    digest = hashlib.sha256(data).hexdigest()
    batch = as_uuid(f"{CONNECTOR} {organisation} {digest}")
    report = Report(file_name, dry_run, [problem.sentence for problem in read.problems])
    if read.sections_not_read:
        report.notes.append(f"Not imported yet: {', '.join(read.sections_not_read)}.")
    if not dry_run:
        client.post("intake/batches", {
            "batch": batch, "connector": CONNECTOR, "kind": "ctf", "file_sha256": digest, "rows": len(read.pupils),
        }, f"{batch} batch")  # fmt: skip
    said = read.header.written_at.date() if read.header.written_at else today
    good = [row(pupil) for pupil in read.pupils if pupil.usable]
    for start in range(0, len(good), ROWS_A_CALL):
        rows = good[start : start + ROWS_A_CALL]
        body = {"batch": batch, "connector": CONNECTOR, "dry_run": dry_run, "valid_on": min(said, today).isoformat(),
                "rows": rows}  # fmt: skip
        report.add(client.post("intake/pupils", body, f"{batch} pupils {start} {dry_run}"))
        advance(len(rows))
    _set_aside(client, batch, [pupil for pupil in read.pupils if not pupil.usable], report)
    return report


def row(pupil: CtfPupil) -> dict[str, Any]:
    """Give a pupil as the API takes one; what the file does not say is left out."""
    identity, time_here = pupil.identity, pupil.enrolment
    started = time_here.entry_date if time_here else None
    enrolment = None
    if pupil.nc_year is not None and pupil.enrolment_status is not None and started is not None:
        enrolment = {"since": started.isoformat(), "status": pupil.enrolment_status, "year_group": pupil.nc_year}
    home = address(pupil.address)
    return {
        "row": pupil.row,
        "upn": identity.upn,
        "full_name": {
            "surname": identity.surname, "forename": identity.forename, "middle_names": identity.middle_names,
            "preferred_surname": identity.preferred_surname, "preferred_forename": identity.preferred_forename,
        },
        "date_of_birth": identity.date_of_birth.isoformat() if identity.date_of_birth else None,
        "sex": identity.sex,
        "enrolment": enrolment,
        "address": home,
        "phones": list(phones(pupil.phones)),
        "email": pupil.email,
        "contacts": [_contact(one, home) for one in pupil.contacts or () if one.surname and one.forename],
    }  # fmt: skip


def _contact(contact: CtfContact, home: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "title": contact.title,
        "full_name": {
            "surname": contact.surname, "forename": contact.forename, "middle_names": contact.middle_names,
        },
        "relationship": contact.relationship or CONTACT_UNKNOWN,
        "parental_responsibility": contact.parental_responsibility,
        "priority": contact.order or contact.position,
        "address": home if contact.address_as_pupil else address(contact.address),
        "phones": list(phones(contact.phones)),
        "email": contact.email,
    }  # fmt: skip


def address(sent: CtfAddress | None) -> dict[str, Any] | None:
    """Give an address as lines of a letter, if the file gives any."""
    return {"lines": list(sent.lines), "postcode": sent.postcode} if sent and sent.lines else None


def phones(sent: Sequence[CtfPhone] | None) -> Iterator[dict[str, str]]:
    """Give numbers, one of each type: the first that the file gives."""
    seen: set[str] = set()
    for phone in sent or ():
        kind = phone.phone_type or PHONE_UNKNOWN
        if kind not in seen:
            seen.add(kind)
            yield {"phone_type": kind, "number": phone.number}


def _set_aside(client: Client, batch: str, bad: Sequence[CtfPupil], report: Report) -> None:
    rows = [
        {
            "row": pupil.row,
            "fields": dict(pupil.as_written),
            "reasons": [problem.sentence for problem in pupil.problems if problem.fatal],
        }
        for pupil in bad
    ]
    if report.dry_run:
        report.rows += [
            {"row": one["row"], "outcome": "quarantined", "effects": [], "reasons": one["reasons"]} for one in rows
        ]
        return
    for start in range(0, len(rows), ROWS_A_CALL):
        body = {"batch": batch, "connector": CONNECTOR, "rows": rows[start : start + ROWS_A_CALL]}
        report.add(client.post("intake/quarantine", body, f"{batch} aside {start}"))

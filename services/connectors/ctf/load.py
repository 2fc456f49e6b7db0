"""Brings a Common Transfer File in over HTTP: what it says of each pupil, row by row, dry or for good."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, Final

from services.connectors.client import Client
from services.connectors.ctf import admission, assessment, characteristics, earlier, numbers
from services.connectors.ctf.care import care_sections
from services.connectors.ctf.coded import PREVIOUS
from services.connectors.ctf.model import CtfAddress, CtfContact, CtfFile, CtfPhone, CtfPupil
from services.connectors.ctf.reader import read_ctf
from services.connectors.report import Report
from services.connectors.run import BadRow, Run

CONNECTOR: Final = "ctf"
ROWS_A_CALL: Final = 50
CONTACT_UNKNOWN: Final = "OTH"
"""The relationship of a contact whose file does not say it."""
PHONE_UNKNOWN: Final = "H"
"""The type of a number whose file does not say it: the home's."""


def load_ctf(  # what a load needs, named at each call
    client: Client, data: bytes, file_name: str, *, today: date, dry_run: bool = False, complete: bool = False,
    advance: Callable[[int], None] = lambda _: None,
) -> Report:  # fmt: skip
    """Load a file into an organisation. Raises FileRefused for an unreadable file, and Problem for what is refused.

    The same file again is the same batch, of which everything is known, so it adds nothing. ``advance`` is told of rows
    done. ``complete`` says that the file is the whole roll: if it lacks too many pupils, nothing of it is taken.
    """
    read = read_ctf(data, file_name, today=today)
    run = Run(client, CONNECTOR, "ctf", sha256(data).hexdigest(), len(read.pupils), dry_run=dry_run)
    report = Report(file_name, dry_run, [problem.sentence for problem in read.problems])
    report.notes += of_file(read)
    ours = client.about_us().get("laestab")
    sent_to = read.header.destination_laestab
    if ours and sent_to and sent_to.isdigit() and sent_to != ours:
        report.notes.append(f"This file is addressed to school {sent_to}; this is {ours}. Check that it is yours.")
    for pupil in read.pupils:
        report.notes += [f"Row {pupil.row}: {sentence}" for sentence in notes(pupil)]
    if complete:
        missing = run.whole_roll(pupil.identity.upn for pupil in read.pupils)
        report.notes.append(f"{len(missing)} pupils on the roll are not in this file. They stay on the roll.")
    said = read.header.written_at.date() if read.header.written_at else today
    good = [row(pupil) for pupil in read.pupils if pupil.usable]
    for start in range(0, len(good), ROWS_A_CALL):
        rows = good[start : start + ROWS_A_CALL]
        report.add(run.send("intake/pupils", {"valid_on": min(said, today).isoformat(), "rows": rows}))
        advance(len(rows))
    run.set_aside(report, [aside(pupil) for pupil in read.pupils if not pupil.usable])
    return report


def aside(pupil: CtfPupil) -> BadRow:
    """Give a row that cannot be used with what of it can be read, so that mending one value loses no other."""
    time_here = pupil.enrolment
    started = time_here.entry_date if time_here else None
    place = {
        "since": started.isoformat() if started else None, "status": pupil.enrolment_status,
        "year_group": pupil.nc_year,
    }  # fmt: skip
    fields = {**row(pupil), "enrolment": place if any(place.values()) else None, "as_written": dict(pupil.as_written)}
    return pupil.row, list(fields.items()), pupil.problems


def of_file(read: CtfFile) -> Iterator[str]:
    """Give what a person should know of a file as a whole: what in it is not known, and what is not collected."""
    if read.sections_not_read:
        yield f"Not known here, so not read: {', '.join(read.sections_not_read)}."
    refused = characteristics.counted(pupil.characteristics for pupil in read.pupils if pupil.usable)
    if refused:
        yield refused


def notes(pupil: CtfPupil) -> Iterator[str]:
    """Give what a person should know of a row that is brought in all the same: what was left out, and why."""
    if not pupil.usable:
        return
    yield from (problem.sentence for problem in pupil.problems if not problem.fatal)
    yield from characteristics.notes(pupil.characteristics)
    yield from earlier.notes(pupil.school_history, pupil.enrolment)
    if pupil.enrolment_status == PREVIOUS:
        yield "The file says that the pupil has left, so the pupil is not put on the roll by it."
    elif pupil.enrolment is None or pupil.enrolment.entry_date is None:
        yield "The file gives no entry date at this school, so the pupil is not put on the roll by it."
    elif pupil.nc_year is None or pupil.enrolment_status is None:
        yield "The file lacks the year group or enrolment status, so the pupil is not put on the roll by it."
    for contact in pupil.contacts or ():
        if not contact.forename:
            yield f"Contact {contact.position} has no forename, so that contact was left out. Add the contact by hand."
        elif is_without_lines(contact.address) and not contact.address_as_pupil:
            yield f"The address of contact {contact.position} has no lines, so it was left out. Add it by hand."
    for whose, sent in (
        ("the pupil", pupil.phones),
        *((f"contact {one.position}", one.phones) for one in pupil.contacts or ()),
    ):
        if len(list(phones(sent))) < len(sent or ()):
            yield f"Of the telephone numbers of {whose}, the first of each type was taken. Look at the others."
    if is_without_lines(pupil.address):
        given = "postcode" if pupil.address and pupil.address.postcode else "country"
        yield f"The address has a {given} and no lines, so it was left out. Add the address by hand."


def is_without_lines(sent: CtfAddress | None) -> bool:
    """Whether a file says so little of where somebody lives that no letter could be sent there."""
    return sent is not None and not sent.lines


def row(pupil: CtfPupil) -> dict[str, Any]:
    """Give a pupil as the API takes one; what the file does not say is left out."""
    identity, time_here = pupil.identity, pupil.enrolment
    started = time_here.entry_date if time_here else None
    enrolment = None
    status = pupil.enrolment_status
    if pupil.nc_year is not None and status not in (None, PREVIOUS) and started is not None:
        enrolment = {"since": started.isoformat(), "status": status, "year_group": pupil.nc_year}
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
        "sections": sections(pupil),
    }  # fmt: skip


def sections(pupil: CtfPupil) -> dict[str, Any]:
    """Give the further parts of a pupil's row that the file says something of."""
    said = {
        "numbers": numbers.section(pupil.identity),
        "admission": admission.section(pupil.school_history, pupil.enrolment),
        "earlier_schools": earlier.schools_section(pupil.school_history, pupil.enrolment),
        "earlier_attendance": earlier.years_section(pupil.years),
        "assessment": assessment.section(pupil.assessments),
        "characteristics": characteristics.section(pupil.characteristics),
        **care_sections(pupil.care),
    }
    return {name: part for name, part in said.items() if part}


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

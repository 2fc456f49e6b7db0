"""Contacts: people of their own, linked to a pupil; and how a pupil or contact can be reached."""

from collections.abc import Sequence
from typing import Any, Final

from events.model import Event, PersonEvent
from events.records.contact_corrections import (
    ContactLinkCorrected,
    ContactNameChanged,
    ContactNameCorrected,
    EmailCorrected,
    EmailEnded,
    ParentalResponsibilityCorrected,
    ParentalResponsibilityRecorded,
    PhoneCorrected,
    PhoneEnded,
)
from events.records.contacts import (
    AddressChanged,
    AddressCorrected,
    ContactLinked,
    ContactRecorded,
    ContactUnlinked,
    EmailChanged,
    PhoneChanged,
)
from ledger.decider import Command, Decided, Decider, Refused
from services.facts import Noted, noted_on, to_correct
from services.records.families.contact_commands import (
    AboutPerson,
    ChangeAddress,
    ChangeContactName,
    ChangeEmail,
    ChangePhone,
    CorrectAddress,
    CorrectContactName,
    CorrectEmail,
    CorrectLink,
    CorrectParentalResponsibility,
    CorrectPhone,
    EndEmail,
    EndPhone,
    LinkContact,
    RecordContact,
    RecordParentalResponsibility,
    UnlinkContact,
)
from services.records.families.reach import Reach, evolve

__all__ = [
    "ChangeAddress", "ChangeContactName", "ChangeEmail", "ChangePhone", "CorrectAddress", "CorrectContactName",
    "CorrectEmail", "CorrectLink", "CorrectParentalResponsibility", "CorrectPhone", "EndEmail", "EndPhone",
    "LinkContact", "Reach", "RecordContact", "RecordParentalResponsibility", "UnlinkContact", "contacts", "decide",
]  # fmt: skip


_NO_CONTACT: Final = "There is no such contact here. Record the contact first, or look them up again."


def decide(command: Command, state: Reach) -> Decided:
    """Decide a command; one that says what is already known of its day yields no event."""
    match command:
        case RecordContact() | ChangeContactName() | CorrectContactName():
            event: Event | None = _name(command, state)
        case LinkContact() | CorrectLink():
            event = _link(command, state)
        case UnlinkContact():
            event = _unlink(command, state)
        case RecordParentalResponsibility() | CorrectParentalResponsibility():
            event = _responsible(command, state)
        case ChangeAddress() | CorrectAddress():
            event = _address(command, state)
        case ChangePhone() | CorrectPhone() | EndPhone():
            event = _phone(command, state)
        case ChangeEmail() | CorrectEmail() | EndEmail():
            event = _email(command, state)
        case _:
            event = None
    return Decided([event] if event else [])


def _is_news(series: Sequence[Noted[Any]], command: AboutPerson, wanted: object) -> bool:
    known = noted_on(series, command.valid_on)
    return known is None or known.value != wanted


def _made(kind: type[PersonEvent], command: AboutPerson, **more: Any) -> PersonEvent:
    """Give the event that says what the command says."""
    said = {name: getattr(command, name) for name in kind.model_fields if name in type(command).model_fields}
    return kind(**{**said, "subject": command.person, **more})


def _wrong(series: Sequence[Noted[Any]], command: AboutPerson, sentence: str) -> int:
    """Give the entry that a correction is about. Raises Refused where nothing was true, or it had ended."""
    found = to_correct(series, command.valid_on)
    if found is None or found.value is None:
        raise Refused(sentence)
    return found.entry


def _name(command: RecordContact | ChangeContactName | CorrectContactName, state: Reach) -> Event | None:
    wanted = (command.title, command.full_name)
    if isinstance(command, RecordContact):
        if not state.names:
            return _made(ContactRecorded, command)
        known = noted_on(state.names, command.valid_on) or state.names[0]
        if known.value != wanted:
            raise Refused(
                "This contact is already recorded under another name or title. Send a change or a correction of the "
                "name if it is the same person; if not, record the new contact as another person."
            )
        return None
    if not state.names:
        raise Refused(_NO_CONTACT)
    if not _is_news(state.names, command, wanted):
        return None
    if isinstance(command, ChangeContactName):
        return _made(ContactNameChanged, command)
    return _made(ContactNameCorrected, command, corrects=_wrong(state.names, command, _NO_CONTACT))


def _link(command: LinkContact | CorrectLink, state: Reach) -> Event | None:
    if command.contact == command.person:
        raise Refused("A pupil cannot be their own contact. Check who the contact is.")
    wanted = (command.relationship, command.parental_responsibility, command.priority)
    links = state.links.get(command.contact, ())
    if not _is_news(links, command, wanted):
        return None
    if isinstance(command, LinkContact):
        return _made(ContactLinked, command)
    sentence = "This person is not the pupil's contact on that day. Link them, with the day from which they are."
    return _made(ContactLinkCorrected, command, corrects=_wrong(links, command, sentence))


def _unlink(command: UnlinkContact, state: Reach) -> Event | None:
    links = state.links.get(command.contact, ())
    if any(link.since > command.valid_on and link.value is not None for link in links):
        # Unlinked before that, the person would be the pupil's contact again from then on.
        raise Refused(
            "This person became the pupil's contact, or was given another place among the contacts, only after that "
            "day. Send the day on which it ended."
        )
    known = noted_on(links, command.valid_on)
    return None if known is None or known.value is None else _made(ContactUnlinked, command)


def _responsible(
    command: RecordParentalResponsibility | CorrectParentalResponsibility, state: Reach
) -> Event | None:  # fmt: skip
    if command.contact not in state.links:
        raise Refused("This person is none of the pupil's contacts. Link them to the pupil first.")
    known = state.responsible.get(command.contact, ())
    if not _is_news(known, command, (command.holds, command.known_from)):
        return None
    if isinstance(command, RecordParentalResponsibility):
        return _made(ParentalResponsibilityRecorded, command)
    sentence = "No source of parental responsibility was recorded yet. Record it, with the day from which it holds."
    return _made(ParentalResponsibilityCorrected, command, corrects=_wrong(known, command, sentence))


def _address(command: ChangeAddress | CorrectAddress, state: Reach) -> Event | None:
    if not _is_news(state.addresses, command, command.address):
        return None
    if isinstance(command, ChangeAddress):
        return _made(AddressChanged, command)
    sentence = "There is no address to correct. Send it as a change, with the day from which it holds."
    return _made(AddressCorrected, command, corrects=_wrong(state.addresses, command, sentence))


def _phone(command: ChangePhone | CorrectPhone | EndPhone, state: Reach) -> Event | None:
    numbers = state.phones.get(command.phone_type, ())
    if isinstance(command, EndPhone):
        return _made(PhoneEnded, command) if _still(numbers, command) else None
    if not _is_news(numbers, command, command.number):
        return None
    if isinstance(command, ChangePhone):
        return _made(PhoneChanged, command)
    sentence = "There is no number of this type to correct. Send it as a change, with the day from which it holds."
    return _made(PhoneCorrected, command, corrects=_wrong(numbers, command, sentence))


def _email(command: ChangeEmail | CorrectEmail | EndEmail, state: Reach) -> Event | None:
    if isinstance(command, EndEmail):
        return _made(EmailEnded, command) if _still(state.emails, command) else None
    if not _is_news(state.emails, command, command.email):
        return None
    if isinstance(command, ChangeEmail):
        return _made(EmailChanged, command)
    sentence = "There is no e-mail address to correct. Send it as a change, with the day from which it holds."
    return _made(EmailCorrected, command, corrects=_wrong(state.emails, command, sentence))


def _still(series: Sequence[Noted[Any]], command: AboutPerson) -> bool:
    """Whether there is something to end on a day. Raises Refused where a later change would bring it back."""
    if any(item.since > command.valid_on and item.value is not None for item in series):
        raise Refused("This was changed again only after that day. Send the day on which the newest one ended.")
    known = noted_on(series, command.valid_on)
    return known is not None and known.value is not None


contacts: Final = Decider(
    "records",
    Reach(),
    evolve,
    decide,
    commands=(
        RecordContact, ChangeContactName, CorrectContactName, LinkContact, CorrectLink, UnlinkContact,
        RecordParentalResponsibility, CorrectParentalResponsibility, ChangeAddress, CorrectAddress, ChangePhone,
        CorrectPhone, EndPhone, ChangeEmail, CorrectEmail, EndEmail,
    ),
    categories=("contact",),
)  # fmt: skip

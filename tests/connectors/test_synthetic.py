"""The invented federation is the same for the same seed, holds together, and goes through the readers without loss."""

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from io import BytesIO
from itertools import pairwise

import pytest

from services.connectors.csv_files.registers import read_registers
from services.connectors.ctf.model import CtfContact, CtfPupil
from services.connectors.ctf.reader import read_ctf
from services.connectors.synthetic.calendar import SCHOOL_DAYS, easter_sunday, school_calendar
from services.connectors.synthetic.ctf_writer import ctf_file_name, write_ctf
from services.connectors.synthetic.earlier_years import years_before
from services.connectors.synthetic.federation import GROUP_MAX, federation
from services.connectors.synthetic.model import Address, ContactLink, Federation, Pupil, School
from services.connectors.synthetic.registers_writer import registers_file_name, write_registers_csv

TODAY = date(2026, 11, 24)
WRITTEN_AT = datetime(2026, 9, 1, 8, 0)  # noqa: DTZ001 - a Common Transfer File gives local time without a zone


@pytest.fixture(scope="module")
def made() -> Federation:
    return federation(20260901, today=TODAY)


def test_the_same_seed_gives_the_same_federation(made: Federation) -> None:
    assert federation(20260901, today=TODAY) == made
    assert federation(20260902, today=TODAY) != made


def test_a_later_day_changes_only_reasons_that_were_unknown(made: Federation) -> None:
    later = federation(20260901, today=TODAY + timedelta(days=21))
    for before, after in zip(made.schools, later.schools, strict=True):
        assert (after.pupils, after.staff, after.groups) == (before.pupils, before.staff, before.groups)
        assert len(after.registers) > len(before.registers)
        for was, now in zip(before.registers, after.registers, strict=False):
            changed = [(old.code, new.code) for old, new in zip(was.marks, now.marks, strict=True) if old != new]
            assert all(old == "N" and new in {"I", "O"} for old, new in changed)


def test_sizes(made: Federation) -> None:
    assert [len(school.pupils) for school in made.schools] == [100, 100, 100]
    assert {school.laestab[:3] for school in made.schools} == {"926"}
    for numbers in zip(*((school.name, school.urn, school.laestab) for school in made.schools), strict=True):
        assert len(set(numbers)) == 3
    small = federation(1, schools=2, pupils=31, today=TODAY)
    assert sorted(len(school.pupils) for school in small.schools) == [15, 16]


@pytest.mark.parametrize(("schools", "pupils"), [(0, 300), (21, 300), (3, 0), (3, 10_001)])
def test_sizes_that_are_refused(schools: int, pupils: int) -> None:
    with pytest.raises(ValueError, match="Ask for"):
        federation(1, schools=schools, pupils=pupils, today=TODAY)


def test_pupils_are_of_their_year_and_their_group(made: Federation) -> None:
    for school in made.schools:
        sizes = Counter(pupil.group for pupil in school.pupils)
        assert max(sizes.values()) <= GROUP_MAX
        year_of = {group.title: group.nc_year for group in school.groups}
        assert set(sizes) == set(year_of)
        for pupil in school.pupils:
            assert pupil.nc_year == year_of[pupil.group]
            age_in_august = 2026 - pupil.date_of_birth.year - ((pupil.date_of_birth.month, 1) > (8, 31))
            assert age_in_august == 4 + (0 if pupil.nc_year == "R" else int(pupil.nc_year))
            assert pupil.entry_date <= TODAY
            assert pupil.entry_date.weekday() < 5


def test_upns_are_each_given_once(made: Federation) -> None:
    upns = [upn for pupil in made.pupils() for upn in (pupil.upn, *pupil.former_upns)]
    assert len(upns) == len(set(upns))


def test_families_share_homes_and_names_are_shared_by_strangers(made: Federation) -> None:
    families: defaultdict[int, list[Pupil]] = defaultdict(list)
    surnames: defaultdict[str, set[int]] = defaultdict(set)
    people: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for pupil in made.pupils():
        families[pupil.family].append(pupil)
        surnames[pupil.surname].add(pupil.family)
        for link in pupil.contacts:
            people[link.contact.title, link.contact.forename, link.contact.surname].add(link.contact.key)
    assert sum(len(children) > 1 for children in families.values()) > 30
    for children in families.values():
        assert len({(child.surname, child.address, child.contacts) for child in children}) == 1
        births = sorted(child.date_of_birth for child in children)
        assert all(a == b or b - a >= timedelta(days=300) for a, b in pairwise(births))
    assert sum(len(numbers) > 1 for numbers in surnames.values()) > 20
    assert sum(len(keys) > 1 for keys in people.values()) >= 3


def test_even_a_small_federation_has_namesakes() -> None:
    first_contacts = {
        pupil.family: pupil.contacts[0].contact for pupil in federation(1, schools=1, pupils=14, today=TODAY).pupils()
    }
    one, other = first_contacts[0], first_contacts[1]
    assert (one.title, one.forename, one.surname) == (other.title, other.forename, other.surname)
    assert one.key != other.key
    assert one.phones != other.phones


def test_every_group_is_taught_and_every_school_has_a_head_and_an_office(made: Federation) -> None:
    for school in made.schools:
        taught = [title for member in school.staff for title in member.teaches]
        assert sorted(taught) == sorted(group.title for group in school.groups)
        assert {group.teacher for group in school.groups} <= {member.email for member in school.staff}
        roles = Counter(member.role for member in school.staff)
        assert [roles[role] for role in ("head", "office", "senco", "dsl")] == [1, 1, 1, 1]
    emails = [member.email for school in made.schools for member in school.staff] + [made.dpo.email]
    assert len(emails) == len(set(emails))


# Time


def test_the_school_year_2026() -> None:
    calendar = school_calendar(2026)
    assert [(term.first, term.last) for term in calendar.terms] == [
        (date(2026, 9, 1), date(2026, 10, 23)),
        (date(2026, 11, 2), date(2026, 12, 18)),
        (date(2027, 1, 4), date(2027, 2, 12)),
        (date(2027, 2, 22), date(2027, 3, 25)),
        (date(2027, 4, 12), date(2027, 5, 28)),
        (date(2027, 6, 7), date(2027, 7, 21)),
    ]
    assert date(2026, 9, 1) in calendar.inset_days
    assert date(2027, 5, 3) in calendar.bank_holidays
    days = set(calendar.school_days())
    assert not days & {*calendar.inset_days, *calendar.bank_holidays}
    assert date(2026, 9, 3) in days
    assert date(2026, 10, 28) not in days


@pytest.mark.parametrize("year", range(2015, 2041))
@pytest.mark.parametrize("variant", range(4))
def test_every_school_year_has_its_days(year: int, variant: int) -> None:
    calendar = school_calendar(year, variant=variant)
    days = list(calendar.school_days())
    assert len(days) == len(set(days)) == SCHOOL_DAYS
    assert len(calendar.inset_days) == 5
    assert days == sorted(days)
    assert all(day.weekday() < 5 for day in days)
    assert date(year, 9, 1) < days[0] <= date(year, 9, 7)
    assert date(year + 1, 7, 15) <= days[-1] <= date(year + 1, 8, 1)
    assert all(term.first <= term.last for term in calendar.terms)
    assert all(before.last < after.first for before, after in pairwise(calendar.terms))
    assert easter_sunday(year + 1) - timedelta(days=2) not in days


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [(1818, 3, 22), (1943, 4, 25), (2008, 3, 23), (2019, 4, 21), (2024, 3, 31), (2027, 3, 28), (2038, 4, 25)],
)
def test_easter(year: int, month: int, day: int) -> None:
    assert easter_sunday(year) == date(year, month, day)


# Registers


def test_a_register_for_every_group_and_session_to_date(made: Federation) -> None:
    for school in made.schools:
        days = [day for day in school.calendar.school_days() if day <= TODAY]
        assert days[-1] == TODAY
        expected = {(day, half, group.title) for day in days for half in ("AM", "PM") for group in school.groups}
        assert {(found.date, found.session, found.group) for found in school.registers} == expected
        assert len(school.registers) == len(expected)
        members = {(pupil.upn, pupil.group) for pupil in school.pupils}
        for register in school.registers:
            assert {(mark.upn, register.group) for mark in register.marks} <= members


def test_attendance_looks_like_that_of_a_school(made: Federation) -> None:
    marks = [mark for school in made.schools for register in school.registers for mark in register.marks]
    absent = Counter(mark.upn for mark in marks if mark.code in set("IGMONU"))
    sessions = Counter(mark.upn for mark in marks)
    assert 0.03 < sum(absent.values()) / len(marks) < 0.09
    persistent = [upn for upn, number in absent.items() if number * 10 >= sessions[upn]]
    assert 20 < len(persistent) < 90
    codes = Counter(mark.code for mark in marks)
    assert {"/", "\\", "L", "U", "I", "M", "G", "O", "V", "N"} <= set(codes)
    assert codes["N"] < 80
    assert all((mark.minutes_late is not None) == (mark.code in {"L", "U"}) for mark in marks)


def test_some_reasons_are_overdue_and_some_are_still_being_sought(made: Federation) -> None:
    overdue = sought = 0
    for school in made.schools:
        last = [day for day in school.calendar.school_days() if day <= TODAY][-5:]
        unknown = [register.date for register in school.registers for mark in register.marks if mark.code == "N"]
        overdue += sum(day < last[0] for day in unknown)
        sought += sum(day >= last[0] for day in unknown)
    assert overdue > 0
    assert sought > 0


# Round trips


def _school(made: Federation, number: int) -> School:
    return made.schools[number]


@pytest.mark.parametrize("number", range(3))
def test_every_pupil_goes_through_a_common_transfer_file(made: Federation, number: int) -> None:
    school = _school(made, number)
    found = read_ctf(write_ctf(school, school.pupils, written_at=WRITTEN_AT), ctf_file_name(school), today=TODAY)
    assert (found.problems, found.sections_not_read) == ((), ())
    assert (found.header.version, found.header.qualifier, found.header.written_at) == ("25.0", "full", WRITTEN_AT)
    assert (found.header.source_laestab, found.header.destination_laestab) == (school.laestab, school.laestab)
    assert (found.header.source_urn, found.header.source_name) == (school.urn, school.name)
    assert found.name.normalised == found.name.original == f"{school.laestab}_CTF_{school.laestab}_001.xml"
    assert len(found.pupils) == len(school.pupils)
    for read, pupil in zip(found.pupils, school.pupils, strict=True):
        assert read.problems == ()
        _same_pupil(read, pupil, school.laestab)


def _same_pupil(read: CtfPupil, pupil: Pupil, laestab: str) -> None:
    who = read.identity
    assert (who.upn, who.former_upns) == (pupil.upn, pupil.former_upns or None)
    assert (who.surname, who.forename, who.middle_names) == (pupil.surname, pupil.forename, pupil.middle_names)
    assert (who.preferred_forename, who.preferred_surname) == (pupil.preferred_forename, None)
    assert (who.date_of_birth, who.sex) == (pupil.date_of_birth, pupil.sex)
    assert (read.nc_year, read.enrolment_status) == (pupil.nc_year, "C")
    assert read.address is not None
    assert (read.address.lines, read.address.postcode) == (_lines(pupil.address), pupil.address.postcode)
    for contact, link in zip(read.contacts or (), pupil.contacts, strict=True):
        _same_contact(contact, link, pupil.address)
    assert read.enrolment is not None
    assert (read.enrolment.laestab, read.enrolment.entry_date) == (laestab, pupil.entry_date)
    assert read.school_history is not None
    before = None if len(read.school_history) == 1 else read.school_history[0]
    assert (before is None) == (pupil.earlier is None)
    if before is not None and pupil.earlier is not None:
        assert (before.laestab, before.name) == (pupil.earlier.laestab, pupil.earlier.name)
        assert (before.entry_date, before.leaving_date) == (pupil.earlier.entry_date, pupil.earlier.leaving_date)
        told = [(one.year, one.possible, one.attended) for one in read.years or ()]
        assert told == [(one.year, one.possible, one.attended) for one in years_before(pupil.upn, pupil.earlier)]
        assert {(one.laestab, one.school) for one in read.years or ()} == {(pupil.earlier.laestab, pupil.earlier.name)}


def _same_contact(read: CtfContact, link: ContactLink, home: Address) -> None:
    contact = link.contact
    assert (read.order, read.relationship) == (link.order, link.relationship)
    assert read.parental_responsibility == link.parental_responsibility
    assert (read.title, read.forename, read.surname) == (contact.title, contact.forename, contact.surname)
    assert read.email == contact.email
    assert tuple((phone.phone_type, phone.number) for phone in read.phones or ()) == contact.phones
    if contact.address == home:
        assert (read.address_as_pupil, read.address) == (True, None)
    else:
        assert read.address is not None
        assert (read.address.lines, read.address.postcode) == (_lines(contact.address), contact.address.postcode)


def _lines(address: Address) -> tuple[str, ...]:
    if address.house.isdigit():
        return (f"{address.house} {address.street}", address.town)
    return (address.house, address.street, address.town)


@pytest.mark.parametrize("number", range(3))
def test_every_mark_goes_through_a_csv_file(made: Federation, number: int) -> None:
    school = _school(made, number)
    data = BytesIO(write_registers_csv(school.registers))
    with read_registers(data, registers_file_name(school), today=TODAY) as found:
        registers = list(found.registers())
        assert (list(found.set_aside()), list(found.repeats()), found.columns_not_read) == ([], [], 0)
    read = [
        (register.date, register.session, register.group, [(m.upn, m.code, m.minutes_late) for m in register.marks])
        for register in registers
    ]
    written = [
        (register.date, register.session, register.group, [(m.upn, m.code, m.minutes_late) for m in register.marks])
        for register in school.registers
    ]
    assert read == sorted(written, key=lambda one: one[:3])
    assert all(mark.problems == () for register in registers for mark in register.marks)


def test_a_file_to_another_school_is_named_for_it(made: Federation) -> None:
    first, second, _ = made.schools
    name = ctf_file_name(first, 7, destination=second.laestab)
    assert name == "9269901_CTF_9269902_007.xml"
    data = write_ctf(first, first.pupils[:2], written_at=WRITTEN_AT, destination=second.laestab)
    found = read_ctf(data, name, today=TODAY)
    assert found.problems == ()
    assert [pupil.enrolment for pupil in found.pupils] == [None, None]


def test_backgrounds_go_through_the_reader_and_are_mixed(made: Federation) -> None:
    found: Counter[str] = Counter()
    for school in made.schools:
        read = read_ctf(write_ctf(school, school.pupils, written_at=WRITTEN_AT), ctf_file_name(school), today=TODAY)
        for pupil in read.pupils:
            said, care = pupil.characteristics, pupil.care
            assert not pupil.problems
            found.update(
                {
                    "ethnicity": said.ethnicity is not None, "another language": said.first_language != "ENG",
                    "meals": bool(said.episodes), "support": bool(care.provision and care.needs),
                    "medical": bool(care.medical_flag),
                }
            )  # fmt: skip
    assert found["ethnicity"] == 300
    assert all(5 < found[what] < 120 for what in ("another language", "meals", "support", "medical")), found

"""Small Common Transfer Files, written out so that a test shows what it reads."""

from datetime import date

import pytest

from services.connectors.ctf.model import CtfFile, CtfPupil
from services.connectors.ctf.reader import read_ctf
from services.connectors.problems import FileRefused

TODAY = date(2026, 11, 24)
NAME = "9269901_CTF_9269902_001.xml"
UPN = "N926200024017"
CANARY = "Quiddlewhistle"
OTHER_UPN = "Z926200018001"

HEADER = """<Header>
  <DocumentName>Common Transfer File</DocumentName><CTFversion>{version}</CTFversion>
  <DateTime>2026-09-07T08:30:00</DateTime><DocumentQualifier>{qualifier}</DocumentQualifier>
  <SourceSchool><LEA>926</LEA><Estab>9901</Estab><SchoolName>Heronmere Infant School</SchoolName></SourceSchool>
  <DestSchool><LEA>926</LEA><Estab>9902</Estab></DestSchool>
</Header>"""
IDENTITY = f"<UPN>{UPN}</UPN><Surname>Ashmere</Surname><Forename>Zoë</Forename><DOB>2019-03-02</DOB><Sex>F</Sex>"


def ctf(*pupils: str, version: str = "25.0", qualifier: str = "full", declared: str = "UTF-8") -> str:
    header = HEADER.format(version=version, qualifier=qualifier)
    body = "".join(f"<Pupil>{pupil}</Pupil>" for pupil in pupils)
    return f'<?xml version="1.0" encoding="{declared}"?>\n<CTfile>{header}<CTFpupilData>{body}</CTFpupilData></CTfile>'


def read(*pupils: str, **header: str) -> CtfFile:
    return read_ctf(ctf(*pupils, **header).encode(), NAME, today=TODAY)


def one(pupil: str, **header: str) -> CtfPupil:
    (row,) = read(pupil, **header).pupils
    return row


def refusal(data: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        read_ctf(data, NAME, today=TODAY)
    return str(refused.value)


def fatal(pupil: CtfPupil) -> list[str]:
    return [problem.field for problem in pupil.problems if problem.fatal]

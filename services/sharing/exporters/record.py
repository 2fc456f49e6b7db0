"""A pupil's record on paper: the educational record, and the child protection file, as one HTML that prints well.

It fetches nothing and runs nothing, and reads the same in a browser and on paper.
"""

from collections.abc import Callable, Mapping
from datetime import date
from html import escape
from typing import Final

from services.shared_facts import Pupil, SharedFact
from services.sharing.exporters import Export, Exporter, File
from services.sharing.exporters.contacts import contact_lines

STYLE: Final = (
    "@page{size:A4;margin:18mm 16mm 20mm;@bottom-right{content:'Page ' counter(page) ' of ' counter(pages);"
    "font-size:8pt}}body{font:10pt/1.4 'Liberation Sans',Arial,sans-serif;max-width:48em;margin:1em auto;padding:0 1em}"
    "h1{font-size:16pt}h2{font-size:12pt;break-after:avoid;border-bottom:.5pt solid #555;margin:1.2em 0 .3em}"
    "dl{margin:0}div{break-inside:avoid;padding:.15em 0}dt{font-weight:bold}dd{margin:0 0 .2em 1.2em;"
    "overflow-wrap:anywhere}"
)
CONFIDENTIAL: Final = "This is confidential. It is for whoever is named above alone, and for what it was given for."


def maker(title: str, file_name: str) -> Callable[[Export], File]:
    """Give what makes a record under a title."""

    def make(export: Export) -> File:
        pupils = "".join(_pupil(one, export) for one in export.pupils)
        head = f'<meta charset="utf-8"><title>{_escaped(title)}</title><style>{STYLE}</style>'
        said = (
            f"<h1>{_escaped(title)}</h1><p>From {_escaped(export.sender.title)} to {_escaped(export.to.title)}, "
            f"made on {_day(export.made_at.date())}. As the record stood on {_day(export.valid_on)}.</p>"
            f"<p>{_escaped(CONFIDENTIAL)}</p>"
        )
        text = f'<!DOCTYPE html>\n<html lang="en-GB"><head>{head}</head><body>{said}{pupils}</body></html>\n'
        name = f"rollbook-{file_name}-{export.valid_on.isoformat()}-{export.number:03}.html"
        return File(name, "text/html; charset=utf-8", text.encode())

    return make


def _pupil(pupil: Pupil, export: Export) -> str:
    return "".join(_field(pupil, one) for one in export.fields)


def _field(pupil: Pupil, field: str) -> str:
    """Give a field. What is kept back reads like what is not known: that there is something to hide is hidden too."""
    lines = "".join(_line(one) for one in pupil.of(field))
    said = f"<dl>{lines}</dl>" if lines else "<p>Nothing is given.</p>"
    return f"<section><h2>{_escaped(field.replace('_', ' ').capitalize())}</h2>{said}</section>"


def _line(fact: SharedFact) -> str:
    label = fact.value.get("label") if isinstance(fact.value, Mapping) else None
    text = contact_lines(fact.value) if fact.field == "contacts" else [fact.text]
    since = f"since {_day(fact.since)}" if fact.since else ""
    until = fact.value.get("until") if isinstance(fact.value, Mapping) else None
    when = " ".join(one for one in (since, f"until {_day(date.fromisoformat(until))}" if until else "") if one)
    name = _escaped(str(label or fact.text)) if label or fact.field == "contacts" else ""
    term = f"<dt>{name}</dt>" if name else ""
    told = "".join(f"<dd>{_escaped(one)}</dd>" for one in text if one)
    return f"<div>{term}{told}{f'<dd>{when}</dd>' if when else ''}</div>"


def _escaped(text: str) -> str:
    return escape(text)


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
"""In the file's own words: what a machine calls the months would be another file on another machine."""

EDUCATIONAL_RECORD: Final = Exporter(
    "educational-record", 1, "Educational record", maker("Educational record", "educational-record"), of_one=True
)
"""Education (Pupil Information) (England) Regulations 2005, regs 3, 5 and 9."""
CHILD_PROTECTION: Final = Exporter(
    "child-protection-file", 1, "Child protection file", maker("Child protection file", "file"), of_one=True
)
"""Keeping children safe in education. The file's name does not say what it is."""

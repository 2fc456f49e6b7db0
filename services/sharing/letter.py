"""The letter that goes with a file handed over or posted: what it is, under which law, and how to say it arrived.

It names no pupil: whoever opens the envelope by mistake learns nothing of a child.
"""

from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Final

from events.identifiers import id_text
from law.gateways import purpose_title, shared_fields
from services.sharing.remaking import Original

TITLES: Final = {one.field: one.title for one in shared_fields()}
STYLE: Final = (
    "@page{size:A4;margin:22mm 20mm}body{font:11pt/1.45 'Liberation Sans',Arial,sans-serif;max-width:44em;"
    "margin:1em auto;padding:0 1em}h1{font-size:15pt}dt{font-weight:bold;margin-top:.5em}dd{margin:0 0 0 1em}"
    "table{border-collapse:collapse;width:100%;margin-top:2em}th,td{border:.5pt solid #555;padding:.6em;"
    "text-align:left}th{width:30%}td{height:1.6em}"
)


@dataclass(frozen=True, slots=True)
class Law:
    """The law that a letter names."""

    title: str
    citation: str


def letter(original: Original, disclosure: bytes, law: Law, pupils: int, day: date) -> str:
    """Give the letter as HTML that prints on one page. ``pupils`` is how many the file is about, ``day`` its date."""
    sending, reference = original.sending, id_text(disclosure)
    about = "one pupil" if pupils == 1 else f"{pupils} pupils"
    fields = ", ".join(TITLES.get(one, one) for one in sending.fields)
    said = (
        ("To", sending.to.title), ("From", sending.sender.title), ("Date", f"{day.day} {day:%B} {day.year}"),
        ("Our reference", reference), ("What this is", f"Data about {about}: {fields}."),
        ("What it is for", purpose_title(sending.sharing_purpose)),
        ("The law under which it is given", f"{law.title}: {law.citation}"),
    )  # fmt: skip
    lines = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in said)
    asked = (
        f"Please confirm that it has arrived: fill in the lines below and return this page to {sending.sender.title}, "
        f"or tell its office the reference above by a number that you know already. If it is not meant for you, do not "
        f"read on; return it unopened and tell the school at once."
    )
    slots = "".join(f'<tr><th scope="row">{one}</th><td></td></tr>' for one in ("Received on", "Name", "Signature"))
    return (
        '<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        f"<title>Letter with a file, {reference}</title>"
        f"<style>{STYLE}</style></head><body><h1>Data about {about}, for {escape(sending.to.title)} alone</h1>"
        f"<dl>{lines}</dl><p>{escape(asked)}</p><table><tbody>{slots}</tbody></table></body></html>\n"
    )

"""Every exporter, each version; a new one adds its line here."""

from typing import Final

from services.sharing.exporters import by_version
from services.sharing.exporters.ctf import CTF
from services.sharing.exporters.ctf_2 import CTF_2
from services.sharing.exporters.record import CHILD_PROTECTION, EDUCATIONAL_RECORD
from services.sharing.exporters.spreadsheet import SPREADSHEET

EXPORTERS: Final = by_version((CHILD_PROTECTION, CTF, CTF_2, EDUCATIONAL_RECORD, SPREADSHEET))

"""What a Common Transfer File says of a pupil's numbers and names of before, as the API takes it."""

from typing import Any

from services.connectors.ctf.model import CtfIdentity


def section(identity: CtfIdentity) -> dict[str, Any] | None:
    """Give the row's section; None where the file says nothing of the kind.

    Names: FormerUPN, UniqueLearnerNumber, UCI, FormerSurname and FormerForename.
    """
    said = {
        "former_upns": [number for number in identity.former_upns or () if number != identity.upn],
        "uln": identity.uln,
        "uci": identity.uci,
        "former_surname": identity.former_surname,
        "former_forename": identity.former_forename,
    }
    return {name: value for name, value in said.items() if value} or None

"""Invented names and places: ordinary forenames, made-up surnames and streets, numbers that ring nowhere.

Telephone numbers lie in the ranges that Ofcom keeps for drama, e-mail addresses under example.org, and postcodes in
ZZ99, which Royal Mail gives to no address.
"""

from random import Random
from typing import Final

GIRLS: Final = tuple(
    "Amelia Isla Zoë Siân Aisha Priya Chloë Niamh Freya Maja Esme Yasmin Harriet Ffion Ngozi Beatrice Leila Orla Mei "
    "Florence Anaya Catrin Zuzanna Ivy Eilidh Imogen Adaeze Martha Sanvi Rosalind".split()
)
BOYS: Final = tuple(
    "Oliver Arthur Seán Mohammed Rhys Kofi Jakub Theo Arjun Callum Finlay Ibrahim Gethin Noah Tobias Ravi Łukasz "
    "Hamish Jesse Emeka Rowan Wei Dylan Ruairí Elias Samir Jude Stanley Andrei Frederick".split()
)
WOMEN: Final = tuple("Sarah Helen Nadia Joanne Agnieszka Claire Bronwen Sunita Michelle Folake Karen Mairéad".split())
MEN: Final = tuple("David Stephen Imran Gareth Piotr Mark Rajesh Andrew Chidi Colin Euan Matthew".split())

_STEMS: Final = tuple(
    "Ash Bram Corn Dunn Elder Fen Gorse Heron Ivel Larch Marram Nettle Otter Plover Quill Reed Samphire Tarn".split()
)
_ENDINGS: Final = tuple("mere wick stowe combe".split())
_OTHER_SURNAMES: Final = tuple(
    "O'Fenlan|Ap Rhosyn|Mac Tarnish|Adeyankolu|Okonweze|Chaudhwal|Patelkar|Rahmanzi|Singhara|Kowalnik|Nowakiel|Linwei|"
    "Osei-Marsh|Hussainly|Mehtaram|Dąbrówek|Ní Saltmarsh|Ionescar".split("|")
)
SURNAMES: Final = tuple(stem + ending for stem in _STEMS for ending in _ENDINGS) + _OTHER_SURNAMES

_STREETS: Final = (
    "Saltpan Road",
    "Larkmere Lane",
    "Staithe Street",
    "Windpump Way",
    "Sedge Close",
    "Beacon Drift",
    "Quay Loke",
)
_HOUSES: Final = ("Reedcutter's Cottage", "Old Drift House", "Marram Lodge")
_NAMED_HOUSE: Final = 0.1
TOWNS: Final = ("Marramford", "Staithe Green", "Fenwick Broad", "Upper Sedgeley")


def street_address(random: Random) -> tuple[str, str, str, str]:
    """A house number or name, a street, a town and a postcode."""
    house = random.choice(_HOUSES) if random.random() < _NAMED_HOUSE else str(random.randint(1, 140))
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    postcode = f"ZZ99 {random.randint(1, 9)}{random.choice(letters)}{random.choice(letters)}"
    return house, random.choice(_STREETS), random.choice(TOWNS), postcode


def mobile_number(random: Random) -> str:
    """A mobile number of the range 07700 900000 to 900999."""
    return f"07700 900{random.randint(0, 999):03d}"


def home_number(random: Random) -> str:
    """A landline of the range 01632 960000 to 960999, an area code that is not in use."""
    return f"01632 960{random.randint(0, 999):03d}"


def email_of(forename: str, surname: str, number: int) -> str:
    """An address under example.org, in plain letters and different for each ``number``."""
    plain = "".join(
        letter for letter in f"{forename}.{surname}".lower() if letter.isascii() and (letter.isalpha() or letter == ".")
    )
    return f"{plain}.{number}@example.org"

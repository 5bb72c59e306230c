"""Names of persons and postal addresses: what capitals, first names and words for streets tell.

Other things are written so as well (ships, films, airports), so that a column is one of names only
where most of its values hold a common first name.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.audit.detector import Detector, Mask
from synth.audit.distinct_texts import MOST
from synth.audit.first_names import FIRST_NAMES

_KNOWN = pa.array(sorted(FIRST_NAMES), pa.string())
_WORD = r"\p{Lu}[\p{L}'’.-]*"
_SMALL_WORDS = r"(?:(?:de|da|di|do|dos|del|della|la|le|van|von|der|den|ter|ten|zu|bin|al|el|y|e) )*"
_MOST_NAMES = 0.6  # of the values hold a common first name
_ONE_OF_EACH = 8  # different values, below which a column of labels may look like one of names

_NUMBER = r"\d{1,5} ?[A-Za-z]?(?:[/-]\d{1,4} ?[A-Za-z]?)?"
_STREETS = "|".join(
    (
        # 221B Baker Street, London
        r"\d{1,6}[A-Za-z]?,? (?:\S+ ){1,5}?(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln"
        r"|drive|dr|court|ct|way|place|pl|square|sq|terrace|ter|highway|hwy|parkway|pkwy|circle"
        r"|cir|trail|crescent|close|mews|row)\b.*",
        # Hauptstraße 5a, Lange Gasse 7, Keizersgracht 12
        r"[\p{L}. -]*(?:straße|strasse|str\.|weg|platz|allee|gasse|damm|ufer|chaussee|straat|laan"
        r"|plein|gracht|kade|dijk|gatan|vägen|vej|gade|veien)"
        rf" {_NUMBER}(?:,? .*)?",
        # 12 bis, rue de la Paix
        r"\d{1,5}(?: ?(?:bis|ter|[A-Za-z]))?,? (?:rue|avenue|boulevard|place|chemin|impasse|allée"
        r"|quai|route|cours|passage|square) .*",
        # Calle Mayor, 5; Via Roma 12; Rua Augusta 100; ul. Długa 7/3
        r"(?:calle|c/|avenida|av\.?|avda\.?|plaza|paseo|carrera|rua|travessa|praça|alameda|estrada"
        r"|via|viale|piazza|corso|largo|vicolo|ul\.|ulica|al\.|aleja|os\.|pl\.) ?[\p{L}\d.' -]+?,?"
        rf" (?:n[º°.]? ?)?{_NUMBER}(?:,? .*)?",
    )
)


def _holds_a_first_name(texts: pa.Array) -> Mask:
    """Whether one of each text's words is a common first name."""
    plain = pc.utf8_normalize(pc.utf8_lower(texts), "NFKD")
    plain = pc.replace_substring_regex(plain, r"\p{M}", "")
    words = pc.split_pattern_regex(plain, r"[ ,-]+")
    starts = np.asarray(words.offsets)[:-1]
    known = np.asarray(pc.is_in(words.values, value_set=_KNOWN))
    found: Mask = np.logical_or.reduceat(known, starts)
    return found


PERSON = Detector(
    "name of a person",
    rf"{_WORD}(?:,? {_SMALL_WORDS}{_WORD}){{1,3}}",
    (0, 0),
    (4, 60),
    _holds_a_first_name,
    spaces=1,
    weak=True,
    passing=0.0,
    least=_MOST_NAMES,
    values=_ONE_OF_EACH,
)
FIRST_NAME = Detector(
    "first name",
    rf"{_WORD}(?:-{_WORD})?",
    (0, 0),
    (2, 30),
    _holds_a_first_name,
    weak=True,
    passing=0.0,
    least=_MOST_NAMES,
    values=_ONE_OF_EACH,
)
POSTAL_ADDRESS = Detector(
    "postal address",
    rf"(?i:{_STREETS})",
    (1, 20),
    (4, MOST),
    spaces=1,
    weak=True,
    least=0.4,
    values=_ONE_OF_EACH,
)

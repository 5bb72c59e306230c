"""The words that a column's name is made of."""

from __future__ import annotations

import re
import unicodedata

_WORDS = re.compile(r"[^\W\d_]+|\d+")
_HUMPS = re.compile(r"(?<=[a-zß-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])|(?<=[A-ZÀ-ÖØ-Þ])(?=[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ])")


def name_words(name: str) -> tuple[str, ...]:
    """The words of a name in their order, in small letters, without accents; numbers are words.

    >>> name_words("homeIPAddress_2")
    ('home', 'ip', 'address', '2')
    >>> name_words("Staatsangehörigkeit"), name_words("STRASSE"), name_words("Straße")
    (('staatsangehorigkeit',), ('strasse',), ('strasse',))
    """
    composed = unicodedata.normalize("NFC", name)
    return tuple(folded(word) for part in _HUMPS.split(composed) for word in _WORDS.findall(part))


def folded(word: str) -> str:
    """A word in small letters, without accents; German and Polish letters as they are typed.

    >>> folded("Größe"), folded("Imię"), folded("ul. Łąkowa")
    ('grosse', 'imie', 'ul. lakowa')
    """
    plain = unicodedata.normalize("NFKD", word.casefold().replace("ł", "l").replace("ø", "o"))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))

"""Columns that hold what the law protects, by their names: figures are taken apart by them."""

from __future__ import annotations

import re
from collections.abc import Iterable

# English, German, French, Spanish, Italian, Portuguese, Dutch; as whole words of a name.
_WORDS = frozenset(
    "sex gender geschlecht sexe sexo sesso genre genero género geslacht "
    "race ethnicity ethnic ethnie etnia raza raça razza "
    "religion religión religione religião geloof confession "
    "disability disabled behinderung handicap discapacidad disabilità deficiência "
    "nationality nationalität nationalité nacionalidad nazionalità nacionalidade "
    "citizenship staatsangehörigkeit "
    "age alter âge edad età idade leeftijd agegroup "
    "marital familienstand".split()
)
_PARTS = re.compile(r"[^\W\d_]+")
_HUMPS = re.compile(r"(?<=[a-zß-ÿ])(?=[A-Z])")


def protected_columns(names: Iterable[str]) -> tuple[str, ...]:
    """Those of the names that speak of a protected attribute.

    >>> protected_columns(["age", "pageCount", "native-country", "applicantGender"])
    ('age', 'applicantGender')
    """
    return tuple(name for name in names if _words(name) & _WORDS)


def _words(name: str) -> set[str]:
    return {word.casefold() for part in _HUMPS.split(name) for word in _PARTS.findall(part)}

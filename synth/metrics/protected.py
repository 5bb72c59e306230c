"""Columns that hold what the law protects, by their names: figures are taken apart by them."""

from __future__ import annotations

import re
from collections.abc import Iterable

# English, German, French, Spanish, Italian, Portuguese, Dutch; as whole words of a name.
_LANGUAGES = (
    "sex gender race ethnicity ethnic religion disability disabled nationality citizenship age "
    "agegroup marital",
    "geschlecht ethnie religion behinderung nationalität staatsangehörigkeit alter familienstand",
    "sexe genre race ethnie religion handicap nationalité âge",
    "sexo género genero raza etnia religión discapacidad nacionalidad edad",
    "sesso genere razza etnia religione disabilità nazionalità età",
    "sexo gênero raça etnia religião deficiência nacionalidade idade",
    "geslacht ras etniciteit geloof handicap nationaliteit leeftijd",
)
_WORDS = frozenset(word for words in _LANGUAGES for word in words.split())
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

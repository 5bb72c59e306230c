"""Whether a column's name says that it refers to a key of another table: ``customer_id``."""

from __future__ import annotations

import re

# Words that say that a value names something, and not what.
_NAMING_WORDS = "cd code fk guid id key label name nk no nr num number oid pk ref rowid sk uuid"
# Words of a measure: ``number_of_customers`` refers to none of them.
_MEASURING_WORDS = (
    "age amount average avg count max mean min n of per rank rate ratio share size sum total value"
)
_NAMING, _MEASURING = frozenset(_NAMING_WORDS.split()), frozenset(_MEASURING_WORDS.split())
_ENDING = re.compile(r"(\.(csv|tsv|txt|jsonl?|ndjson|parquet|gz|bz2|zst))+$", re.IGNORECASE)
_WORDS = re.compile(r"[A-Z]+(?![^\W\d_A-Z])|[A-Z]?[^\W\d_A-Z]+|\d+")


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, in lower case and singular.

    >>> words_of("homeAirportCodes"), words_of("DIM_CUSTOMERS.ID")
    (('home', 'airport', 'code'), ('dim', 'customer', 'id'))
    """
    cased = name.lower() if name.isupper() else name
    return tuple(_singular(word.lower()) for word in _WORDS.findall(cased))


def is_kin(column: str, table: str, key: str) -> bool:
    """Whether a column may refer, by its name, to a key of a table of this name.

    It ends in the key's name where that names something; or it has the table's name in it, and
    nothing beside that says it to be a measure.

    >>> is_kin("customer_id", "shop.customers", "id"), is_kin("home_airport", "airports", "iata")
    (True, True)
    >>> is_kin("id", "customers", "id"), is_kin("number_of_customers", "customers", "id")
    (False, False)
    """
    own, theirs = words_of(column), words_of(key)
    if theirs and own[-len(theirs) :] == theirs and set(theirs) - _NAMING:
        return True
    named = set(words_of_table(table)) - _NAMING
    if not named & set(own) or set(own) & _MEASURING:
        return False
    return own[-1] in named | _NAMING


def words_of_table(table: str) -> tuple[str, ...]:
    """The words of a table's own name, without its schema, folder or ending.

    >>> words_of_table("/data/raw/air_ports.csv"), words_of_table("main.sales.Orders")
    (('air', 'port'), ('order',))
    """
    own = table.rstrip("/").rsplit("/", 1)[-1]
    return words_of(_ENDING.sub("", own).rsplit(".", 1)[-1])


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith("ss") or not word.endswith("s") or len(word) < 4:
        return word
    return word[:-1]

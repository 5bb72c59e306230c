"""Kinds of sensitive content: which lead to one person, and which are of one family."""

from __future__ import annotations

# Values of these say where, when or of what sort, and lead to one person only with others.
_NOT_BY_THEMSELVES = frozenset(
    {"URL", "date of birth", "Brazilian CNPJ", "nationality, religion or politics"}
)
_FAMILIES = {
    "name": ("name of a person", "first name", "last name"),
    "bank account": ("IBAN", "bank account number"),
    "national identifier": (
        "Australian tax file number",
        "Belgian national number",
        "Brazilian CNPJ",
        "Brazilian CPF",
        "Canadian SIN",
        "Chinese resident identity number",
        "Dutch BSN",
        "French social security number",
        "German tax number",
        "Indian Aadhaar number",
        "Indian PAN",
        "Italian codice fiscale",
        "Japanese individual number",
        "Mexican CURP",
        "Polish PESEL",
        "Spanish NIF or NIE",
        "Swedish personnummer",
        "Swiss social security number",
        "Turkish identity number",
        "UK national insurance number",
        "US social security number",
        "medical record number",
        "national identifier",
    ),
}
_FAMILY_OF = {kind: family for family, kinds in _FAMILIES.items() for kind in kinds}


def is_identifying(kind: str) -> bool:
    """Whether a value of the kind leads to one person by itself, so that none may be shown.

    >>> is_identifying("e-mail address"), is_identifying("date of birth")
    (True, False)
    """
    return kind not in _NOT_BY_THEMSELVES


def family(kind: str) -> str:
    """What a kind is one of: a column's name may speak of another kind than its values show.

    >>> family("first name") == family("name of a person"), family("URL")
    (True, 'URL')
    """
    return _FAMILY_OF.get(kind, kind)

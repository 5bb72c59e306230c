"""Names and texts as SQL takes them, whatever characters they hold."""

from __future__ import annotations


def quote(name: str) -> str:
    """The name of a column or field.

    >>> quote("a`b")
    '`a``b`'
    """
    return "`" + name.replace("`", "``") + "`"


def literal(text: str) -> str:
    r"""The text as a string literal.

    >>> print(literal("it's"))
    'it\'s'
    """
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

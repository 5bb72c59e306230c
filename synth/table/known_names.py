"""A name that is not there, answered by the nearest one and by those that there are."""

from __future__ import annotations

import difflib
from collections.abc import Hashable, Iterable

MOST_NAMED = 20  # of a table of hundreds of columns
ALIKE = 0.7  # of difflib's ratio: 'agee' is 0.86 like 'age', 'magic' 0.62 like 'marginal'


def known_names(name: Hashable, known: Iterable[Hashable], owner: str = "it") -> str:
    """``did you mean 'age'? it has 'age', 'job'``: what follows the news that there is no such."""
    names = list(known)
    close = nearest(name, names)
    hint = "" if close is None else f"did you mean {close!r}? "
    more = len(names) - MOST_NAMED
    listed = ", ".join(map(repr, names[:MOST_NAMED])) + (f" and {more:,} more" if more > 0 else "")
    return f"{hint}{owner} has {listed or 'none'}"


def nearest(name: Hashable, known: Iterable[Hashable]) -> Hashable | None:
    """The known name that is spelled most alike, whatever its case; None where none is near."""
    by_text = {str(own).casefold(): own for own in known}
    found = difflib.get_close_matches(str(name).casefold(), by_text, n=1, cutoff=ALIKE)
    return by_text[found[0]] if found else None

"""The shapes of texts: letters and digits replaced by their class, so that no text remains.

``"N14228"`` has the shape ``A99999``, ``"jane.doe@mail.org"`` the shape ``aaaa.aaa@aaaa.aaa``.
Shapes are what made-up texts are drawn from.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

MOST_KNOWN = 8192  # texts of a column whose shapes are kept
LONGEST = 64  # beyond this a shape says more of one text than of its column

_CLASSES = [
    (r"\p{Lu}", "A"),
    (r"[\p{Ll}\p{Lt}\p{Lm}\p{Lo}]", "a"),
    (r"\p{N}", "9"),
    (r"[^\x20-\x7e]", "?"),
]


def shapes(texts: pa.Array) -> list[str]:
    """The shape of each text, cut at ``LONGEST`` characters."""
    cut = pc.utf8_slice_codeunits(texts, 0, LONGEST)
    for pattern, letter in _CLASSES:
        cut = pc.replace_substring_regex(cut, pattern, letter)
    listed: list[str] = cut.to_pylist()
    return listed


class KnownShapes:
    """Shapes that were found before: of a column of few texts they are looked for once.

    To compile the patterns costs more than to apply them to a few hundred texts.
    """

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def of(self, texts: pa.Array, values: list[str]) -> list[str]:
        """The shape of each of distinct texts, which are given as a list as well."""
        new = [place for place, value in enumerate(values) if value not in self._known]
        if len(self._known) + len(new) > MOST_KNOWN:
            self._known, new = {}, list(range(len(values)))
        if len(new) == len(values) > MOST_KNOWN:
            return shapes(texts)
        found = shapes(texts.take(pa.array(new, pa.int64()))) if new else []
        self._known |= {values[k]: shape for k, shape in zip(new, found, strict=True)}
        return [self._known[value] for value in values]

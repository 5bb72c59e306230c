"""The shapes of texts: letters and digits replaced by their class, so that no text remains.

``"N14228"`` has the shape ``A99999``, ``"jane.doe@mail.org"`` the shape ``aaaa.aaa@aaaa.aaa``.
Shapes are what made-up texts are drawn from.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

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

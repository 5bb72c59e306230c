"""How columns become codes: limits with their reasons."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from synth.table.limits import HEAVY_SHARE, MIN_ENTITIES

VALIDATION_FRACTION = 0.1  # of the train part: rows that are not learned
VALIDATION_ROWS = 20_000  # of them, at most: more would cost time and tell no more


RareValues = Literal["frequent", "made"]


@dataclass(frozen=True)
class EncoderSettings:
    """Limits of the encoder.

    ``min_entities``: values held by fewer rows are never stored. ``direct``: up to so many codes
    make one sub-column. ``lossless``: up to so many distinct values keep their exact values.
    ``coarse`` and ``fine``: bins of the two levels beyond that. ``heavy``: a value with this share
    of the rows is a code of its own. ``rare_values``: what a rare text value becomes in synthetic
    rows: a frequent value (``frequent``) or a made-up text of the column's shape (``made``).
    """

    min_entities: int = MIN_ENTITIES
    direct: int = 256
    lossless: int = 8192
    coarse: int = 64
    fine: int = 32
    heavy: float = HEAVY_SHARE
    rare_values: RareValues = "frequent"

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON."""
        return asdict(self)

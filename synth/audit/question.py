"""What is known of a seed table beforehand, and what it is wanted for."""

from __future__ import annotations

from dataclasses import dataclass

from synth.audit.sensitive_columns import Inference
from synth.table.limits import MIN_ENTITIES


@dataclass(frozen=True)
class AuditQuestion:
    """``target``: the column that a downstream model predicts, ``positive`` the label it looks for.

    ``purpose``: what the synthetic table is for, in words. ``entities``: how many people, or other
    units, the rows are of, where a key tells; each row is one where it is None.
    ``rows_of_enough``: so many rows are surely of ``min_entities`` of them, where that was counted.
    ``infer_sensitive``: columns that identify people are taken for sensitive, but for those that
    are ``not_sensitive``.
    """

    target: str | None = None
    positive: str | None = None
    purpose: str | None = None
    entities: int | None = None
    min_entities: int = MIN_ENTITIES
    sample_rows: int = 20_000
    infer_sensitive: bool = True
    not_sensitive: tuple[str, ...] = ()
    seed: int = 0
    rows_of_enough: int | None = None

    @property
    def least(self) -> int:
        """How many rows must share what is told."""
        return self.min_entities if self.rows_of_enough is None else self.rows_of_enough

    @property
    def inference(self) -> Inference:
        """Which columns are taken for sensitive."""
        return Inference(self.infer_sensitive, self.not_sensitive)

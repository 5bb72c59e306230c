"""What a run is to do, in numbers: all that its cost follows from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MILLION = 1e6


@dataclass(frozen=True)
class Work:
    """Rows and columns of the seed, and what is asked of it.

    ``is_copied``: the seed's rows are written into the lake, as those of files are. ``by_entity``:
    values are counted by people too. ``whole_profile``: pairs and rules are told before the fit.
    ``under_ray``: a cluster is started for it. ``cores`` work on rows at the same time; a
    cluster's, where Spark runs on one.
    """

    rows: int
    columns: int
    synthetic_rows: int
    train_rows: int
    cores: int
    block_rows: int
    sample_rows: int
    model_rows: int
    heap_bytes: int
    is_copied: bool = True
    by_entity: bool = False
    whole_profile: bool = False
    under_ray: bool = False
    two_sample: bool = True
    utility: bool = True
    privacy: Literal["off", "quick", "full"] = "quick"

    @property
    def seed_cells(self) -> float:
        """Values of the seed, in millions."""
        return self.rows * self.columns / MILLION

    @property
    def train_cells(self) -> float:
        """Values of the train part, in millions."""
        return self.train_rows * self.columns / MILLION

    @property
    def synthetic_cells(self) -> float:
        """Values of the synthetic table, in millions."""
        return self.synthetic_rows * self.columns / MILLION

    @property
    def blocks(self) -> int:
        """Blocks of rows that are drawn, each by one core."""
        return -(-self.synthetic_rows // self.block_rows)

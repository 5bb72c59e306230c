"""Codes in files, as the encode stage leaves them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq


def write_codes(codes: np.ndarray, path: Path, names: Sequence[str]) -> None:
    """Codes in memory as one file that the feed reads."""
    arrays = [pa.array(codes[:, place].astype(np.int16)) for place in range(codes.shape[1])]
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_arrays(arrays, names=list(names)), path, row_group_size=65_536)

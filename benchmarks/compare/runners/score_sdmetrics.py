"""Shape and Trend errors of synthetic tables, as SDMetrics measures them; prints JSON.

    python score_sdmetrics.py REAL.parquet OTHER.parquet [OTHER.parquet ...]

As TabSyn's own evaluation does, a missing label is a label, and every column of text is
categorical.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version

import pandas as pd
from sdmetrics.reports.single_table import QualityReport

MISSING = "nan"


def read(path: str) -> pd.DataFrame:
    """The table with numbers as floats and all else as text."""
    frame = pd.read_parquet(path)
    for name in frame.columns:
        if pd.api.types.is_numeric_dtype(frame[name]):
            frame[name] = frame[name].astype(float)
        else:
            text = frame[name].astype(object)
            frame[name] = text.where(text.notna(), MISSING)
    return frame


def errors(real: pd.DataFrame, other: pd.DataFrame) -> dict[str, float]:
    """One minus the mean similarity of columns (``shape``) and of pairs of them (``trend``)."""
    kinds = {n: "categorical" if real[n].dtype == object else "numerical" for n in real.columns}
    metadata = {"columns": {name: {"sdtype": kind} for name, kind in kinds.items()}}
    report = QualityReport()
    report.generate(real, other, metadata, verbose=False)
    shape, trend = (
        report.get_properties()
        .set_index("Property")["Score"]
        .reindex(["Column Shapes", "Column Pair Trends"])
    )
    return {"shape": 1 - float(shape), "trend": 1 - float(trend)}


def main() -> None:
    """The errors of each table after the first, which is the real one, in their order."""
    real = read(sys.argv[1])
    found = [errors(real, read(path)) for path in sys.argv[2:]]
    print(json.dumps({"version": version("sdmetrics"), "errors": found}))


if __name__ == "__main__":
    main()

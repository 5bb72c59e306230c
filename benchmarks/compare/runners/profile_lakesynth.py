"""Profile a table with Lakesynth's defaults, to a page of HTML."""

from __future__ import annotations

from stopwatch import Stopwatch, arguments  # isort: skip  # it pins the threads

import pandas as pd

import synth
from synth.version import VERSION


def main() -> None:
    """Write ``profile.html`` and ``measures.json``."""
    table, folder, *_ = arguments()
    frame = pd.read_parquet(table)
    watch = Stopwatch()
    with watch.stage("profile"):
        synth.profile(frame, progress=False).save(folder / "profile.html")
    watch.write(folder, version=VERSION)


if __name__ == "__main__":
    main()

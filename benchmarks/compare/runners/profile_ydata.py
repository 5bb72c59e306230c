"""Profile a table with ydata-profiling's defaults, to a page of HTML."""

from __future__ import annotations

from stopwatch import Stopwatch, arguments  # isort: skip  # it pins the threads

from importlib.metadata import version

import pandas as pd
from ydata_profiling import ProfileReport


def main() -> None:
    """Write ``profile.html`` and ``measures.json``."""
    table, folder, _, model = arguments()
    frame = pd.read_parquet(table)
    watch = Stopwatch()
    with watch.stage("profile"):
        report = ProfileReport(frame, minimal=model == "minimal", progress_bar=False)
        (folder / "profile.html").write_text(report.to_html(), "utf-8")
    watch.write(folder, version=version("ydata-profiling"))


if __name__ == "__main__":
    main()

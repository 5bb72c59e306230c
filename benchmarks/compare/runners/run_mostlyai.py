"""Fit mostlyai-engine's TabularARGN with its defaults, which stop early by themselves."""

from __future__ import annotations

from stopwatch import Stopwatch, arguments  # isort: skip  # it pins the threads

from importlib.metadata import version

import mostlyai.engine._tabular.generation
import mostlyai.engine._tabular.training  # noqa: F401  # imported late, and imports are not timed
import pandas as pd
import torch
from mostlyai.engine import TabularARGN


def main() -> None:
    """Write ``synthetic.parquet`` and ``measures.json``."""
    train, folder, seed, _ = arguments()
    torch.set_num_threads(1)
    frame = pd.read_parquet(train)
    watch = Stopwatch()
    model = TabularARGN(random_state=seed, device="cpu", workspace_dir=folder / "workspace")
    with watch.stage("fit"):
        model.fit(frame)
    with watch.stage("sample"):
        synthetic = model.sample(n_samples=len(frame))
    synthetic.to_parquet(folder / "synthetic.parquet", index=False)
    watch.write(folder, version=version("mostlyai-engine"))


if __name__ == "__main__":
    main()

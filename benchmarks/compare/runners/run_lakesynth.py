"""Fit a generator of Lakesynth with its defaults; sample as many rows as it was fitted on."""

from __future__ import annotations

from stopwatch import Stopwatch, arguments  # isort: skip  # it pins the threads

import pyarrow.parquet as pq
import torch
import torch._dynamo  # an optimiser imports it: imports are not timed

from synth import Synthesizer
from synth.generators.registry import AUTO
from synth.version import VERSION


def main() -> None:
    """Write ``synthetic.parquet`` and ``measures.json``."""
    train, folder, seed, generator = arguments()
    torch.set_num_threads(1)
    table = pq.read_table(train)
    watch = Stopwatch()
    with watch.stage("fit"):
        synthesizer = Synthesizer(generator=generator or AUTO, seed=seed, progress=False)
        synthesizer.fit(table)
    with watch.stage("sample"):
        synthetic = synthesizer.sample(len(table))
    pq.write_table(synthetic, folder / "synthetic.parquet")
    watch.write(folder, version=VERSION)


if __name__ == "__main__":
    main()

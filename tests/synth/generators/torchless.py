"""A fit, a model folder and draws of a kind that needs no torch, in a process of its own."""

from __future__ import annotations

from pathlib import Path

from tests.processes import printed

CODE = """
import sys, pyarrow as pa
from synth import Synthesizer
table = pa.table({"n": [i % 7 for i in range(900)], "c": ["x", "y", "z"] * 300})
fitted = Synthesizer(generator=sys.argv[1], progress=False).fit(table)
fitted.save(sys.argv[2])
loaded = Synthesizer.load(sys.argv[2])
assert loaded.sample(50).equals(fitted.sample(50))
assert loaded.sample(50, given={"c": "x"})["c"].unique().to_pylist() == ["x"]
print([name for name in ("torch", "ray", "pyspark") if name in sys.modules])
"""


def heavy_modules(generator: str, folder: Path) -> str:
    """Those of torch, Ray and PySpark that were loaded, as a printed list."""
    return printed(CODE, generator, folder / "model")

"""The judge in this process: every measure, and what it counts beside another library."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import typer

from judging.counted import figures_of
from judging.spent import Spent, Steps, spent
from synth.encode import EncoderSettings
from synth.forms.reading import Reading
from synth.metrics.catalogue import MEASUREMENTS
from synth.metrics.compared import Compared, sampled
from synth.metrics.evidence import Depth
from synth.metrics.fidelity import measure_fidelity
from synth.metrics.gates import GateRules
from synth.metrics.histograms import CodeHistograms
from synth.metrics.judge import Question, Wanted, figures
from synth.metrics.scans import Binned
from synth.table.frames import learnable, with_schema

TARGET = "income"
QUALITY = """
import json, sys, time
import pyarrow.parquet as pq
from sdmetrics.reports.single_table import QualityReport
real, made = (pq.read_table(path).to_pandas() for path in sys.argv[1:3])
kinds = {n: {"sdtype": "numerical" if made[n].dtype.kind in "if" else "categorical"} for n in made}
QualityReport().generate(real[:1000], made[:1000], {"columns": kinds}, verbose=False)
wall, cpu = time.monotonic(), time.process_time()
report = QualityReport()
report.generate(real, made, {"columns": kinds}, verbose=False)
print(json.dumps({"score": report.get_score(), "seconds": time.monotonic() - wall,
                  "cpu_seconds": time.process_time() - cpu}))
"""


def judged(tables: dict[str, pa.Table], depth: Depth) -> Steps:
    """Every measure of the judge in this process, as ``synth.evaluate`` does them."""
    steps = Steps()
    steps("reading and fitting bins")
    rows, schema = learnable(tables["train"], None)
    parts = {role: with_schema(own, schema, owner="the train part") for role, own in tables.items()}
    compared = Compared.of(parts, schema, EncoderSettings())
    whole = compared.whole(steps)
    steps("looking for exact copies")
    copies = compared.copies()
    samples, _ = sampled(parts, len(rows), 0)
    question = Question(
        Wanted(privacy=depth), GateRules(repeats=compared.repeats()), 0, {"target": TARGET}
    )
    figures(compared.encoder, whole, samples, copies, question, steps)
    steps.end()
    return steps


def by_measure(steps: Steps) -> dict[str, Spent]:
    """Steps under the measure that they are a part of: those that it is told after its name."""
    names = {one.name for one in MEASUREMENTS}
    found: dict[str, Spent] = {}
    now = None
    for step, taken in steps.taken.items():
        now = step if step in names else now
        found[now or step] = found.get(now or step, Spent(0, 0)) + taken
    return found


def beside(tables: dict[str, pa.Table], python: Path) -> dict[str, Spent]:
    """Both on the same two tables: bins, scans and figures here, the report there.

    Each has read a thousand rows before, so that no clock tells what is loaded at first.
    """
    _, schema = learnable(tables["train"], None)
    parts = {role: with_schema(own, schema, owner="the train part") for role, own in tables.items()}
    first = {role: own[:1000] for role, own in parts.items()}
    found: dict[str, Spent] = {}

    def ours(parts: Mapping[str, pa.Table]) -> None:
        compared = Compared.of(parts, schema, EncoderSettings())
        figures_of(compared.whole(_quiet))

    def the_same(parts: Mapping[str, pa.Table]) -> None:
        compared = Compared.of(parts, schema, EncoderSettings())
        bins = compared.encoder.bins()

        def counted(role: str) -> CodeHistograms:
            counts = CodeHistograms(bins)
            state = Reading(compared.encoder.forms, Binned(compared.encoder, [counts]))
            for batch in compared.batches(role):
                state.update(batch)
            return counts

        measure_fidelity(
            synthetic=counted("synthetic"), train=counted("train"), holdout=None, seed=0
        )

    ours(first)
    found["lakesynth, what QualityReport has: columns and pairs"] = spent(lambda: the_same(parts))
    found["lakesynth, all that is counted"] = spent(lambda: ours(parts))
    with tempfile.TemporaryDirectory(prefix="lakesynth-sdmetrics-") as folder:
        paths = [str(Path(folder) / f"{role}.parquet") for role in ("train", "synthetic")]
        for role, path in zip(("train", "synthetic"), paths, strict=True):
            pq.write_table(tables[role], path)
        command = [str(python), "-c", QUALITY, *paths]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise typer.BadParameter(
            f"{python} gives no QualityReport, is sdmetrics installed there? "
            f"{done.stderr.strip().splitlines()[-1:]}",
            param_hint="--python",
        )
    told = json.loads(done.stdout.splitlines()[-1])
    found["sdmetrics, QualityReport"] = Spent(told["seconds"], told["cpu_seconds"])
    return found


def _quiet(step: str) -> None:
    """Tells nobody."""

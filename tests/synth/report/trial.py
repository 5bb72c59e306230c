"""A small report with everything in it, and names that must not break a page."""

import itertools
import xml.etree.ElementTree as ElementTree

import numpy as np

from synth.metrics.fidelity import correlation_matrix, measure_fidelity
from synth.metrics.histograms import CodeHistograms
from synth.metrics.metric import Gate, Metric
from synth.metrics.verdict import Verdict
from synth.report.report import ColumnComparison, Report
from synth.table.bins import ColumnBins
from tests.synth.metrics.columns import categories, numbers

HOSTILE = "<script>alert('x')</script> & \"quotes\" $a_b$ \x00 日本語"
DAY = 86_400_000_000


def spans(name: str, unit: str, edges: list[float], **flags: bool) -> ColumnBins:
    """An ordinal column of ranges between edges, in ten pair bins at most."""
    size = len(edges) - 1
    return ColumnBins(
        name=name,
        unit=unit,
        ordinal=True,
        labels=tuple(f"{low:g} to {high:g}" for low, high in itertools.pairwise(edges)),
        lower=tuple(edges[:-1]),
        upper=tuple(edges[1:]),
        pair_bins=tuple(k * min(size, 10) // size for k in range(size)),
        **flags,
    )


def svg_texts(svg: str) -> list[str]:
    """What can be read in a picture."""
    return ["".join(node.itertext()) for node in ElementTree.fromstring(svg).iter() if node.text]


def gains() -> ColumnBins:
    """Mostly the exact value 0, a long tail of ranges, null last."""
    edges = [100.0 * 1.2**k for k in range(41)]
    return ColumnBins(
        name="capital gain",
        unit="number",
        ordinal=True,
        labels=("0", *(f"{low:.0f}+" for low in edges[:-1]), "(null)"),
        lower=(0.0, *edges[:-1], None),
        upper=(0.0, *edges[1:], None),
        pair_bins=(0, *(1 + k // 10 for k in range(40)), 5),
    )


BINS = (
    numbers("age", 74, coarse=8),
    gains(),
    spans("hired on", "date", [float(day) for day in range(0, 18_000, 150)]),
    spans("seen at", "timestamp", [float(day) * DAY for day in range(19_000, 19_400, 10)]),
    spans("salary", "number", [1000.0 * k for k in range(31)], sensitive=True),
    categories("country", *(f"country {k}" for k in range(30)), "(rare)"),
    categories(HOSTILE, "f", "m & <b>", "a$b_{c}$", '"x"', "\x07\ud800"),
    categories("only one", "the value"),
)


def drawn(rows: int, seed: int, tilt: float = 0.0) -> CodeHistograms:
    """Counts of rows drawn at random; ``tilt`` moves mass towards the first bins."""
    rng = np.random.default_rng(seed)
    columns = []
    for bins in BINS:
        weight = np.arange(len(bins), 0, -1.0) ** (1.0 + tilt)
        if bins.name == "capital gain":
            weight[0] = weight.sum() * 12
        columns.append(rng.choice(len(bins), rows, p=weight / weight.sum()))
    histograms = CodeHistograms(BINS)
    histograms.update_bins(np.stack(columns, axis=1))
    return histograms


def trial_report(*, holdout: bool = True, passed: bool = True) -> Report:
    train, made = drawn(4000, 1), drawn(4000, 2, tilt=0.1)
    real = drawn(1000, 3) if holdout else None
    metrics = measure_fidelity(synthetic=made, train=train, holdout=real, seed=5)
    copies = Metric(
        "exact_copy_rate",
        "table",
        0.0008,
        reference=0.0011 if holdout else None,
        higher_is_better=False,
        gate=Gate("privacy", 0.0011 if passed else 0.0001),
    )
    columns = [
        ColumnComparison(
            bins,
            train.column(k).tolist(),
            made.column(k).tolist(),
            real.column(k).tolist() if real else None,
        )
        for k, bins in enumerate(BINS)
    ]
    return Report(
        title=f"Synthetic {HOSTILE}",
        table="adult",
        run_id="20261124-a9f3c1",
        created="2026-11-24T11:02:31Z",
        verdict=Verdict(
            passed,
            ["All gates are kept." if passed else "Too many exact copies."],
            "green" if passed else "red",
        ),
        metrics=[copies, *metrics],
        columns=columns,
        real_correlation=correlation_matrix(real or train),
        synthetic_correlation=correlation_matrix(made),
        **_story(),
    )


def _story() -> dict:
    """What the other stages tell."""
    curve = [
        {"step": 50 * k, "training loss": 20 - k / 9, "validation loss": 20.5 - k / 10}
        for k in range(60)
    ]
    return {
        "cleaning": {
            "rows_in": 5100,
            "clean": 5000,
            "quarantined": 60,
            "duplicates": 40,
            "reasons": {"age below 0": 60},
            "repairs": {f"{HOSTILE}: ? read as null": 12},
        },
        "dependencies": [
            {
                "rule": f"{HOSTILE} is determined by b",
                "used": "drop",
                "why_not": None,
                "rows": 1200,
                "exceptions": 0,
                "broken": 0,
                "unknown": 12,
            },
            {
                "rule": "a is b plus c",
                "used": None,
                "why_not": "too many exceptions",
                "rows": 1200,
                "exceptions": 40,
            },
        ],
        "findings": [
            {
                "name": "imbalance",
                "severity": "info",
                "columns": [HOSTILE],
                "evidence": "90 % hold one <value>",
                "remedy": "A model on it learns little",
            }
        ],
        "training": {
            "generator": "autoregressive",
            "settings": {"hidden": 256, "learning rate": 0.002},
            "parameters": 1_243_904,
            "seconds": 74.2,
            "steps": 2950,
            "best_step": 2500,
            "stopped_early": True,
            "curve": curve,
        },
        "lineage": {"model": "sha256 " + "9f2c41d07be1" * 5},
        "tables": [
            {"role": "seed", "name": "lake/" + "deep/" * 20 + "adult", "version": 0, "rows": 5100},
            {"role": "synthetic", "name": "adult", "version": 0, "rows": 4000},
        ],
        "sample": [{bins.name: f"{bins.name} of row {k}" for bins in BINS} for k in range(3)],
        "notes": ["Intervals are given for columns & not for pairs."],
        "seconds": {"profile": 3.2, "train": 74.2},
    }

"""Margins after a fit: what the logits lack, so that codes are as frequent as in the table."""

from __future__ import annotations

import numpy as np

from synth.generators.ctgan.generator import CtganGenerator
from synth.generators.dense import softmax, starts_of

ROWS = 2**15  # looked at
LOGITS = 2**25  # numbers that are held, at most
LEAST_ROWS = 512
CANDIDATES = 2**18  # that are looked at, where one of several is taken
FEW_ROWS = 10.0  # of a code: their number is chance
RAKING = 0.5  # of what a code lacks, in one round: columns that go together are corrected at once
KNOTS = 129  # of a column's distribution of positions
STEP_BOUND = 2.0  # of a correction in one round, in nats


def calibrated(generator: CtganGenerator, seed: int, rounds: int) -> CtganGenerator:
    """The same with corrected biases of its logits.

    NOTE[DIFF]: not in the paper. Each round adds to the bias of a code the logarithm of how much
    more frequent it is in the table than in rows of a fixed seed (iterative proportional fitting of
    the margins; Deming & Stephan 1940). Codes that rows are given count as they are. Positions are
    made uniform by their quantiles.
    """
    sizes = generator.positions.cardinalities
    codes = sum(sizes)
    rows = _enough(generator, min(LOGITS // codes, ROWS))
    noise = generator.noise(rows, np.random.default_rng([seed, 11]))
    given, column = generator.given(noise)
    logits, places = generator.outputs(noise.normal, given)
    bias = np.zeros(codes, np.float32)
    starts = starts_of(sizes)
    for at, (start, size) in enumerate(zip(starts, sizes, strict=True)):
        own = slice(start, start + size)
        bias[own] = _correction(logits[column != at, own], generator.frequencies[own], rounds)
    weights = dict(generator.weights)
    first = generator.first_codes(logits + bias, noise.codes, given, column)
    weights["knots"] = _knots(
        generator.uncalibrated_places(places, noise.places), generator.positions.moving(first)
    )
    weights["outputs.bias"] = weights["outputs.bias"].copy()
    weights["outputs.bias"][:codes] += bias
    return CtganGenerator(generator.positions, generator.frequencies, weights)


def raked(generator: CtganGenerator, seed: int, rounds: int) -> CtganGenerator:
    """The same, with margins of the table where one of several candidates is taken.

    Each round adds to the log ratio of a code how much more frequent it is in the table than among
    rows that are taken (raking; Deming & Stephan 1940). Codes of few rows are left nearly as they
    are: what they lack may be chance. NOTE[DIFF]: not in the paper.
    """
    tries, sizes = generator.candidates, generator.positions.cardinalities
    starts, number = starts_of(sizes), _enough(generator, CANDIDATES // tries)
    first, places = generator.candidate_rows(number * tries, np.random.default_rng([seed, 19]))
    ratios = generator.log_ratios(first, places)
    at, margins = first + starts, np.zeros(sum(sizes), np.float32)
    totals = np.add.reduceat(generator.frequencies, starts)
    wanted = generator.frequencies * np.repeat(number / np.maximum(totals, 1), sizes)
    for _ in range(rounds):
        shares = softmax((ratios + margins[at].sum(1)).reshape(number, tries))
        counted = np.repeat(shares.ravel(), len(sizes))
        now = np.bincount(at.ravel(), counted, len(margins))
        step = np.log((wanted + FEW_ROWS) / (now + FEW_ROWS))
        margins += (RAKING * step).astype(np.float32)
    weights = {**generator.weights, "ratio.margins": margins}
    return CtganGenerator(generator.positions, generator.frequencies, weights, tries)


def _enough(generator: CtganGenerator, most: int) -> int:
    """Rows to look at, no more than the table has."""
    table = generator.frequencies[: generator.positions.cardinalities[0]].sum()
    return int(max(min(most, table), LEAST_ROWS))


def _knots(places: np.ndarray, moving: np.ndarray) -> np.ndarray:
    """float64 ``(P, KNOTS)``: quantiles of the positions that say something; uniform without any.

    Positions that are read by their own quantiles are uniform, as those of the table are.
    """
    even = np.linspace(0, 1, KNOTS)
    found = [
        np.quantile(own[says], even) if says.sum() >= KNOTS else even
        for own, says in zip(places.T, moving.T, strict=True)
    ]
    return np.array(found).reshape(len(found), KNOTS)


def _correction(logits: np.ndarray, wanted: np.ndarray, rounds: int) -> np.ndarray:
    """float32 ``(k,)`` for one sub-column; logits ``(n, k)`` are of rows not given its code."""
    bias = np.zeros(len(wanted), np.float32)
    if not len(logits):
        return bias
    target = wanted / wanted.sum()
    for _ in range(rounds):
        now = softmax(logits + bias).mean(0, dtype=np.float64)
        step = np.log(np.maximum(target, 1e-12)) - np.log(np.maximum(now, 1e-12))
        bias += np.clip(step, -STEP_BOUND, STEP_BOUND).astype(np.float32)
    return bias

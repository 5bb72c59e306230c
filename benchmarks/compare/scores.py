"""Fidelity, usefulness and privacy of a synthetic table, the same numbers for every system.

All functions take canonical frames (:mod:`compare.canonical`) and are pure: the same frames and
seed give the same numbers.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import combinations
from statistics import mean

import lightgbm as lgb
import numpy as np
import pandas as pd
from sklearn.metrics import r2_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold

from .canonical import is_category
from .tables import Target

QUANTILE_BINS = 10
FREQUENT_CATEGORIES = 50  # rarer ones share one cell: their pairs are too few to be compared
FOLDS = 5
DISTANCE_CELLS = 200_000  # pairs of rows at a time: they stay in the cache
FAR = 1e9  # where nulls lie, in units of a column's range
TIE = 1e-6  # distances are float32 sums of at most a few dozen terms
UNSEEN = "(a value that train lacks)"


@dataclass(frozen=True)
class Scores:
    """What one synthetic table reaches; ``holdout_*`` is what real unseen rows reach."""

    column_similarity: float  # 1 is best
    holdout_column_similarity: float
    pair_similarity: float  # 1 is best
    holdout_pair_similarity: float
    c2st_auc: float  # 0.5 is best
    c2st_unseen_auc: float  # the same where all labels that train lacks are one; 0.5 is best
    trtr: float
    tstr: float
    tstr_loss: float  # 0 is best
    dcr_share: float  # 0.5 is best
    copies: float  # the holdout's is best
    holdout_copies: float

    def to_json(self) -> dict[str, float]:
        """The scores by name."""
        return asdict(self)


def score(
    train: pd.DataFrame,
    holdout: pd.DataFrame,
    synthetic: pd.DataFrame,
    target: Target,
    *,
    seed: int = 0,
) -> Scores:
    """All scores of a synthetic table.

    Similarities and the classifier take as many synthetic rows as the holdout has, so that chance
    weighs on both alike; similarities are the mean over all such parts of the synthetic rows.
    """
    parts = parts_of(synthetic, len(holdout), seed)
    sample = parts[0]
    trtr = downstream(train, holdout, target, seed=seed)
    tstr = downstream(synthetic, holdout, target, seed=seed)
    return Scores(
        column_similarity=mean(column_similarity(train, part) for part in parts),
        holdout_column_similarity=column_similarity(train, holdout),
        pair_similarity=mean(pair_similarity(train, part) for part in parts),
        holdout_pair_similarity=pair_similarity(train, holdout),
        c2st_auc=c2st(holdout, sample, seed=seed),
        c2st_unseen_auc=c2st(*unseen_as_one(train, holdout, sample), seed=seed),
        trtr=trtr,
        tstr=tstr,
        tstr_loss=(trtr - tstr) / trtr,
        dcr_share=dcr_share(train, holdout, synthetic, seed=seed),
        copies=copies(train, synthetic),
        holdout_copies=copies(train, holdout),
    )


def parts_of(frame: pd.DataFrame, rows: int, seed: int) -> list[pd.DataFrame]:
    """A frame in a random order, cut into parts of about as many rows, and no more than those."""
    number = max(round(len(frame) / rows), 1)
    size = min(len(frame) // number, rows)
    shuffled = frame.sample(frac=1, random_state=seed)
    return [shuffled[part * size : (part + 1) * size] for part in range(number)]


def drawn(frame: pd.DataFrame, rows: int, seed: int) -> pd.DataFrame:
    """At most so many rows, without replacement."""
    return frame if len(frame) <= rows else frame.sample(rows, random_state=seed)


def column_similarity(real: pd.DataFrame, other: pd.DataFrame) -> float:
    """Mean over the columns of 1 - KS (numbers, times) or 1 - TV (categories), in [0, 1].

    As SDMetrics' KSComplement and TVComplement, but a null counts: as a category of its own, and
    among numbers as one below all others, so that a wrong share of nulls lowers the score.
    """
    return float(np.mean([_column(real[name], other[name]) for name in real.columns]))


def _column(real: pd.Series, other: pd.Series) -> float:
    if is_category(real):
        shares = [values.value_counts(normalize=True, dropna=False) for values in (real, other)]
        return 1 - float(shares[0].sub(shares[1], fill_value=0).abs().sum()) / 2
    a, b = (np.sort(values.fillna(-np.inf).to_numpy()) for values in (real, other))
    points = np.concatenate([a, b])
    below = [np.searchsorted(values, points, side="right") / len(values) for values in (a, b)]
    return 1 - float(np.abs(below[0] - below[1]).max())


def pair_similarity(real: pd.DataFrame, other: pd.DataFrame) -> float:
    """Mean over all pairs of columns of 1 - TV of their contingency tables, in [0, 1].

    As SDMetrics' ContingencySimilarity; numbers are cut at the real rows' deciles.
    """
    cells = [_cells(real[name], other[name]) for name in real.columns]
    return float(np.mean([_pair(a, b) for a, b in combinations(cells, 2)]))


Cells = tuple[np.ndarray, np.ndarray, int]  # the real rows' cells, the others', how many there are


def _cells(real: pd.Series, other: pd.Series) -> Cells:
    if is_category(real):
        known = pd.Index(real.value_counts().index[:FREQUENT_CATEGORIES])
        size = len(known)
        found = [np.where((at := known.get_indexer(v)) < 0, size, at) for v in (real, other)]
    else:
        edges = np.unique(real.quantile(np.arange(1, QUANTILE_BINS) / QUANTILE_BINS).to_numpy())
        size = len(edges)
        found = [np.searchsorted(edges, v.to_numpy(), side="left") for v in (real, other)]
    null = size + 1
    a, b = (np.where(v.isna(), null, at) for v, at in zip((real, other), found, strict=True))
    return a, b, null + 1


def _pair(first: Cells, second: Cells) -> float:
    size = first[2] * second[2]
    shares = [
        np.bincount(a * second[2] + b, minlength=size) / len(a)
        for a, b in zip(first[:2], second[:2], strict=True)
    ]
    return 1 - float(np.abs(shares[0] - shares[1]).sum()) / 2


def features(*frames: pd.DataFrame) -> list[pd.DataFrame]:
    """The frames as LightGBM takes them: text as categories common to all of them."""
    made = [frame.copy() for frame in frames]
    for name in frames[0].columns:
        if is_category(frames[0][name]):
            known = pd.concat([frame[name] for frame in frames]).dropna().unique()
            type_ = pd.CategoricalDtype(sorted(known))
            for frame in made:
                frame[name] = frame[name].astype(type_)
    for frame in made:  # LightGBM refuses some signs in names
        frame.columns = [f"column_{i}" for i in range(frame.shape[1])]
    return made


def c2st(real: pd.DataFrame, synthetic: pd.DataFrame, *, seed: int = 0) -> float:
    """How well a classifier tells real rows from synthetic ones: its AUC over five folds.

    Lopez-Paz and Oquab, Revisiting Classifier Two-Sample Tests, ICLR 2017. 0.5: not at all.
    """
    size = min(len(real), len(synthetic))
    rows = pd.concat(features(drawn(real, size, seed), drawn(synthetic, size, seed)))
    labels = np.repeat([0, 1], size)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(rows, labels)
    found = []
    for fit, test in folds:
        model = _classifier(seed).fit(rows.iloc[fit], labels[fit])
        found.append(roc_auc_score(labels[test], _positive(model, rows.iloc[test])))
    return float(np.mean(found))


def unseen_as_one(train: pd.DataFrame, *frames: pd.DataFrame) -> list[pd.DataFrame]:
    """The frames with one label in place of all that train lacks, whatever a system writes there.

    A system that hides rare labels may write one token for all of them, which a tree sees at once,
    or a new label for each, which no tree can see, as none comes twice. Here both are alike.
    """
    made = [frame.copy() for frame in frames]
    for frame in made:
        for name in [column for column in train.columns if is_category(train[column])]:
            known = frame[name].isna() | frame[name].isin(set(train[name].dropna()))
            frame[name] = frame[name].where(known, UNSEEN)
    return made


def _classifier(seed: int) -> lgb.LGBMClassifier:
    return lgb.LGBMClassifier(random_state=seed, n_jobs=1, deterministic=True, verbose=-1)


def _positive(model: lgb.LGBMClassifier, rows: pd.DataFrame) -> np.ndarray:
    return np.asarray(model.predict_proba(rows))[:, 1]


def downstream(train: pd.DataFrame, test: pd.DataFrame, target: Target, *, seed: int = 0) -> float:
    """What a model trained on some rows reaches on others: AUC, or R2 where the target is a number.

    Trained on real rows it is TRTR, on synthetic ones TSTR (Esteban, Hyland and Rätsch, 2017).
    Rows without a target are left out.
    """
    train, test = (rows[rows[target.column].notna()] for rows in (train, test))
    fit, held = features(*(rows.drop(columns=target.column) for rows in (train, test)))
    y, truth = (_labels(rows[target.column], target) for rows in (train, test))
    if target.positive is None:
        regressor = lgb.LGBMRegressor(random_state=seed, n_jobs=1, deterministic=True, verbose=-1)
        return float(r2_score(truth, regressor.fit(fit, y).predict(held)))
    if len(np.unique(y)) < 2:
        return 0.5  # one label only: nothing can be learned
    return float(roc_auc_score(truth, _positive(_classifier(seed).fit(fit, y), held)))


def _labels(values: pd.Series, target: Target) -> np.ndarray:
    if target.positive is None:
        return values.to_numpy()
    if isinstance(target.positive, str):
        return (values == target.positive).to_numpy(int)
    return (values > target.positive).to_numpy(int)


def dcr_share(
    train: pd.DataFrame, holdout: pd.DataFrame, synthetic: pd.DataFrame, *, seed: int = 0
) -> float:
    """Share of synthetic rows that lie nearer to a train row than to any holdout row; ties half.

    The holdout test of Platzer and Reutterer, Holdout-Based Empirical Assessment of Mixed-Type
    Synthetic Data, 2021. 0.5 is perfect, more means that train rows shine through. The train rows
    are cut into parts as large as the holdout; each is compared with it, and the mean counts. The
    distance is Gower's (1971), with a number's difference over its 1 % to 99 % range and 1 at
    most, so that one outlier does not flatten a column.
    """
    parts = parts_of(train, len(holdout), seed)
    to_holdout = _nearest(synthetic, drawn(holdout, len(parts[0]), seed), train)
    gaps = np.stack([_nearest(synthetic, part, train) - to_holdout for part in parts])
    return float(np.mean(np.where(np.abs(gaps) <= TIE, 0.5, gaps < 0)))


def _nearest(rows: pd.DataFrame, real: pd.DataFrame, train: pd.DataFrame) -> np.ndarray:
    """The distance of each row to the nearest real one."""
    columns = [_scaled(rows[name], real[name], train[name]) for name in rows.columns]
    block = max(DISTANCE_CELLS // len(real), 1)
    found = []
    for start in range(0, len(rows), block):
        total = np.zeros((len(rows[start : start + block]), len(real)), np.float32)
        gap, differs = np.empty_like(total), np.empty(total.shape, bool)
        for a, b, text in columns:
            left = a[start : start + block, None]
            if text:
                np.not_equal(left, b, out=differs)
                total += differs
            else:
                np.subtract(left, b, out=gap)
                np.abs(gap, out=gap)
                np.minimum(gap, np.float32(1), out=gap)
                total += gap
        found.append(total.min(axis=1))
    return np.concatenate(found)


def _scaled(
    rows: pd.Series, real: pd.Series, train: pd.Series
) -> tuple[np.ndarray, np.ndarray, bool]:
    """Codes of text, or numbers in units of their range; a null lies far from all but a null."""
    if is_category(train):
        codes, _ = pd.factorize(pd.concat([rows, real]))  # -1 is null
        return codes[: len(rows)].astype(np.int32), codes[len(rows) :].astype(np.int32), True
    low, high = train.quantile([0.01, 0.99])
    width = high - low or train.max() - train.min() or 1.0
    scaled = ((values.to_numpy() - low) / width for values in (rows, real))
    a, b = (np.nan_to_num(values, nan=FAR).astype(np.float32) for values in scaled)
    return a, b, False


def copies(train: pd.DataFrame, other: pd.DataFrame) -> float:
    """Share of rows that are equal to a train row in every column, null to null."""
    known, asked = (pd.util.hash_pandas_object(frame, index=False) for frame in (train, other))
    return float(asked.isin(set(known)).mean())

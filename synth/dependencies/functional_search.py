"""The search for functional dependencies: which columns say what another one is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from synth.dependencies.columns import present
from synth.dependencies.dependency import Family
from synth.dependencies.functional import Functional
from synth.dependencies.sample import FEW, Sample
from synth.dependencies.settings import DependencySettings
from synth.table.values import is_ordered

PAIR_ROWS = 8_000  # pairs make more keys than single columns: they need more rows to repeat
ALIKE = 0.2  # share of the disagreement by chance that a rule may leave, in the sample
FEWEST_PAIRS = 100  # pairs of rows with one key that a rule must be seen in
MOST_PER_TARGET = 4  # alternatives for one target that are worth a verification


def find(sample: Sample) -> list[Functional]:
    """Rules of one source, then of two where one is not enough."""
    names = [name for name in sample.names if sample.varies(name)]
    if not names or sample.rows < 2 * FEW:
        return []
    codes = np.stack([sample.codes(name) for name in names], 1)
    spread = np.array([_by_chance(codes[:, i]) for i in range(len(names))])
    missing = np.stack([~present(sample.columns, (name,)) for name in names], 1)
    sift = _Sift(sample.settings, codes, spread, missing)
    single = sift.single([sample.distinct(name) for name in names])
    pairs = sift.pairs(single, sample.distinct, names)
    order = {name: place for place, name in enumerate(names)}
    rules = [Functional(names[t], (names[s],)) for s, t in single]
    rules += [Functional(names[t], (names[a], names[b])) for a, b, t in pairs]
    return _few_per_target(rules, sample, order)


def _few_per_target(
    rules: list[Functional], sample: Sample, order: dict[str, int]
) -> list[Functional]:
    def rank(rule: Functional) -> tuple[Any, ...]:
        sizes = [sample.distinct(s) for s in rule.sources]
        texts = [not is_ordered(sample.type_of(s)) for s in rule.sources]
        return (len(rule.sources), int(np.prod(sizes)), texts, [order[s] for s in rule.sources])

    kept: dict[str, list[Functional]] = {}
    for rule in sorted(rules, key=rank):
        own = kept.setdefault(rule.target, [])
        if len(own) < MOST_PER_TARGET:
            own.append(rule)
    return [rule for name in order for rule in kept.get(name, [])]


@dataclass(frozen=True)
class _Sift:
    """Codes ``(rows, columns)`` and how often two random rows disagree in each column.

    ``missing``, bool ``(rows, columns)``, is where they stand for no value.
    """

    settings: DependencySettings
    codes: np.ndarray
    spread: np.ndarray
    missing: np.ndarray

    def single(self, distinct: list[int]) -> list[tuple[int, int]]:
        """``(source, target)`` of one-source rules."""
        found = []
        rows = self.settings.first_rows
        for source, size in enumerate(distinct):
            if size > min(self.settings.most_keys, len(self.codes) - FEWEST_PAIRS):
                continue
            key, lacks = self.codes[:, source], self.missing[:, source]
            every = np.arange(len(distinct))
            first = self._possible(key[:rows], lacks, every, self.spread, 3.0)
            likely = np.flatnonzero(first & (every != source))
            if len(likely):
                full = self._possible(key, lacks, likely, self.spread[likely], 1.0)
                found += [(source, int(target)) for target in likely[full]]
        return found

    def pairs(
        self, single: list[tuple[int, int]], distinct: Any, names: list[str]
    ) -> list[tuple[int, int, int]]:
        """``(source, source, target)`` of rules that neither source gives alone."""
        sizes = np.array([distinct(name) for name in names])
        used = np.argsort(sizes, kind="stable")[: self.settings.pair_columns]
        used = np.sort(used[sizes[used] <= len(self.codes) // 4])
        known = set(single)
        alone = self._rates(used)
        found = []
        for i, a in enumerate(used):
            for j, b in enumerate(used[i + 1 :], i + 1):
                if (a, b) in known or (b, a) in known:
                    continue
                targets = [t for t in used if t not in (a, b) and not {(a, t), (b, t)} & known]
                if targets:
                    place = np.searchsorted(used, targets)
                    base = np.minimum(alone[i, place], alone[j, place])
                    found += self._pair(int(a), int(b), np.array(targets), base)
        return found

    def _pair(self, a: int, b: int, targets: np.ndarray, base: np.ndarray) -> Any:
        key = self.codes[:, a].astype(np.int64) * (int(self.codes[:, b].max()) + 1)
        key = key + self.codes[:, b]
        lacks = self.missing[:, a] | self.missing[:, b]
        first = self._possible(key[:PAIR_ROWS], lacks, targets, base, 2.0)
        likely = targets[first]
        if not len(likely):
            return []
        full = self._possible(key, lacks, likely, base[first], 1.0)
        return [(a, b, int(target)) for target in likely[full]]

    def _rates(self, used: np.ndarray) -> np.ndarray:
        """``(sources, targets)``: how often rows of one source value disagree in the target."""
        codes = self.codes[:PAIR_ROWS][:, used]
        rates = np.empty((len(used), len(used)))
        for place in range(len(used)):
            pairs, wrong, _ = _disagreements(codes[:, place], codes)
            rates[place] = wrong / pairs if pairs else self.spread[used]
        least: np.ndarray = np.minimum(rates, self.spread[used])
        return least

    def _possible(
        self,
        key: np.ndarray,
        lacks: np.ndarray,
        targets: np.ndarray,
        base: np.ndarray,
        loose: float,
    ) -> np.ndarray:
        """Which targets rows of one key agree in, far more than ``base`` would have it.

        Null counts as a value, or, where the rows do not agree so, only what is there counts.
        ``lacks`` is where the key has a missing value.
        """
        rows = len(key)
        codes, missing = self.codes[:rows, targets], self.missing[:rows, targets]
        pairs, wrong, neighbours = _disagreements(key, codes)
        possible = self._agree(np.full(len(targets), pairs), wrong, base, loose)
        some = np.flatnonzero(~possible & (missing.any(0) | lacks[:rows].any()))
        if len(some):
            left, right = neighbours
            there = ~(missing[left][:, some] | missing[right][:, some] | lacks[left][:, None])
            differ = codes[left][:, some] != codes[right][:, some]
            wrong = (differ & there).sum(0)
            possible[some] = self._agree(there.sum(0), wrong, base[some], loose)
        return possible

    def _agree(
        self, pairs: np.ndarray, wrong: np.ndarray, base: np.ndarray, loose: float
    ) -> np.ndarray:
        slack = 3.0 * (1 - self.settings.near) * pairs * loose + (loose > 1) * 5
        chance = base * pairs
        enough = (pairs >= FEWEST_PAIRS) & (chance >= (FEW if loose == 1 else 0))
        agree: np.ndarray = (wrong <= slack) & (wrong <= ALIKE * chance * loose) & enough
        return agree


def _disagreements(
    key: np.ndarray, targets: np.ndarray
) -> tuple[int, np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Pairs of rows of one key that lie side by side, in how many each target differs, and both."""
    order = np.argsort(key, kind="stable")
    same = np.flatnonzero(key[order[1:]] == key[order[:-1]])
    left, right = order[same], order[same + 1]
    return len(same), (targets[left] != targets[right]).sum(0), (left, right)


def _by_chance(codes: np.ndarray) -> float:
    shares = np.bincount(codes) / len(codes)
    return float(1 - (shares**2).sum())


FAMILY = Family("maps", (Functional,), find)

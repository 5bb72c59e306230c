"""The Gaussian copula as a kind of generator: made of counts and products alone, no torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np
from pydantic import Field

from synth.encode.statistics import CodeStatistics
from synth.generators.contract import Arrangement, GeneratorKind, Needs, Saved
from synth.generators.gaussian_copula.generator import GaussianCopulaGenerator
from synth.generators.gaussian_copula.latent import (
    hermite_coefficients,
    latent_correlation,
    shrunk,
)
from synth.generators.gaussian_copula.scaling import code_orders, normal_scores
from synth.generators.gaussian_copula.tables import CopulaTables
from synth.generators.margins import margins
from synth.generators.positions import Positions
from synth.table.schema import TableSchema
from synth.table.sub_column import SubColumn

if TYPE_CHECKING:
    from synth.learning.task import FitTask

UNIT = 1000  # of a score, as a whole number


@dataclass(frozen=True)
class GaussianCopulaSettings:
    """``shrinkage`` by the rows where it is None, see ``latent.shrunk``."""

    shrinkage: Annotated[
        float | None,
        Field(ge=0, le=1, description="share by which correlations are pulled towards none; by "
              "the rows, if not given"),
    ] = None  # fmt: skip


class GaussianCopulaKind(GeneratorKind):
    """A parametric joint of any number of columns; conditional."""

    name: ClassVar[str] = GaussianCopulaGenerator.name
    summary: ClassVar[str] = "correlated normals behind the columns; made of counts, no torch"
    settings_type: ClassVar[type[GaussianCopulaSettings]] = GaussianCopulaSettings
    learns: ClassVar[bool] = False
    generator_type: ClassVar[type[GaussianCopulaGenerator]] = GaussianCopulaGenerator

    def needs(self, settings: GaussianCopulaSettings, schema: TableSchema) -> Needs:
        """Codes are arranged along their normals before they are counted."""
        return Needs(arranged=True)

    def arrange(
        self,
        codes: np.ndarray,
        sub_columns: Sequence[SubColumn],
        first: Sequence[str],
        settings: GaussianCopulaSettings,
    ) -> Arrangement:
        """The order of each sub-column's codes, and their scores, off a bounded sample.

        Any scores give the latent correlation that belongs to them; these make the most of it. The
        columns stand as encode has them, but for those of ``first``.
        """
        columns = tuple(dict.fromkeys([*first, *(sub.column for sub in sub_columns)]))
        moved = [at for name in columns for at, sub in enumerate(sub_columns) if sub.column == name]
        subs = [sub_columns[place] for place in moved]
        places = [place for place, sub in enumerate(subs) if sub.level % 2 == 0]
        own = codes[:, [moved[place] for place in places]]
        orders = code_orders(own, [subs[place] for place in places])
        scores: list[tuple[int, ...] | None] = [None] * len(subs)
        for place, order, column in zip(places, orders, own.T, strict=True):
            seen = np.bincount(column, minlength=len(order))
            scores[place] = tuple(np.rint(UNIT * normal_scores(order, seen)).astype(int).tolist())
        relations = {
            "orders": [order.tolist() for order in orders],
            "scores": [own for own in scores if own is not None],
        }
        return Arrangement(columns, (None,) * len(subs), relations, tuple(scores))

    def fit(self, task: FitTask) -> GaussianCopulaGenerator:
        """The correlation that the products of the scores show."""
        tables, share = fitted(task.sub_columns, task.statistics, task.settings.shrinkage)
        task.progress.facts["parameters"] = len(tables.orders) * (len(tables.orders) - 1) // 2
        task.progress.facts["shrinkage"] = round(share, 6)
        return GaussianCopulaGenerator(tables)

    def load(self, saved: Saved) -> GaussianCopulaGenerator:
        """The generator of a model folder."""
        described: list[dict[str, Any]] = saved.description["sub_columns"]
        positions = Positions.loaded([SubColumn.from_json(s) for s in described], saved.tensors)
        own = range(len(positions.first))
        return GaussianCopulaGenerator(
            CopulaTables(
                positions,
                tuple(saved.tensors[f"order.{place}"] for place in own),
                tuple(saved.tensors[f"shares.{place}"] for place in own),
                saved.tensors["correlation"],
            )
        )


def fitted(
    sub_columns: Sequence[SubColumn], statistics: CodeStatistics, shrinkage: float | None
) -> tuple[CopulaTables, float]:
    """The tables, and by which share correlations were shrunk.

    Scores are read at the counts of all rows; the margins that are drawn are smooth.
    """
    positions = Positions.of(sub_columns, statistics)
    wanted, products = margins(sub_columns, statistics), statistics.score_products
    assert products is not None  # asked for by ``arrange``
    orders = tuple(np.array(own, np.int32) for own in statistics.relations["orders"])
    rows = int(statistics.counts[0].sum())
    means, coefficients, shares = list[float](), list[np.ndarray](), list[np.ndarray]()
    for place, order, scored in zip(
        positions.first, orders, statistics.relations["scores"], strict=True
    ):
        counts, scores = statistics.counts[place] / rows, np.array(scored, np.float64)
        means.append(float(counts @ scores))
        coefficients.append(hermite_coefficients(np.cumsum(counts[order]), scores[order]))
        shares.append(np.asarray(wanted[place], np.float64) / wanted[place].sum())
    covariance = products / rows - np.outer(means, means)
    found = latent_correlation(covariance, np.stack(coefficients))
    pulled, share = shrunk(found, rows, shrinkage)
    return CopulaTables(positions, orders, tuple(shares), pulled), share

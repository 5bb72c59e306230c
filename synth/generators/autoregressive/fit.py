"""Fitting the autoregressive generator: its network is learned, then its margins are set."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from synth.encode.statistics import CodeStatistics
from synth.generators.autoregressive.calibration import corrections
from synth.generators.autoregressive.class_weights import class_weights
from synth.generators.autoregressive.contexts import Frequent, frequent
from synth.generators.autoregressive.folding import PARTNERS
from synth.generators.autoregressive.generator import AutoregressiveGenerator
from synth.generators.autoregressive.network import FusedNetwork
from synth.generators.autoregressive.orders import declared_orders
from synth.generators.autoregressive.relations import Relations
from synth.generators.autoregressive.settings import NetworkSettings
from synth.generators.autoregressive.wiring import wire
from synth.generators.margins import margins
from synth.learning.network_fit import fit_network, seeded
from synth.learning.settings import largest_batch
from synth.learning.task import FitTask
from synth.learning.workers import sum_over_workers
from synth.table.sub_column import SubColumn, groups_of

CALIBRATION_SEED = 0


def fit(task: FitTask) -> AutoregressiveGenerator:
    """The generator of a task: a network that the workshop's loop has learned, calibrated."""
    rows = int(task.statistics.counts[0].sum())
    settings = replace(task.settings, hidden=task.settings.width_for(rows))
    with seeded(task):
        looked_up = _looked_up(task)
        network = new_network(task.sub_columns, task.statistics, settings, looked_up)
        weights = fit_network(network, settings, task)
    task.progress.facts["settings"]["dropout"] = network.dropout  # as it was, where none was given
    if looked_up:
        task.progress.facts["looked_up"] = _looked_up_facts(looked_up, task.sub_columns)
    task.progress.step("calibrating")
    return calibrated(task.sub_columns, task.statistics, weights, settings)


def _looked_up_facts(
    looked_up: Sequence[Frequent], sub_columns: Sequence[SubColumn]
) -> dict[str, list[int]]:
    """Which column is told by which: of each of its codes, by how many values enough rows share."""
    found: dict[str, list[int]] = {}
    for own in looked_up:
        told, teller = (sub_columns[at].column for at in (own.context.told, own.context.teller))
        found.setdefault(f"{told} by {teller}", []).append(len(own.kept))
    return found


def new_network(
    sub_columns: Sequence[SubColumn],
    statistics: CodeStatistics,
    settings: NetworkSettings,
    looked_up: Sequence[Frequent] = (),
) -> FusedNetwork:
    """The untrained network of these sub-columns."""
    orders = declared_orders(sub_columns, settings.conditions)
    relations = Relations.from_json(statistics.relations)
    wiring = wire(
        relations,
        groups_of(sub_columns),
        flexible=settings.flexible or bool(orders),
        parents=settings.parents,
    )
    rows = int(statistics.counts[0].sum())
    return FusedNetwork(
        sub_columns,
        statistics,
        wiring,
        value_embeddings=relations.value_embeddings,
        looked_up=looked_up,
        orders=orders,
        any_order=settings.flexible,
        hidden=settings.width_for(rows),
        residual_layers=settings.residual_layers,
        dropout=settings.dropout_of(rows, math.prod(float(sub.cardinality) for sub in sub_columns)),
        class_weights=class_weights(sub_columns, statistics.counts[0], settings.class_weights),
    )


def _looked_up(task: FitTask) -> tuple[Frequent, ...]:
    """By what enough rows share: one look at the rows of all workers, none without tellers."""
    return frequent(
        Relations.from_json(task.statistics.relations).tellers,
        [sub.cardinality for sub in task.sub_columns],
        groups_of(task.sub_columns),
        task.train.in_order(largest_batch(task.worker.device)),
        task.min_entities,
        partial(sum_over_workers, device=task.worker.device),
    )


def calibrated(
    sub_columns: Sequence[SubColumn],
    statistics: CodeStatistics,
    weights: Mapping[str, np.ndarray],
    settings: NetworkSettings,
) -> AutoregressiveGenerator:
    """The generator of a trained network, its margins set to those of the train part."""
    heads = AutoregressiveGenerator(sub_columns, statistics.counts, weights, settings).heads()
    rng = np.random.default_rng(CALIBRATION_SEED)
    moved = {
        **weights,
        PARTNERS: np.array([-1 if p is None else p for p in statistics.partners]),
    }
    wanted = margins(sub_columns, statistics)
    for found in corrections(heads, statistics, wanted, rng):
        table = f"tables.{found.sub_column}"
        grouped = statistics.group_counts[found.sub_column] is not None
        name = f"{table}.within" if grouped else f"{table}.bias"
        moved[name] = weights[name] + found.margin.reshape(weights[name].shape)
        if found.conditional is not None:
            moved[f"{table}.beside"] = found.conditional
    return AutoregressiveGenerator(sub_columns, statistics.counts, moved, settings)

"""Small fits in memory for tests: table -> encoder, codes, trained generator."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import torch

from synth.encode import CodeStatistics, EncoderSettings, Relations, TableEncoder, fit_encoder
from synth.generators.autoregressive.generator import (
    AutoregressiveGenerator,
    AutoregressiveSettings,
)
from synth.generators.autoregressive.network import FusedNetwork
from synth.learning.likelihood import Training, TrainingSettings
from synth.profile.table_profile import TableProfile
from synth.table.sub_column import SubColumn, groups_of
from tests.synth.tables import batch_of


def encoded(table: pa.Table) -> tuple[TableEncoder, np.ndarray, CodeStatistics]:
    """The encoder of a table, its codes, and their statistics."""
    rows = batch_of(table)
    encoder, relations = fit_encoder(TableProfile.of(table), rows, EncoderSettings())
    codes = encoder.encode(rows)
    return encoder, codes, CodeStatistics.of(codes, encoder.sub_columns, relations)


def all_related(sub_columns: Sequence[SubColumn], *, whole: bool = False) -> Relations:
    """Relations where all tell alike; every value of two codes as a whole where asked for."""
    return Relations(
        np.ones((len(sub_columns), len(sub_columns))),
        tuple(whole and group is not None for group in groups_of(sub_columns)),
        tuple(
            tuple(sorted(range(place), key=lambda other: other != group))
            for place, group in enumerate(groups_of(sub_columns))
        ),
    )


def batches(codes: np.ndarray, rows: int, epoch: int) -> Iterator[np.ndarray]:
    """The codes in an order of the epoch's own."""
    order = np.random.default_rng(epoch).permutation(len(codes))
    for start in range(0, len(codes) - rows + 1, rows):
        yield codes[order[start : start + rows]]


def new_training(
    encoder: TableEncoder, statistics: CodeStatistics, settings: TrainingSettings, **own: Any
) -> Training:
    """A training from seeded weights."""
    torch.set_num_threads(1)  # as a training worker does
    torch.manual_seed(settings.seed)
    network = AutoregressiveGenerator.network(
        encoder.sub_columns, statistics, AutoregressiveSettings(**own)
    )
    if settings.gpu:
        network.to("cuda")
    settled = settings.settled(int(statistics.counts[0].sum()))
    return Training(network, settled, network.draw_order)


def generator_of(
    training: Training, encoder: TableEncoder, statistics: CodeStatistics
) -> AutoregressiveGenerator:
    """The generator with the weights that the training holds."""
    network = training.network
    assert isinstance(network, FusedNetwork)
    weights = {name: value.numpy().copy() for name, value in network.state_dict().items()}
    return AutoregressiveGenerator(encoder.sub_columns, statistics.counts, weights)

"""Small fits in memory for tests: table -> encoder, codes, trained generator."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import torch

from synth.encode import TableEncoder
from synth.generators.autoregressive import AutoregressiveGenerator, AutoregressiveSettings
from synth.nn import FusedNetwork
from synth.profile import TableProfile
from synth.training import Training, TrainingSettings
from tests.synth.tables import batch_of


def encoded(table: pa.Table) -> tuple[TableEncoder, np.ndarray, list[np.ndarray]]:
    """The encoder of a table, its codes, and their counts."""
    encoder = TableEncoder.fit(TableProfile.of(table))
    codes = encoder.encode(batch_of(table))
    sizes = encoder.cardinalities
    return encoder, codes, [np.bincount(codes[:, i], minlength=k) for i, k in enumerate(sizes)]


def batches(codes: np.ndarray, rows: int, epoch: int) -> Iterator[np.ndarray]:
    """The codes in an order of the epoch's own."""
    order = np.random.default_rng(epoch).permutation(len(codes))
    for start in range(0, len(codes) - rows + 1, rows):
        yield codes[order[start : start + rows]]


def new_training(
    encoder: TableEncoder, counts: list[np.ndarray], settings: TrainingSettings, **size: int
) -> Training:
    """A training from seeded weights."""
    torch.set_num_threads(1)  # as a training worker does
    torch.manual_seed(settings.seed)
    network = AutoregressiveGenerator.network(
        encoder.sub_columns, counts, AutoregressiveSettings(**size)
    )
    return Training(network, settings)


def generator_of(
    training: Training, encoder: TableEncoder, counts: list[np.ndarray]
) -> AutoregressiveGenerator:
    """The generator with the weights that the training holds."""
    network = training.network
    assert isinstance(network, FusedNetwork)
    weights = {name: value.numpy().copy() for name, value in network.state_dict().items()}
    return AutoregressiveGenerator(encoder.sub_columns, counts, weights)

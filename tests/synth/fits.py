"""Small fits in memory for tests: table -> encoder, codes, trained generator."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import torch

from synth.encode import CodeStatistics, EncoderSettings, TableEncoder
from synth.generators.autoregressive.contexts import Frequent, frequent
from synth.generators.autoregressive.fit import new_network
from synth.generators.autoregressive.generator import AutoregressiveGenerator
from synth.generators.autoregressive.kind import AutoregressiveKind
from synth.generators.autoregressive.network import FusedNetwork
from synth.generators.autoregressive.relations import Relations, partners
from synth.generators.autoregressive.settings import AutoregressiveSettings, NetworkSettings
from synth.generators.contract import GeneratorKind
from synth.learning.likelihood import Training
from synth.learning.preparation import prepare
from synth.learning.settings import LikelihoodSettings
from synth.learning.task import ArrayCodes, FitTask
from synth.profiling.table_profile import TableProfile
from synth.table.limits import MIN_ENTITIES
from synth.table.sub_column import SubColumn, groups_of
from tests.synth.tables import batch_of


def encoded(
    table: pa.Table,
    kind: GeneratorKind | None = None,
    settings: Any = None,
    *,
    first: Sequence[str] = (),
) -> tuple[TableEncoder, np.ndarray, CodeStatistics]:
    """The encoder of a table, its codes, and their statistics, as the kind wants them.

    Without one as the autoregressive generator does.
    """
    kind = kind or AutoregressiveKind()
    rows, settings = batch_of(table), settings or kind.settings_type()
    profile = TableProfile.of(table)
    encoder, arranged = prepare(kind, settings, profile, rows, EncoderSettings(), first=first)
    codes = encoder.encode(rows)
    statistics = CodeStatistics.of(
        codes,
        encoder.sub_columns,
        partners=arranged.partners,
        relations=arranged.relations,
        scores=arranged.scores,
    )
    return encoder, codes, statistics


def task_of(
    encoder: TableEncoder,
    codes: np.ndarray,
    statistics: CodeStatistics,
    settings: Any,
    **workshop: Any,
) -> FitTask:
    """The task of one worker; a tenth of the rows validates."""
    held = max(len(codes) // 10, 1)
    seed = workshop.get("seed", 0)
    train, validation = ArrayCodes(codes[held:], seed), ArrayCodes(codes[:held])
    return FitTask(encoder.sub_columns, statistics, settings, train, validation, **workshop)


def all_related(sub_columns: Sequence[SubColumn], *, by_value: bool = False) -> Relations:
    """Relations where all tell alike; values of two codes have embeddings where asked for."""
    groups = groups_of(sub_columns)
    return Relations(
        np.ones((len(sub_columns), len(sub_columns))),
        tuple(by_value and group is not None for group in groups),
        tuple(
            tuple(sorted(range(place), key=lambda other: other != group))
            for place, group in enumerate(groups)
        ),
        tuple(
            tuple(other for other in range(place) if by_value and groups[other] is not None)
            for place in range(len(groups))
        ),
    )


def counted(
    codes: np.ndarray,
    sub_columns: Sequence[SubColumn],
    relations: Relations | None = None,
    *,
    min_entities: int = MIN_ENTITIES,
) -> CodeStatistics:
    """The statistics of codes whose sub-columns are related so, all alike if not given."""
    related = relations or all_related(sub_columns)
    return CodeStatistics.of(
        codes,
        sub_columns,
        partners=partners(related, sub_columns),
        relations=related.to_json(),
        min_entities=min_entities,
    )


def batches(codes: np.ndarray, rows: int, epoch: int) -> Iterator[np.ndarray]:
    """The codes in an order of the epoch's own."""
    order = np.random.default_rng(epoch).permutation(len(codes))
    for start in range(0, len(codes) - rows + 1, rows):
        yield codes[order[start : start + rows]]


def seeded_network(
    sub_columns: Sequence[SubColumn],
    statistics: CodeStatistics,
    seed: int = 0,
    looked_up: Sequence[Frequent] = (),
    **own: Any,
) -> FusedNetwork:
    """An untrained network; ``own`` are its settings."""
    torch.manual_seed(seed)
    return new_network(sub_columns, statistics, NetworkSettings(**own), looked_up)


def looked_up(
    codes: np.ndarray, sub_columns: Sequence[SubColumn], related: Relations, least: int
) -> tuple[Frequent, ...]:
    """By what so many of the rows share, as a fit asks for it."""
    sizes = [sub.cardinality for sub in sub_columns]
    return frequent(related.tellers, sizes, groups_of(sub_columns), [codes], least)


def weights_of(network: torch.nn.Module) -> dict[str, np.ndarray]:
    """A copy of the weights as a generator has them."""
    return {name: value.cpu().numpy().copy() for name, value in network.state_dict().items()}


def new_training(
    encoder: TableEncoder,
    statistics: CodeStatistics,
    settings: LikelihoodSettings,
    device: str = "cpu",
    **own: Any,
) -> Training:
    """A training from seeded weights."""
    torch.set_num_threads(1)  # as a training worker does
    network = seeded_network(encoder.sub_columns, statistics, **own).to(device)
    settled = settings.settled(int(statistics.counts[0].sum()), device)
    return Training(network, settled, network.draw_order)


def generator_of(
    training: Training, encoder: TableEncoder, statistics: CodeStatistics
) -> AutoregressiveGenerator:
    """The generator with the weights that the training holds."""
    weights = weights_of(training.network)
    return AutoregressiveGenerator(encoder.sub_columns, statistics.counts, weights)


def quick_settings(**own: Any) -> AutoregressiveSettings:
    """Settings of a fit of seconds."""
    return AutoregressiveSettings(**{"steps": 30, "evaluation_steps": 10, "hidden": 16, **own})

"""What who has the model knows besides the tables: broken rules, and how likely each row is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from synth.dependencies.facts import dependency_facts, with_broken
from synth.dependencies.violations import Violations
from synth.encode import TableEncoder
from synth.generators.contract import Generator, Scored
from synth.learning.threads import one_thread
from synth.metrics.features import Floats

BATCH_ROWS = 16_384  # at a time: their codes, and what the generator makes of them
REAL = ("train", "holdout")


def broken_rules(encoder: TableEncoder, rows: pa.Table) -> list[dict[str, Any]]:
    """The rules of the encoder's plan with their evidence, and how many rows break each.

    ``rows`` have the columns of ``encoder.table_schema``.
    """
    counted = Violations(encoder.schema, encoder.plan)
    for batch in rows.to_batches(max_chunksize=BATCH_ROWS) if encoder.plan.steps else ():
        counted.update(encoder.forms.read(batch))
    return with_broken(dependency_facts(encoder.plan), counted)


@one_thread()
def likelihoods(
    encoder: TableEncoder, generator: Generator, samples: Mapping[str, pa.Table]
) -> dict[str, Floats] | None:
    """By role of the real tables float64 ``(rows,)``: log probabilities of the rows, in nats.

    None where the generator is not :class:`synth.generators.contract.Scored`.
    """
    if not isinstance(generator, Scored):
        return None
    return {role: _log_prob(encoder, generator, samples[role]) for role in REAL if role in samples}


def _log_prob(encoder: TableEncoder, generator: Scored, rows: pa.Table) -> Floats:
    batches = map(encoder.forms.read, rows.to_batches(max_chunksize=BATCH_ROWS))
    found = [generator.log_prob(encoder.encode(batch)) for batch in batches]
    return np.concatenate([*found, np.zeros(0)])

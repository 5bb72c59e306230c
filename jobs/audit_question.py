"""What a configuration asks of an audit."""

from __future__ import annotations

from jobs.config import Config
from synth.audit.question import AuditQuestion
from synth.statistics.entities import Entities


def audit_question(config: Config, entities: Entities | None = None) -> AuditQuestion:
    """Its target, purpose and privacy; ``entities`` are those of the rows, where counted."""
    positive = config.task.positive
    return AuditQuestion(
        config.task.target,
        None if positive is None else str(positive),
        config.stated.intended_use,
        None if entities is None else entities.number,
        config.privacy.min_entities,
        infer_sensitive=config.columns.infer_sensitive,
        not_sensitive=config.columns.not_sensitive,
        seed=config.random_seed,
        rows_of_enough=None if entities is None else entities.least_rows,
    )

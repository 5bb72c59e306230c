"""What a configuration asks of an audit."""

from __future__ import annotations

from jobs.config import Config
from synth.audit.question import AuditQuestion


def audit_question(config: Config, entities: int | None = None) -> AuditQuestion:
    """Its target, purpose and privacy; ``entities`` are how many the rows are of, where counted."""
    positive = config.task.positive
    return AuditQuestion(
        config.task.target,
        None if positive is None else str(positive),
        config.stated.intended_use,
        entities,
        config.privacy.min_entities,
        infer_sensitive=config.columns.infer_sensitive,
        not_sensitive=config.columns.not_sensitive,
        seed=config.random_seed,
    )

"""What an audit says: one thing to know of a table, how grave it is, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True)
class Finding:
    """``name`` is by which a configuration accepts it; no value of a row stands in any text.

    An ``error``: synthetic data of this table is not fit for use, unless who answers for it says
    otherwise. A ``warning`` is to be looked at; an ``info`` is good to know.
    """

    name: str
    severity: Severity
    columns: tuple[str, ...]
    evidence: str
    remedy: str

    def to_json(self) -> dict[str, Any]:
        """All fields."""
        return asdict(self)

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Finding:
        """What :meth:`to_json` made, or its JSON."""
        return cls(**{**found, "columns": tuple(found["columns"])})

    def words(self) -> str:
        """As one sentence of a log."""
        of = f" ({', '.join(map(repr, self.columns))})" if self.columns else ""
        return f"{self.severity}: {self.name}{of}: {self.evidence}. {self.remedy}"


def gravest_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors, then warnings, then the rest; among equals the order in which they were found."""
    return tuple(sorted(findings, key=lambda found: SEVERITIES.index(found.severity)))

"""How hard dependencies are looked for, and what counts as one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from synth.table.limits import MIN_ENTITIES


@dataclass(frozen=True)
class DependencySettings:
    """Thresholds of search and verification; each with its reason."""

    min_entities: int = MIN_ENTITIES  # a key is stored with a target that so many rows share
    near: float = 0.995  # a rule that holds for this share of rows is worth exceptions
    most_keys: int = 65_536  # a map of more keys is a table, not a rule
    pair_columns: int = 40  # triples are searched only among so many columns
    number_columns: int = 80  # sums are searched only among so many columns
    first_rows: int = 2_000  # rows on which pairs of columns are sifted first
    most_rules: int = 300  # candidates of one kind that the pass over the table verifies
    supported: float = 0.9  # share of rows whose key the map stores
    broken: float = 0.0  # share of rows that may break an order: none, where it is kept by repairs


# Rows that break a rule are taken for mistakes up to here. Where more break it exceptions are a
# habit, and of real tables more and more columns are in order, or tell each other, by tendency.
TOLERATED = 0.01
OF_A_SAMPLE = 1.5  # times as many of its rows may break a rule that just so many of all break


def tolerant(settings: DependencySettings) -> DependencySettings:
    """The same search, for rules that at most ``TOLERATED`` of all rows break."""
    share = OF_A_SAMPLE * TOLERATED
    return replace(settings, near=1 - share, broken=share)

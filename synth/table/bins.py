"""The bins in which a column is compared: the encoder fixes them for all tables of a run."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from synth.table.numbers_json import from_plain, to_plain

NULL, NAN = "(null)", "(not a number)"  # labels of the bins for what is missing
Unit = Literal["category", "boolean", "number", "date", "timestamp"]


@dataclass(frozen=True)
class ColumnBins:
    """How one column is counted.

    ``labels`` has one entry per bin and is safe to print: values of sensitive columns and rare
    values are masked already. For an ``ordinal`` column the bins with a position stand in the order
    of their values; ``lower`` and ``upper`` are the value range of a bin (equal for an exact value;
    days or microseconds since 1970 for dates and timestamps). Bins for null, NaN and rare values
    have None there and stand last. ``pair_bins`` maps each bin to one of ``n_pair_bins`` coarser
    ones, for contingency tables of pairs of columns.
    """

    name: str
    unit: Unit
    ordinal: bool
    labels: tuple[str, ...]
    lower: tuple[float | None, ...]
    upper: tuple[float | None, ...]
    pair_bins: tuple[int, ...]
    sensitive: bool = False

    def __post_init__(self) -> None:
        sizes = {len(self.labels), len(self.lower), len(self.upper), len(self.pair_bins)}
        if len(sizes) != 1:
            raise ValueError(f"bins of column {self.name!r} differ in length: {sorted(sizes)}")

    def __len__(self) -> int:
        """The number of bins."""
        return len(self.labels)

    @property
    def n_pair_bins(self) -> int:
        """The number of coarser bins."""
        return max(self.pair_bins, default=-1) + 1

    def to_json(self) -> dict[str, Any]:
        """All fields; infinities go as text."""
        plain = asdict(self)
        return {**plain, "lower": to_plain(self.lower), "upper": to_plain(self.upper)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> ColumnBins:
        """What :meth:`to_json` wrote."""
        fields: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
        }
        fields["lower"] = tuple(from_plain(fields["lower"]))
        fields["upper"] = tuple(from_plain(fields["upper"]))
        return cls(**fields)

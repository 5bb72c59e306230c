"""Small bins for the tests of metrics."""

from synth.table.bins import ColumnBins


def numbers(name: str, size: int, *, coarse: int = 1, null: bool = True) -> ColumnBins:
    """An ordinal column of whole numbers ``0 .. size - 1``, and a bin for null at the end."""
    values = tuple(float(value) for value in range(size))
    pairs = tuple(value // coarse for value in range(size))
    tail = (None,) if null else ()
    return ColumnBins(
        name=name,
        unit="number",
        ordinal=True,
        labels=tuple(str(value) for value in range(size)) + (("null",) if null else ()),
        lower=values + tail,
        upper=values + tail,
        pair_bins=pairs + ((pairs[-1] + 1,) if null else ()),
    )


def categories(name: str, *labels: str) -> ColumnBins:
    """A nominal column with one bin for each label."""
    return ColumnBins(
        name=name,
        unit="category",
        ordinal=False,
        labels=labels,
        lower=(None,) * len(labels),
        upper=(None,) * len(labels),
        pair_bins=tuple(range(len(labels))),
    )

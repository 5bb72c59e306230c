"""One column of a pandas DataFrame to Arrow and back, whatever its dtype is."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from synth.table.categories import Categories
from synth.table.errors import InputError
from synth.table.learned_values import learned, one_array, restored
from synth.table.pandas_dtypes import dtype_from_json, dtype_to_json
from synth.table.python_objects import (
    marker_of,
    missing_marker,
    objects_from_arrow,
    objects_to_arrow,
)
from synth.table.type_json import type_from_json, type_to_json, values_from_json, values_to_json

if TYPE_CHECKING:
    import pandas as pd

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class PandasColumn:
    """How a column looked: its dtype, the Arrow type of its values, and what these do not say.

    ``objects``: the kind of the Python objects of an object column, ``missing`` how it writes a
    missing value. ``categories``: those of a categorical dtype.
    """

    dtype: Any
    arrow: pa.DataType
    objects: str | None = None
    missing: str = "None"
    categories: pd.Index | None = None

    @classmethod
    def plain(cls, type_: pa.DataType) -> PandasColumn:
        """A column of a learned type as pandas has it."""
        import pandas as pd

        kinds = {"string": "text", "date32[day]": "date"}
        kind = "decimal" if pa.types.is_decimal(type_) else kinds.get(str(type_))
        if kind is not None:
            return cls(np.dtype(object), type_, kind)
        if pa.types.is_timestamp(type_) and type_.tz:
            return cls(pd.DatetimeTZDtype(type_.unit, type_.tz), type_)
        if pa.types.is_timestamp(type_):
            return cls(np.dtype(f"datetime64[{type_.unit}]"), type_)
        return cls(np.dtype(type_.to_pandas_dtype()), type_)

    def made(self, values: pa.ChunkedArray, name: str) -> pd.Series:
        """Learned values as a series of the dtype; Unfit where one is beyond it."""
        import pandas as pd

        if self.categories is not None:
            return self._categorical(values, name)
        plain = restored(values, self.arrow)
        if self.objects is not None:
            marker = marker_of(self.missing)
            return pd.Series(objects_from_arrow(plain, self.objects, marker), dtype=object)
        if isinstance(self.dtype, pd.PeriodDtype):
            starts: Any = pd.DatetimeIndex(_moments(plain, "datetime64"))
            return pd.Series(starts.to_period(self.dtype.freq))
        if isinstance(self.dtype, pd.SparseDtype):
            return pd.Series(_of_numpy(plain, self.dtype.subtype)).astype(self.dtype)
        if isinstance(self.dtype, pd.DatetimeTZDtype):
            moments = pd.Series(_moments(plain, "datetime64"))
            return moments.dt.tz_localize("UTC").astype(self.dtype)
        if isinstance(self.dtype, np.dtype):
            return pd.Series(_of_numpy(plain, self.dtype))
        result: pd.Series = pd.Series(self.dtype.__from_arrow__(plain), dtype=self.dtype)
        return result

    def protected(self, rows: pa.ChunkedArray, least: int) -> tuple[PandasColumn, int]:
        """Without the categories that fewer than ``least`` rows hold, and how many these are."""
        import pandas as pd

        if self.categories is None:
            return self, 0
        kept = _vocabulary(self.categories).protected(rows, least)
        left_out = len(self.categories) - len(kept)
        categories = self.categories.take(kept)
        dtype = pd.CategoricalDtype(categories, self.dtype.ordered)
        return replace(self, dtype=dtype, categories=categories), left_out

    def to_json(self) -> dict[str, Any]:
        """All fields as plain values."""
        return {
            "dtype": None if self.categories is not None else dtype_to_json(self.dtype, self.arrow),
            "arrow": type_to_json(self.arrow),
            "objects": self.objects,
            "missing": self.missing,
            "categories": None if self.categories is None else index_to_json(self.categories),
            "ordered": bool(getattr(self.dtype, "ordered", False)),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> PandasColumn:
        """What :meth:`to_json` wrote; TypeError or ValueError where this pandas lacks the dtype."""
        import pandas as pd

        arrow = type_from_json(data["arrow"])
        if arrow is None:
            raise TypeError(f"no Arrow type {data['arrow']['name']}")
        categories = None if data["categories"] is None else index_from_json(data["categories"])
        if categories is None:
            dtype = dtype_from_json(data["dtype"], arrow)
        else:
            dtype = pd.CategoricalDtype(categories, data["ordered"])
        return cls(dtype, arrow, data["objects"], data["missing"], categories)

    def _categorical(self, values: pa.ChunkedArray, name: str) -> pd.Series:
        import pandas as pd

        assert self.categories is not None
        vocabulary = _vocabulary(self.categories)
        codes, new = vocabulary.find(values), vocabulary.new(values)
        index = self.categories
        if len(new):
            logger.warning(
                "column %r: %s made-up values are added to its categories", name, f"{len(new):,}"
            )
            index = pd.Index([*self.categories, *new.to_pylist()], dtype=self.categories.dtype)
        dtype = pd.CategoricalDtype(index, self.dtype.ordered)
        return pd.Series(pd.Categorical.from_codes(codes, dtype=dtype))


def column_of(series: Any, name: str) -> tuple[pa.ChunkedArray, PandasColumn]:
    """The learned values of a series, and how it looked; InputError where it cannot be learned."""
    import pandas as pd

    dtype = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _of_categories(series, name)
    if isinstance(dtype, np.dtype) and dtype.kind == "O":
        missing = series.isna().to_numpy()
        values = series.to_numpy()
        array, kind = objects_to_arrow(values, missing, name)
        chunked = _coarse(pa.chunked_array([array]))
        column = PandasColumn(dtype, chunked.type, kind, missing_marker(values, missing))
        return learned(chunked, name), column
    chunked = _chunked(_exported(series, name))
    if isinstance(dtype, np.dtype):
        chunked = _coarse(chunked)
    return learned(chunked, name), PandasColumn(dtype, chunked.type)


def _coarse(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Durations in the coarsest unit that holds them, in which rules find them again."""
    if not pa.types.is_duration(values.type) or values.null_count == len(values):
        return values
    for unit in ("s", "ms", "us"):
        try:
            return values.cast(pa.duration(unit))
        except pa.ArrowInvalid:
            continue
    return values


def _exported(series: Any, name: str) -> pa.Array | pa.ChunkedArray:
    import pandas as pd

    dtype = series.dtype
    if isinstance(dtype, pd.SparseDtype):
        return _of_dense(np.asarray(series.sparse.to_dense()), name)
    if isinstance(dtype, pd.PeriodDtype):
        return _starts(series, name)
    if isinstance(dtype, pd.IntervalDtype):
        raise InputError(
            f"column {name!r} is of type {dtype}, which is not supported: make two columns of its "
            "bounds (.array.left and .array.right), or leave it out"
        )
    if isinstance(dtype, np.dtype):
        return _of_dense(series.to_numpy(), name)
    if isinstance(dtype, pd.DatetimeTZDtype):
        return pa.array(series, from_pandas=True)
    try:
        return pa.array(series.array)
    except (pa.ArrowException, TypeError, OverflowError):
        raise InputError(
            f"column {name!r} is of type {dtype}, which is not supported: convert it (astype), or "
            "leave it out"
        ) from None


def _of_dense(values: np.ndarray, name: str) -> pa.Array:
    if values.dtype == np.float16:  # older versions of Arrow cast none
        values = values.astype(np.float32)
    if values.dtype.kind not in "biufmM":
        raise InputError(
            f"column {name!r} is of type {values.dtype}, which is not supported: "
            + (
                "make two columns, of its real and of its imaginary part, or leave it out"
                if values.dtype.kind == "c"
                else "leave it out or convert it"
            )
        )
    return pa.array(values, from_pandas=True)


def _starts(series: pd.Series, name: str) -> pa.Array:
    """The first moment of each period; its date, where periods are of whole days."""
    import pandas as pd

    try:
        starts = series.dt.to_timestamp(how="start").to_numpy()
    except (pd.errors.OutOfBoundsDatetime, OverflowError):
        raise InputError(
            f"column {name!r} holds periods beyond the years 1677 to 2262: make it a date or a "
            "text, or leave it out"
        ) from None
    moments = pa.array(starts, from_pandas=True)
    try:
        return moments.cast(pa.date32())
    except pa.ArrowException:
        return moments


def _of_categories(series: pd.Series, name: str) -> tuple[pa.ChunkedArray, PandasColumn]:
    categories = series.cat.categories
    values = _category_values(categories, name)
    codes = series.cat.codes.to_numpy().astype(np.int64)
    taken = values.take(pa.array(codes, mask=codes < 0))
    return pa.chunked_array([taken]), PandasColumn(series.dtype, taken.type, categories=categories)


def _vocabulary(categories: Any) -> Categories:
    return Categories(_category_values(categories, "categories"))


def _category_values(categories: Any, name: str) -> pa.Array:
    """The categories as they are learned: intervals (``pandas.cut``) by their texts."""
    import pandas as pd

    if isinstance(categories.dtype, pd.IntervalDtype):
        return pa.array([str(value) for value in categories], pa.string())
    plain = column_of(categories.to_series(index=range(len(categories))), name)[0]
    return one_array(plain)


def index_to_json(index: Any) -> dict[str, Any]:
    """An index and its dtype as plain values; InputError where its values are not of one type."""
    import pandas as pd

    if isinstance(index, pd.IntervalIndex):
        sides = {"left": index_to_json(index.left), "right": index_to_json(index.right)}
        return {"closed": index.closed, **sides}
    values, column = column_of(index.to_series(index=range(len(index))), "categories")
    return {"column": column.to_json(), "values": values_to_json(one_array(values))}


def index_from_json(data: dict[str, Any]) -> pd.Index:
    """What :func:`index_to_json` wrote."""
    import pandas as pd

    if "closed" in data:
        left, right = index_from_json(data["left"]), index_from_json(data["right"])
        bins: pd.Index = pd.IntervalIndex.from_arrays(left, right, closed=data["closed"])
        return bins
    column = PandasColumn.from_json(data["column"])
    values = pa.chunked_array([values_from_json(data["values"])])
    index: pd.Index = pd.Index(column.made(values, "categories"), dtype=column.dtype)
    return index


def _of_numpy(values: pa.ChunkedArray, dtype: np.dtype) -> Any:
    """An array of the dtype; of its nullable counterpart where it knows no missing value."""
    import pandas as pd

    if dtype.kind in "mM":
        return _moments(values, "datetime64" if dtype.kind == "M" else "timedelta64").astype(dtype)
    if dtype.kind in "biu" and values.null_count:
        nullable = "boolean" if dtype.kind == "b" else pd.Series(dtype=dtype).dtype.name
        logger.warning(
            "%d values of a column of type %s are missing: it comes as its nullable type",
            values.null_count,
            dtype,
        )
        wide = nullable if dtype.kind == "b" else nullable.replace("i", "I").replace("u", "U")
        return pd.array(values.to_pylist(), dtype=wide)
    return np.asarray(values.to_numpy()).astype(dtype, copy=False)


def _moments(values: pa.ChunkedArray, kind: str) -> np.ndarray:
    """Whole numbers of the unit under numpy's eyes; a null is its NaT."""
    if pa.types.is_date(values.type):
        values, unit = values.cast(pa.date32()).cast(pa.int32()).cast(pa.int64()), "s"
        factor = 86_400
    else:
        unit, factor = values.type.unit, 1
        values = values.cast(pa.int64())
    whole = np.asarray(values.fill_null(0).to_numpy()) * factor
    missing = np.asarray(values.is_null().to_numpy())
    return np.where(missing, np.iinfo(np.int64).min, whole).view(f"{kind}[{unit}]")


def _chunked(array: pa.Array | pa.ChunkedArray) -> pa.ChunkedArray:
    return array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])

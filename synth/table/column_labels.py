"""The labels of a pandas DataFrame's columns as JSON: texts, numbers, moments, several levels."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from synth.table.errors import InputError
from synth.table.pandas_columns import index_from_json, index_to_json

if TYPE_CHECKING:
    import pandas as pd

logger = logging.getLogger(__name__)


def labels_to_json(labels: pd.Index) -> dict[str, Any]:
    """What :func:`labels_from_json` reads; a log warning says which labels come back as texts."""
    import pandas as pd

    names = [_label_to_json(name) for name in labels.names]
    if isinstance(labels, pd.MultiIndex):
        levels = [labels_to_json(labels.get_level_values(place)) for place in range(labels.nlevels)]
        return {"levels": levels, "names": names}
    if isinstance(labels, pd.RangeIndex):
        return {"range": [labels.start, labels.stop, labels.step], "names": names}
    try:
        return {"index": index_to_json(labels), "names": names}
    except InputError:
        return {"labels": [_label_to_json(label) for label in labels], "names": names}


def labels_from_json(data: dict[str, Any]) -> pd.Index:
    """What :func:`labels_to_json` wrote."""
    import pandas as pd

    names = [_label_from_json(name) for name in data["names"]]
    if "levels" in data:
        levels = [labels_from_json(level) for level in data["levels"]]
        return pd.MultiIndex.from_arrays(levels, names=names)
    if "range" in data:
        start, stop, step = data["range"]
        return pd.RangeIndex(start, stop, step, name=names[0])
    if "index" in data:
        return index_from_json(data["index"]).rename(names[0])
    labels = [_label_from_json(label) for label in data["labels"]]
    return pd.Index(labels, dtype=object, name=names[0], tupleize_cols=False)


def _label_to_json(label: Any) -> Any:
    """Plain values as they are; a tuple as ``{"tuple": [...]}``."""
    if label is None or isinstance(label, str | int | float | bool):
        return label
    if isinstance(label, tuple):
        return {"tuple": [_label_to_json(part) for part in label]}
    logger.warning(
        "a column label of type %s comes back as a text where the model is loaded",
        type(label).__name__,
    )
    return str(label)


def _label_from_json(data: Any) -> Any:
    if isinstance(data, dict):
        return tuple(_label_from_json(part) for part in data["tuple"])
    return data

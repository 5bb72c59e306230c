"""Fit one of SDV's single-table synthesizers with its defaults, or for a number of epochs."""

from __future__ import annotations

from stopwatch import Stopwatch, arguments  # isort: skip  # it pins the threads

import random
from importlib.metadata import version

import numpy as np
import pandas as pd
import torch
from sdv.metadata import Metadata
from sdv.single_table import CTGANSynthesizer, GaussianCopulaSynthesizer, TVAESynthesizer

MODELS = {
    "copula": GaussianCopulaSynthesizer,
    "ctgan": CTGANSynthesizer,
    "tvae": TVAESynthesizer,
}
SingleTable = CTGANSynthesizer | GaussianCopulaSynthesizer | TVAESynthesizer
TABLE = "table"
LEARNED = {"numerical", "categorical", "boolean", "datetime"}


def described(frame: pd.DataFrame) -> Metadata:
    """SDV's own detection; what it takes for an id or personal data is set to be learned.

    SDV would invent values for such columns (a state, a tail number) instead of learning them.
    """
    found = Metadata.detect_from_dataframes({TABLE: frame}).to_dict()["tables"][TABLE]
    columns = found["columns"]
    for name in frame.columns:
        if columns[name]["sdtype"] not in LEARNED:
            numeric = pd.api.types.is_numeric_dtype(frame[name])
            columns[name] = {"sdtype": "numerical" if numeric else "categorical"}
    return Metadata.load_from_dict({"tables": {TABLE: {"columns": columns}}})


def synthesizer_of(model: str, metadata: Metadata) -> SingleTable:
    """The synthesizer of ``ctgan``, or of ``ctgan:7``: with 7 epochs in place of SDV's 300."""
    name, _, epochs = model.partition(":")
    return MODELS[name](metadata, **({"epochs": int(epochs)} if epochs else {}))


def main() -> None:
    """Write ``synthetic.parquet`` and ``measures.json``."""
    train, folder, seed, model = arguments()
    torch.set_num_threads(1)
    # SDV has no seed of its own for fit: it draws from the global generators.
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    frame = pd.read_parquet(train)
    for column in frame.select_dtypes("datetimetz"):  # SDV knows no time zones
        frame[column] = frame[column].dt.tz_convert("UTC").dt.tz_localize(None)
    metadata = described(frame)
    watch = Stopwatch()
    with watch.stage("fit"):
        synthesizer = synthesizer_of(model, metadata)
        synthesizer.fit({TABLE: frame})
    with watch.stage("sample"):
        synthetic = synthesizer.sample(num_rows=len(frame))[TABLE]
    synthetic.to_parquet(folder / "synthetic.parquet", index=False)
    watch.write(folder, version=version("sdv"))


if __name__ == "__main__":
    main()

"""A model from elsewhere in place of encode and train: it is sampled and measured, not trained."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from jobs.config import ConfigError
from jobs.opening import ABOUT
from jobs.records import StageRecord, read_record, write_atomically
from jobs.run import GivenModel, Run
from synth.dependencies.facts import dependency_facts
from synth.encode.batches import BatchEncoder
from synth.sampling.model_folder import MANIFEST, Model, load_manifest, load_model, model_hash
from synth.table.schema import TableSchema, decimal_parts

_NUMBERS = ("tinyint", "smallint", "int", "bigint", "float", "double")
_MOMENTS = ("date", "timestamp", "timestamp_ntz")


def run_of_model(model: str, files: Path) -> str | None:
    """The run of this lake that a run's name, or a model folder, stands for; None for none of it.

    ConfigError where it is neither.
    """
    folder = files / model
    if folder.parent == files and (folder / ABOUT).is_file():
        return folder.name
    if not Path(model).is_dir():
        raise ConfigError(
            f"--model {model} is no folder, and {files} has no run of that name: give the folder "
            f"of a model, which holds a {MANIFEST}, or a run's name"
        )
    manifest = load_manifest(Path(model))
    run_id = str(manifest["about"].get("run_id", ""))
    trained = read_record(files / run_id, "train") if run_id else None
    made_here = trained is not None and trained.facts["model_hash"] == model_hash(manifest)
    return run_id if made_here else None


def given_model(folder: str) -> GivenModel:
    """A model folder as a run keeps it in mind; ConfigError where it is none."""
    path = Path(folder).absolute()
    return GivenModel(str(path), model_hash(load_manifest(path)))


def take_encoder(run: Run) -> StageRecord:
    """encode, of a model from elsewhere: its own encoder."""
    model, folder = _model(run)
    write_atomically(run.path("encoder.json"), model.encoder.dumps())
    facts: dict[str, Any] = {
        "dependencies": dependency_facts(model.encoder.plan),
        "sub_columns": BatchEncoder(model.encoder).names,
        "cardinalities": model.encoder.cardinalities,
    }
    return StageRecord("encode", facts=facts, notes=(f"the encoder is that of {folder}",))


def take_model(run: Run) -> StageRecord:
    """train, of a model from elsewhere: its folder is copied, and nothing is trained."""
    model, folder = _model(run)
    target, draft = run.path("model"), run.path("model.draft")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(folder, draft)
    shutil.rmtree(target, ignore_errors=True)
    os.replace(draft, target)
    facts = {
        "model": str(target),
        "model_hash": model.hash,
        "training": model.manifest["about"].get("training", {}),
    }
    note = (
        f"nothing was trained: the model is that of {folder}, and its generator may have seen rows "
        "of the holdout, which is then no second sample to compare with"
    )
    return StageRecord("train", facts=facts, notes=(note,))


def require_columns_of_model(run: Run) -> None:
    """ConfigError where the seed lacks a column of the given model, or has another kind of it."""
    model, folder = _model(run)
    seed = TableSchema.from_json(run.record("ingest").facts["columns"])
    for column in model.encoder.table_schema:
        if column.name not in seed.names:
            raise ConfigError(
                f"the model {folder} has column {column.name!r}, which {run.config.seed} lacks; it "
                f"has {', '.join(map(repr, seed.names))}: give the table that the model is of"
            )
        found = seed[column.name].type
        if _kind(found) != _kind(column.type):
            raise ConfigError(
                f"column {column.name!r} is {column.type} in the model {folder} and {found} in "
                f"{run.config.seed}: give the table that the model is of"
            )


def _kind(type_name: str) -> str:
    """What a type is a narrower or wider form of."""
    if type_name in _NUMBERS or decimal_parts(type_name):
        return "number"
    if type_name in _MOMENTS:
        return "moment"
    return "boolean" if type_name == "boolean" else "text"


def _model(run: Run) -> tuple[Model, Path]:
    """The model that the run was given, from where it was."""
    if run.model is None:
        raise ValueError(f"run {run.id} trains a model of its own")
    folder = Path(run.model.folder)
    model = load_model(folder)
    if model.hash != run.model.hash:
        raise ConfigError(f"the model in {folder} is no longer the one that run {run.id} is of")
    return model, folder

"""A fitted model on disk: safetensors and JSON; loading runs no code.

``weights.safetensors``, ``encoder.json`` and ``manifest.json``, which names the format, the
generator and the digests of the other two. The model's hash covers all three.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save

from synth.encode import TableEncoder
from synth.generators.contract import Generator, Saved
from synth.generators.registry import generator_kind
from synth.table.door import either
from synth.table.errors import InputError
from synth.version import VERSION

FORMATS = (8, 9, 10)  # that are read; a model has the first one that tells all of it
WEIGHTS, ENCODER, MANIFEST = "weights.safetensors", "encoder.json", "manifest.json"


@dataclass(frozen=True)
class Model:
    """An encoder and a generator that belong together, and the hash that names them."""

    encoder: TableEncoder
    generator: Generator
    hash: str
    manifest: dict[str, Any]


def save_model(
    folder: Path, encoder: TableEncoder, generator: Generator, about: dict[str, Any]
) -> str:
    """Write a model folder whole or not at all, and return its hash.

    An older model there is replaced; InputError, and nothing changed, where anything else is.
    ``about`` is free JSON for the reader: training figures, the seed table and its version.
    """
    _require_replaceable(folder)
    draft = folder.with_name(folder.name + ".draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    saved = generator.save()
    # In one go: save_file makes a sparse file and fills it, which Volumes of Databricks refuse.
    # Of a view safetensors writes what lies in memory, in that order: other numbers, silently.
    whole = {name: np.asarray(value, order="C") for name, value in saved.tensors.items()}
    (draft / WEIGHTS).write_bytes(save(whole))
    (draft / ENCODER).write_text(encoder.dumps(), encoding="utf-8")
    manifest = {
        "format": max(saved.format, encoder.model_format),
        "lakesynth": VERSION,
        "generator": generator.name,
        "description": saved.description,
        "digests": {name: _digest(draft / name) for name in (WEIGHTS, ENCODER)},
        "about": about,
    }
    (draft / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(draft, folder)
    return model_hash(manifest)


def _require_replaceable(folder: Path) -> None:
    """InputError where writing the model would delete what is no model of ours."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file: name a folder for the model")
    held = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    others = [name for name in held if name not in (WEIGHTS, ENCODER, MANIFEST)]
    if others:
        raise InputError(
            f"{folder} holds {others[0]!r}, which is no part of a model and would be deleted: name "
            "a folder of the model's own"
        )


def load_manifest(folder: Path) -> dict[str, Any]:
    """The small header of a model folder; InputError where the folder is none of ours."""
    path = folder / MANIFEST
    if not path.is_file():
        remedy = either(lake="run train first", memory="name one that save(folder) wrote")
        raise InputError(f"{folder} is not a model folder: it has no {MANIFEST}; {remedy}")
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if manifest.get("format") not in FORMATS:
        formats = f"{', '.join(map(str, FORMATS[:-1]))} and {FORMATS[-1]}"
        raise InputError(
            f"{folder} has model format {manifest.get('format')!r}, this version reads {formats}: "
            "train again, or install the version that wrote it"
        )
    return manifest


def load_model(folder: Path) -> Model:
    """Read a model folder; InputError when a file is not the one that the manifest names."""
    manifest = load_manifest(folder)
    for name, digest in manifest["digests"].items():
        if _digest(folder / name) != digest:
            raise InputError(f"{folder / name} was changed after the model was saved: train again")
    encoder = TableEncoder.from_json(json.loads((folder / ENCODER).read_text(encoding="utf-8")))
    kind = generator_kind(manifest["generator"])
    generator = kind.load(Saved(manifest["description"], load_file(folder / WEIGHTS)))
    return Model(encoder, generator, model_hash(manifest), manifest)


def model_hash(manifest: dict[str, Any]) -> str:
    """The name of what the model generates: everything but the notes for the reader."""
    named = {key: value for key, value in manifest.items() if key not in ("about", "lakesynth")}
    text = json.dumps(named, sort_keys=True, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _digest(path: Path) -> str:
    return blake2b(path.read_bytes(), digest_size=16).hexdigest()

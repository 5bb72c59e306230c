import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from synth.encode import TableEncoder
from synth.generators.contract import Saved
from synth.generators.marginal import MarginalKind
from synth.sampling.model_folder import MANIFEST, load_manifest, load_model, save_model
from synth.table.errors import InputError
from tests.synth.fits import encoded, task_of
from tests.synth.tables import mixed_table


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    encoder, codes, statistics = encoded(mixed_table(600), MarginalKind())
    fitted = MarginalKind().fit(task_of(encoder, codes, statistics, None))
    path = tmp_path_factory.mktemp("model") / "model"
    save_model(path, encoder, fitted, {"for": "tests"})
    return path


def test_a_changed_file_is_refused(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "model"
    copy.mkdir()
    for file in folder.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    assert load_model(copy).hash == load_model(folder).hash
    text = (copy / "encoder.json").read_text("utf-8")
    (copy / "encoder.json").write_text(text.replace("Rome", "Roma"), "utf-8")
    with pytest.raises(InputError, match="was changed after the model was saved"):
        load_model(copy)


def test_a_folder_that_is_no_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a model folder"):
        load_model(tmp_path)


def test_an_older_model_is_replaced_and_anything_else_is_kept(folder: Path, tmp_path: Path) -> None:
    model = load_model(folder)
    own = tmp_path / "model"
    for note in ("first", "second"):
        found = save_model(own, model.encoder, model.generator, {"note": note})
        assert (found, load_manifest(own)["about"]) == (model.hash, {"note": note})
    (own / "thesis.docx").write_text("years of work")
    with pytest.raises(InputError, match=r"holds 'thesis.docx', which is no part of a model"):
        save_model(own, model.encoder, model.generator, {})
    assert (own / "thesis.docx").read_text() == "years of work"
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="is a file: name a folder"):
        save_model(tmp_path / "file", model.encoder, model.generator, {})


def test_a_model_has_the_first_format_that_tells_all_of_it(folder: Path, tmp_path: Path) -> None:
    """Clock times of two levels came with format 10: an earlier version would read other ones."""
    assert load_manifest(folder)["format"] == 8
    minutes = np.random.default_rng(0).integers(0, 24 * 60, 60_000)
    encoder, codes, statistics = encoded(
        pa.table({"time": minutes // 60 * 100 + minutes % 60}), MarginalKind()
    )
    assert [sub.cardinality for sub in encoder.sub_columns] == [24, 60]
    fitted = MarginalKind().fit(task_of(encoder, codes, statistics, None))
    model = save_model(tmp_path / "clock", encoder, fitted, {})
    assert load_manifest(tmp_path / "clock")["format"] == 10
    assert load_model(tmp_path / "clock").hash == model


def test_tensors_that_are_views_are_written_as_they_read(folder: Path, tmp_path: Path) -> None:
    model = load_model(folder)
    saved = model.generator.save()
    fortran = {name: np.asfortranarray(value) for name, value in saved.tensors.items()}
    every_second = {
        name: np.repeat(value, 2, axis=-1)[..., ::2] for name, value in saved.tensors.items()
    }
    for views in (fortran, every_second):
        generator = SimpleNamespace(
            name=model.generator.name, save=lambda own=views: Saved(saved.description, own)
        )
        found = save_model(tmp_path / "views", model.encoder, generator, {})  # type: ignore[arg-type]
        assert found == model.hash
        again = load_model(tmp_path / "views").generator.save().tensors
        for name, value in saved.tensors.items():
            np.testing.assert_array_equal(again[name], value)


def test_the_hash_names_what_is_generated_and_not_the_notes(folder: Path, tmp_path: Path) -> None:
    model = load_model(folder)
    text = model.encoder.dumps().replace("Rome", "Roma")
    other = TableEncoder.from_json(json.loads(text))
    assert save_model(tmp_path / "a", model.encoder, model.generator, {"x": 1}) == model.hash
    assert save_model(tmp_path / "b", other, model.generator, {}) != model.hash


def test_a_model_of_another_format_or_an_unknown_generator_is_refused(
    folder: Path, tmp_path: Path
) -> None:
    for name, value, message in (
        ("format", 1, "has model format 1, this version reads 8, 9 and 10: train again"),
        ("generator", "magic", "no generator 'magic'; there are: .*autoregressive, .*marginal"),
    ):
        copy = tmp_path / name
        shutil.copytree(folder, copy)
        manifest = json.loads((copy / MANIFEST).read_text("utf-8"))
        (copy / MANIFEST).write_text(json.dumps({**manifest, name: value}), "utf-8")
        with pytest.raises(InputError, match=message):
            load_model(copy)

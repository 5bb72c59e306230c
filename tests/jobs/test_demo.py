from pathlib import Path

from jobs.config_file import load_config
from jobs.demo import CONFIG, prepare
from synth.datasets import adult_path


def test_the_demo_is_of_the_census_and_stays_in_its_folder(tmp_path: Path) -> None:
    path = prepare(tmp_path / "my demo")
    assert path == tmp_path / "my demo" / CONFIG
    found = load_config(path)
    assert (found.table_name, Path(found.seed)) == ("adult", adult_path())
    assert found.lake.tables == str(tmp_path / "my demo")


def test_an_edited_demo_configuration_is_kept(tmp_path: Path) -> None:
    path = prepare(tmp_path / "demo")
    path.write_text(path.read_text().replace("steps: 5000", "steps: 3"))
    assert load_config(prepare(tmp_path / "demo")).train.settings == {"steps": 3}

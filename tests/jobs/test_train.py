import pytest

from jobs.config import Config
from jobs.config_file import load_config
from jobs.lake import Lake
from jobs.run import Run
from jobs.train import _note, fit_spec


@pytest.mark.parametrize(
    ("training", "note"),
    [
        (
            {"generator": "autoregressive", "steps": 40, "best_step": 30, "seconds": 1.5},
            "autoregressive: 40 steps, best at 30, 1.5 s of fitting",
        ),
        (
            {"generator": "gan", "steps": 9, "seconds": 2.0, "stopped_early": True},
            "gan: 9 steps, 2.0 s of fitting; stopped early, the validation loss no longer fell",
        ),
        ({"generator": "marginal", "seconds": 0.0}, "marginal: 0.0 s of fitting"),
    ],
)
def test_a_note_says_what_the_generator_tells(training: dict[str, object], note: str) -> None:
    assert _note(training) == note


def test_workers_are_told_the_generator_and_its_settings_as_given() -> None:
    changes = {
        "train.settings": {"steps": 7, "conditions": [["city"]]},
        "train.use_gpu": True,
        "train.checkpoint_seconds": 4,
        "random_seed": 3,
    }
    config: Config = load_config(None, {"seed": "p.csv", "lake.tables": "/lake", **changes})
    run = Run("p-1", config, Lake.of(config), None, None)  # type: ignore[arg-type]
    spec = fit_spec(run, {"name": "p", "version": 0})
    assert (spec.generator, spec.settings) == ("autoregressive", config.train.settings)
    assert (spec.seed, spec.device, spec.checkpoint_seconds) == (3, "cuda", 4)
    assert spec.about["run_id"] == "p-1" and spec.about["seed_table"] == {"name": "p", "version": 0}

import json
from pathlib import Path

import pytest

from synth.learning.checkpoint import SCALARS, load_checkpoint, save_checkpoint
from tests.synth.fits import encoded, new_training
from tests.synth.learning.test_likelihood import SETTINGS
from tests.synth.tables import mixed_table


@pytest.mark.parametrize("shapes", [None, [[3, 4]]])
def test_a_checkpoint_of_another_network_or_version_is_refused(
    tmp_path: Path, shapes: list[list[int]] | None
) -> None:
    encoder, _, statistics = encoded(mixed_table(600))
    training = new_training(encoder, statistics, SETTINGS, hidden=16)
    save_checkpoint(training, tmp_path)
    written = json.loads((tmp_path / SCALARS).read_text())
    (tmp_path / SCALARS).write_text(json.dumps({**written, "shapes": shapes}))
    with pytest.raises(ValueError, match="of another network, or of another version"):
        load_checkpoint(training, tmp_path)

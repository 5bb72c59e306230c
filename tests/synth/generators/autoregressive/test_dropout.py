import pytest
import torch

from synth.generators.autoregressive.dropout import drop_


@pytest.mark.parametrize("rate", [0.1, 0.5])
def test_a_share_of_the_units_is_dropped_for_all_heads_and_the_others_make_up_for_it(
    rate: float,
) -> None:
    torch.manual_seed(0)
    x = torch.ones(3, 500, 64)
    dropped = drop_(x, rate)
    assert dropped.data_ptr() == x.data_ptr()
    assert torch.equal(dropped[0], dropped[1])
    assert torch.equal(dropped[0], dropped[2])
    gone = dropped[0] == 0
    assert float(gone.float().mean()) == pytest.approx(rate, abs=0.01)
    assert float(gone.float().mean(0).std()) < 0.05  # every unit in its turn
    assert float(dropped.mean()) == pytest.approx(1, abs=0.01)
    assert dropped[0].unique().numel() == 2


def test_gradients_pass_what_is_kept() -> None:
    torch.manual_seed(0)
    x = torch.randn(2, 40, 16, requires_grad=True)
    dropped = drop_(torch.nn.functional.silu(x), 0.25)
    dropped.sum().backward()  # type: ignore[no-untyped-call]
    assert x.grad is not None
    assert torch.equal(x.grad == 0, dropped == 0)

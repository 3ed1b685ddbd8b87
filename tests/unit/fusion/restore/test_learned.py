"""The restoration network on pictures: what it finds, what it leaves alone, where."""

import pytest
import torch
from torch import Tensor

from wordfuse.fusion.errors import InputError, RegionError
from wordfuse.fusion.finetune.run import Control
from wordfuse.fusion.networks.restorer import KINDS, Restorer, as_kinds, find_fault, find_lines
from wordfuse.fusion.restore.learned import restore


def tiny(seed: int = 0) -> Restorer:
    """A network with opinions."""
    torch.manual_seed(seed)
    network = Restorer(fine=8, coarse=8, inside=1)
    for layer in (network.trunk.tail, network.gates, network.tuning):
        torch.nn.init.normal_(layer.weight, std=0.1)
    return network.eval()


def picture(height: int = 60, width: int = 84) -> Tensor:
    return torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(0))


def test_untrained_it_finds_nothing() -> None:
    x = picture()
    assert not find_fault(Restorer(fine=8, coarse=8, inside=1), x, find_lines(x), ["blur"]).any()


def test_lines_are_measured_over_their_whole_length() -> None:
    x = torch.full((1, 3, 40, 50), 0.5)
    x[..., 20] += 0.1
    x[..., 7, :] -= 0.05
    x[..., 10:20, 30] += 0.3  # a pole, not a line of the pattern
    columns, rows = find_lines(x)[0]
    assert (columns == columns[:1]).all() and (rows == rows[:, :1]).all()
    assert columns[0, 20] == pytest.approx(0.1 * 14 / 15, abs=1e-3)
    assert rows[7, 0] == pytest.approx(-0.05 * 14 / 15, abs=1e-3)
    assert columns[0, 30].abs() < 1e-3


def test_pieces_of_a_large_picture_leave_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    network, x = tiny(), picture(200, 150)
    whole = find_fault(network, x, find_lines(x), ["stripes", "haze"])
    monkeypatch.setattr("wordfuse.fusion.networks.denoiser.TILE_PX", 64)
    torch.testing.assert_close(find_fault(network, x, find_lines(x), ["stripes", "haze"]), whole, atol=1e-2, rtol=0)


@pytest.mark.parametrize("size", [(1, 1), (5, 3), (33, 47)])
def test_any_size(size: tuple[int, int]) -> None:
    x = picture(*size)
    assert restore(x, kind="blur", amount=1.0, network=tiny()).image.shape == x.shape


def test_what_is_asked_for_makes_a_difference() -> None:
    assert as_kinds(["blur", "haze"]).tolist() == [[0, 1, 0, 1]]
    found = [find_fault(tiny(), picture(), find_lines(picture()), [kind]) for kind in KINDS]
    assert all(not torch.equal(found[0], other) for other in found[1:])


def test_half_the_amount_is_half_the_way() -> None:
    x = 0.25 + picture() / 2
    half, whole = (restore(x, kind="stripes", amount=amount, network=tiny()).image for amount in (0.5, 1.0))
    inside = (whole > 0) & (whole < 1)
    torch.testing.assert_close((half - x)[inside], ((whole - x) / 2)[inside], atol=1e-5, rtol=0)


def test_only_the_region_and_gray_stays_gray() -> None:
    x, mask = picture()[:, :1].expand(-1, 3, -1, -1), torch.zeros(1, 1, 60, 84)
    mask[..., 20:40, 30:60] = 1
    outcome = restore(x, kind="blur", amount=1.0, mask=mask, network=tiny())
    assert torch.equal(outcome.image[:, :1].expand_as(outcome.image), outcome.image)
    changed = (outcome.image != x).any(dim=1)[0]
    assert changed[20:40, 30:60].any() and not changed[:10].any() and not changed[:, 70:].any()
    assert outcome.state.meta["share"] == 1.0 and not outcome.saturated


def test_same_bits_each_time() -> None:
    first, second = (restore(picture(), kind="noise", amount=0.7, network=tiny()).image for _ in range(2))
    assert torch.equal(first, second)


def test_cancelled_before_it_begins() -> None:
    outcome = restore(picture(), kind="noise", amount=1.0, control=Control(cancelled=lambda: True), network=tiny())
    assert outcome.stopped == "cancelled" and torch.equal(outcome.image, picture())


def test_nothing_wrong_is_no_further_to_go() -> None:
    outcome = restore(picture(), kind="haze", amount=1.0, network=Restorer(fine=8, coarse=8, inside=1))
    assert outcome.saturated and torch.equal(outcome.image, picture())
    assert outcome.state.meta["share"] == 0.0


def test_bad_arguments() -> None:
    with pytest.raises(InputError, match="rain: unknown; choose one of stripes, blur, noise, haze"):
        restore(picture(), kind="blur+rain", amount=1.0)
    with pytest.raises(InputError, match="amount 0"):
        restore(picture(), kind="blur", amount=0)
    with pytest.raises(RegionError):
        restore(picture(), kind="blur", amount=1.0, mask=torch.zeros(1, 1, 60, 84))

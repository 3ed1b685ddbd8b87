"""What a region is told by: its light alone, or something else."""

import pytest
import torch

from wordfuse.fusion.finetune.tone import tone_of

ACROSS = torch.linspace(0.2, 0.8, 160).expand(1, 1, 120, 160)  # from dark to bright


def street(light: torch.Tensor) -> torch.Tensor:
    """A scene in some light, with grain; (1, 3, 120, 160)."""
    grain = torch.rand(1, 1, 120, 160, generator=torch.Generator().manual_seed(1)) * 0.05
    return (light + grain).repeat(1, 3, 1, 1)


@pytest.mark.parametrize("threshold", [0.45, 0.6])
def test_what_lies_on_one_side_of_a_luma_is_told_by_its_light(threshold: float) -> None:
    picture = street(ACROSS)
    dark = (ACROSS < threshold).float()
    assert tone_of(picture, dark) == "dark"
    assert tone_of(picture, 1 - dark) == "bright"


def test_a_place_and_a_thing_are_told_by_something_else() -> None:
    upper, thing = torch.zeros(1, 1, 120, 160), torch.zeros(1, 1, 120, 160)
    upper[:, :, :60] = 1
    thing[..., 40:80, 100:130] = 1
    assert tone_of(street(ACROSS), upper) is None
    assert tone_of(street(ACROSS), thing) is None
    assert tone_of(street(0.5 - 0.3 * thing), thing) is None, "it ends at an edge"


def test_everything_and_nothing_have_no_tone() -> None:
    picture = street(ACROSS)
    assert tone_of(picture, torch.ones(1, 1, 120, 160)) is None
    assert tone_of(picture, torch.zeros(1, 1, 120, 160)) is None


def test_what_is_blown_out_is_told_by_its_light_too() -> None:
    """A smoothed white may come out a rounding error above 1."""
    light = torch.linspace(0.1, 1.3, 200).expand(1, 1, 800, 200).clamp(0, 1).contiguous()
    assert tone_of(light.repeat(1, 3, 1, 1), (light > 0.7).float()) == "bright"

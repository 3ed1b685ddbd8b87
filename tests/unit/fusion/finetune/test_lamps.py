"""Lamps: what is burnt out by night is turned down as light, with its glow, and is no gray disc in a ring."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from wordfuse.fusion.colour import luma
from wordfuse.fusion.film.applying import Scene, apply
from wordfuse.fusion.finetune import State, relight
from wordfuse.fusion.metrics.guards import guards

HEIGHT, WIDTH, CORE_PX, REGION_PX = 120, 160, 8, 30
ROWS, COLUMNS = torch.meshgrid(torch.arange(HEIGHT), torch.arange(WIDTH), indexing="ij")
AWAY = torch.hypot(ROWS - 60.0, COLUMNS - 80.0)
STRENGTHS = (1 / 1.12, 1 / 1.3, 1 / 1.6)
YELLOW = torch.tensor([1.0, 0.85, 0.5]).view(1, 3, 1, 1)


WHITE = torch.ones(1, 3, 1, 1)


def lamp(colour: Tensor = WHITE, ground: float = 0.1) -> Tensor:
    """A burnt-out disc whose glow falls off over twenty pixels, in the dark, with some grain."""
    glow = 1.6 * torch.exp(-(((AWAY - CORE_PX).clamp(min=0) / 9) ** 1.3))
    grain = 0.01 * torch.rand(1, 1, HEIGHT, WIDTH, generator=torch.Generator().manual_seed(0))
    return (ground + grain + colour * glow).clamp(0, 1)


MASK = (AWAY < REGION_PX).float()[None, None]


def profile(picture: Tensor) -> Tensor:
    """Mean luma at every distance from the middle."""
    y = luma(picture)[0, 0]
    return torch.stack([y[(AWAY >= px - 0.5) & (AWAY < px + 0.5)].mean() for px in range(50)])


def turned_down(picture: Tensor, ratio: float) -> Tensor:
    return torch.where(MASK > 0, relight(picture, luma_ratio=ratio, mask=MASK).image, picture)


@pytest.mark.parametrize("ratio", STRENGTHS)
def test_a_lamp_gets_dimmer_and_smaller_with_a_bright_core_and_no_ring(ratio: float) -> None:
    picture = lamp()
    darker = turned_down(picture, ratio)
    before, after = profile(picture), profile(darker)
    assert bool((after.diff() < 0.012).all()), "it falls off from the middle outward, nowhere is a ring"
    assert bool((after <= before + 1e-3).all())
    assert float(after[0]) > 0.9, "its core stays bright"
    assert int((after > 0.9).sum()) < int((before > 0.9).sum()), "and gets smaller"
    mean = float((luma(darker) * MASK).sum() / (luma(picture) * MASK).sum())
    assert mean == pytest.approx(ratio, abs=0.02), "as dark as was asked for"
    assert float(after[REGION_PX + 2 :].sub(before[REGION_PX + 2 :]).abs().max()) == 0


def test_stronger_is_darker_everywhere() -> None:
    profiles = [profile(lamp()), *(profile(turned_down(lamp(), ratio)) for ratio in STRENGTHS)]
    assert all(bool((after <= before + 1e-3).all()) for before, after in pairwise(profiles))


def test_no_guard_takes_offence_at_it() -> None:
    pixels = [
        (picture[0].permute(1, 2, 0) * 255).round().byte().numpy()
        for picture in (lamp(), turned_down(lamp(), STRENGTHS[1]))
    ]
    gray = np.asarray((luma(lamp())[0, 0] * 255).numpy(), np.float32)
    found = guards(*pixels, (MASK[0, 0] * 255).byte().numpy(), np.full_like(gray, 60), gray)
    assert found["halo"] < 20 and found["rim"] < 4.5 and found["blobs"] < 0.1


def test_a_lamp_keeps_its_colour() -> None:
    darker = turned_down(lamp(YELLOW), STRENGTHS[1])
    glow = (AWAY > CORE_PX + 2) & (AWAY < CORE_PX + 10)
    red, green, blue = (float(darker[0, channel][glow].mean()) for channel in range(3))
    assert red > green > 1.15 * blue


def test_the_road_under_a_glow_keeps_its_texture() -> None:
    """A smooth patch would be left, were it all the lamp's light."""
    texture = 1 + 0.12 * ((ROWS // 2 + COLUMNS // 2) % 2)[None, None]
    picture = (lamp(ground=0.2) * texture).clamp(0, 1)
    darker = turned_down(picture, STRENGTHS[1])
    there = (AWAY > CORE_PX + 16) & (AWAY < REGION_PX - 4)
    y, before = luma(darker)[0, 0][there], luma(picture)[0, 0][there]
    bright = texture[0, 0][there] > 1
    contrast, had = (float(x[bright].mean() / x[~bright].mean()) for x in (y, before))
    assert contrast - 1 > 0.45 * (had - 1)


def test_what_glows_outside_the_region_holds_its_inside() -> None:
    """Its mask holds what is burnt out and no more; darkened below its halo, it would be a gray slab in a ring."""
    picture = (1.25 - AWAY / 40).clamp(0.1, 1)[None, None].repeat(1, 3, 1, 1)
    burnt = (picture[:, :1] > 0.85).float()
    relit = torch.where(burnt > 0, relight(picture, luma_ratio=1 / 1.6, mask=burnt).image, picture)
    after = profile(relit)
    assert bool((after.diff() < 0.02).all())
    assert float((luma(relit) * burnt).sum() / (luma(picture) * burnt).sum()) < 0.97


def test_a_window_is_darkened_evenly() -> None:
    """It ends at once: what it shows is no lamp's light, and no bright spot is to be seen in it."""
    window = ((ROWS - 60).abs() < 24) & ((COLUMNS - 80).abs() < 24)
    picture = torch.where(window, 0.98, 0.1).repeat(1, 3, 1, 1)
    picture += 0.01 * torch.rand(picture.shape, generator=torch.Generator().manual_seed(1))
    darker = relight(picture, luma_ratio=1 / 1.3, mask=window.float()[None, None]).image
    inner = luma(darker)[0, 0][40:81, 60:101]
    assert float(inner.max() - inner.min()) < 0.03
    assert float(inner.mean()) == pytest.approx(0.985 / 1.3, abs=0.02)


def test_a_repeat_goes_on_until_the_lamp_is_down_and_never_puts_it_out(tmp_path: Path) -> None:
    picture, state, means, last = lamp(), None, [], False
    for attempt in range(8):
        outcome = relight(picture, luma_ratio=1 / 1.3, mask=MASK, state=state)
        picture, last = torch.where(MASK > 0, outcome.image, picture), outcome.saturated
        means.append(float((luma(picture) * MASK).sum()))
        outcome.state.save(tmp_path / f"{attempt}.safetensors")
        state = State.load(tmp_path / f"{attempt}.safetensors", "relight")
    assert last and all(after <= before + 1e-3 for before, after in pairwise(means))
    assert means[1] < 0.95 * means[0]
    after = profile(picture)
    assert float(after[0]) > 0.3 and bool((after.diff() < 0.012).all())


def test_the_same_is_done_to_another_frame() -> None:
    """Of a film it is fitted once, and done to each frame by what it carries along."""
    picture = lamp(YELLOW)
    outcome = relight(picture, luma_ratio=1 / 1.3, mask=MASK)
    assert outcome.applied is not None
    frame = np.ascontiguousarray(picture[0].permute(1, 2, 0).numpy())
    gray = np.ascontiguousarray(frame[..., 0])
    made = apply(outcome.applied(), frame, Scene(gray, frame, frame, lambda infrared, visible: visible))
    assert np.abs(made - outcome.image[0].permute(1, 2, 0).numpy()).max() < 0.01
    assert np.array_equal(made[(AWAY >= REGION_PX).numpy()], frame[(AWAY >= REGION_PX).numpy()])

"""Steering toward a sentence: inside the region alone, toward it, within the guards."""

from collections.abc import Sequence

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from tests.unit.fusion.finetune.wall import SIDE
from wordfuse.fusion.encoders.encoder import Encoder
from wordfuse.fusion.errors import InputError, RegionError
from wordfuse.fusion.finetune.run import Control, Recipe
from wordfuse.fusion.finetune.trained import steer as module
from wordfuse.fusion.finetune.trained.steer import broken, steer

QUICK = Recipe(epochs=12, learning_rate=0.1, side_px=64, final_rate=0.2)


class Light(Encoder):
    """Sees nothing but how bright a picture is, and knows two words."""

    name, size = "light", 2

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()), requires_grad=False)

    def pictures(self, pictures: Tensor) -> Tensor:
        turn = pictures.mean(dim=(1, 2, 3)) * self.scale * torch.pi / 2
        return torch.stack([turn.cos(), turn.sin()], dim=1)

    def texts(self, sentences: Sequence[str]) -> Tensor:
        places = {"dark": [1.0, 0.0], "bright": [0.0, 1.0]}
        known = [next((place for word, place in places.items() if word in text), [0.8, 0.6]) for text in sentences]
        return torch.tensor(known)

    def levels(self, pictures: Tensor) -> list[Tensor]:
        return [pictures]


@pytest.fixture
def pair() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    smooth = np.linspace(0.2, 0.5, SIDE, dtype=np.float32)
    infrared = np.tile(smooth, (SIDE, 1))
    visible = np.clip(np.tile(smooth[:, None, None], (1, SIDE, 3)) + random.normal(0, 0.02, (SIDE, SIDE, 3)), 0, 1)
    return infrared, visible.astype(np.float32), np.rint(255 * visible).astype(np.uint8)


@pytest.mark.parametrize(("sentence", "sign"), [("a bright picture", 1), ("a dark picture", -1)])
def test_a_region_goes_toward_the_sentence_and_nothing_else_does(
    pair: tuple[np.ndarray, np.ndarray, np.ndarray], sentence: str, sign: int
) -> None:
    infrared, visible, picture = pair
    mask = np.zeros((SIDE, SIDE), np.uint8)
    mask[8:-8, 8:-8] = 255
    steered = steer(Light().frozen(), infrared, visible, picture, sentence, mask, recipe=QUICK)
    assert steered.after < steered.before and steered.share > 0
    inside = mask > 0
    assert sign * (steered.picture[inside].mean() - picture[inside].mean()) > 2
    assert np.array_equal(steered.picture[~inside], picture[~inside])
    assert not broken(steered.guarded)
    assert len(steered.losses) == QUICK.epochs and steered.losses[-1] < steered.losses[0]


def test_where_the_guards_let_nothing_pass_the_picture_stays(
    pair: tuple[np.ndarray, np.ndarray, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    infrared, visible, picture = pair
    monkeypatch.setattr(module, "GUARD_LIMITS", {"texture": 1.1})
    steered = steer(Light().frozen(), infrared, visible, picture, "a bright picture", recipe=QUICK)
    assert np.array_equal(steered.picture, picture)
    assert steered.share == 0 and steered.after == steered.before


def test_what_is_cancelled_changes_nothing(pair: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    infrared, visible, picture = pair
    steered = steer(
        Light().frozen(), infrared, visible, picture, "bright", recipe=QUICK, control=Control(cancelled=lambda: True)
    )
    assert steered.stopped == "cancelled" and np.array_equal(steered.picture, picture)


def test_a_gray_picture_stays_gray(pair: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    infrared, visible, picture = pair
    gray = np.repeat(picture[..., :1], 3, axis=2)
    steered = steer(Light().frozen(), infrared, visible, gray, "a bright picture", recipe=QUICK)
    assert (steered.picture[..., :1] == steered.picture).all() and not np.array_equal(steered.picture, gray)


def test_what_does_not_fit_is_named(pair: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    infrared, visible, picture = pair
    with pytest.raises(InputError, match="must be alike"):
        steer(Light().frozen(), infrared[:-1], visible, picture, "bright")
    with pytest.raises(RegionError, match="empty"):
        steer(Light().frozen(), infrared, visible, picture, "bright", np.zeros((SIDE, SIDE), np.uint8))


def test_each_guard_breaks_on_its_side() -> None:
    kept = {"blobs": 0.1, "rim": 4.5, "halo": 20.0, "colour": 0.7, "texture": 0.45}
    assert broken(kept) == []
    worse = {"blobs": 0.2, "rim": 5.0, "halo": 21.0, "colour": 0.6, "texture": 0.4}
    assert broken(worse) == ["blobs", "rim", "halo", "colour", "texture"]

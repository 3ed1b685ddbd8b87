"""What incline, relight and denoise promise alike."""

from pathlib import Path

import pytest
import torch

from tests.unit.fusion.finetune.wall import QUICK, SIDE, Task, box_mask, noisy_scene
from wordfuse.fusion.errors import InputError, RegionError
from wordfuse.fusion.finetune import Control, EpochProgress, State, denoise, relight


def test_an_outcome_tells_what_happened(task: Task) -> None:
    told: list[EpochProgress] = []
    outcome = task(control=Control(told.append))
    assert outcome.image.shape == (1, 3, SIDE, SIDE)
    assert outcome.image.dtype == torch.float32
    assert 0 <= outcome.image.min() and outcome.image.max() <= 1
    assert (outcome.epochs, outcome.state.epochs, outcome.stopped) == (3, 3, "epochs")
    assert [(line.epoch, line.epochs) for line in told] == [(1, 3), (2, 3), (3, 3)]
    assert [line.loss for line in told] == outcome.losses
    assert told[-1].seconds <= outcome.seconds


def test_same_seed_same_bits_and_the_global_random_state_is_left_alone(task: Task) -> None:
    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    first = task(seed=3)
    assert torch.equal(torch.random.get_rng_state(), before)
    torch.manual_seed(2)
    assert torch.equal(task(seed=3).image, first.image)


def test_cancelling_stops_between_epochs_with_an_image(task: Task) -> None:
    told: list[EpochProgress] = []
    outcome = task(control=Control(told.append, lambda: len(told) == 2))
    assert (outcome.epochs, outcome.stopped) == (2, "cancelled")
    assert outcome.image.isfinite().all()


def test_out_of_time_before_the_first_epoch_still_gives_an_image(task: Task) -> None:
    outcome = task(control=Control(max_seconds=0.0))
    assert (outcome.epochs, outcome.losses, outcome.stopped) == (0, [], "time")
    assert outcome.image.isfinite().all()


def test_a_state_from_a_file_goes_on_bit_for_bit(task: Task, tmp_path: Path) -> None:
    state = task().state
    state.save(tmp_path / "state.safetensors")
    loaded = State.load(tmp_path / "state.safetensors", state.task)
    assert (loaded.task, loaded.epochs, loaded.meta) == (state.task, state.epochs, state.meta)
    assert torch.equal(task(state=loaded).image, task(state=state).image)
    assert [path.name for path in tmp_path.iterdir()] == ["state.safetensors"]


def test_a_state_of_another_region_is_refused(task: Task) -> None:
    with pytest.raises(InputError, match="same region"):
        task(state=task().state, mask=box_mask(left=30))


def test_an_empty_region_is_an_error(task: Task) -> None:
    with pytest.raises(RegionError, match="empty"):
        task(mask=torch.zeros(1, 1, SIDE, SIDE))


def test_a_mask_of_another_size_is_an_error(task: Task) -> None:
    with pytest.raises(InputError, match="mask"):
        task(mask=torch.ones(1, 1, 10, 10))


def test_a_region_of_a_few_pixels_works(task: Task) -> None:
    assert task(mask=box_mask(18, 21, 38, 43)).image.isfinite().all()


def test_pictures_made_in_inference_mode_are_accepted() -> None:
    with torch.inference_mode():
        picture = noisy_scene()
    assert denoise(picture, recipe=QUICK).epochs == 3
    assert relight(picture, luma_ratio=1.1, recipe=QUICK).epochs == 3


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (7, 5), (33, 18)])
def test_pictures_of_any_size_are_denoised(size: tuple[int, int]) -> None:
    assert denoise(torch.rand(1, 3, *size), recipe=QUICK).image.shape == (1, 3, *size)


def test_a_damaged_state_file_is_an_input_error(tmp_path: Path) -> None:
    path = tmp_path / "state.safetensors"
    State("denoise", 2, {"prior": torch.rand(8, 8)}, {"window": [0, 8]}).save(path)
    whole = path.read_bytes()
    flipped = whole[:-5] + bytes([whole[-5] ^ 1]) + whole[-4:]
    for damaged in (b"", whole[:40], whole[:-3], flipped, b"PNG" + whole):
        path.write_bytes(damaged)
        with pytest.raises(InputError, match="start this task afresh"):
            State.load(path, "denoise")


def test_a_missing_state_file_or_one_of_another_task_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.safetensors"):
        State.load(tmp_path / "nowhere.safetensors", "relight")
    State("denoise", 2, {}, {}).save(tmp_path / "state.safetensors")
    with pytest.raises(InputError, match="state of denoise, not of relight"):
        State.load(tmp_path / "state.safetensors", "relight")


def test_what_was_stopped_is_not_saturated(task: Task) -> None:
    for stopped_after in (0, 1):
        told: list[EpochProgress] = []
        outcome = task(control=Control(told.append, lambda: len(told) == stopped_after))  # noqa: B023
        assert (outcome.stopped, outcome.saturated) == ("cancelled", False)

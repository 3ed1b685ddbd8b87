"""Pictures to tensors and back."""

import numpy as np
import pytest
import torch

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.finetune import Outcome, State
from wordfuse.fusion.tensors import Batch, either_kind, to_array, to_tensor
from wordfuse.fusion.window import check_mask


@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 3)])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_round_trip(shape, dtype):
    values = np.random.default_rng(0).integers(0, 256, shape)
    picture = values.astype(np.uint8) if dtype == np.uint8 else (values / 255).astype(dtype)
    tensor = to_tensor(picture)
    assert tensor.shape == (1, 1 if len(shape) == 2 else 3, 5, 7)
    assert tensor.dtype == torch.float32
    back = to_array(tensor)
    assert back.dtype == np.float32 and back.flags.c_contiguous
    np.testing.assert_allclose(back, values / 255, atol=1e-6)


def test_tensor_is_a_copy():
    picture = np.zeros((4, 4), np.float32)
    picture.flags.writeable = False
    tensor = to_tensor(picture)
    tensor += 1
    assert picture.max() == 0


def test_trained_output_is_detached():
    tensor = torch.rand(1, 3, 4, 4, requires_grad=True).bfloat16().to(memory_format=torch.channels_last)
    assert to_array(tensor).shape == (4, 4, 3)


def test_wrong_shapes():
    with pytest.raises(InputError, match="must be"):
        to_tensor(np.zeros(4))
    with pytest.raises(InputError, match="batch of one"):
        to_array(torch.zeros(2, 3, 4, 4))


@either_kind
def brighter(picture: Batch, *, by: float, mask: Batch | None = None) -> Outcome:
    lit = picture + np.float32(by) * (1 if mask is None else mask)
    return Outcome(lit, State("light", 0, {}, {}), 0, [], 0.0, "converged")


def test_arrays_give_arrays_and_tensors_tensors() -> None:
    picture = np.random.default_rng(0).random((1, 3, 4, 5), np.float32)
    by_array = brighter(picture, by=0.25).image
    by_tensor = brighter(torch.from_numpy(picture), by=0.25, mask=torch.ones(1, 1, 4, 5, dtype=torch.float64)).image
    assert isinstance(by_array, np.ndarray) and isinstance(by_tensor, torch.Tensor)
    assert by_tensor.dtype == torch.float32
    np.testing.assert_array_equal(by_tensor.numpy(), by_array)


def test_what_a_function_refuses_it_refuses_of_tensors_too() -> None:
    with pytest.raises(InputError, match="mask"):
        check_mask(torch.ones(1, 1, 2, 2), torch.ones(1, 3, 4, 5))
